"""Giving the rows of the predecessor their schedules, many at a time, beside what is being sent."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from app.bot import Bot
from app.core.errors import BotError
from app.core.runner import let_end

log = logging.getLogger(__name__)

FOUND = 20_000
"""How many are found at once. Those that may come first are planned first, also of what comes due meanwhile."""
BATCH = 500
"""How many are planned at once: some hundredths of a second of work, for which other things may have to wait."""
FIRST = 8
"""Of what was found, so many batches are planned in order: those that may come within the next minutes."""
AT_ONCE = 4
"""While one batch is worked out, the others are read and written: the database has more to do than the bot."""
PAUSE_SECONDS = 1.0
"""When to look again after nothing could be planned."""
BACKLOG = 10
"""With more messages than that under way, planning gives way, because it would hold up each step of each of them."""
GIVE_WAY_SECONDS, LOOK_SECONDS = 0.2, 0.01
"""How long a batch gives way at most, because messages may be under way all the time; and how often it looks."""
LAST_SECONDS = 1.0
"""How long stopping waits for the batches that are being planned."""


class Planning:
    """Runs for as long as there are rows without a schedule; `wake` is called with when some are due.

    `under_way` tells how many messages are being sent, or wait for their turn.
    """

    def __init__(self, bot: Bot, wake: Callable[[datetime], None], under_way: Callable[[], int]) -> None:
        self._bot = bot
        self._under_way = under_way
        self._wake = wake
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False

    @property
    def is_under_way(self) -> bool:
        """Tell whether there is something to plan, so that nothing else has to look at it."""
        return self._task is not None and not self._task.done()

    async def begin(self, ids: Sequence[int]) -> None:
        """Plan some rows, and then, beside what else there is to do, all that are left."""
        if self._is_stopped:
            return
        await self._plan_batch(ids)
        if not self.is_under_way and not self._is_stopped:
            self._task = asyncio.create_task(self._run(), name="reminders plan")

    async def stop(self) -> None:
        """Plan no more; what is left is planned after the next start."""
        self._is_stopped = True
        await let_end(self._task, LAST_SECONDS)

    async def _run(self) -> None:
        many = 0
        while not self._is_stopped:
            try:
                found, planned = await self._plan_some()
            except BotError as error:
                log.warning("reminders could not be planned", extra={"error": str(error)})
                found, planned = True, 0
            many += planned
            if not found:
                break
            if not planned:
                # Others are at it, or the database is away.
                await asyncio.sleep(PAUSE_SECONDS)
        log.info("reminders of before have their schedules", extra={"reminders": many})
        self._wake(self._bot.clock())

    async def _plan_some(self) -> tuple[bool, int]:
        """Tell whether any were found, and how many were planned."""
        async with self._bot.uow.reading() as work:
            ids = await work.reminders.takeover.find(FOUND)
        batches = [ids[place : place + BATCH] for place in range(0, len(ids), BATCH)]
        first, rest = batches[:FIRST], batches[FIRST:]
        # In any order, so that two processes seldom work out the same.
        random.shuffle(rest)
        every = iter([*first, *rest])
        # All of them end before anything else is found, also if one fails.
        ended = await asyncio.gather(*(self._plan(every) for _ in range(AT_ONCE)), return_exceptions=True)
        failed = next((one for one in ended if isinstance(one, BaseException)), None)
        if failed is not None:
            raise failed
        return bool(ids), sum(one for one in ended if isinstance(one, int))

    async def _plan(self, batches: Iterator[Sequence[int]]) -> int:
        many = 0
        for ids in batches:
            await self._give_way()
            if self._is_stopped:
                break
            many += await self._plan_batch(ids)
        return many

    async def _plan_batch(self, ids: Sequence[int]) -> int:
        planned = await self._bot.uow.at_once(lambda work: work.reminders.takeover.plan(ids))
        if planned.aside:
            log.warning("reminders need attention", extra={"reminders": list(planned.aside)})
        if planned.next_wake is not None:
            self._wake(planned.next_wake)
        return planned.many

    async def _give_way(self) -> None:
        """Return once few messages are under way, or patience is over."""
        for _ in range(round(GIVE_WAY_SECONDS / LOOK_SECONDS)):
            if self._under_way() <= BACKLOG or self._is_stopped:
                break
            await asyncio.sleep(LOOK_SECONDS)
