"""Erasing people from what was not over yet, and again in a database that was restored meanwhile."""

import asyncio
from datetime import datetime, timedelta

from app.core.privacy.pending import Waits
from app.erased_again import erase_again
from app.interaction_log import FORGET_WITHIN
from app.job_part import Part

BATCH = 20
PAUSE = timedelta(seconds=1)
DONE_WITHIN = timedelta(minutes=1)
"""An erasure that is newer may be under way, and may fail: its tombstone comes first."""
TOLD_WITHIN = FORGET_WITHIN
"""For how long processes are told of an erasure again: as long as they may still write down what was done before it."""


class ErasePostponed(Part):
    """Erases people from their tickets once these are over, and from what else they waited for."""

    job = "privacy"
    name = "postponed"
    every = timedelta(minutes=5)

    async def work(self) -> datetime | None:
        """Erase some."""
        async with self._bot.uow() as work:
            erased = await work.personal_data.erase_postponed(BATCH)
            # Somebody makes sums at this moment, which take a while, and soon makes the next.
            is_held_up = bool(await work.erasures.pending(Waits.SEEN))
        return self._bot.clock() + PAUSE if erased == BATCH or is_held_up else None


class KeepErased(Part):
    """Looks whether the database still knows of every erasure, and lets tombstones go that no backup needs.

    Every process is told again of the latest: one that did not listen then may have them only from here.
    """

    job = "privacy"
    name = "again"
    every = timedelta(minutes=10)

    async def work(self) -> datetime | None:
        """Look once. The file is small: a line for each person."""
        await asyncio.to_thread(self._bot.erasures.prune, self._bot.clock())
        now = self._bot.clock()
        known = [one for one in await asyncio.to_thread(self._bot.erasures.read) if one.at <= now - DONE_WITHIN]
        await erase_again(self._bot.uow, known)
        if latest := [one for one in known if one.at > now - TOLD_WITHIN]:
            async with self._bot.uow() as work:
                await work.erasures.tell(latest)
        return None
