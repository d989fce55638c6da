"""Deleting interactions and sums that are kept no longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.bot import Bot
from app.job_part import Part
from app.services.analytics.retention import Kept

PAUSE = timedelta(milliseconds=200)
"""Between two batches, so that nobody waits for their locks."""


class Forget(Part):
    """Deletes in small batches, each a transaction."""

    job = "analytics"
    name = "forgetting"
    every = timedelta(minutes=30)

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        # Whoever has just upgraded can still choose to keep them.
        self._again_at = bot.clock() + self.every
        self._reached = dict[int, datetime]()
        """How far the interactions of each server are looked through: what is left before that is errors."""
        self._errors_reached = dict[int, datetime]()
        """The same of these errors: nothing is left before that."""
        self._kept: Sequence[Kept] = ()
        """What is looked through, until all of it is."""

    async def work(self) -> datetime | None:
        """Delete one batch."""
        shards = self._bot.served_shards
        if not self._kept:
            async with self._bot.uow.reading() as work:
                self._kept = await work.analytics.retention.kept(shards)
        # Errors that were left when others of their time went become too old later.
        passes = ((self._kept, self._reached), ([one.errors for one in self._kept], self._errors_reached))
        for kept, so_far in passes:
            async with self._bot.uow() as work:
                reached = await work.analytics.retention.forget_events(kept, so_far)
            if reached is not None:
                so_far.update(reached)
                return self._bot.clock() + PAUSE
            so_far.update((one.guild_id, one.events_until) for one in kept)
        async with self._bot.uow() as work:
            everywhere = shards is None or 0 in shards[1]
            if await work.analytics.retention.forget_figures(self._kept, everywhere=everywhere):
                return self._bot.clock() + PAUSE
        self._kept = ()
        return None
