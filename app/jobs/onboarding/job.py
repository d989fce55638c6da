"""The job itself: it claims the members that have to be looked at, and hands each to the handler of their state."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from app.bot import Bot
from app.core.leased_work import LeasedWork
from app.core.messages import speaking
from app.core.onboarding.events import ONBOARDING_CHANNEL
from app.core.onboarding.policy import OnboardingPolicy
from app.jobs.onboarding import done, timer
from app.jobs.onboarding.gateway import Arrivals
from app.jobs.onboarding.sweep import Sweeps
from app.jobs.onboarding.versions import NewVersions
from app.leased_rows import LeasedRows
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from app.services.onboarding.due import LEASE, Key, Share
from app.ui.kit.language import language_of_server

LAST_WORDS_SECONDS = 3.0
"""Of the five seconds in which the process stops, what handlers under way get to finish."""

Handler = Callable[[Bot, Onboarding, OnboardingPolicy], Awaitable[datetime | None]]
"""Does what is due about one member, and returns when to look next; None for never by itself.

It runs in the language of the server, beside others, and never twice at once for one member. It may be broken off at
any moment and is then called again, by this process or by another: what it sends carries a nonce and is marked after.
If it raises, it is called again, later each time.
"""

HANDLERS: Mapping[OnboardingState, Handler] = {
    OnboardingState.ASKED: timer.handle,
    OnboardingState.STARTED: timer.handle,
    OnboardingState.COMPLETED: done.handle,
}
"""Members in other states are not claimed."""


class LookAfterMembers:
    """Looks after every member who is due, together with the other processes that do the same."""

    name = "onboarding"
    channel: str | None = ONBOARDING_CHANNEL

    def __init__(self, bot: Bot, handlers: Mapping[OnboardingState, Handler] = HANDLERS) -> None:
        self._bot = bot
        self._handlers = handlers
        self.arrivals = Arrivals(bot)
        self.sweeps = Sweeps(bot, self.arrivals)
        self.versions = NewVersions(bot)
        self.work = LeasedWork[Key, Onboarding](
            self.name,
            LeasedRows[Key, Onboarding, Share](
                bot, lambda work: work.onboarding.due, self._share, lambda row: (row.guild_id, row.user_id)
            ),
            self._handle,
            lambda at: bot.jobs.wake(self.name, at),
            bot.clock,
            lease=LEASE,
        )

    def announced(self) -> None:
        """Do nothing: nothing that was read before is kept."""

    async def run_once(self) -> datetime | None:
        """Begin with everything that is due; return when something is due next."""
        self.sweeps.begin()
        of_rules = self.versions.look()
        due = await self.work.begin_due()
        return of_rules if due is None else min(due, of_rules)

    async def drain(self) -> None:
        """Return once everything that was heard is written, and everything that was claimed is settled."""
        await self.sweeps.drain()
        await self.arrivals.drain()
        await self.versions.drain()
        await self.work.drain()

    async def stop(self) -> None:
        """Let what is under way come to its end, and give back what does not in time."""
        await asyncio.gather(
            self.sweeps.stop(), self.arrivals.stop(), self.versions.stop(), self.work.stop(LAST_WORDS_SECONDS)
        )

    def _share(self) -> Share:
        return Share(tuple(self._handlers), self._bot.served_shards)

    async def _handle(self, row: Onboarding) -> datetime | None:
        policy = OnboardingPolicy.of(await self._bot.settings.get(row.guild_id))
        with speaking(language_of_server(self._bot, row.guild_id)):
            return await self._handlers[row.state](self._bot, row, policy)
