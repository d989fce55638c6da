"""Deleting reminders for good, some time after they are over or were deleted."""

from datetime import datetime, timedelta

from app.bot import Bot

RUN_EVERY = timedelta(hours=1)
KEEP_FINISHED = timedelta(days=30)
"""How long the buttons of a reminder that is over still work."""
KEEP_DELETED = timedelta(days=1)
"""How long a deleted reminder can be restored."""
MAX_PARTS = 20
"""How many parts of the table are looked at in one run."""


class Retention:
    """Looks through the table once an hour, a bounded part of it at a time."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._ran_at: datetime | None = None
        self._looked_at = 0

    async def run(self) -> None:
        """Delete what is old enough, at most once an hour."""
        now = self._bot.clock()
        if self._ran_at is not None and abs(now - self._ran_at) < RUN_EVERY:
            return
        self._ran_at = now
        async with self._bot.uow() as work:
            await work.reminders.retention.forget_deleted(before=now - KEEP_DELETED)
        for _ in range(MAX_PARTS):
            async with self._bot.uow() as work:
                _, last = await work.reminders.retention.forget_finished(
                    before=now - KEEP_FINISHED, after=self._looked_at
                )
            self._looked_at = last or 0
            if last is None:
                break
