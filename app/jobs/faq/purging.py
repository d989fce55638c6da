"""Deleting for good what was removed 30 days ago."""

from datetime import datetime, timedelta

from app.job_part import Part

BATCH = 500
PAUSE = timedelta(seconds=1)
"""Between two batches, so that nobody waits for their locks."""


class Purge(Part):
    """Deletes in small batches, each a transaction."""

    job = "faq"
    name = "purge"
    every = timedelta(hours=1)

    async def work(self) -> datetime | None:
        """Delete one batch."""
        async with self._bot.uow() as work:
            gone = await work.faq.purging.purge(BATCH)
        return self._bot.clock() + PAUSE if gone == BATCH else None
