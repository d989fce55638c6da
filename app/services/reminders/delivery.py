"""Taking reminders that are due, and writing down what became of them: the transactions around a message.

Any number of processes do this with one table. A row is leased to the process that claims it, in a transaction that
ends before anything is sent; should that process die, the lease runs out and another one takes the row and sends the
same message under the same nonce, which Discord drops if the first one arrived.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.records import record
from app.core.reminders.delivery import LEASE, REMINDERS_CHANNEL, DeliveryOutcome, DeliveryStep
from app.models import Reminder, ReminderState
from app.services.reminders import life_cycle
from app.services.reminders.copies import another, copy_of, rewriting, values_of
from app.services.reminders.due import Delivery, delivery_of, due_step
from app.services.reminders.lanes import NOTHING
from app.services.reminders.leases import (
    CLAIM,
    CLAIMED,
    GIVE_BACK,
    NEXT_WAKE,
    RENEW,
    START,
    STARTED,
    claim_values,
    lease_values,
    start_values,
    wake_values,
)
from app.services.reminders.rows import locked
from app.services.reminders.schedules import UNREADABLE, check_moments
from app.services.statements import every, first

SETTLED = (
    *("state", "next_at", "wake_at", "again_at", "warned_for", "attempts", "through", "repeats", "skipped"),
    *("last_sent_at", "message_id", "message_channel_id", "problem", "problem_at"),
    *("until", "local_until", "planned_local", "zone_rules"),
)
"""What settling a message changes of a row that nobody has changed since sending began."""
_SETTLE = rewriting(SETTLED)


@record
class Claimed:
    """What a claim came to."""

    deliveries: list[Delivery]
    left: dict[int, datetime]
    """What was leased as well and is to be looked at by `look_at`: rows, and until when."""
    unplanned: list[int]
    """What of it is for `ReminderTakeoverService.plan`: rows of the predecessor, of which there may be many more."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was leased."""
        return not self.deliveries and not self.left and not self.unplanned


@record
class Settled:
    """What settling came to: the rows that need attention now, and when the first of all is due next."""

    aside: Sequence[int]
    next_wake: datetime | None
    left: Sequence[DeliveryOutcome] = ()
    """What `settle_started` did not write, because somebody has changed the row since sending began."""


class ReminderDeliveryService:
    """The steps of the job that delivers reminders. No person stands behind them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def find_next_wake(
        self, under_way: Mapping[int, int] = NOTHING, *, planned_only: bool = False
    ) -> datetime | None:
        """Return when the next reminder has to be looked at; None when none is waiting.

        Lanes that are given nothing more, by how many messages are `under_way` in each, are passed over; with
        `planned_only`, so is what has no schedule yet.
        """
        values = wake_values(under_way, planned_only=planned_only)
        return (await first(self._session, NEXT_WAKE, values))[0]

    async def claim(self, *, limit: int, under_way: Mapping[int, int] = NOTHING, planned_only: bool = False) -> Claimed:
        """Lease what is due, the longest due first, in a single statement; with `planned_only`, what has a schedule.

        Of one lane no more than MAX_IN_LANE, and of direct messages no more than MAX_DIRECT, with those that are
        `under_way` already: the others are left as they are.
        Rows that another process is claiming at this moment are passed over.
        """
        now = self._clock()
        values = claim_values(now, limit, under_way, planned_only=planned_only)
        rows = await every(self._session, CLAIM, values)
        # The lane comes first.
        claimed = [(copy_of(CLAIMED, row[1:]), row[0]) for row in rows]
        claimed.sort(key=lambda one: (one[0].next_at or now, one[0].id))
        deliveries: list[Delivery] = []
        left: dict[int, datetime] = {}
        unplanned: list[int] = []
        for reminder, lane in claimed:
            delivery = _waiting_for(reminder, lane, now)
            if delivery is not None:
                deliveries.append(delivery)
            elif is_unplanned(reminder):
                unplanned.append(reminder.id)
            elif reminder.wake_at is not None:
                left[reminder.id] = reminder.wake_at
        return Claimed(deliveries, left, unplanned)

    async def look_at(self, left: Mapping[int, datetime]) -> list[Delivery]:
        """See to what was leased and is no message yet; return what of it is due.

        A pause that is over ends. A row that cannot be understood is set aside as needing attention, so that it holds
        up nobody. What somebody has changed since is left alone.
        """
        now = self._clock()
        deliveries: list[Delivery] = []
        for reminder in await self._session.scalars(locked(Reminder.id.in_(left))):
            if reminder.wake_at != left[reminder.id]:
                continue
            try:
                delivery = _looked_at(reminder, now)
            except UNREADABLE as error:
                life_cycle.set_aside_unreadable(reminder, error, now, leased=True)
                continue
            if delivery is not None:
                deliveries.append(delivery)
        return deliveries

    async def start(self, deliveries: Sequence[Delivery]) -> list[Delivery | None]:
        """Count an attempt at each of these, before its message is sent; return them, with None for what must not go.

        That was given another time, settled or started by somebody else since it was claimed. The rest comes with its
        row as it is now: people may have changed its words, its place or whom it pings while it waited.
        """
        now = self._clock()
        rows = await every(self._session, START, start_values(deliveries, now))
        started = {place: (copy_of(STARTED, columns), version) for place, version, *columns in rows}
        return [
            replace(one, reminder=started[place][0], version=started[place][1], now=now) if place in started else None
            for place, one in enumerate(deliveries)
        ]

    async def prepare(self) -> None:
        """Make the statements ready that begin and settle messages, so that the first ones do not wait for that."""
        await every(self._session, START, start_values((), self._clock()))
        await every(self._session, _SETTLE, values_of(SETTLED, ()))

    async def renew(self, steps: Sequence[DeliveryStep]) -> dict[DeliveryStep, timedelta]:
        """Keep what is claimed or being sent for another lease; return what is kept, and for how long.

        What was settled or changed meanwhile is left alone.
        """
        now = self._clock()
        values = {**lease_values(steps, now), "in_a_lease": now + LEASE}
        kept = await self._session.execute(RENEW, values)
        return {steps[place]: until - now for place, until in kept if until is not None}

    async def give_back(self, steps: Sequence[DeliveryStep]) -> None:
        """Let others take what was claimed and not started. What was changed meanwhile is left alone."""
        now = self._clock()
        await self._session.execute(GIVE_BACK, lease_values(steps, now))
        await self._session.execute(select(func.pg_notify(REMINDERS_CHANNEL, str(now.timestamp()))))

    async def settle_started(self, outcomes: Sequence[DeliveryOutcome]) -> Settled:
        """Write down what became of messages whose rows nobody has changed since sending began, in a single statement.

        The others are left for `settle`.
        """
        now = self._clock()
        many = Counter(outcome.step.reminder_id for outcome in outcomes)
        left: list[DeliveryOutcome] = []
        changed: dict[int, tuple[DeliveryOutcome, Reminder]] = {}
        for outcome in outcomes:
            reminder = _settled(outcome, now) if many[outcome.step.reminder_id] == 1 else None
            if reminder is None:
                left.append(outcome)
            else:
                changed[reminder.id] = (outcome, reminder)
        if not changed:
            return Settled((), None, left)
        copies = [(reminder, outcome.version) for outcome, reminder in changed.values()]
        written = {row[0] for row in await every(self._session, _SETTLE, values_of(SETTLED, copies))}
        left += [outcome for number, (outcome, _) in changed.items() if number not in written]
        rows = [reminder for number, (_, reminder) in changed.items() if number in written]
        aside = [reminder.id for reminder in rows if reminder.state is ReminderState.ATTENTION]
        wakes = [reminder.wake_at for reminder in rows if reminder.wake_at is not None]
        return Settled(aside, min(wakes, default=None), left)

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


def is_unplanned(reminder: Reminder) -> bool:
    """Tell whether a row that is woken has no schedule yet."""
    return reminder.state is ReminderState.WAITING and reminder.is_unplanned and reminder.again_at is None


def _waiting_for(reminder: Reminder, lane: int, now: datetime) -> Delivery | None:
    """Say what is due about a row that was leased; None if it has to be looked at first."""
    if reminder.state is not ReminderState.WAITING:
        return None
    try:
        check_moments(reminder)
        step = due_step(reminder, now)
        return delivery_of(reminder, step, lane, now) if step is not None else None
    except UNREADABLE:
        return None


def _looked_at(reminder: Reminder, now: datetime) -> Delivery | None:
    check_moments(reminder)
    if reminder.state is ReminderState.PAUSED:
        life_cycle.resume(reminder, now)
        if reminder.wake_at is None or reminder.wake_at > now:
            return None
        life_cycle.lease(reminder, now)
    if is_unplanned(reminder):
        # Its pause has ended just now.
        life_cycle.plan_from_before(reminder, now)
        return None
    step = due_step(reminder, now)
    if step is None:
        # Woken for nothing, as after a change of the schedule that another process did not see yet.
        life_cycle.set_wake_at(reminder)
        return None
    return delivery_of(reminder, step, reminder.lane, now)


def _settled(outcome: DeliveryOutcome, now: datetime) -> Reminder | None:
    """Return a copy of the row as it was when sending began, with what became of it; None if that is not known."""
    if outcome.row is None:
        return None
    reminder = another(outcome.row)
    try:
        life_cycle.settle(reminder, outcome, now)
    except UNREADABLE as error:
        life_cycle.set_aside_unreadable(reminder, error, now)
    return reminder
