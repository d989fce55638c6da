"""The pool of connections: a failed attempt lets the next one in line try, and what a rush needed is kept."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn
from sqlalchemy.util.queue import AsyncAdaptedQueue

SPARE_SECONDS = 30.0
"""How long a connection lies unused, at least, until it is one too many."""
FAREWELL_SECONDS = 2.0
"""How long the end of one too many may take. Its place is used until then, also if its server has vanished."""


class _Turn:
    """Stands in the queue for a place where no connection is: whoever receives it may open one."""

    def close(self) -> None:
        """Do nothing; the pool closes what is left in its queue."""


class _Queue(AsyncAdaptedQueue[Any]):
    """Knows how many wait, and how many have lain here all the time since `lowest` was set."""

    waiting = 0
    lowest = 0

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not block:
            item = super().get(block, timeout)
        else:
            self.waiting += 1
            try:
                item = super().get(block, timeout)
            finally:
                self.waiting -= 1
        self.lowest = min(self.lowest, self.qsize())
        return item


class TurnTakingPool(AsyncAdaptedQueuePool):
    """A pool in which everybody who waits hears at once that the server refuses connections.

    In SQLAlchemy's own, a failed attempt frees its place without telling those who wait for it: they sleep out their
    whole timeout, and only then try.

    Half of the connections that there may be stay, however long nobody needs them. The others are closed once they were
    not needed for half a minute: SQLAlchemy's overflow would be closed as soon as it comes back, and made again for
    whoever comes next, a hundred times a second in a rush.
    """

    _queue_class = _Queue
    _is_over = False
    _trimming: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def most(self) -> int:
        """How many connections there can be at once."""
        return self.size() + self._max_overflow

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        queue: Any = self._pool
        return queue.waiting

    def take_idle(self) -> Any:
        """Take the connection that was used last, past what SQLAlchemy notes of whoever borrows one.

        None if none is idle, somebody waits for one, or this one has to be made anew: then SQLAlchemy lends one. What
        is returned is its record of the connection, which belongs to the caller until `put_idle`, or `invalidate` of
        the record before that.
        """
        queue: Any = self._pool
        if queue.waiting or queue.empty():
            return None
        record = queue.get(False)
        if not isinstance(record, _Turn) and self._is_as_good_as_new(record):
            return record
        queue.put(record, False)
        return None

    async def put_idle(self, record: Any) -> None:
        """Take a connection back that `take_idle` has given."""
        queue: Any = self._pool
        if queue.full():
            # It is one too many, and its end is waited for.
            await greenlet_spawn(self._do_return_conn, record)
        else:
            self._do_return_conn(record)

    def _is_as_good_as_new(self, record: Any) -> bool:
        connection, since = record.dbapi_connection, record.starttime
        if connection is None or -1 < self._recycle < time.time() - since:
            return False
        if since <= max(self._invalidate_time, record._soft_invalidate_time):  # noqa: SLF001 -- as SQLAlchemy looks itself
            return False
        try:
            self.dispatch.checkout(connection, record, None)
        except DisconnectionError:
            return False
        return True

    def _do_get(self) -> Any:
        while isinstance(record := super()._do_get(), _Turn):
            # To ask the queue again could take the turn of somebody else, who would sleep on.
            if self._inc_overflow():
                try:
                    return self._create_connection()
                except BaseException:
                    self._dec_overflow()
                    raise
        return record

    def dispose(self) -> None:
        """Close what is here, and later what is still lent when it comes back: nobody takes it from here any more."""
        self._is_over = True
        if self._trimming is not None:
            self._trimming.cancel()
        super().dispose()
        # Whoever waited for one of these meanwhile opens one; nobody else would tell them that there is room.
        queue: Any = self._pool
        for _ in range(min(queue.waiting, self.size() - queue.qsize())):
            queue.put_nowait(_Turn())

    def _do_return_conn(self, record: Any) -> None:
        if self._is_over:
            record.invalidate()
        super()._do_return_conn(record)
        if self._trimming is None and self._spare(self._pool.qsize()) > 0:
            self._look_later()

    def _spare(self, idle: int) -> int:
        """Return how many of those that were idle are too many."""
        there = self.size() + self.overflow() - len(self._closing)
        return min(idle, there - (self.size() + 1) // 2)

    def _look_later(self) -> None:
        queue: Any = self._pool
        queue.lowest = queue.qsize()
        with suppress(RuntimeError):  # what is given back as a program ends, without an event loop
            self._trimming = asyncio.get_running_loop().call_later(SPARE_SECONDS, self._trim)

    def _trim(self) -> None:
        """Close what nobody needed since it was looked at last, and look again later if there is more."""
        queue: Any = self._pool
        self._trimming = None
        if (spare := self._spare(queue.lowest)) > 0:
            idle = [queue.get(False) for _ in range(queue.qsize())]
            # What was used last stays, and lies on top again.
            for record in reversed(idle[:-spare]):
                queue.put(record, False)
            for record in idle[-spare:]:
                if not isinstance(record, _Turn):
                    closing = asyncio.create_task(self._close(record), name="connection closes")
                    self._closing.add(closing)
                    closing.add_done_callback(self._closing.discard)
        if self._spare(queue.qsize()) > 0:
            self._look_later()

    async def _close(self, record: Any) -> None:
        try:
            # After that time the driver drops it.
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await greenlet_spawn(record.close)
        finally:
            self._dec_overflow()

    def _dec_overflow(self) -> Any:
        freed = super()._dec_overflow()
        queue: Any = self._pool
        # What lies in the queue already wakes as many, and each of them comes by here if it fails in its turn.
        if queue.waiting > queue.qsize() and not queue.full():
            queue.put_nowait(_Turn())
        return freed


def _is_a_fault(record: logging.LogRecord) -> bool:
    # Whoever is cancelled while a connection is closed, as at a stop with a database that hangs, drops it: no fault.
    return record.exc_info is None or not isinstance(record.exc_info[1], asyncio.CancelledError)


# SQLAlchemy writes what goes wrong at closing by the name of the class.
logging.getLogger(f"{__name__}.{TurnTakingPool.__name__}").addFilter(_is_a_fault)
