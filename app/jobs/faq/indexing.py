"""Making entries findable that were written by older rules, by an older PostgreSQL, or by the predecessor."""

from datetime import datetime, timedelta

from app.job_part import Part

PAUSE = timedelta(seconds=1)
"""Between two batches, so that nobody waits for their locks."""


class Index(Part):
    """Makes them so in small batches, each a transaction. Any number of processes may do so at once."""

    job = "faq"
    name = "index"
    every = timedelta(minutes=10)

    async def work(self) -> datetime | None:
        """Do one batch."""
        async with self._bot.uow() as work:
            done = await work.faq.indexing.index_next()
        return self._bot.clock() + PAUSE if done else None
