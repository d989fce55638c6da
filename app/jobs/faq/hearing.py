"""Hearing what is asked in the channels in which answers are suggested, as Discord tells it.

What is said elsewhere costs two look-ups. Nothing here asks the database, unless the server's settings are not known.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import BotError
from app.core.faq.asking import LATE_EDIT, is_worth_a_search, questions_in, sounds_like_a_question
from app.core.faq.policy import FaqPolicy
from app.core.faq.waiting import Said, WaitingRoom
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.intents import MESSAGE_EVENTS
from app.ui.kit.context import ranked

log = logging.getLogger(__name__)

MAX_HEARD = 1000
"""Events that are kept until they are looked at; what comes beyond is lost, and counted."""
MESSAGE, REPLY = 0, 19
"""Discord's numbers for what people write; every other kind is written by itself or by an application."""


@record
class _Event:
    kind: str
    raw: Any
    guild_id: int
    chosen_id: int


class Hearing:
    """Leads what happens in the chosen channels to the waiting room."""

    def __init__(self, bot: Bot, room: WaitingRoom, dropped: Callable[[], None], changed: Callable[[], None]) -> None:
        self._bot = bot
        self._room = room
        self._dropped = dropped
        self._changed = changed
        self.chosen: Mapping[int, frozenset[int]] = {}
        """The chosen channels of each server."""
        self._events: asyncio.Queue[_Event] = asyncio.Queue(MAX_HEARD)
        self._task: asyncio.Task[None] | None = None

    def listen(self, parsers: dict[str, Any]) -> None:
        """Hear what py-cord is told of messages; it drops those of channels that no other feature listens to."""
        for event in MESSAGE_EVENTS:
            parsers[event] = self._before(event, parsers[event])

    async def drain(self) -> None:
        """Return once everything that was heard is looked at."""
        await self._events.join()

    async def stop(self) -> None:
        """Hear nothing more."""
        self.chosen = {}
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _before(self, kind: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        def heard(raw: Any) -> None:
            if (guild_id := raw.get("guild_id")) is not None and self.chosen:
                self._hear(kind, raw, int(guild_id))
            parse(raw)

        return heard

    def _hear(self, kind: str, raw: Any, guild_id: int) -> None:
        chosen = self.chosen.get(guild_id)
        if chosen is None:
            return
        channel_id = int(raw["channel_id"])
        chosen_id = channel_id if channel_id in chosen else self._parent_of(guild_id, channel_id)
        if chosen_id not in chosen:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="faq hearing")
        try:
            self._events.put_nowait(_Event(kind, raw, guild_id, chosen_id))
        except asyncio.QueueFull:
            self._dropped()

    def _parent_of(self, guild_id: int, channel_id: int) -> int | None:
        guild = self._bot.get_guild(guild_id)
        thread = guild.get_thread(channel_id) if guild is not None else None
        # What is said in a private thread, such as a ticket, is between those in it.
        return None if thread is None or thread.is_private() else thread.parent_id

    async def _run(self) -> None:
        while True:
            event = await self._events.get()
            try:
                await self._take(event)
            except BotError as error:
                log.warning("what was said in a channel was not looked at", extra={"error": str(error)})
                self._dropped()
            except Exception:
                log.exception("what was said in a channel could not be read", extra={"channel": event.chosen_id})
            finally:
                self._events.task_done()

    async def _take(self, event: _Event) -> None:
        raw, channel_id = event.raw, int(event.raw["channel_id"])
        if event.kind in {"MESSAGE_DELETE", "MESSAGE_DELETE_BULK"}:
            ids = raw.get("ids") or [raw["id"]]
            self._room.gone(channel_id, frozenset(map(int, ids)))
            return
        # What says only that a preview was added has no author.
        if "author" not in raw or "content" not in raw:
            return
        snapshot = await self._bot.settings.get(event.guild_id)
        place = FaqPolicy.of(snapshot).automatic.get(event.chosen_id)
        guild = self._bot.get_guild(event.guild_id)
        if place is None or guild is None:
            return
        now, wait = self._bot.clock(), timedelta(seconds=place.wait)
        actor = _writer(guild, raw, snapshot)
        is_by_person = not raw["author"].get("bot") and not raw.get("webhook_id") and raw["type"] in {MESSAGE, REPLY}
        said = self._said(event, guild, actor) if is_by_person and not actor.is_staff else None
        if event.kind == "MESSAGE_UPDATE":
            self._edited(raw, channel_id, said, now, wait)
        elif self._bot.user is None or actor.user_id != self._bot.user.id:
            to = _spoken_to(raw, with_mentions=is_by_person)
            self._room.answered(channel_id, actor.user_id, to=to, is_staff=is_by_person and actor.is_staff)
            if said is None:
                self._room.goes_on(channel_id, actor.user_id, now, wait)
            elif not self._room.ask(said, now, wait):
                self._dropped()
        self._changed()

    def _edited(self, raw: Any, channel_id: int, said: Said | None, now: datetime, wait: timedelta) -> None:
        if raw.get("edited_timestamp") is None:
            return
        message_id = int(raw["id"])
        if said is not None and self._room.waits_with(said):
            return
        self._room.gone(channel_id, frozenset({message_id}))
        after = datetime.fromisoformat(raw["edited_timestamp"]) - datetime.fromisoformat(raw["timestamp"])
        if said is not None and after <= LATE_EDIT and not self._room.ask(said, now, wait):
            self._dropped()

    def _said(self, event: _Event, guild: discord.Guild, actor: Actor) -> Said | None:
        """Return what a member may be asking, None if it is nothing to search for."""
        raw = event.raw
        if raw["type"] != MESSAGE or raw.get("message_reference"):
            return None
        channel_id, message_id, text = int(raw["channel_id"]), int(raw["id"]), str(raw["content"])
        title = ""
        if channel_id == message_id and (thread := guild.get_thread(channel_id)) is not None:
            title = thread.name
        texts = questions_in(text, title) if title or is_worth_a_search(text) else ()
        if not texts:
            return None
        is_question = bool(title) or sounds_like_a_question(text)
        return Said(event.guild_id, event.chosen_id, channel_id, message_id, actor.user_id, texts, is_question)


def _spoken_to(raw: Any, *, with_mentions: bool) -> frozenset[int]:
    """Return whom a message is for: whoever it replies to, and those whom a person mentions."""
    people = [*raw.get("mentions", ())] if with_mentions else []
    with suppress(KeyError, TypeError):
        people.append(raw["referenced_message"]["author"])
    return frozenset(int(one["id"]) for one in people)


def _writer(guild: discord.Guild, raw: Any, snapshot: SettingsSnapshot) -> Actor:
    """Say who wrote a message, by the roles that Discord sent along."""
    user_id = int(raw["author"]["id"])
    role_ids = frozenset(map(int, (raw.get("member") or {}).get("roles", ())))
    permissions = discord.Permissions.all() if user_id == guild.owner_id else guild.default_role.permissions
    for role_id in role_ids:
        role = guild.get_role(role_id)
        if role is not None:
            permissions |= role.permissions
    return ranked(guild.id, user_id, permissions, role_ids, snapshot)
