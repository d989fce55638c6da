"""Counting an attempt before its message goes out: many together, while each of them waits."""

import asyncio
from collections.abc import Callable, Sequence

from app.bot import Bot
from app.core.batch_writer import BatchWriter
from app.core.clock import Stopwatch
from app.core.errors import BotError
from app.core.records import record
from app.core.reminders.delivery import MAX_AT_ONCE, DeliveryStep
from app.jobs.reminders.held import Held
from app.services.reminders.due import Delivery

GATHER_SECONDS = 0.005
"""How long a message may wait at most so that others start in the same transaction."""


@record
class _Start:
    delivery: Delivery
    started: asyncio.Future[Delivery | None]

    def answer(self, delivery: Delivery | None) -> None:
        if not self.started.done():
            self.started.set_result(delivery)


class Starting:
    """Starts together what comes within a few milliseconds, or while the last transaction runs.

    What comes next in other places, by `ahead`, is started with it, because a statement for one message costs as much
    as one for forty. So of a place that is quick, one message more than is under way may look as if it had arrived.
    """

    def __init__(self, bot: Bot, held: Held, ahead: Callable[[], Sequence[Delivery]]) -> None:
        self._bot = bot
        self._held = held
        self._ahead = ahead
        self._early: dict[DeliveryStep, _Start] = {}
        """What was started before it was asked for, or is being started."""
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
        start = self._early.pop(delivery.step, None)
        if start is None:
            start = _start(delivery)
            await self._starts.put(start)
        return await start.started

    async def stop(self) -> None:
        """Start no more."""
        await self._starts.stop(0)

    async def _write(self, starts: Sequence[_Start]) -> None:
        early = [_start(one) for one in self._ahead() if one.step not in self._early]
        self._early |= {start.delivery.step: start for start in early}
        try:
            await self._start([*starts, *early])
        except Exception:
            # Whoever waits for one of these already is not to be left alone with what went wrong.
            self._give_up(early)
            if not early:
                raise
            await self._start(starts)

    async def _start(self, starts: Sequence[_Start]) -> None:
        since, deliveries = Stopwatch(), [start.delivery for start in starts]
        started = await self._bot.uow.at_once(lambda work: work.reminders.delivery.start(deliveries))
        for start, delivery in zip(starts, started, strict=True):
            if delivery is not None:
                # Nobody else can have begun it, so that it is ours even if the lease of the claim was over.
                self._held.take(delivery.step, since, delivery.lease)
            start.answer(delivery)

    def _give_up(self, early: Sequence[_Start]) -> None:
        for start in early:
            self._early.pop(start.delivery.step, None)
            start.answer(None)


def _start(delivery: Delivery) -> _Start:
    return _Start(delivery, asyncio.get_running_loop().create_future())
