"""Sending, changing and pinning messages by the ids of their channels, whether a process has these cached or not."""

import hashlib
import logging
from collections.abc import Iterable
from typing import Any

import discord
from discord.http import Route

from app.bot import Bot
from app.core.base36 import base36
from app.ui.kit import wire
from app.ui.kit.reply import Reply
from app.ui.kit.resets import repeat_resets_of_nonce

log = logging.getLogger(__name__)

GONE = frozenset({10003, 10008})
"""Discord's codes for a channel, and for a message, that is not there."""
CLOSED = frozenset({10003, 10013, 20009, 40007, 50001, 50007, 50009, 50013, 50083, 50278, 160005, 200000, 240000})
"""Discord's codes for a place where nothing can be sent, or this not, however often it is tried."""
MAX_NONCE = 25


class Unreachable(Exception):
    """Discord says that nothing can be sent there; trying again would not help."""


def nonce(*parts: object) -> str:
    """Make what tells Discord that a message was sent before: the same for the same parts."""
    digest = hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=15).digest()
    return base36(int.from_bytes(digest))[:MAX_NONCE]


async def post(
    bot: Bot, channel_id: int, reply: Reply, *, once: str, users: Iterable[int] = (), roles: Iterable[int] = ()
) -> int:
    """Send a message that pings these people and roles and nobody else, and return its id.

    With the nonce `once` it is there once, however often this is repeated within minutes. Raises Unreachable.
    """
    data = payload(reply)
    data["allowed_mentions"] = {"parse": [], "users": [str(one) for one in users], "roles": [str(one) for one in roles]}
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_id)
    try:
        message = await bot.http.request(
            route, json={**data, "nonce": once, "enforce_nonce": True}, middlewares=(repeat_resets_of_nonce,)
        )
    except discord.HTTPException as error:
        if error.code in CLOSED:
            raise Unreachable(error.text) from error
        raise
    return int(message["id"])


async def post_direct(bot: Bot, user_id: int, reply: Reply, *, once: str) -> int:
    """Send a direct message. Raises Unreachable."""
    try:
        opened = await bot.http.request(Route("POST", "/users/@me/channels"), json={"recipient_id": str(user_id)})
    except discord.HTTPException as error:
        if error.code in CLOSED:
            raise Unreachable(error.text) from error
        raise
    return await post(bot, int(opened["id"]), reply, once=once)


async def edit(bot: Bot, channel_id: int, message_id: int, reply: Reply) -> bool:
    """Replace all of a message of ours; tell whether it is still there. Raises Unreachable."""
    route = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", channel_id=channel_id, message_id=message_id)
    try:
        await bot.http.request(route, json=payload(reply))
    except discord.HTTPException as error:
        if error.code == 10008:  # unknown message
            return False
        if error.code in CLOSED:
            raise Unreachable(error.text) from error
        raise
    return True


async def pin(bot: Bot, channel_id: int, message_id: int, reason: str) -> None:
    """Pin a message, if the bot may."""
    try:
        await bot.http.pin_message(channel_id, message_id, reason=reason)
    except discord.HTTPException as error:
        log.info("a header could not be pinned", extra={"channel": channel_id, "error": error.text})


def payload(reply: Reply) -> dict[str, Any]:
    """Return a message as Discord wants it; it pings nobody."""
    view = discord.ui.View(*reply.items, timeout=None, store=False) if reply.items else None
    return wire.update(reply.content, reply.embed, view)
