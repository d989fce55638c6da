"""Finding at start who joined, was let in, or left while nobody listened: by one look at the list of members."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from discord.http import Route

from app.bot import Bot
from app.core.errors import BotError, Conflict
from app.core.onboarding.settings import MODE, NATIVE
from app.core.one_task import OneTask
from app.effects.onboarding.native import KNOWN_FOR, is_native_on
from app.effects.sending import ERRORS
from app.jobs.onboarding.gateway import Arrivals, Heard
from app.models import SettingsHistory

log = logging.getLogger(__name__)

PAGE = 1000
"""Members of one request (Discord)."""
MARGIN = timedelta(minutes=10)
"""By how much more is looked at than should be needed: what was heard last may not have been written."""
RETRY = timedelta(minutes=1)


class Sweeps:
    """Looks through the members of each server that uses onboarding, once after each start of a session."""

    def __init__(self, bot: Bot, arrivals: Arrivals) -> None:
        self._bot = bot
        self._arrivals = arrivals
        self._swept: set[int] = set()
        self._not_before: datetime | None = None
        self._task = OneTask()
        self._looked_at: datetime | None = None
        bot.add_listener(self._on_ready, "on_ready")
        bot.add_listener(self._on_setting_changed, "on_setting_changed")

    def begin(self) -> None:
        """Begin with what is left to look through, unless that is under way."""
        is_early = self._not_before is not None and self._bot.clock() < self._not_before
        if not self._bot.is_ready() or is_early or self._task.is_busy:
            return
        is_time = self._looked_at is None or self._bot.clock() >= self._looked_at + KNOWN_FOR
        if any(guild.id not in self._swept for guild in self._bot.guilds) or (is_time and self._arrivals.after_native):
            self._task.begin(self._sweep(), "onboarding:sweep")

    async def drain(self) -> None:
        """Return once it is done."""
        await self._task.drain()

    async def stop(self) -> None:
        """Leave the rest to the next start."""
        await self._task.stop()

    async def _on_ready(self) -> None:
        # What happened between two sessions was told to nobody.
        self._swept.clear()
        self._bot.jobs.wake("onboarding")

    async def _on_setting_changed(self, change: SettingsHistory) -> None:
        if change.scope == MODE.scope and change.key in {MODE.key, NATIVE.key}:
            # Whoever waits may be let in by that, and only whose row is known is heard of.
            self._swept.discard(change.guild_id)
            self._bot.jobs.wake("onboarding")

    async def _look_for_native(self) -> None:
        """Look again where members wait for Discord's own onboarding, and it is off by now: nobody is told of that."""
        self._looked_at = self._bot.clock()
        for guild_id in list(self._arrivals.after_native):
            if not any(guild == guild_id for guild, _ in self._arrivals.waiting):
                self._arrivals.after_native.discard(guild_id)
            elif not await is_native_on(self._bot, guild_id):
                self._arrivals.after_native.discard(guild_id)
                self._swept.discard(guild_id)

    async def _sweep(self) -> None:
        await self._look_for_native()
        while left := self._left():
            # Before, so that what is changed meanwhile is looked through once more.
            self._swept |= left
            done = set[int]()
            try:
                await self._look_through_all(left, done)
            except (*ERRORS, BotError) as error:
                self._not_before = self._bot.clock() + RETRY
                log.warning("members were not looked through yet", extra={"error": str(error)})
            finally:
                # Whatever it was that ended it.
                self._swept -= left - done
            if done != left:
                return

    def _left(self) -> set[int]:
        return {one.id for one in self._bot.guilds if one.id not in self._swept and not one.unavailable}

    async def _look_through_all(self, left: set[int], done: set[int]) -> None:
        """Look through some servers, and note which are done."""
        await self._take_over(left)
        if self._bot.sees_members:
            async with self._bot.uow() as work:
                missed_since = await work.onboarding.joins.missed_since(left, MARGIN)
                self._arrivals.waiting |= await work.onboarding.joins.waiting(missed_since)
            for guild_id, since in missed_since.items():
                if self._task.stopping:
                    return
                await self._look_through(guild_id, since)
                done.add(guild_id)
        done |= left

    async def _take_over(self, guild_ids: set[int]) -> None:
        """Make questions of what the predecessor asked after answers. Done once for each server."""
        async with self._bot.uow() as work:
            found = await work.onboarding.questions.with_followups(guild_ids)
        for guild_id in found:
            try:
                async with self._bot.uow() as work:
                    await work.onboarding.questions.take_over(guild_id)
            except Conflict as error:
                log.warning("follow-ups are not taken over", extra={"guild": guild_id, "error": str(error)})

    async def _look_through(self, guild_id: int, since: datetime) -> None:
        began = self._bot.clock()
        after, many = 0, 0
        while True:
            page = await self._page(guild_id, after)
            members = [_heard(guild_id, one) for one in page]
            self._arrivals.note_guests(members)
            last = members[-1].user_id if len(page) == PAGE else None
            joined = [one for one in members if one.joined_at is not None and one.joined_at > since]
            let_in = [_as_now(one) for one in members if one.key in self._arrivals.waiting]
            await self._arrivals.write([*joined, *let_in])
            here = [one.user_id for one in members]
            async with self._bot.uow() as work:
                gone = await work.onboarding.joins.gone(guild_id, here, after=after, last=last, began=began)
            self._arrivals.waiting.difference_update((guild_id, one) for one in gone)
            many += len(page)
            if last is None:
                break
            after = last
        log.info("members were looked through", extra={"guild": guild_id, "members": many})

    async def _page(self, guild_id: int, after: int) -> list[dict[str, Any]]:
        route = Route("GET", "/guilds/{guild_id}/members", guild_id=guild_id)
        return await self._bot.http.request(route, params={"limit": PAGE, "after": str(after)})


def _heard(guild_id: int, found: dict[str, Any]) -> Heard:
    user = found["user"]
    return Heard(
        guild_id=guild_id,
        user_id=int(user["id"]),
        joined_at=datetime.fromisoformat(found["joined_at"]) if found.get("joined_at") else None,
        is_bot=bool(user.get("bot")),
        is_pending=bool(found.get("pending")),
        flags=int(found.get("flags") or 0),
        role_ids=frozenset(int(one) for one in found["roles"]),
        times=0,
    )


def _as_now(one: Heard) -> Heard:
    return replace(one, is_join=False)
