"""Writing down what became of messages, many in one transaction."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from app.bot import Bot
from app.core.batch_writer import BatchWriter
from app.core.errors import BotError
from app.core.reminders.delivery import MAX_AT_ONCE, DeliveryOutcome
from app.jobs.reminders.held import Held
from app.jobs.reminders.metrics import DeliveryMetrics
from app.services.reminders.delivery import Settled
from app.services.reminders.due import Delivery

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.05
"""How long an outcome may wait so that others are written with it: one statement costs as much for one as for forty."""
LAST_SECONDS = 0.2
"""How long stopping waits for outcomes that are not written yet."""


class Settling:
    """Writes outcomes. While the database is away they wait here: no other process can take these rows either.

    If a bug keeps one from being settled, its lease runs out and it is claimed again. `taken` is called when waiting
    outcomes make room for others, `wake` with the time at which the next of the settled rows is due.
    """

    def __init__(
        self,
        bot: Bot,
        held: Held,
        metrics: DeliveryMetrics,
        taken: Callable[[], None],
        wake: Callable[[datetime], None],
    ) -> None:
        self._bot = bot
        self._held = held
        self._metrics = metrics
        self._taken = taken
        self._wake = wake
        self._outcomes = BatchWriter[DeliveryOutcome](
            "outcomes of reminders",
            self._write,
            max_waiting=MAX_AT_ONCE,
            max_batch=MAX_AT_ONCE,
            away=(BotError,),
            on_loss=lambda outcome: self._let_go([outcome]),
            gather_seconds=GATHER_SECONDS,
        )
        bot.vitals.queue("reminder_outcomes", lambda: self._outcomes.waiting)

    @property
    def waiting(self) -> int:
        """Return how many outcomes are not being written yet."""
        return self._outcomes.waiting

    async def put(self, delivery: Delivery, outcome: DeliveryOutcome) -> None:
        """Leave an outcome to be settled soon."""
        self._metrics.count(delivery, outcome, self._bot.clock())
        await self._outcomes.put(outcome)

    async def drain(self) -> None:
        """Return once everything is settled."""
        await self._outcomes.drain()

    async def stop(self) -> None:
        """Stop; what is not written is claimed again when its lease runs out."""
        await self._outcomes.stop(LAST_SECONDS)

    async def _write(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        self._taken()
        settled = await self._bot.uow.at_once(lambda work: work.reminders.delivery.settle_started(outcomes))
        self._tell(settled)
        if settled.left:
            async with self._bot.uow() as work:
                left = await work.reminders.delivery.settle(settled.left)
            self._tell(left)
        self._let_go(outcomes)

    def _tell(self, settled: Settled) -> None:
        if settled.aside:
            log.warning("reminders need attention", extra={"reminders": list(settled.aside)})
        if settled.next_wake is not None:
            self._wake(settled.next_wake)

    def _let_go(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        self._held.let_go(outcome.step for outcome in outcomes)
