"""The job itself: it claims what is due and hands it to those who send, settle, renew and tidy up."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.clock import Stopwatch
from app.core.errors import BotError
from app.core.reminders.delivery import MAX_AT_ONCE, REMINDERS_CHANNEL
from app.jobs.reminders.held import Held
from app.jobs.reminders.metrics import DeliveryMetrics
from app.jobs.reminders.planning import Planning
from app.jobs.reminders.renewal import Renewal
from app.jobs.reminders.retention import Retention
from app.jobs.reminders.sending import Sending
from app.jobs.reminders.settling import Settling
from app.metrics import Metrics
from app.services.reminders.lanes import busy_lanes

ENOUGH_ROOM = 50
ROOM_SECONDS = 0.25
"""How long to wait until so many more can be claimed in one go."""

CONTESTED_SECONDS = 0.05
"""When to look again after another process was just claiming whatever is due."""

LAST_WORDS_SECONDS = 3.0
"""Of the five seconds in which the process stops, what messages under way get to arrive."""

GIVE_BACK_SECONDS = 1.0


class DeliverReminders:
    """Sends every reminder that is due, together with the other processes that do the same."""

    name = "reminders"
    channel: str | None = REMINDERS_CHANNEL

    def __init__(self, bot: Bot, metrics: Metrics) -> None:
        self._bot = bot
        self._held = Held()
        self._let_go = asyncio.Event()
        self._passed_over: set[int] = set()
        self._next_wake: datetime | None = None
        self._stopping = False
        self._is_prepared = False
        measured = DeliveryMetrics(metrics, under_way=lambda: self.under_way, overdue_seconds=self._overdue_seconds)
        bot.vitals.reminder_lateness = self._overdue_seconds
        bot.vitals.queue("reminders_under_way", lambda: self.under_way)
        self._settling = Settling(bot, self._held, measured, self._let_go.set, self._due_at)
        self._sending = Sending(bot, self._held, self._settling.put, self._sent_one)
        self._renewal = Renewal(bot, self._held)
        self._retention = Retention(bot)
        self._planning = Planning(bot, self._due_at, lambda: sum(self._sending.lanes().values()))

    @property
    def under_way(self) -> int:
        """Return how many are claimed and not settled."""
        return len(self._held)

    def announced(self) -> None:
        """Nothing to do: each run reads what is due."""

    async def run_once(self) -> datetime | None:
        """Claim everything that is due and begin to send it; return when something is due next.

        What is due in a channel that has as much under way as it gets is left for later: the job wakes itself then.
        """
        self._renewal.ensure()
        await self._retention.run()
        while not self._stopping:
            room = await self._room()
            lanes = self._sending.lanes()
            # Before the look, because a message may arrive during it.
            self._passed_over = busy_lanes(lanes)
            # Without a look when something has to be due by now; else that look is all that is asked.
            if self._is_due() and await self._claim(room, lanes):
                continue
            async with self._bot.uow.reading() as work:
                self._next_wake = await work.reminders.delivery.find_next_wake(
                    lanes, planned_only=self._planning.is_under_way
                )
            if not self._is_due():
                await self._prepare()
                return self._next_wake
            if not await self._claim(room, lanes):
                return self._bot.clock() + timedelta(seconds=CONTESTED_SECONDS)
        return None

    def _is_due(self) -> bool:
        """Tell whether something is due, by what is known of it."""
        return self._next_wake is not None and self._next_wake <= self._bot.clock()

    async def _claim(self, room: int, lanes: Mapping[int, int]) -> bool:
        """Take what is due and begin to send it; tell whether anything was."""
        since = Stopwatch()
        claimed = await self._bot.uow.at_once(
            lambda work: work.reminders.delivery.claim(
                limit=room, under_way=lanes, planned_only=self._planning.is_under_way
            )
        )
        for delivery in claimed.deliveries:
            self._sending.add(delivery, since)
        # What has been waiting for longer than the latest of these was taken with them.
        self._next_wake = max((delivery.due for delivery in claimed.deliveries), default=None)
        if claimed.unplanned:
            await self._planning.begin(claimed.unplanned)
        if claimed.left:
            since = Stopwatch()
            async with self._bot.uow() as work:
                deliveries = await work.reminders.delivery.look_at(claimed.left)
            for delivery in deliveries:
                self._sending.add(delivery, since)
        return not claimed.is_empty

    async def _prepare(self) -> None:
        """Do once, while nothing is due, what would take a tenth of a second when something is for the first time."""
        if not self._is_prepared:
            self._is_prepared = True
            await self._bot.uow.at_once(lambda work: work.reminders.delivery.prepare())

    async def drain(self) -> None:
        """Return once everything that was claimed is sent and settled."""
        await self._sending.drain()
        await self._settling.drain()

    async def stop(self) -> None:
        """Let what is under way arrive and be settled, and give back what was not started.

        What is neither, because it takes too long, is left to its lease.
        """
        self._stopping = True
        await self._planning.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.drain()
        if waiting := self._sending.take_waiting():
            with suppress(BotError, TimeoutError):
                async with asyncio.timeout(GIVE_BACK_SECONDS), self._bot.uow() as work:
                    await work.reminders.delivery.give_back(waiting)
        await self._sending.stop()
        await self._settling.stop()
        await self._renewal.stop()

    def _due_at(self, at: datetime) -> None:
        self._bot.jobs.wake(self.name, at)

    def _sent_one(self) -> None:
        self._let_go.set()
        if self._passed_over and not self._passed_over <= (busy := busy_lanes(self._sending.lanes())):
            self._passed_over &= busy
            self._bot.jobs.wake(self.name)

    async def _room(self) -> int:
        """Return how many more may be claimed; wait for some, so that they are not asked for one by one."""
        loop = asyncio.get_running_loop()
        patience = loop.time() + ROOM_SECONDS
        while True:
            # What is being written down at this moment takes no more room.
            room = MAX_AT_ONCE - sum(self._sending.lanes().values()) - self._settling.waiting
            rest = patience - loop.time()
            if room >= ENOUGH_ROOM or (room > 0 and rest <= 0):
                return room
            # A few that take long, as in a channel that Discord slows down, hold up nobody else.
            self._let_go.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(rest if room > 0 else None):
                    await self._let_go.wait()

    def _overdue_seconds(self) -> float:
        if self._next_wake is None:
            return 0.0
        return max((self._bot.clock() - self._next_wake).total_seconds(), 0.0)
