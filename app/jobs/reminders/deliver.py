"""The duty itself: what this process has taken, and what is still to be written down."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.errors import BotError
from app.core.reminders.delivery import CHANNEL, LEASE, Outcome, Step
from app.http_server import Metrics
from app.jobs.reminders.metrics import DeliveryFigures
from app.jobs.reminders.sender import Sender
from app.services.reminders.delivery import Delivery
from app.services.reminders.lanes import busy_lanes

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Reminders that one process has leased at the same time. Bounds memory, and what a crash leaves to its lease."""

ENOUGH_ROOM = 50
ROOM_SECONDS = 0.25
"""How long to wait until so many more can be taken in one go."""

CONTESTED_SECONDS = 0.1
"""When to look again after another process was just taking whatever is due."""

GATHER_SECONDS = 0.02
"""Outcomes that come within this time are written down together."""

LAST_WORDS_SECONDS = 3.0
"""Of the five seconds in which the process stops, what messages under way get to arrive."""

GIVE_BACK_SECONDS = 1.0

SETTLE_AGAIN_SECONDS = 1.0

TIDY_EVERY = timedelta(hours=1)
KEEP_FINISHED = timedelta(days=30)
"""How long the buttons of a reminder that is over still lead somewhere."""
KEEP_DELETED = timedelta(days=1)
"""How long one that was deleted can be brought back."""
TIDY_STEPS = 20


@dataclass(frozen=True)
class Taken:
    """A reminder that is ours until its outcome is written down; `at` is when it was taken, by the loop's clock."""

    delivery: Delivery
    at: float


class DeliverReminders:
    """Sends every reminder that is due, together with the other processes that do the same."""

    name = "reminders"
    channel: str | None = CHANNEL

    def __init__(self, bot: Bot, metrics: Metrics) -> None:
        self._bot = bot
        self._sender = Sender(bot)
        self._figures = DeliveryFigures(
            metrics, under_way=lambda: len(self._taken), overdue_seconds=self._overdue_seconds
        )
        self._taken: dict[Step, Taken] = {}
        self._lanes: dict[int, deque[Delivery]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._passed_over: set[int] = set()
        self._outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        self._let_go = asyncio.Event()
        self._settler: asyncio.Task[None] | None = None
        self._renewer: asyncio.Task[None] | None = None
        self._stopping = False
        self._next_wake: datetime | None = None
        self._tidied_at: datetime | None = None
        self._tidied_to = 0

    async def run_once(self) -> datetime | None:
        """Take everything that is due and begin to send it; return when something is due next.

        What is due in a channel that has as much under way as it gets is left for later: the duty wakes itself then.
        """
        self._ensure_helpers()
        await self._tidy()
        while not self._stopping:
            room = await self._room()
            lanes = self._under_way()
            # Before the look, because a message may arrive during it.
            self._passed_over = busy_lanes(lanes)
            async with self._bot.uow() as work:
                self._next_wake = await work.reminders.delivery.find_next_wake(lanes)
                if self._next_wake is None or self._next_wake > self._bot.clock():
                    return self._next_wake
                deliveries, found = await work.reminders.delivery.claim(limit=room, under_way=lanes)
            for delivery in deliveries:
                self._begin(delivery)
            if not found:
                return self._bot.clock() + timedelta(seconds=CONTESTED_SECONDS)
        return None

    async def drain(self) -> None:
        """Return once everything that was taken is sent and written down."""
        while self._workers:
            await asyncio.wait(self._workers)
        await self._outcomes.join()

    async def stop(self) -> None:
        """Let what is under way arrive and be written down, and give back what was not tried.

        What is neither, because it takes too long, is left to its lease.
        """
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.drain()
        await self._give_back()
        for task in [*self._workers, self._settler, self._renewer]:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _give_back(self) -> None:
        untried = [queue.pop().step for queue in self._lanes.values() for _ in range(len(queue) - 1)]
        if untried:
            with suppress(BotError, TimeoutError):
                async with asyncio.timeout(GIVE_BACK_SECONDS), self._bot.uow() as work:
                    await work.reminders.delivery.give_back(untried)

    def _begin(self, delivery: Delivery) -> None:
        if delivery.step in self._taken:
            # Its lease ran out while this process stood still. It is being sent, or about to be written down.
            return
        self._taken[delivery.step] = Taken(delivery, asyncio.get_running_loop().time())
        lane = self._lanes.get(delivery.lane)
        if lane is not None:
            lane.append(delivery)
            return
        self._lanes[delivery.lane] = deque([delivery])
        worker = asyncio.create_task(self._send_in(delivery.lane), name=f"reminders to {delivery.lane}")
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _send_in(self, lane: int) -> None:
        """Send what is due in one lane, one after the other: py-cord would do the same, but in any order."""
        queue = self._lanes[lane]
        while queue:
            delivery = queue[0]
            try:
                outcome = await self._sender.attempt(delivery)
            except Exception:
                # A mistake of ours, which must not keep the rest waiting; the lease runs out, and it is tried again.
                log.exception("reminder not delivered", extra={"reminder": delivery.step.reminder_id})
                self._forget([delivery.step])
            else:
                self._figures.count(delivery, outcome, self._bot.clock())
                self._outcomes.put_nowait(outcome)
            queue.popleft()
            self._let_go.set()
            if self._passed_over and not self._passed_over <= (busy := busy_lanes(self._under_way())):
                self._passed_over &= busy
                self._bot.jobs.wake(self.name)
        del self._lanes[lane]

    def _under_way(self) -> dict[int, int]:
        return {lane: len(queue) for lane, queue in self._lanes.items()}

    def _forget(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._taken.pop(step, None)

    async def _room(self) -> int:
        """Return how many more may be taken; wait for some, so that they are not asked for one by one."""
        loop = asyncio.get_running_loop()
        patience = loop.time() + ROOM_SECONDS
        while True:
            # What is being written down at this moment takes no more room.
            room = MOST_AT_ONCE - sum(map(len, self._lanes.values())) - self._outcomes.qsize()
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

    async def _tidy(self) -> None:
        """Once an hour, delete what has been over or deleted for long, a bounded part of the table at a time."""
        now = self._bot.clock()
        if self._tidied_at is not None and abs(now - self._tidied_at) < TIDY_EVERY:
            return
        self._tidied_at = now
        async with self._bot.uow() as work:
            await work.reminders.delivery.forget_deleted(before=now - KEEP_DELETED)
        for _ in range(TIDY_STEPS):
            async with self._bot.uow() as work:
                _, last = await work.reminders.delivery.forget_finished(
                    before=now - KEEP_FINISHED, after=self._tidied_to
                )
            self._tidied_to = last or 0
            if last is None:
                break

    def _ensure_helpers(self) -> None:
        if self._settler is None or self._settler.done():
            self._settler = asyncio.create_task(self._settle(), name="reminders settle")
        if self._renewer is None or self._renewer.done():
            self._renewer = asyncio.create_task(self._renew(), name="reminders renew")

    async def _settle(self) -> None:
        """Write down outcomes, many in one transaction, until cancelled."""
        while True:
            outcomes = [await self._outcomes.get()]
            await asyncio.sleep(GATHER_SECONDS)
            while not self._outcomes.empty() and len(outcomes) < MOST_AT_ONCE:
                outcomes.append(self._outcomes.get_nowait())
            self._let_go.set()
            while not await self._settled(outcomes):  # noqa: ASYNC110 -- nothing tells when a database is back
                await asyncio.sleep(SETTLE_AGAIN_SECONDS)
            self._forget([outcome.step for outcome in outcomes])
            for _ in outcomes:
                self._outcomes.task_done()

    async def _settled(self, outcomes: Sequence[Outcome]) -> bool:
        try:
            async with self._bot.uow() as work:
                settled = await work.reminders.delivery.settle(outcomes)
        except BotError:
            # The database is away. Nobody else can take these rows either until it is back.
            log.warning("deliveries could not be written down yet", extra={"outcomes": len(outcomes)})
            return False
        except Exception:
            # A mistake of ours, which must not keep all later outcomes waiting. The others of this batch are no part
            # of it; the lease of the one it is about runs out.
            log.exception("deliveries could not be written down", extra={"outcomes": len(outcomes)})
            return len(outcomes) == 1 or all([await self._settled([outcome]) for outcome in outcomes])
        if settled.aside:
            log.warning("reminders need attention", extra={"reminders": list(settled.aside)})
        if settled.next_wake is not None:
            self._bot.jobs.wake(self.name, settled.next_wake)
        return True

    async def _renew(self) -> None:
        """Keep the leases of what takes long, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            old = loop.time() - LEASE.total_seconds() / 4
            steps = [step for step, taken in self._taken.items() if taken.at < old]
            if not steps:
                continue
            try:
                async with self._bot.uow() as work:
                    await work.reminders.delivery.renew(steps)
            except BotError as error:
                log.warning("leases could not be renewed", extra={"error": str(error)})
