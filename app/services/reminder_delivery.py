"""Taking reminders that are due, and writing down what became of them: the two transactions around a message.

Any number of processes do this with one table. A row is leased to the process that takes it, in a transaction that ends
before anything is sent; should that process die, the lease runs out and another one takes the row and sends the same
message under the same nonce, which Discord drops if the first one arrived.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.clock import Clock
from app.core.errors import InvalidInput
from app.core.reminder_delivery import LEASE, Outcome, Result, Step, StepKind, pause_after
from app.models import Reminder, ReminderState
from app.models.reminder_plan import is_unplanned, plan_from_before, schedule_of, wake_up

MOST_COUNTED = 1000
"""Missed occurrences of one series are counted up to here."""

TOO_LATE = "It was due while the bot was away, and is now later than this server wants reminders to be."


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

    async def find_next_wake(self) -> datetime | None:
        """Return when the next reminder has to be looked at; None when none is waiting."""
        return await self._session.scalar(select(func.min(Reminder.wake_at)).where(Reminder.wake_at.is_not(None)))

    async def claim(self, *, limit: int) -> tuple[list[Delivery], bool]:
        """Lease what is due, the longest due first; also tell whether more may be due than was taken.

        Rows that another process is taking at this moment are passed over. A row that cannot be understood is set
        aside as needing attention, so that it holds up nobody.
        """
        now = self._clock()
        rows = await self._session.scalars(
            claim_query(now, limit),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        claimed = rows.all()
        deliveries: list[Delivery] = []
        for reminder in sorted(claimed, key=lambda row: (row.next_at or now, row.id)):
            try:
                delivery = self._look_at(reminder, now)
            except (InvalidInput, OverflowError, ValueError) as error:
                _set_aside(reminder, f"Its schedule cannot be understood: {error}"[:300], now)
                continue
            if delivery is not None:
                deliveries.append(delivery)
        return deliveries, len(claimed) == limit

    async def renew(self, steps: Sequence[Step]) -> None:
        """Keep what is being sent for another lease; what was settled or changed meanwhile is left alone."""
        now = self._clock()
        for step in steps:
            await self._session.execute(
                update(Reminder)
                .where(Reminder.id == step.reminder_id, Reminder.wake_at > now, Reminder.attempts > 0)
                .values(wake_at=now + LEASE)
                .execution_options(synchronize_session=False)
            )

    async def settle(self, outcomes: Sequence[Outcome]) -> Settled:
        """Write down what became of some steps, and when each row is due next.

        A row that was settled by somebody else, deleted or given another time meanwhile stays as it is.
        """
        now = self._clock()
        by_id = {outcome.step.reminder_id: outcome for outcome in outcomes}
        rows = await self._session.scalars(
            select(Reminder).where(Reminder.id.in_(by_id)).order_by(Reminder.id).with_for_update()
        )
        aside: list[int] = []
        wakes: list[datetime] = []
        for reminder in rows:
            outcome = by_id[reminder.id]
            if _is_pending(reminder, outcome.step):
                self._apply(reminder, outcome, now)
                if reminder.state is ReminderState.ATTENTION:
                    aside.append(reminder.id)
                if reminder.wake_at is not None:
                    wakes.append(reminder.wake_at)
        return Settled(aside, min(wakes, default=None))

    async def forget_finished(self, *, before: datetime, limit: int = 1000) -> int:
        """Delete what was over before a moment, but nothing of the former bot's; return how many rows that were."""
        over = (
            select(Reminder.id)
            .where(
                Reminder.state == ReminderState.DONE,
                Reminder.phrase.is_not(None),
                func.coalesce(Reminder.last_sent_at, Reminder.created_at) < before,
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        gone = await self._session.execute(
            delete(Reminder)
            .where(Reminder.id.in_(over))
            .returning(Reminder.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())

    def _look_at(self, reminder: Reminder, now: datetime) -> Delivery | None:
        if is_unplanned(reminder) and reminder.again_at is None:
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
                missed, last = missed + 1, later
                # What was missed for years need not be counted one by one.
                later = schedule.next_after(later if missed < MOST_COUNTED else limit)
            is_last = later is None
            reminder.through = last if missed else None
        return Delivery(reminder, step, now, max(now - last, timedelta()), missed, last, is_last)

    def _apply(self, reminder: Reminder, outcome: Outcome, now: datetime) -> None:
        if outcome.result is Result.RETRY:
            reminder.problem, reminder.problem_at = outcome.problem, reminder.problem_at or now
            reminder.wake_at = now + pause_after(reminder.attempts, random.random())  # noqa: S311 -- jitter, no secret
            if reminder.state is not ReminderState.WAITING:
                reminder.wake_at = None
            return
        reminder.attempts, reminder.through = 0, None
        if outcome.result is Result.FAILED:
            _set_aside(reminder, outcome.problem or "It could not be delivered.", now)
            return
        sent = outcome.result in {Result.SENT, Result.TO_AUTHOR}
        if sent:
            reminder.last_sent_at = now
            reminder.message_id, reminder.message_channel_id = outcome.message_id, outcome.channel_id
            reminder.problem = reminder.problem_at = None
        match outcome.step.kind:
            case StepKind.WARNING:
                reminder.warned_for = reminder.next_at
            case StepKind.REPEAT:
                self._repeated(reminder, now)
            case StepKind.OCCURRENCE:
                self._happened(reminder, outcome, now, sent=sent)
        if outcome.result is Result.TO_AUTHOR and (reminder.next_at is not None or reminder.target_kind is not None):
            _set_aside(reminder, outcome.problem or "Its channel is closed to the bot.", now)
        wake_up(reminder)

    def _happened(self, reminder: Reminder, outcome: Outcome, now: datetime, *, sent: bool) -> None:
        schedule = schedule_of(reminder)
        reminder.next_at = schedule.next_after(outcome.through) if schedule is not None else None
        reminder.repeats, reminder.again_at = 0, None
        if sent:
            reminder.skipped = 0
            if reminder.repeat_seconds is not None:
                reminder.again_at = now + timedelta(seconds=reminder.repeat_seconds)
            return
        if reminder.next_at is not None:
            reminder.skipped += outcome.missed + 1
        elif outcome.result is Result.SKIPPED:
            # It stays, so that it can still be sent, or be given another time.
            reminder.next_at = outcome.step.at
            _set_aside(reminder, TOO_LATE, now)
        else:
            reminder.next_at, reminder.state = outcome.step.at, ReminderState.PAUSED

    def _repeated(self, reminder: Reminder, now: datetime) -> None:
        reminder.repeats += 1
        over = reminder.repeat_seconds is None or reminder.repeats >= (reminder.repeat_most or 0)
        reminder.again_at = None if over else now + timedelta(seconds=reminder.repeat_seconds or 0)


def claim_query(now: datetime, limit: int) -> ReturningUpdate[tuple[Reminder]]:
    """Return the one statement that leases what is due, the longest due first."""
    due = (
        select(Reminder.id)
        .where(Reminder.wake_at.is_not(None), Reminder.wake_at <= now)
        .order_by(Reminder.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return (
        update(Reminder)
        .where(Reminder.id == due.c.id)
        .values(wake_at=now + LEASE, attempts=Reminder.attempts + 1)
        .returning(Reminder)
    )


def _due_step(reminder: Reminder, now: datetime) -> Step | None:
    if reminder.next_at is not None and reminder.next_at <= now:
        return Step(reminder.id, StepKind.OCCURRENCE, reminder.next_at)
    if reminder.again_at is not None and reminder.again_at <= now:
        return Step(reminder.id, StepKind.REPEAT, reminder.again_at)
    if reminder.next_at is None or reminder.warn_seconds is None or reminder.warned_for == reminder.next_at:
        return None
    is_close = reminder.next_at - timedelta(seconds=reminder.warn_seconds) <= now
    return Step(reminder.id, StepKind.WARNING, reminder.next_at) if is_close else None


def _is_pending(reminder: Reminder, step: Step) -> bool:
    if step.kind is StepKind.REPEAT:
        return reminder.again_at == step.at
    return reminder.next_at == step.at and (step.kind is StepKind.OCCURRENCE or reminder.warned_for != step.at)


def _set_aside(reminder: Reminder, problem: str, now: datetime) -> None:
    reminder.state, reminder.wake_at, reminder.again_at = ReminderState.ATTENTION, None, None
    reminder.attempts = 0
    reminder.problem, reminder.problem_at = problem, now
