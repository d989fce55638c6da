"""Forgetting what was written for tickets that nobody came back to open."""

from datetime import datetime, timedelta

from app.job_part import Part
from app.services.faq.deflecting import BATCH

PAUSE = timedelta(seconds=1)
"""Between two batches, so that nobody waits for their locks."""


class ForgetDrafts(Part):
    """Forgets in small batches, each a transaction."""

    job = "faq"
    name = "drafts"
    every = timedelta(minutes=30)

    async def work(self) -> datetime | None:
        """Forget one batch."""
        async with self._bot.uow() as work:
            forgotten = await work.faq.deflecting.forget_old()
        return self._bot.clock() + PAUSE if forgotten == BATCH else None
