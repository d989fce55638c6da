"""Doing something once, however often it is asked for within minutes. Kept in memory: a restart forgets it."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from app.core.clock import Clock


class Once:
    """Knows what was done within a time, and lets whoever asks for the same meanwhile wait for it."""

    def __init__(self, within: timedelta, clock: Clock) -> None:
        self._within = within
        self._clock = clock
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._asking = Counter[Hashable]()
        self._done: dict[Hashable, datetime] = {}

    @asynccontextmanager
    async def doing(self, key: Hashable) -> AsyncGenerator[bool]:
        """Wait for whoever does the same, and tell whether it is still to be done. What fails is not done."""
        self._asking[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                now = self._clock()
                self._done = {one: at for one, at in self._done.items() if at > now - self._within}
                is_first = key not in self._done
                yield is_first
                if is_first:
                    self._done[key] = now
        finally:
            self._asking[key] -= 1
            if not self._asking[key]:
                del self._asking[key], self._locks[key]
