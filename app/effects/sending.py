"""Posting messages, into channels and to people, with files or without."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import discord
from discord.http import Route

from app.bot import Bot
from app.core.errors import UserError
from app.ui.kit.failures import in_one_sentence
from app.ui.kit.reply import Attachment

ERRORS = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
"""What a request to Discord may raise."""
BAD_REQUEST = 400
"""What Discord answers where it does not take what was sent, wherever it is sent to."""
CLOSED = frozenset({10013, 20026, 40007, 50001, 50007, 50009, 50278})
"""Discord's codes for somebody who takes no direct messages of the bot, however often it tries."""


def is_closed_door(error: BaseException | None) -> bool:
    """Tell whether somebody cannot be written to."""
    return isinstance(error, discord.HTTPException) and error.code in CLOSED


async def send(bot: Bot, channel_id: int, body: dict[str, Any], *, once: str, files: Sequence[Attachment] = ()) -> int:
    """Post a message and return its id; the same again within minutes for the same `once`, of up to 25 characters."""
    body = {**body, "nonce": once, "enforce_nonce": True}
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
    if not files:
        return int((await bot.http.request(route, json=body))["id"])
    return int((await bot.http.request(route, form=form_of(body, files)))["id"])


def form_of(body: dict[str, Any], files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Return what is sent of a message with files, which has these alone."""
    # Discord knows the files of a form by these numbers.
    body = {**body, "attachments": [{"id": place, "filename": file.name} for place, file in enumerate(files)]}
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
    return form + [
        {
            "name": f"files[{place}]",
            # As it is, so that a second attempt sends it from its beginning.
            "value": file.content,
            "filename": file.name,
            "content_type": "application/octet-stream",
        }
        for place, file in enumerate(files)
    ]


async def direct_channel(bot: Bot, user_id: int) -> int:
    """Return the channel of direct messages with somebody."""
    opened: Any = await bot.http.request(Route("POST", "/users/@me/channels"), json={"recipient_id": str(user_id)})
    return int(opened["id"])


async def say(
    bot: Bot,
    channel_id: int,
    text: str,
    *,
    nonce: str,
    users: Sequence[int] = (),
    roles: Sequence[int] = (),
    in_words: Callable[[Exception], UserError] = in_one_sentence,
    **body: Any,
) -> int:
    """Write into a channel, once for a nonce, and ping these people and roles only.

    Raises UserError, by what `in_words` says of what Discord answered.
    """
    mentions = {"parse": [], "users": [str(user) for user in users], "roles": [str(role) for role in roles]}
    try:
        return await send(bot, channel_id, {"content": text, "allowed_mentions": mentions, **body}, once=nonce)
    except ERRORS as error:
        raise in_words(error) from error


async def tell(
    bot: Bot,
    user_id: int,
    text: str,
    *,
    nonce: str,
    in_words: Callable[[Exception], UserError] = in_one_sentence,
    **body: Any,
) -> int:
    """Write to somebody directly, once for a nonce, and return the id of the message. Raises UserError."""
    try:
        channel_id = await direct_channel(bot, user_id)
    except ERRORS as error:
        raise in_words(error) from error
    return await say(bot, channel_id, text, nonce=nonce, in_words=in_words, **body)
