"""What this process has claimed, lane by lane, and sends one after the other in each."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from app.bot import Bot
from app.core.clock import Stopwatch
from app.core.reminders.delivery import DeliveryOutcome, DeliveryStep
from app.jobs.reminders.held import Held
from app.jobs.reminders.sender import Sender
from app.jobs.reminders.starting import Starting
from app.services.reminders.due import Delivery

log = logging.getLogger(__name__)

QUICK_SECONDS = 0.5
"""What takes longer than that waits: for Discord's limit, or for an answer."""


class Sending:
    """A queue for each lane, and a task that works through it: py-cord would do the same, but in any order.

    What became of each message goes to `settle`; `sent_one` is called after each.
    """

    def __init__(
        self,
        bot: Bot,
        held: Held,
        settle: Callable[[Delivery, DeliveryOutcome], Awaitable[None]],
        sent_one: Callable[[], None],
    ) -> None:
        self._sender = Sender(bot, held)
        self._starting = Starting(bot, held, self._ahead)
        self._held = held
        self._settle = settle
        self._sent_one = sent_one
        self._lanes: dict[int, deque[Delivery]] = {}
        self._quick: dict[int, float] = {}
        """When the message went out that is under way, of lanes in which the one before it was quick."""
        self._workers: set[asyncio.Task[None]] = set()

    def lanes(self) -> dict[int, int]:
        """Return how many are waiting or under way in each lane."""
        return {lane: len(queue) for lane, queue in self._lanes.items()}

    def add(self, delivery: Delivery, since: Stopwatch) -> None:
        """Send it after what was claimed before for the same lane; `since` is from before the claim."""
        if delivery.step in self._held:
            # Its lease ran out while this process stood still. It is being sent, or about to be settled.
            return
        self._held.take(delivery.step, since, delivery.lease)
        queue = self._lanes.get(delivery.lane)
        if queue is not None:
            queue.append(delivery)
            return
        self._lanes[delivery.lane] = deque([delivery])
        worker = asyncio.create_task(self._work(delivery.lane), name=f"reminders to {delivery.lane}")
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    def take_waiting(self) -> list[DeliveryStep]:
        """Take out what was not started, and return it."""
        return [queue.pop().step for queue in self._lanes.values() for _ in range(len(queue) - 1)]

    async def drain(self) -> None:
        """Return once everything is sent."""
        while self._workers:
            await asyncio.wait(self._workers)

    async def stop(self) -> None:
        """Send no more; what is under way is broken off."""
        for worker in list(self._workers):
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
        await self._starting.stop()

    def _ahead(self) -> list[Delivery]:
        """Return what follows what is under way, of lanes that are quick: elsewhere it waits, and is not tried yet."""
        since = asyncio.get_running_loop().time() - QUICK_SECONDS
        return [self._lanes[lane][1] for lane, at in self._quick.items() if at > since and len(self._lanes[lane]) > 1]

    async def _work(self, lane: int) -> None:
        queue, loop = self._lanes[lane], asyncio.get_running_loop()
        is_quick = False
        while queue:
            delivery, began = queue[0], loop.time()
            outcome = await self._attempt(delivery, is_quick=is_quick)
            if outcome is None:
                self._held.let_go([delivery.step])
            else:
                await self._settle(delivery, outcome)
            queue.popleft()
            self._quick.pop(lane, None)
            is_quick = loop.time() - began < QUICK_SECONDS
            self._sent_one()
        del self._lanes[lane]

    async def _attempt(self, delivery: Delivery, *, is_quick: bool) -> DeliveryOutcome | None:
        """Send one; None if it is not ours any more, or left to its lease."""
        try:
            started = await self._starting.start(delivery)
            if is_quick:
                self._quick[delivery.lane] = asyncio.get_running_loop().time()
            return await self._sender.attempt(started) if started is not None else None
        except Exception:
            # A mistake of ours, which must not keep the rest waiting; the lease runs out, and it is tried again.
            log.exception("reminder not delivered", extra={"reminder": delivery.step.reminder_id})
            return None
