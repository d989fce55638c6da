"""Asking members in a channel to begin: each by a message of their own, or by one for all who came meanwhile.

Discord takes one message a second in a channel. A thousand who join at once would otherwise wait for a quarter of an
hour, and everybody else in that channel would read a thousand messages.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import discord

from app.bot import Bot
from app.effects.nonces import nonce
from app.effects.sending import ERRORS, say
from app.models import Onboarding
from app.ui.kit.reply import Reply
from app.ui.onboarding.ids import BeginForId, BeginId
from app.ui.onboarding.invitation import prompt, prompt_for_all

log = logging.getLogger(__name__)

MOST = 50
"""Members in one message. Discord takes 2,000 characters and pings a hundred."""
PACE_SECONDS = 1.0
"""From a message for several to the next one; those who come meanwhile are in that."""
LOOKED_AT = 100
"""Messages that are looked at, after a start, for who was asked right before it."""
BUTTONS = (BeginId.route, BeginForId.route)


@dataclass
class _Channel:
    waiting: deque[tuple[Onboarding, asyncio.Future[int]]] = field(
        default_factory=deque[tuple[Onboarding, "asyncio.Future[int]"]]
    )
    task: asyncio.Task[None] | None = None
    free_at: float = 0.0
    asked_before: Mapping[int, int] | None = None
    """By which message who was asked before this process began, once that was looked at."""


class Invitations:
    """What waits to be posted, by channel."""

    def __init__(self) -> None:
        self._channels: dict[int, _Channel] = {}

    async def ask(self, bot: Bot, row: Onboarding, channel_id: int) -> int:
        """Ask a member in a channel, once for each time that they joined; return the message. Raises UserError."""
        channel = self._channels.setdefault(channel_id, _Channel())
        asked = asyncio.get_running_loop().create_future()
        channel.waiting.append((row, asked))
        if channel.task is None or channel.task.done():
            # In the language in which the first of them is asked: that of the server.
            channel.task = asyncio.create_task(_post_all(bot, channel_id, channel), name=f"asking in {channel_id}")
        return await asked


async def _post_all(bot: Bot, channel_id: int, channel: _Channel) -> None:
    clock = asyncio.get_running_loop().time
    while channel.waiting:
        await asyncio.sleep(max(0.0, channel.free_at - clock()))
        group = [channel.waiting.popleft() for _ in range(min(MOST, len(channel.waiting)))]
        try:
            group = await _without_asked(bot, channel_id, channel, group)
            message_id = await _post(bot, channel_id, [row for row, _ in group]) if group else 0
        except Exception as error:  # noqa: BLE001 -- it is raised to each of those who wait for it
            for _, asked in group:
                if not asked.done():
                    asked.set_exception(error)
        else:
            for _, asked in group:
                if not asked.done():
                    asked.set_result(message_id)
        if len(group) > 1:
            channel.free_at = clock() + PACE_SECONDS


async def _post(bot: Bot, channel_id: int, rows: Sequence[Onboarding]) -> int:
    """Post what asks these; the same again within minutes for the same is dropped by Discord."""
    if len(rows) == 1:
        (row,) = rows
        once, shown = nonce("ask", row.guild_id, row.user_id, row.joined_at), prompt(row.guild_id, row.user_id)
    else:
        rows = sorted(rows, key=lambda row: row.user_id)
        once = nonce("ask", *((row.guild_id, row.user_id, row.joined_at) for row in rows))
        shown = prompt_for_all([row.user_id for row in rows])
    users = [row.user_id for row in rows]
    return await say(bot, channel_id, shown.content or "", nonce=once, users=users, components=_components(shown))


async def _without_asked(
    bot: Bot, channel_id: int, channel: _Channel, group: list[tuple[Onboarding, asyncio.Future[int]]]
) -> list[tuple[Onboarding, asyncio.Future[int]]]:
    """Leave out whom a process asked that was killed before it wrote that down: others were in its message."""
    if all(row.joined_at is None or row.joined_at >= bot.started_at for row, _ in group):
        return group
    if channel.asked_before is None:
        channel.asked_before = await _look(bot, channel_id)
    rest = list[tuple[Onboarding, asyncio.Future[int]]]()
    for row, asked in group:
        message_id = channel.asked_before.get(row.user_id)
        is_since = message_id is not None and (
            row.joined_at is None or discord.utils.snowflake_time(message_id) >= row.joined_at
        )
        if message_id is not None and is_since and not asked.done():
            asked.set_result(message_id)
        else:
            rest.append((row, asked))
    return rest


async def _look(bot: Bot, channel_id: int) -> dict[int, int]:
    """Return who was asked lately in a channel, and by which message; nobody where it cannot be read."""
    try:
        messages: Any = await bot.http.logs_from(channel_id, LOOKED_AT)
    except ERRORS as error:
        log.info("not seen who was asked", extra={"channel": channel_id, "error": str(error)})
        return {}
    found: dict[int, int] = {}
    for message in messages:
        is_mine = bot.user is not None and int(message["author"]["id"]) == bot.user.id
        buttons = [one for row in message.get("components") or () for one in row.get("components") or ()]
        if is_mine and any(str(one.get("custom_id", "")).startswith(BUTTONS) for one in buttons):
            for user in message["mentions"]:
                found.setdefault(int(user["id"]), int(message["id"]))
    return found


def _components(reply: Reply) -> list[dict[str, Any]]:
    return discord.ui.View(*reply.items, timeout=None, store=False).to_components()


_OF: WeakKeyDictionary[discord.Client, Invitations] = WeakKeyDictionary()


def invitations_of(bot: Bot) -> Invitations:
    """Return those of this process."""
    return _OF.setdefault(bot, Invitations())
