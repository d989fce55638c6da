"""Taking reminders that are due, and writing down what became of them: the two transactions around a message.

Any number of processes do this with one table. A row is leased to the process that takes it, in a transaction that ends
before anything is sent; should that process die, the lease runs out and another one takes the row and sends the same
message under the same nonce, which Discord drops if the first one arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    cast,
    column,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.clock import Clock
from app.core.errors import InvalidInput
from app.core.reminders.delivery import CHANNEL, LEASE, Outcome, Result, Step, StepKind
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.services.reminders.lanes import NOTHING, chosen_of, not_busy
from app.services.reminders.outcome import note, set_aside
from app.services.reminders.plan import end_pause, go_on, plan_from_before, schedule_of, wake_up

MOST_COUNTED = 1000
"""Missed occurrences of one series are counted up to here."""


@dataclass(frozen=True)
class Delivery:
    """A reminder that is due and leased to us: the row as it was, what to send, and how late that is."""

    reminder: Reminder
    step: Step
    now: datetime
    late: timedelta
    missed: int
    """How many earlier occurrences this one stands for as well."""
    last: datetime
    """The latest occurrence it stands for."""
    is_last: bool
    """Whether nothing is left of the series after this."""
    lane: int
    """Where it goes: a channel, or less than zero a person whose direct messages these are."""

    @property
    def due(self) -> datetime:
        """Return when this message should have been there; of several missed ones, the latest."""
        early = self.reminder.warning if self.step.kind is StepKind.WARNING else None
        return self.last - (early or timedelta())

    def became(
        self,
        result: Result,
        *,
        message_id: int | None = None,
        channel_id: int | None = None,
        problem: str | None = None,
    ) -> Outcome:
        """Say what became of it."""
        return Outcome(self.step, result, self.last, self.missed, message_id, channel_id, problem)


@dataclass(frozen=True)
class Settled:
    """What settling came to: the rows that need attention now, and when the first of all is due next."""

    aside: Sequence[int]
    next_wake: datetime | None


class ReminderDeliveryService:
    """The steps of the duty that delivers reminders. No person stands behind them."""

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
        """Lease what is due, the longest due first; also tell whether anything was taken up at all.

        Of one lane no more than MOST_IN_LANE, and of direct messages no more than MOST_DIRECT, with those that are
        `under_way` already: the others are left as they are.
        Rows that another process is taking at this moment are passed over. A row that cannot be understood is set
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
        for reminder, number in claimed:
            try:
                delivery = self._look_at(reminder, number, now)
            except (InvalidInput, OverflowError, ValueError) as error:
                end_pause(reminder, ReminderState.WAITING)
                set_aside(reminder, f"Its schedule cannot be understood: {error}"[:300], now)
                continue
            if delivery is not None:
                deliveries.append(delivery)
        return deliveries, bool(claimed)

    async def renew(self, steps: Sequence[Step]) -> None:
        """Keep what is being sent for another lease; what was settled or changed meanwhile is left alone."""
        now = self._clock()
        leased = _leased(steps, now)
        await self._session.execute(
            update(Reminder)
            .where(Reminder.id == leased.c.id)
            # Not shortened by a clock that was set back: nobody is to take it before it is due again by that clock.
            .values(wake_at=func.greatest(Reminder.wake_at, now + LEASE))
            .execution_options(synchronize_session=False)
        )

    async def give_back(self, steps: Sequence[Step]) -> None:
        """Let others take what was taken and not even tried. What was changed meanwhile is left alone."""
        now = self._clock()
        leased = _leased(steps, now)
        await self._session.execute(
            update(Reminder)
            .where(Reminder.id == leased.c.id)
            .values(wake_at=now, attempts=Reminder.attempts - 1)
            .execution_options(synchronize_session=False)
        )
        await self._session.execute(select(func.pg_notify(CHANNEL, str(now.timestamp()))))

    async def settle(self, outcomes: Sequence[Outcome]) -> Settled:
        """Write down what became of some steps, and when each row is due next.

        A row that was settled by somebody else or given another time meanwhile stays as it is, and a pause or a
        deletion stays what it is. Several outcomes of one row are taken one after the other, what was sent first.
        """
        now = self._clock()
        by_id: dict[int, list[Outcome]] = {}
        for outcome in sorted(outcomes, key=lambda one: one.message_id is None):
            by_id.setdefault(outcome.step.reminder_id, []).append(outcome)
        rows = await self._session.scalars(
            select(Reminder).where(Reminder.id.in_(by_id)).order_by(Reminder.id).with_for_update()
        )
        aside: list[int] = []
        wakes: list[datetime] = []
        for reminder in rows:
            needed_attention = reminder.state is ReminderState.ATTENTION
            try:
                for outcome in by_id[reminder.id]:
                    note(reminder, outcome, now)
            except (InvalidInput, OverflowError, ValueError) as error:
                set_aside(reminder, f"Its schedule cannot be understood: {error}"[:300], now)
            if reminder.state is ReminderState.ATTENTION and not needed_attention:
                aside.append(reminder.id)
            if reminder.wake_at is not None:
                wakes.append(reminder.wake_at)
        return Settled(aside, min(wakes, default=None))

    async def forget_deleted(self, *, before: datetime, limit: int = 1000) -> int:
        """Delete for good what somebody deleted before a moment; return how many rows that were."""
        gone = (
            select(Reminder.id)
            .where(Reminder.deleted_at < before)
            .order_by(Reminder.deleted_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return await self._forget(Reminder.id.in_(gone))

    async def forget_finished(
        self, *, before: datetime, after: int = 0, look_at: int = 10_000
    ) -> tuple[int, int | None]:
        """Delete what was over before a moment, but nothing of the former bot's.

        Looks at so many rows, those after an id, since nothing else would find them without reading the whole table.
        Returns how many were deleted, and the last id that was looked at: where to go on, None at the end.
        """
        looked_at = select(Reminder.id).where(Reminder.id > after).order_by(Reminder.id).limit(look_at).subquery()
        last, many = (
            await self._session.execute(select(func.max(looked_at.c.id), func.count()).select_from(looked_at))
        ).one()
        if last is None:
            return 0, None
        over = (
            select(Reminder.id)
            .where(
                Reminder.id > after,
                Reminder.id <= last,
                Reminder.state == ReminderState.DONE,
                Reminder.phrase.is_not(None),
                func.coalesce(Reminder.last_sent_at, Reminder.created_at) < before,
            )
            .with_for_update(skip_locked=True)
        )
        return await self._forget(Reminder.id.in_(over)), last if many == look_at else None

    async def _forget(self, which: ColumnElement[bool]) -> int:
        gone = await self._session.execute(
            delete(Reminder).where(which).returning(Reminder.id).execution_options(synchronize_session=False)
        )
        return len(gone.all())

    def _look_at(self, reminder: Reminder, number: int, now: datetime) -> Delivery | None:
        if reminder.state is ReminderState.PAUSED:
            # It was taken to end its pause; that is no try at anything.
            reminder.attempts -= 1
            go_on(reminder, now)
            if reminder.wake_at is None or reminder.wake_at > now:
                return None
            reminder.wake_at, reminder.attempts = now + LEASE, 1
        if reminder.is_unplanned and reminder.again_at is None:
            reminder.attempts = 0
            plan_from_before(reminder, now)
            return None
        step = _due_step(reminder, now)
        if step is None:
            # Woken for nothing, as after a change of the schedule that another process did not see yet.
            reminder.attempts = 0
            wake_up(reminder)
            return None
        missed, last, is_last = 0, step.at, reminder.next_at is None
        if step.kind is StepKind.OCCURRENCE:
            schedule = schedule_of(reminder)
            later = schedule.next_after(step.at) if schedule is not None else None
            # Tried before, it may have arrived: under its nonce nothing else can be said any more than was said then.
            limit = now if reminder.attempts <= 1 else reminder.through or step.at
            while schedule is not None and later is not None and later <= limit:
                if missed >= MOST_COUNTED:
                    # What was missed for years need not be counted one by one.
                    last = _latest(schedule, later, limit)
                    later = schedule.next_after(last)
                    break
                missed, last = missed + 1, later
                later = schedule.next_after(later)
            is_last = later is None
            reminder.through = last if missed else None
        return Delivery(reminder, step, now, max(now - last, timedelta()), missed, last, is_last, number)


def claim_query(
    now: datetime, limit: int, under_way: Mapping[int, int] = NOTHING
) -> ReturningUpdate[tuple[Reminder, int]]:
    """Return the one statement that leases what is due, the longest due first, and no more of a lane than it takes."""
    due = (
        select(Reminder.id, Reminder.wake_at, Reminder.lane.label("lane"))
        .where(Reminder.wake_at.is_not(None), Reminder.wake_at <= now, *not_busy(under_way))
        .order_by(Reminder.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    chosen = chosen_of(due, under_way)
    return (
        update(Reminder)
        .where(Reminder.id == chosen.c.id)
        .values(wake_at=now + LEASE, attempts=Reminder.attempts + 1)
        .returning(Reminder, chosen.c.lane)
    )


def _leased(steps: Sequence[Step], now: datetime) -> CTE:
    ours = (
        func.unnest(
            cast([step.reminder_id for step in steps], ARRAY(Integer)),
            cast([step.at for step in steps], ARRAY(DateTime(timezone=True))),
        )
        .table_valued(column("id", Integer), column("at", DateTime(timezone=True)), name="ours")
        .render_derived()
    )
    # Locked in the same order as everywhere, so that nobody waits for somebody who waits for them.
    return (
        select(Reminder.id)
        .join(ours, ours.c.id == Reminder.id)
        .where(
            Reminder.state == ReminderState.WAITING,
            Reminder.wake_at > now,
            Reminder.attempts > 0,
            (Reminder.next_at == ours.c.at) | (Reminder.again_at == ours.c.at),
        )
        .order_by(Reminder.id)
        .with_for_update(of=Reminder)
        .cte("leased")
    )


def _latest(schedule: Schedule, known: datetime, moment: datetime) -> datetime:
    """Return the last time up to a moment, given any of them; however many lie between, it takes a few dozen looks."""
    end = moment
    while (later := schedule.next_after(known)) is not None and later <= moment:
        middle = known + (end - known) / 2
        found = schedule.next_after(middle)
        if found is not None and found <= moment:
            known = max(found, later)
        else:
            known, end = later, middle
    return known


def _due_step(reminder: Reminder, now: datetime) -> Step | None:
    if reminder.next_at is not None and reminder.next_at <= now:
        return Step(reminder.id, StepKind.OCCURRENCE, reminder.next_at)
    if reminder.again_at is not None and reminder.again_at <= now:
        return Step(reminder.id, StepKind.REPEAT, reminder.again_at)
    if reminder.next_at is None or reminder.warning is None or reminder.warned_for == reminder.next_at:
        return None
    is_close = reminder.next_at - reminder.warning <= now
    return Step(reminder.id, StepKind.WARNING, reminder.next_at) if is_close else None
