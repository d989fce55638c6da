"""Erasing people from tickets that were still open, and again in a database that was restored meanwhile."""

import asyncio
from datetime import datetime, timedelta

from app.erased_again import erase_again
from app.job_part import Part

BATCH = 20
PAUSE = timedelta(seconds=1)


class ErasePostponed(Part):
    """Erases people from their tickets once these are over."""

    job = "privacy"
    name = "postponed"
    every = timedelta(minutes=5)

    async def work(self) -> datetime | None:
        """Erase some."""
        async with self._bot.uow() as work:
            erased = await work.personal_data.erase_postponed(BATCH)
        return self._bot.clock() + PAUSE if erased == BATCH else None


class KeepErased(Part):
    """Looks whether the database still knows of every erasure, and lets tombstones go that no backup needs."""

    job = "privacy"
    name = "again"
    every = timedelta(minutes=10)

    async def work(self) -> datetime | None:
        """Look once. The file is small: a line for each person."""
        await asyncio.to_thread(self._bot.erasures.prune, self._bot.clock())
        await erase_again(self._bot.uow, await asyncio.to_thread(self._bot.erasures.read))
        return None
