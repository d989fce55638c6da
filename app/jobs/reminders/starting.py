"""Counting an attempt before its message goes out: many together, while each of them waits."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.bot import Bot
from app.core.batch_writer import BatchWriter
from app.core.clock import Stopwatch
from app.core.errors import BotError
from app.core.reminders.delivery import MAX_AT_ONCE
from app.jobs.reminders.held import Held
from app.services.reminders.due import Delivery

GATHER_SECONDS = 0.005
"""How long a message may wait at most so that others start in the same transaction."""


@dataclass(frozen=True)
class _Start:
    delivery: Delivery
    started: asyncio.Future[Delivery | None]

    def answer(self, delivery: Delivery | None) -> None:
        if not self.started.done():
            self.started.set_result(delivery)


class Starting:
    """Starts together what comes within a few milliseconds, or while the last transaction runs."""

    def __init__(self, bot: Bot, held: Held) -> None:
        self._bot = bot
        self._held = held
        self._starts = BatchWriter[_Start](
            "starts of reminders",
            self._write,
            max_waiting=MAX_AT_ONCE,
            max_batch=MAX_AT_ONCE,
            away=(BotError,),
            on_loss=lambda start: start.answer(None),
            gather_seconds=GATHER_SECONDS,
        )

    async def start(self, delivery: Delivery) -> Delivery | None:
        """Return it as it is to go out, once the attempt is counted; None if it must not."""
        start = _Start(delivery, asyncio.get_running_loop().create_future())
        await self._starts.put(start)
        return await start.started

    async def stop(self) -> None:
        """Start no more."""
        await self._starts.stop(0)

    async def _write(self, starts: Sequence[_Start]) -> None:
        since = Stopwatch()
        async with self._bot.uow() as work:
            started = await work.reminders.delivery.start([start.delivery for start in starts])
        for start, delivery in zip(starts, started, strict=True):
            if delivery is not None:
                # Nobody else can have begun it, so that it is ours even if the lease of the claim was over.
                self._held.take(delivery.step, since, delivery.lease)
            start.answer(delivery)
