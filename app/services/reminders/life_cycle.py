"""The life of a reminder: every way from one state to another is a function here, and nothing else writes its state.

What happens to many rows at once (claim, start, renew, give back) are statements; they are in `leases`.

    create, edit, snooze ──plan──► WAITING ──claim, start──► under way ──settle──► WAITING, or DONE after the last
                                   │  ▲  ▲                        └──settle: failed, or too late──► ATTENTION
                              pause│  │resume (also by itself)                                          │
                                   ▼  │  └───────────────────────────resume───────────────────────────────┘
                                  PAUSED

Deleting is no state of its own: a deleted row keeps its state, and nobody wakes for it.
"""

import random
from datetime import datetime, timedelta

from app.core.errors import InvalidInput
from app.core.reminders.delivery import LEASE, DeliveryOutcome, Result, StepKind, pause_after
from app.core.reminders.problems import CLOSED, MAX_PROBLEM, NOT_DELIVERED, unreadable
from app.core.scheduling.schedule import INSTANT, Schedule, ScheduleKind
from app.core.scheduling.zone_data import rules_of
from app.core.scheduling.zones import WallTime, resolve, zone_info
from app.models.reminder import Reminder, ReminderState
from app.services.reminders.due import again, first_moment, is_pending, too_late
from app.services.reminders.schedules import (
    follow_end,
    same_clock,
    schedule_from_before,
    schedule_of,
    still,
    write_exceptions,
    write_schedule,
)

LOOK_BACK = timedelta(minutes=15)
"""How long the former bot may have been stopped before this one took over its reminders, and nothing is missed."""

STILL_ARRIVING = timedelta(minutes=5)
"""How long after its time a message of which nothing is known may still be under way, or be dropped by Discord as one
that it knows. Later than that, what somebody resumes is sent anew."""


def set_wake_at(reminder: Reminder) -> None:
    """Set when a process has to look at it next; a waiting one that has nothing left to do is done."""
    if reminder.state is not ReminderState.WAITING:
        is_paused = reminder.state is ReminderState.PAUSED and reminder.deleted_at is None
        reminder.wake_at = reminder.resume_at if is_paused else None
        return
    if reminder.is_unplanned and reminder.wake_at is not None:
        # It has a time, only nobody has looked yet.
        reminder.wake_at = reminder.wake_at if reminder.deleted_at is None else None
        return
    moments = [moment for moment in (first_moment(reminder), reminder.again_at) if moment is not None]
    if not moments:
        reminder.state = ReminderState.DONE
    reminder.wake_at = min(moments, default=None) if reminder.deleted_at is None else None


# Times.


def plan(reminder: Reminder, schedule: Schedule, *, after: datetime) -> None:
    """Give it a schedule, whose first occurrence is the first after a moment."""
    write_schedule(reminder, schedule)
    _set_next(reminder, schedule.next_after(after))
    reminder.warned_for = reminder.again_at = reminder.through = None
    reminder.repeats = reminder.attempts = reminder.skipped = 0
    _forget_trouble(reminder)
    set_wake_at(reminder)


def plan_from_before(reminder: Reminder, since: datetime) -> None:
    """Give a row of the predecessor the schedule that its old columns mean; `since` is when this bot took over.

    What the former bot would have sent from shortly before `since` on is sent, unless it has been.
    """
    after = since - LOOK_BACK
    if reminder.last_sent_at is not None and reminder.last_sent_at <= since:
        after = max(after, reminder.last_sent_at)
    if (found := schedule_from_before(reminder, after)) is not None:
        schedule, warning = found
        plan(reminder, schedule, after=after)
        reminder.warn_seconds = int(warning.total_seconds()) if warning is not None else None
        if warning is not None and schedule.at is not None and schedule.at - warning <= after:
            reminder.warned_for = reminder.next_at
    set_wake_at(reminder)


def jump_to(reminder: Reminder, at: datetime) -> None:
    """Let another of its times be the next one: what was skipped, left out, or is to come after all."""
    _set_next(reminder, at)
    reminder.attempts, reminder.through = 0, None
    _forget_trouble(reminder)
    set_wake_at(reminder)


def move(reminder: Reminder, schedule: Schedule, next_at: datetime, now: datetime) -> None:
    """Give it the schedule, and the next time, that `moved_by` found.

    What was sent last is repeated as before, and what was left out is still told. A message that is under way stays
    so: it stands for the occurrence that was moved, which does not come a second time at its new time.
    """
    current = reminder.under_way(now)
    write_schedule(reminder, schedule)
    if current is not None:
        reminder.through = (reminder.through or current) + (next_at - current)
        return
    reminder.warned_for = None
    jump_to(reminder, next_at)


def follow_clocks(reminder: Reminder, now: datetime) -> bool:
    """Let it come, and end, when clocks show what was asked for, after the rules of its zone have changed.

    What is due stays as it is, and comes; what should have come already by the new rules is due. One whose columns make
    no schedule stays as well, and holds up no other. Tell if it comes at another moment.
    """
    try:
        follow_end(reminder)
        schedule, before = schedule_of(reminder), reminder.next_at
    except InvalidInput:
        return False
    if schedule is None or before is None or before <= now:
        return False
    after = same_clock(schedule, before, reminder.planned_local)
    if schedule.kind is ScheduleKind.ONCE:
        reminder.starts_at = after
    if reminder.warned_for == before:
        reminder.warned_for = after
    _set_next(reminder, after)
    set_wake_at(reminder)
    return after != before


def follow_pause(reminder: Reminder, now: datetime) -> bool:
    """Let a pause end when clocks show what was asked for, by new rules of that zone: at once if that is past.

    Tell if it moves.
    """
    before = reminder.resume_at
    if before is None or before <= now or reminder.resume_local is None or reminder.resume_zone is None:
        return False
    _pause_until(reminder, before, WallTime(reminder.resume_local, reminder.resume_zone))
    set_wake_at(reminder)
    return reminder.resume_at != before


def leave_out(reminder: Reminder, schedule: Schedule, next_at: datetime | None) -> None:
    """Take over the days that a schedule leaves out; with `next_at`, let that be the next time."""
    write_exceptions(reminder, schedule)
    if next_at is not None:
        jump_to(reminder, next_at)


def change_warning(reminder: Reminder, warning: timedelta | None) -> None:
    """Let it warn so long before each time, also of the next one that it has warned of already."""
    reminder.warn_seconds = int(warning.total_seconds()) if warning is not None else None
    reminder.warned_for = None


def stop_repeating(reminder: Reminder) -> None:
    """Let nothing be repeated that was sent."""
    reminder.repeat_seconds = reminder.repeat_most = reminder.escalate_role_id = reminder.again_at = None


# What people do with all of it.


def pause(
    reminder: Reminder, until: datetime | None, by_clock: WallTime | None = None, *, with_channel: bool = False
) -> None:
    """Let nothing be sent until it is resumed: at a moment if one is given, `by_clock` if as a time of day."""
    reminder.state, reminder.again_at = ReminderState.PAUSED, None
    reminder.channel_paused = with_channel
    _pause_until(reminder, until, by_clock)
    set_wake_at(reminder)


def resume(reminder: Reminder, now: datetime) -> None:
    """Let it wait again; what a series would have sent until now is left out.

    One that was set aside, and of which nothing else is left, is sent at once.
    """
    was_aside = reminder.state is ReminderState.ATTENTION
    _end_pause(reminder, ReminderState.WAITING)
    current = reminder.under_way(now)
    if current is not None and now - current < STILL_ARRIVING:
        # Given another time, it would come twice. Should it not arrive, it is tried again when the lease runs out.
        reminder.wake_at = now + LEASE
        return
    reminder.problem = reminder.problem_at = None
    reminder.attempts, reminder.through = 0, None
    schedule = schedule_of(reminder)
    if schedule is not None and (reminder.next_at is None or reminder.next_at <= now):
        is_owed = was_aside or (reminder.next_at is not None and not schedule.recurs)
        _set_next(reminder, schedule.next_after(now) if schedule.recurs else None)
        if reminder.next_at is None and is_owed:
            # It comes now because somebody wanted it to; that it had to wait so long does not make it late.
            plan(reminder, Schedule.once(now, schedule.zone), after=now - INSTANT)
    if reminder.is_unplanned:
        reminder.wake_at = now
    else:
        set_wake_at(reminder)


def resume_or_set_aside(reminder: Reminder, now: datetime) -> None:
    """Let one of several wait again; one whose columns make no schedule needs attention, and holds up no other."""
    try:
        resume(reminder, now)
    except InvalidInput as error:
        set_aside_unreadable(reminder, error, now, leased=True)


def acknowledge(reminder: Reminder, message_id: int | None, now: datetime) -> None:
    """Take note that it is done, so that it is not repeated; `message_id` is the message that was answered."""
    if reminder.attempts and reminder.next_at is not None and reminder.next_at <= now:
        # Its message is under way, or has just arrived and is the one they answer: whoever settles that next must not
        # begin to repeat it. The lease stays.
        if message_id is not None and message_id > (reminder.message_id or 0):
            reminder.acknowledged_for = reminder.next_at
        reminder.again_at = None
    elif reminder.again_at is not None:
        reminder.again_at = None
        set_wake_at(reminder)


def insist_again(reminder: Reminder, at: datetime, now: datetime) -> bool:
    """Let it be repeated after all, at a moment that had ended with an answer; return whether it now is."""
    is_free = reminder.state in {ReminderState.WAITING, ReminderState.DONE} and reminder.again_at is None
    is_left = reminder.repeat_every is not None and reminder.repeats < (reminder.repeat_most or 0)
    if not is_free or not is_left or reminder.deleted_at is not None or reminder.under_way(now) is not None:
        return False
    reminder.state, reminder.again_at = ReminderState.WAITING, max(at, now)
    set_wake_at(reminder)
    return True


def delete(reminder: Reminder, user_id: int, now: datetime) -> None:
    """Let nobody find it any more, but whoever deleted it, for a day."""
    reminder.deleted_at, reminder.deleted_by = now, user_id
    set_wake_at(reminder)


def restore(reminder: Reminder, now: datetime) -> None:
    """Bring it back as it was; what would have been sent meanwhile is as after a pause."""
    reminder.deleted_at = reminder.deleted_by = None
    if reminder.state is ReminderState.WAITING:
        resume_or_set_aside(reminder, now)
    else:
        set_wake_at(reminder)


# What processes do.


def lease(reminder: Reminder, now: datetime) -> None:
    """Let nobody else look at it for a while, but for an occurrence that comes due."""
    at, end = reminder.next_at, now + LEASE
    reminder.wake_at = min(end, at) if at is not None and at > now else end


def settle(reminder: Reminder, outcome: DeliveryOutcome, now: datetime) -> None:
    """Write down what became of a message, and when a process has to look at the row next.

    What somebody did to the reminder while the message was under way stays: a pause goes on, and ends when it should; a
    deleted one stays deleted, and of it only what was really sent is written down, so that it does not come again
    should it be brought back. Where nobody waits for the outcome any more, only which message was the last is noted.
    Raises InvalidInput when the schedule cannot be understood.
    """
    sent = outcome.result in {Result.SENT, Result.TO_AUTHOR}
    if sent and (reminder.message_id is None or (outcome.message_id or 0) >= reminder.message_id):
        reminder.last_sent_at = now
        reminder.message_id, reminder.message_channel_id = outcome.message_id, outcome.channel_id
    if not is_pending(reminder, outcome.step) or (reminder.deleted_at is not None and not sent):
        return
    if outcome.result is Result.RETRY:
        _retry(reminder, outcome, now)
        return
    through = max(outcome.through, reminder.through or outcome.through)
    reminder.attempts, reminder.through = 0, None
    if outcome.result is Result.FAILED:
        set_aside(reminder, outcome.problem or NOT_DELIVERED.english, now)
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
            reminder.again_at = None if over else again(reminder, now)
        case StepKind.OCCURRENCE:
            _happened(reminder, outcome, through, now, sent=sent)
    if outcome.result is Result.TO_AUTHOR and outcome.step.kind is not StepKind.WARNING:
        _only_the_author_got_it(reminder, outcome, now)
    if reminder.state is ReminderState.PAUSED and reminder.next_at is None:
        # Paused while its last message was under way: nothing is left that could be resumed.
        _end_pause(reminder, ReminderState.DONE)
    set_wake_at(reminder)


def set_aside(reminder: Reminder, problem: str, now: datetime) -> None:
    """Let it need attention; of one that was paused or deleted meanwhile, only keep the reason."""
    reminder.again_at = None
    reminder.attempts = 0
    reminder.problem, reminder.problem_at = problem, now
    if reminder.state is ReminderState.WAITING and reminder.deleted_at is None:
        reminder.state = ReminderState.ATTENTION
    set_wake_at(reminder)


def set_aside_unreadable(reminder: Reminder, error: Exception, now: datetime, *, leased: bool = False) -> None:
    """Let one need attention whose columns make no schedule; if it was leased by us, also at the end of a pause."""
    if leased:
        _end_pause(reminder, ReminderState.WAITING)
    set_aside(reminder, unreadable(error).english[:MAX_PROBLEM], now)


def _retry(reminder: Reminder, outcome: DeliveryOutcome, now: datetime) -> None:
    if reminder.state is ReminderState.ATTENTION:
        # Another process, that tried the same, knows better why it cannot be sent.
        return
    since = reminder.problem_at or now
    reminder.problem, reminder.problem_at = outcome.problem, since
    if reminder.state is ReminderState.WAITING:
        retry_at = now + pause_after(now - since, random.random())  # noqa: S311 -- jitter, no secret
        # A warning, or a repetition, that cannot be sent does not hold up what it is about.
        ahead = reminder.next_at if outcome.step.kind is not StepKind.OCCURRENCE else None
        reminder.wake_at = retry_at if ahead is None else min(retry_at, max(ahead, now))
    else:
        set_wake_at(reminder)


def _happened(reminder: Reminder, outcome: DeliveryOutcome, through: datetime, now: datetime, *, sent: bool) -> None:
    follow_end(reminder)
    schedule = schedule_of(reminder)
    if reminder.planned_local is not None and reminder.zone_rules != rules_of(zone_info(reminder.timezone)):
        # By other rules than it was planned by, the same time of day may lie ahead once more.
        through = max(through, resolve(reminder.planned_local, zone_info(reminder.timezone)).at)
    _set_next(reminder, schedule.next_after(through) if schedule is not None else None)
    reminder.repeats, reminder.again_at = 0, None
    if sent:
        reminder.skipped = 0
        is_done = reminder.acknowledged_for == outcome.step.at
        reminder.again_at = None if is_done else again(reminder, now)
        return
    if reminder.next_at is not None:
        reminder.skipped += outcome.missed + 1
        return
    # It stays, so that it can still be sent, or be given another time.
    _set_next(reminder, outcome.step.at)
    if outcome.result is Result.SKIPPED:
        set_aside(reminder, too_late(reminder).english, now)
    else:
        reminder.state = ReminderState.PAUSED


def _only_the_author_got_it(reminder: Reminder, outcome: DeliveryOutcome, now: datetime) -> None:
    """Set aside a series, and a single one that others are still waiting for."""
    if reminder.next_at is None and not reminder.is_for_others:
        return
    if reminder.next_at is None and reminder.state is ReminderState.WAITING and reminder.deleted_at is None:
        # So that it can still be sent once it is mended.
        _set_next(reminder, outcome.step.at)
    set_aside(reminder, outcome.problem or CLOSED.english, now)


def _set_next(reminder: Reminder, at: datetime | None) -> None:
    follow_end(reminder)
    reminder.next_at = at
    reminder.planned_local = reminder.zone_rules = None
    if at is None or (reminder.local_start is None and reminder.local_until is None):
        return
    zone = zone_info(reminder.timezone)
    reminder.zone_rules = rules_of(zone)
    if reminder.local_start is not None:
        reminder.planned_local = at.astimezone(zone).replace(tzinfo=None)


def _pause_until(reminder: Reminder, until: datetime | None, by_clock: WallTime | None) -> None:
    reminder.resume_at = until
    reminder.resume_local = reminder.resume_zone = reminder.resume_rules = None
    if until is not None and by_clock is not None:
        zone = zone_info(by_clock.zone)
        reminder.resume_at, (reminder.resume_local, reminder.resume_zone) = still(until, by_clock.local, zone), by_clock
        reminder.resume_rules = rules_of(zone)


def _end_pause(reminder: Reminder, state: ReminderState) -> None:
    reminder.state, reminder.channel_paused = state, False
    _pause_until(reminder, None, None)


def _forget_trouble(reminder: Reminder) -> None:
    if reminder.state is ReminderState.WAITING:
        # It was about an occurrence that is not tried again.
        reminder.problem = reminder.problem_at = None
