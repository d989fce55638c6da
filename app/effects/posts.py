"""Messages that stay in a channel and are kept in step with what a server has set up: panels, and posts of rules."""

from collections.abc import Callable, Sequence
from typing import Any

import discord
from discord.http import Route

from app.bot import Bot
from app.core.errors import UserError
from app.effects.sending import ERRORS, form_of, send
from app.ui.kit import failures
from app.ui.kit.reply import Attachment, Reply

GONE = frozenset({10003, 10008})
"""Discord's codes for a channel and a message that are not there."""
InWords = Callable[[Exception], UserError]


async def post(
    bot: Bot,
    channel_id: int,
    body: dict[str, Any],
    *,
    once: str,
    files: Sequence[Attachment] = (),
    in_words: InWords = failures.in_one_sentence,
) -> int:
    """Post a message and return its id; a second time within minutes for the same `once` it is the same one.

    Raises UserError, by what `in_words` says of what Discord answered.
    """
    try:
        return await send(bot, channel_id, body, once=once, files=files)
    except ERRORS as error:
        raise in_words(error) from error


async def renew(
    bot: Bot,
    channel_id: int,
    message_id: int | None,
    body: dict[str, Any],
    *,
    files: Sequence[Attachment] = (),
    in_words: InWords = failures.in_one_sentence,
) -> bool:
    """Edit a message in place, and give it these files if there are any; tell whether it is still there.

    Raises UserError.
    """
    if message_id is None:
        return False
    what: dict[str, Any] = {"form": form_of(body, files)} if files else {"json": body}
    try:
        await bot.http.request(_message("PATCH", channel_id, message_id), **what)
    except ERRORS as error:
        if isinstance(error, discord.HTTPException) and error.code in GONE:
            return False
        raise in_words(error) from error
    return True


async def delete(
    bot: Bot, channel_id: int, message_id: int | None, *, in_words: InWords = failures.in_one_sentence
) -> None:
    """Delete a message, if it is there. Raises UserError."""
    if message_id is None:
        return
    try:
        await bot.http.request(_message("DELETE", channel_id, message_id))
    except ERRORS as error:
        if not isinstance(error, discord.HTTPException) or error.code not in GONE:
            raise in_words(error) from error


def body_of(reply: Reply) -> dict[str, Any]:
    """Return a reply as the body of a message of its own, which pings nobody."""
    view = discord.ui.View(*reply.items, timeout=None, store=False)
    return {
        "content": reply.content or "",
        "embeds": [one.to_dict() for one in reply.embeds],
        "components": view.to_components(),
        "allowed_mentions": {"parse": []},
    }


def _message(method: str, channel_id: int, message_id: int) -> Route:
    path = "/channels/{channel_id}/messages/{message_id}"
    return Route(method, path, channel_id=channel_id, message_id=message_id)
