"""Forgetting what people searched for, and who, once their server keeps it no longer."""

from datetime import datetime, timedelta

from app.bot import Bot
from app.job_part import Part
from app.services.faq.retention import BATCH

PAUSE = timedelta(seconds=1)
"""Between two batches, so that nobody waits for their locks."""


class Forget(Part):
    """Forgets in small batches, each a transaction."""

    job = "faq"
    name = "forgetting"
    every = timedelta(minutes=10)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        # Whoever has just upgraded can still choose to keep them.
        self._again_at = bot.clock() + self.every

    async def work(self) -> datetime | None:
        """Forget one batch."""
        async with self._bot.uow() as work:
            forgotten = await work.faq.retention.forget()
        return self._bot.clock() + PAUSE if forgotten == BATCH else None
