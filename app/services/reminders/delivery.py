"""Taking reminders that are due, and writing down what became of them: the transactions around a message.

Any number of processes do this with one table. A row is leased to the process that claims it, in a transaction that
ends before anything is sent; should that process die, the lease runs out and another one takes the row and sends the
same message under the same nonce, which Discord drops if the first one arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.errors import InvalidInput
from app.core.reminders.delivery import LEASE, REMINDERS_CHANNEL, DeliveryOutcome, DeliveryStep
from app.models import Reminder, ReminderState
from app.services.reminders import life_cycle
from app.services.reminders.due import Delivery, delivery_of, due_step
from app.services.reminders.lanes import NOTHING, not_busy
from app.services.reminders.leases import GIVE_BACK, RENEW, START, claim_query, lease_values, start_values
from app.services.reminders.rows import locked
from app.services.reminders.schedules import check_moments

UNREADABLE = (InvalidInput, OverflowError, ValueError)
"""What columns raise that make no schedule."""


@dataclass(frozen=True)
class Settled:
    """What settling came to: the rows that need attention now, and when the first of all is due next."""

    aside: Sequence[int]
    next_wake: datetime | None


class ReminderDeliveryService:
    """The steps of the job that delivers reminders. No person stands behind them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def find_next_wake(self, under_way: Mapping[int, int] = NOTHING) -> datetime | None:
        """Return when the next reminder has to be looked at; None when none is waiting.

        Lanes that are given nothing more, by how many messages are `under_way` in each, are passed over.
        """
        return await self._session.scalar(
            select(func.min(Reminder.wake_at)).where(Reminder.wake_at.is_not(None), *not_busy(under_way))
        )

    async def claim(self, *, limit: int, under_way: Mapping[int, int] = NOTHING) -> tuple[list[Delivery], bool]:
        """Lease what is due, the longest due first; also tell whether anything was leased at all.

        Of one lane no more than MAX_IN_LANE, and of direct messages no more than MAX_DIRECT, with those that are
        `under_way` already: the others are left as they are.
        Rows that another process is claiming at this moment are passed over. A row that cannot be understood is set
        aside as needing attention, so that it holds up nobody.
        """
        now = self._clock()
        rows = await self._session.execute(
            claim_query(now, limit, under_way),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        claimed: list[tuple[Reminder, int]] = [(row[0], row[1]) for row in rows]
        claimed.sort(key=lambda row: (row[0].next_at or now, row[0].id))
        deliveries: list[Delivery] = []
        for reminder, lane in claimed:
            try:
                delivery = self._look_at(reminder, lane, now)
            except UNREADABLE as error:
                life_cycle.set_aside_unreadable(reminder, error, now, leased=True)
                continue
            if delivery is not None:
                deliveries.append(delivery)
        return deliveries, bool(claimed)

    async def start(self, deliveries: Sequence[Delivery]) -> list[Delivery | None]:
        """Count an attempt at each of these, before its message is sent; return them, with None for what must not go.

        That was given another time, settled or started by somebody else since it was claimed. The rest comes with its
        row as it is now: people may have changed its words, its place or whom it pings while it waited.
        """
        now = self._clock()
        rows = await self._session.execute(
            START, start_values(deliveries, now), execution_options=UNSEEN | {"populate_existing": True}
        )
        started = {row[0]: row[1] for row in rows}
        return [
            replace(one, reminder=started[place], now=now) if place in started else None
            for place, one in enumerate(deliveries)
        ]

    async def renew(self, steps: Sequence[DeliveryStep]) -> dict[DeliveryStep, timedelta]:
        """Keep what is claimed or being sent for another lease; return what is kept, and for how long.

        What was settled or changed meanwhile is left alone.
        """
        now = self._clock()
        values = {**lease_values(steps, now), "in_a_lease": now + LEASE}
        kept = await self._session.execute(RENEW, values, execution_options=UNSEEN)
        return {steps[place]: until - now for place, until in kept if until is not None}

    async def give_back(self, steps: Sequence[DeliveryStep]) -> None:
        """Let others take what was claimed and not started. What was changed meanwhile is left alone."""
        now = self._clock()
        await self._session.execute(GIVE_BACK, lease_values(steps, now), execution_options=UNSEEN)
        await self._session.execute(select(func.pg_notify(REMINDERS_CHANNEL, str(now.timestamp()))))

    async def settle(self, outcomes: Sequence[DeliveryOutcome]) -> Settled:
        """Write down what became of some messages, and when each row is due next.

        A row that was settled by somebody else or given another time meanwhile stays as it is, and a pause or a
        deletion stays what it is. Several outcomes of one row are taken one after the other, what was sent first.
        """
        now = self._clock()
        by_id: dict[int, list[DeliveryOutcome]] = {}
        for outcome in sorted(outcomes, key=lambda one: one.message_id is None):
            by_id.setdefault(outcome.step.reminder_id, []).append(outcome)
        rows = await self._session.scalars(locked(Reminder.id.in_(by_id)))
        aside: list[int] = []
        wakes: list[datetime] = []
        for reminder in rows:
            needed_attention = reminder.state is ReminderState.ATTENTION
            try:
                for outcome in by_id[reminder.id]:
                    life_cycle.settle(reminder, outcome, now)
            except UNREADABLE as error:
                life_cycle.set_aside_unreadable(reminder, error, now)
            if reminder.state is ReminderState.ATTENTION and not needed_attention:
                aside.append(reminder.id)
            if reminder.wake_at is not None:
                wakes.append(reminder.wake_at)
        return Settled(aside, min(wakes, default=None))

    def _look_at(self, reminder: Reminder, lane: int, now: datetime) -> Delivery | None:
        check_moments(reminder)
        if reminder.state is ReminderState.PAUSED:
            life_cycle.resume(reminder, now)
            if reminder.wake_at is None or reminder.wake_at > now:
                return None
            life_cycle.lease(reminder, now)
        if reminder.is_unplanned and reminder.again_at is None:
            life_cycle.plan_from_before(reminder, now)
            return None
        step = due_step(reminder, now)
        if step is None:
            # Woken for nothing, as after a change of the schedule that another process did not see yet.
            life_cycle.set_wake_at(reminder)
            return None
        return delivery_of(reminder, step, lane, now)


UNSEEN = {"synchronize_session": False}
"""These statements change no object that the session holds."""
