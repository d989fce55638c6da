"""What the attempt to send a reminder leaves behind in its row."""

import random
from datetime import datetime

from app.core.reminders.delivery import Outcome, Result, Step, StepKind, pause_after
from app.models.reminder import Reminder, ReminderState
from app.services.reminders.plan import end_pause, schedule_of, wake_up

AWAY = "It was due while the bot was away, and is now later than"


def too_late(reminder: Reminder) -> str:
    """Say that it is too late for a reminder, by its own limit or by that of the server."""
    return f"{AWAY} {'this server wants reminders' if reminder.catch_up_seconds is None else 'it was meant'} to be."


def is_pending(reminder: Reminder, step: Step) -> bool:
    """Tell whether nobody has dealt with a step yet, nor given the reminder another time meanwhile."""
    if step.kind is StepKind.REPEAT:
        return reminder.again_at == step.at
    return reminder.next_at == step.at and (step.kind is StepKind.OCCURRENCE or reminder.warned_for != step.at)


def note(reminder: Reminder, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a step, and when the row is due next.

    What somebody did to the reminder while the message was under way stays: a pause goes on, and ends when it should; a
    deleted one stays deleted, and of it only what was really sent is written down, so that it does not come again
    should it be brought back. Where the step is not pending any more, only which message was the last is.
    Raises InvalidInput when the schedule cannot be understood.
    """
    sent = outcome.result in {Result.SENT, Result.TO_AUTHOR}
    if sent and (reminder.message_id is None or (outcome.message_id or 0) >= reminder.message_id):
        reminder.last_sent_at = now
        reminder.message_id, reminder.message_channel_id = outcome.message_id, outcome.channel_id
    if not is_pending(reminder, outcome.step) or (reminder.deleted_at is not None and not sent):
        return
    if outcome.result is Result.RETRY:
        _put_off(reminder, outcome, now)
        return
    through = max(outcome.through, reminder.through or outcome.through)
    reminder.attempts, reminder.through = 0, None
    if outcome.result is Result.FAILED:
        set_aside(reminder, outcome.problem or "It could not be delivered.", now)
        return
    reminder.problem = reminder.problem_at = None
    if sent and reminder.state is ReminderState.ATTENTION:
        # Another process, that tried the same, could not send it.
        reminder.state = ReminderState.WAITING
    match outcome.step.kind:
        case StepKind.WARNING:
            reminder.warned_for = reminder.next_at
        case StepKind.REPEAT:
            reminder.repeats += 1
            over = reminder.repeats >= (reminder.repeat_most or 0)
            reminder.again_at = None if over else _again(reminder, now)
        case StepKind.OCCURRENCE:
            _happened(reminder, outcome, through, now, sent=sent)
    if outcome.result is Result.TO_AUTHOR and outcome.step.kind is not StepKind.WARNING:
        _needs_attention(reminder, outcome, now)
    if reminder.state is ReminderState.PAUSED and reminder.next_at is None:
        # Paused while its last message was under way: nothing is left that could be resumed.
        end_pause(reminder, ReminderState.DONE)
    wake_up(reminder)


def set_aside(reminder: Reminder, problem: str, now: datetime) -> None:
    """Let a reminder need attention; of one that was paused or deleted meanwhile, only keep the reason."""
    reminder.again_at = None
    reminder.attempts = 0
    reminder.problem, reminder.problem_at = problem, now
    if reminder.state is ReminderState.WAITING and reminder.deleted_at is None:
        reminder.state = ReminderState.ATTENTION
    wake_up(reminder)


def _needs_attention(reminder: Reminder, outcome: Outcome, now: datetime) -> None:
    """Set aside what only its author got: a series, and a single one that others are still waiting for."""
    if reminder.next_at is None and not reminder.is_for_others:
        return
    if reminder.next_at is None and reminder.state is ReminderState.WAITING and reminder.deleted_at is None:
        # So that it can still be sent once it is mended.
        reminder.next_at = outcome.step.at
    set_aside(reminder, outcome.problem or "Its channel is closed to the bot.", now)


def _put_off(reminder: Reminder, outcome: Outcome, now: datetime) -> None:
    if reminder.state is ReminderState.ATTENTION:
        # Another process, that tried the same, knows better why it cannot be sent.
        return
    reminder.problem, reminder.problem_at = outcome.problem, reminder.problem_at or now
    if reminder.state is ReminderState.WAITING:
        again = now + pause_after(reminder.attempts, random.random())  # noqa: S311 -- jitter, no secret
        # A warning, or a repetition, that cannot be sent does not hold up what it is about.
        ahead = reminder.next_at if outcome.step.kind is not StepKind.OCCURRENCE else None
        reminder.wake_at = again if ahead is None else min(again, max(ahead, now))
    else:
        wake_up(reminder)


def _happened(reminder: Reminder, outcome: Outcome, through: datetime, now: datetime, *, sent: bool) -> None:
    schedule = schedule_of(reminder)
    reminder.next_at = schedule.next_after(through) if schedule is not None else None
    reminder.repeats, reminder.again_at = 0, None
    if sent:
        reminder.skipped = 0
        is_done = reminder.acknowledged_for == outcome.step.at
        reminder.again_at = None if is_done else _again(reminder, now)
        return
    if reminder.next_at is not None:
        reminder.skipped += outcome.missed + 1
        return
    # It stays, so that it can still be sent, or be given another time.
    reminder.next_at = outcome.step.at
    if outcome.result is Result.SKIPPED:
        set_aside(reminder, too_late(reminder), now)
    else:
        reminder.state = ReminderState.PAUSED


def _again(reminder: Reminder, now: datetime) -> datetime | None:
    if reminder.repeat_every is None or reminder.state is not ReminderState.WAITING:
        return None
    return now + reminder.repeat_every
