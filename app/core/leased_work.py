"""Looking after rows that are leased: each by one process at a time, many beside each other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from app.core.clock import Clock
from app.core.errors import BotError

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")

log = logging.getLogger(__name__)

MAX_AT_ONCE = 20
"""How many one process looks after at the same time."""
CONTESTED = timedelta(seconds=0.1)
"""When to look again after another process was just claiming whatever is due."""
GIVE_BACK_SECONDS = 1.0
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
"""Between the tries of a handler that raises; each pause is twice as long as the one before."""


class Source(Protocol[K, R]):
    """Where the rows are."""

    def key(self, row: R) -> K:
        """Return what a row is known by."""
        ...

    def lease(self, row: R) -> datetime:
        """Return until when it was leased."""
        ...

    async def claim(self, *, limit: int, but: Collection[K]) -> tuple[Sequence[R], datetime | None]:
        """Lease what is due; return it, and when something is due next if that is in the future."""
        ...

    async def settle(self, row: R, lease: datetime, next_at: datetime | None) -> bool:
        """Say when to look at it next; tell whether nobody changed it meanwhile."""
        ...

    async def renew(self, leases: Mapping[K, datetime]) -> dict[K, datetime]:
        """Keep rows for longer; return the leases of those that are still ours."""
        ...

    async def give_back(self, leases: Mapping[K, datetime]) -> None:
        """Let others take at once what was not finished."""
        ...


class LeasedWork(Generic[K, R]):
    """Hands each row that is due to `handle`, which returns when to look at it next.

    A handler that raises is called again, later each time; other rows are not affected. `wake` lets the job run, at a
    moment or now.
    """

    def __init__(
        self,
        name: str,
        source: Source[K, R],
        handle: Callable[[R], Awaitable[datetime | None]],
        wake: Callable[[datetime | None], None],
        clock: Clock,
        *,
        lease: timedelta,
    ) -> None:
        self._name = name
        self._source = source
        self._handle = handle
        self._wake = wake
        self._clock = clock
        self._renew_every = lease.total_seconds() / 3
        self._leases: dict[K, datetime] = {}
        self._tasks: dict[K, asyncio.Task[None]] = {}
        self._failures: dict[K, int] = {}
        self._renewal: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def under_way(self) -> int:
        """Return how many are being looked after."""
        return len(self._tasks)

    async def begin_due(self) -> datetime | None:
        """Claim what is due and begin with it; return when something is due next."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(), name=f"{self._name} renew")
        # With as many as there may be, whichever comes to its end wakes the job.
        while not self._stopping and len(self._tasks) < MAX_AT_ONCE:
            busy = set(self._tasks)
            claimed, due = await self._source.claim(limit=MAX_AT_ONCE - len(busy), but=busy)
            for row in claimed:
                self._begin(row)
            if not claimed:
                return due if due is None or due > self._clock() else self._clock() + CONTESTED
        return None

    async def drain(self) -> None:
        """Return once everything that was claimed is settled."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def stop(self, within: float) -> None:
        """Let what is under way come to its end within some seconds, and give back what does not."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.drain()
        rest = [*self._tasks.values(), *([self._renewal] if self._renewal is not None else [])]
        unfinished = dict(self._leases)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        if unfinished:
            with suppress(BotError, TimeoutError):
                async with asyncio.timeout(GIVE_BACK_SECONDS):
                    await self._source.give_back(unfinished)

    def _begin(self, row: R) -> None:
        key = self._source.key(row)
        self._leases[key] = self._source.lease(row)
        self._tasks[key] = asyncio.create_task(self._look_after(key, row), name=f"{self._name} {key}")

    async def _look_after(self, key: K, row: R) -> None:
        """Do what is due about one row. Whatever goes wrong concerns no other one."""
        try:
            next_at = await self._try(key, row)
            settled = await self._source.settle(row, self._leases[key], next_at)
        except Exception:
            # The lease runs out, and it is looked at again.
            log.exception("not settled", extra={"job": self._name, "row": str(key)})
            return
        finally:
            self._leases.pop(key, None)
            self._tasks.pop(key, None)
        if not settled or len(self._tasks) == MAX_AT_ONCE - 1:
            self._wake(None)
        elif next_at is not None:
            self._wake(next_at)

    async def _try(self, key: K, row: R) -> datetime | None:
        try:
            next_at = await self._handle(row)
        except Exception:
            failures = self._failures[key] = self._failures.get(key, 0) + 1
            log.exception("not looked after", extra={"job": self._name, "row": str(key), "failures": failures})
            return self._clock() + min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        self._failures.pop(key, None)
        return next_at

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._renew_every)
            if not self._leases:
                continue
            held = dict(self._leases)
            try:
                kept = await self._source.renew(held)
            except BotError as error:
                log.warning("leases could not be renewed", extra={"job": self._name, "error": str(error)})
                continue
            self._leases.update({key: until for key, until in kept.items() if key in self._leases})
