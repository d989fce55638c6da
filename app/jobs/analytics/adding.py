"""Adding up the days that are over."""

import asyncio
from datetime import datetime, timedelta

from app.job_part import RETRY, Part

PAUSE = timedelta(milliseconds=200)
"""Between two batches, so that others get their turn."""
WRITTEN_WITHIN = 10.0
"""Seconds in which what happened until now is written down, unless the database is away."""


class AddUp(Part):
    """Makes sums in batches, each a transaction. Any number of processes may do so at once."""

    job = "analytics"
    name = "sums"
    every = timedelta(minutes=5)

    async def work(self) -> datetime | None:
        """Make the sums of one batch of this process's servers, or else of all servers together."""
        try:
            async with asyncio.timeout(WRITTEN_WITHIN):
                # A day may have ended while the database was away.
                await self._bot.interactions.drain()
        except TimeoutError:
            return self._bot.clock() + RETRY
        shards = self._bot.served_shards
        async with self._bot.uow() as work:
            goes_on = await work.analytics.sums.add_up(shards)
        if not goes_on and (shards is None or 0 in shards[1]):
            async with self._bot.uow() as work:
                goes_on = await work.analytics.sums.add_up_everywhere()
        return self._bot.clock() + PAUSE if goes_on else None
