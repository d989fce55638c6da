"""Posting a message, with files or without. Raises what a request to Discord may raise."""

import io
import json
from collections.abc import Sequence
from typing import Any

from discord.http import Route

from app.bot import Bot
from app.effects.tickets.channels import ERRORS
from app.models import SupportTicket
from app.ui.kit.reply import Attachment
from app.ui.tickets import failures
from app.ui.tickets.places import unmentionable


async def send(bot: Bot, channel_id: int, body: dict[str, Any], *, once: str, files: Sequence[Attachment] = ()) -> int:
    """Post a message and return its id; the same again within minutes for the same `once`, of up to 25 characters."""
    body = {**body, "nonce": once, "enforce_nonce": True}
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
    if not files:
        return int((await bot.http.request(route, json=body))["id"])
    # Discord knows the files of a form by these numbers.
    body["attachments"] = [{"id": place, "filename": file.name} for place, file in enumerate(files)]
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
    form += [
        {
            "name": f"files[{place}]",
            "value": io.BytesIO(file.content),
            "filename": file.name,
            "content_type": "application/octet-stream",
        }
        for place, file in enumerate(files)
    ]
    return int((await bot.http.request(route, form=form))["id"])


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
    **body: Any,
) -> int:
    """Write into a channel, once for a nonce, and ping these people and roles only. Raises UserError."""
    mentions = {"parse": [], "users": [str(user) for user in users], "roles": [str(role) for role in roles]}
    try:
        return await send(bot, channel_id, {"content": text, "allowed_mentions": mentions, **body}, once=nonce)
    except ERRORS as error:
        raise failures.in_one_sentence(error) from error


async def call(bot: Bot, ticket: SupportTicket, text: str, *, nonce: str, roles: Sequence[int]) -> None:
    """Write into a ticket's channel and ping roles, which lets them into a thread. Raises UserError.

    Nothing is written into a thread if one of them cannot be mentioned, because they would not come.
    """
    guild = bot.get_guild(ticket.guild_id)
    if ticket.channel_id is None:
        return
    if ticket.is_thread and guild is not None and unmentionable(guild, roles):
        raise failures.Refused(failures.UNMENTIONABLE)
    await say(bot, ticket.channel_id, text, nonce=nonce, roles=roles)
