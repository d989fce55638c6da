"""Writing many small things in few transactions: whoever has one leaves it here and goes on."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

QUIET_SECONDS = 10.0
"""How often it is said that something cannot be written, or is lost, while that goes on."""
MAX_FAILED_IN_A_ROW = 10
"""After so many single items that could not be written, the whole of a batch is what is wrong."""


class BatchWriter(Generic[T]):
    """Hands what is put into it to `write`, in the order in which it came and many at a time.

    `write` gets everything that came within `gather_seconds`, or while the last batch was being written. It writes all
    of a batch or nothing. Errors of the types `away` say that the place to write to is away: the batch is tried again
    until it is back. Any other error is a mistake: each item is then written by itself, and one that fails again is
    lost, so that it holds up no other. When many in a row fail, the rest of the batch is lost with them.

    Lost items are counted in `lost`, and each is handed to `on_loss`. The log hears of them every few seconds.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[T]], Awaitable[object]],
        *,
        max_waiting: int,
        max_batch: int,
        away: tuple[type[Exception], ...] = (OSError,),
        on_loss: Callable[[T], None] | None = None,
        gather_seconds: float = 0.02,
        retry_seconds: float = 1.0,
    ) -> None:
        self.lost = 0
        self._name = name
        self._write = write
        self._max_batch = max_batch
        self._away = away
        self._on_loss = on_loss
        self._gather_seconds = gather_seconds
        self._retry_seconds = retry_seconds
        self._queue: asyncio.Queue[T] = asyncio.Queue(max_waiting)
        self._writing: Sequence[T] = ()
        self._hurry = asyncio.Event()
        self._draining = dict[asyncio.Event, int]()
        """Who waits, and how many have to be written or lost by then."""

        self._given = 0
        self._done = 0
        self._failed_in_a_row = 0
        self._quiet_until: dict[str, float] = {}
        self._unsaid = 0
        self._is_stopped = False
        self._task: asyncio.Task[None] | None = None

    @property
    def room(self) -> int:
        """Return how many can wait."""
        return self._queue.maxsize

    @property
    def waiting(self) -> int:
        """Return how many are waiting, without those that are being written."""
        return self._queue.qsize()

    async def put(self, item: T) -> None:
        """Leave something to be written; wait if too much is waiting already."""
        self._ensure_task()
        await self._queue.put(item)
        self._given += 1
        self._hurry_if_full()

    def offer(self, item: T) -> bool:
        """Leave something to be written; if too much is waiting, or it has stopped, lose it and return False."""
        if self._is_stopped:
            self._lose([item], "stopped")
            return False
        self._ensure_task()
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self._lose([item], "too much is waiting")
            return False
        self._given += 1
        self._hurry_if_full()
        return True

    async def drain(self) -> None:
        """Return once everything that was left here until now is written or lost, whatever comes meanwhile."""
        if self._done == self._given:
            return
        done = asyncio.Event()
        self._draining[done] = self._given
        self._hurry.set()
        try:
            await done.wait()
        finally:
            del self._draining[done]

    async def stop(self, within: float) -> None:
        """Write what is left, as far as that takes no longer than `within` seconds; the rest is lost.

        What is offered from then on is lost as well: nobody would write it, or end what does.
        """
        self._is_stopped = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.drain()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._quiet_until.clear()
        self._lose([*self._writing, *(self._queue.get_nowait() for _ in range(self.waiting))], "stopped")
        self._writing = ()
        self._finish(self._given - self._done)

    def _finish(self, many: int) -> None:
        self._done += many
        for done, wanted in self._draining.items():
            if self._done >= wanted:
                done.set()

    def _ensure_task(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name=f"writing {self._name}")

    def _hurry_if_full(self) -> None:
        if self.waiting >= self._max_batch:
            self._hurry.set()

    async def _run(self) -> None:
        while True:
            first = await self._queue.get()
            self._writing = [first]
            if self._gather_seconds and not self._draining and self.waiting + 1 < self._max_batch:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._gather_seconds):
                        await self._hurry.wait()
            self._hurry.clear()
            batch = [first, *(self._queue.get_nowait() for _ in range(min(self.waiting, self._max_batch - 1)))]
            self._writing = batch
            await self._write_all(batch)
            self._finish(len(batch))

    async def _write_all(self, items: Sequence[T]) -> None:
        while True:
            try:
                await self._write(items)
            except self._away as error:
                if self._may_say("away"):
                    log.warning("not written yet", extra={"what": self._name, "items": len(items), "error": str(error)})
                await asyncio.sleep(self._retry_seconds)
            except Exception as error:
                if self._may_say("mistake"):
                    log.exception("not written", extra={"what": self._name, "items": len(items)})
                if len(items) == 1:
                    self._failed_in_a_row += 1
                    self._give_up(items, str(error))
                    return
                self._failed_in_a_row = 0
                await self._write_singly(items, str(error))
                return
            else:
                self._failed_in_a_row = 0
                # What is left here when it stops is lost; what was written one by one is not.
                self._writing = self._writing[len(items) :]
                return

    async def _write_singly(self, items: Sequence[T], why: str) -> None:
        for place, item in enumerate(items):
            if self._failed_in_a_row >= MAX_FAILED_IN_A_ROW:
                self._give_up(items[place:], why)
                return
            await self._write_all([item])

    def _give_up(self, items: Sequence[T], why: str) -> None:
        self._writing = self._writing[len(items) :]
        self._lose(items, why)

    def _lose(self, items: Sequence[T], why: str) -> None:
        if not items:
            return
        self.lost += len(items)
        self._unsaid += len(items)
        if self._may_say("lost"):
            log.error("lost", extra={"what": self._name, "items": self._unsaid, "error": why})
            self._unsaid = 0
        for item in items:
            if self._on_loss is not None:
                self._on_loss(item)

    def _may_say(self, what: str) -> bool:
        """Tell whether the log has not heard of this for a while: there may be thousands in a second."""
        now = asyncio.get_running_loop().time()
        if now < self._quiet_until.get(what, -math.inf):
            return False
        self._quiet_until[what] = now + QUIET_SECONDS
        return True
