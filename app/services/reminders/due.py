"""What is due about a reminder, and what one message of it stands for. All of it pure."""

from datetime import datetime, timedelta

from app.core.messages import Message
from app.core.records import record
from app.core.reminders.delivery import DeliveryOutcome, DeliveryStep, Result, StepKind
from app.core.reminders.problems import TOO_LATE, TOO_LATE_BY_ITSELF
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState
from app.services.reminders.schedules import schedule_of

MAX_COUNTED = 1000
"""Missed occurrences of one series are counted up to here."""


@record
class Delivery:
    """A reminder that is due and leased to us: the row as it was, what to send, and how late that is."""

    reminder: Reminder
    step: DeliveryStep
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
    attempt: int
    """Which attempt at it this is, from one on."""
    may_have_arrived: bool
    """Whether this very message was tried before, and nobody wrote down what became of it."""
    version: str = ""
    """Which version of the row `reminder` is, once sending began."""

    @property
    def lease(self) -> timedelta:
        """How long it is ours from `now` on."""
        return (self.reminder.wake_at or self.now) - self.now

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
    ) -> DeliveryOutcome:
        """Say what became of it."""
        row = self.reminder if self.version else None
        return DeliveryOutcome(
            self.step, result, self.last, self.missed, message_id, channel_id, problem, row, self.version
        )


def delivery_of(reminder: Reminder, step: DeliveryStep, lane: int, now: datetime) -> Delivery:
    """Say what a message that is due stands for. Raises InvalidInput when the schedule cannot be understood."""
    missed, last, is_last, attempt = 0, step.at, reminder.next_at is None, reminder.attempts + 1
    # With `through`, it is the occurrence that was tried, and not what came before it.
    tried = reminder.attempts > 0 and (reminder.through is not None) == (step.kind is StepKind.OCCURRENCE)
    if step.kind is StepKind.OCCURRENCE:
        schedule = schedule_of(reminder)
        later = schedule.next_after(step.at) if schedule is not None else None
        # Tried before, it may have arrived: under its nonce nothing else can be said any more than was said then.
        limit = reminder.through if tried and reminder.through is not None else now
        while schedule is not None and later is not None and later <= limit:
            if missed >= MAX_COUNTED:
                # What was missed for years need not be counted one by one.
                last = _latest(schedule, later, limit)
                later = schedule.next_after(last)
                break
            missed, last = missed + 1, later
            later = schedule.next_after(later)
        is_last = later is None
    return Delivery(reminder, step, now, max(now - last, timedelta()), missed, last, is_last, lane, attempt, tried)


def due_step(reminder: Reminder, now: datetime) -> DeliveryStep | None:
    """Return which message is due; None if none is."""
    if reminder.next_at is not None and reminder.next_at <= now:
        return DeliveryStep(reminder.id, StepKind.OCCURRENCE, reminder.next_at)
    if reminder.again_at is not None and reminder.again_at <= now:
        return DeliveryStep(reminder.id, StepKind.REPEAT, reminder.again_at)
    if reminder.next_at is None or reminder.warning is None or reminder.warned_for == reminder.next_at:
        return None
    is_close = reminder.next_at - reminder.warning <= now
    return DeliveryStep(reminder.id, StepKind.WARNING, reminder.next_at) if is_close else None


def is_pending(reminder: Reminder, step: DeliveryStep) -> bool:
    """Tell whether nobody has settled a message yet, nor given the reminder another time meanwhile."""
    if step.kind is StepKind.REPEAT:
        return reminder.again_at == step.at
    return reminder.next_at == step.at and (step.kind is StepKind.OCCURRENCE or reminder.warned_for != step.at)


def first_moment(reminder: Reminder) -> datetime | None:
    """Return when it warns, or comes, next."""
    if reminder.next_at is None or reminder.warning is None or reminder.warned_for == reminder.next_at:
        return reminder.next_at
    return reminder.next_at - reminder.warning


def too_late(reminder: Reminder) -> Message:
    """Say that it is too late for it, by its own limit or by that of the server."""
    return TOO_LATE if reminder.catch_up is None else TOO_LATE_BY_ITSELF


def again(reminder: Reminder, now: datetime) -> datetime | None:
    """Return when it is repeated that is sent now; None if it is not."""
    if reminder.repeat_every is None or reminder.state is not ReminderState.WAITING:
        return None
    return now + reminder.repeat_every


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
