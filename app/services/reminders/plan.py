"""From the columns of a reminder to its schedule and back, and from there to when it has to be looked at next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.reminders.delivery import LEASE
from app.core.scheduling.schedule import INSTANT, Schedule, ScheduleKind
from app.core.scheduling.shift import shifted
from app.core.scheduling.zones import zone_info
from app.models.reminder import Reminder, ReminderState

LOOK_BACK = timedelta(minutes=15)
"""How long the former bot may have been stopped before this one took over its reminders, and nothing is missed."""

STILL_ARRIVING = timedelta(minutes=5)
"""How long after its time a message of which nothing is known may still be under way, or be dropped by Discord as one
that it knows. Later than that, what somebody lets go on is sent anew."""


def schedule_of(reminder: Reminder) -> Schedule | None:
    """Return the schedule that the columns describe; None for a row of the predecessor that has none yet.

    Raises InvalidInput when the columns make no schedule.
    """
    kind = (
        ScheduleKind.SERIES
        if reminder.rrule is not None
        else ScheduleKind.ELAPSED
        if reminder.interval_seconds is not None
        else ScheduleKind.ONCE
    )
    if reminder.rrule is None and reminder.starts_at is None:
        return None
    return Schedule(
        kind=kind,
        zone=reminder.timezone,
        at=reminder.starts_at,
        local_start=reminder.local_start,
        rrule=reminder.rrule,
        interval_seconds=reminder.interval_seconds,
        until=reminder.until,
        count=reminder.most_times,
        except_dates=tuple(reminder.except_dates or ()),
    )


def set_schedule(reminder: Reminder, schedule: Schedule, *, after: datetime) -> None:
    """Give a reminder another schedule, whose first occurrence is the first after a moment."""
    _set_columns(reminder, schedule)
    reminder.next_at = schedule.next_after(after)
    reminder.warned_for = reminder.again_at = reminder.through = None
    reminder.repeats = reminder.attempts = reminder.skipped = 0
    _forget_trouble(reminder)


def move(reminder: Reminder, schedule: Schedule, next_at: datetime, now: datetime) -> None:
    """Give a reminder the schedule, and the next time, that `moved_by` found.

    What was sent last is repeated as before, and what was left out is still told. A message that is under way stays
    so: it stands for the occurrence that was moved, which does not come a second time at its new time.
    """
    current = under_way(reminder, now)
    if current is not None:
        reminder.through = (reminder.through or current) + (next_at - current)
        _set_columns(reminder, schedule)
        return
    _set_columns(reminder, schedule)
    reminder.warned_for = None
    come_next(reminder, next_at)


def come_next(reminder: Reminder, at: datetime) -> None:
    """Let another of its times be the next one."""
    reminder.next_at, reminder.attempts, reminder.through = at, 0, None
    _forget_trouble(reminder)
    wake_up(reminder)


def _forget_trouble(reminder: Reminder) -> None:
    if reminder.state is ReminderState.WAITING:
        # It was about an occurrence that is not tried again.
        reminder.problem = reminder.problem_at = None


def _set_columns(reminder: Reminder, schedule: Schedule) -> None:
    reminder.timezone = schedule.zone
    reminder.starts_at = schedule.at
    reminder.local_start = schedule.local_start
    reminder.rrule = schedule.rrule
    reminder.interval_seconds = schedule.interval_seconds
    reminder.until = schedule.until
    reminder.most_times = schedule.count
    set_exceptions(reminder, schedule)


def set_exceptions(reminder: Reminder, schedule: Schedule) -> None:
    """Take over the days that a schedule leaves out, and nothing else of it."""
    reminder.except_dates = list(schedule.except_dates) or None


def wake_up(reminder: Reminder) -> None:
    """Set when a reminder has to be looked at next; a waiting one that has nothing left to do is done."""
    if reminder.state is not ReminderState.WAITING:
        is_paused = reminder.state is ReminderState.PAUSED and reminder.deleted_at is None
        reminder.wake_at = reminder.resume_at if is_paused else None
        return
    if reminder.is_unplanned and reminder.wake_at is not None:
        # It has a time, only nobody has looked yet.
        reminder.wake_at = reminder.wake_at if reminder.deleted_at is None else None
        return
    moments = [moment for moment in (_first_moment(reminder), reminder.again_at) if moment is not None]
    if not moments:
        reminder.state = ReminderState.DONE
    reminder.wake_at = min(moments, default=None) if reminder.deleted_at is None else None


def under_way(reminder: Reminder, now: datetime) -> datetime | None:
    """Return the occurrence that was taken by a process that has not said yet what became of it; None if none was.

    Its message may have arrived, then, or be about to.
    """
    is_due = reminder.next_at is not None and reminder.next_at <= now
    return reminder.next_at if is_due and reminder.attempts > 0 and reminder.problem is None else None


def pause(reminder: Reminder, until: datetime | None, *, with_channel: bool = False) -> None:
    """Let nothing be sent until it goes on: by itself at a moment, if one is given."""
    reminder.state, reminder.again_at = ReminderState.PAUSED, None
    reminder.resume_at, reminder.channel_paused = until, with_channel
    wake_up(reminder)


def end_pause(reminder: Reminder, state: ReminderState) -> None:
    """Let a reminder be in another state, and nothing be left of a pause."""
    reminder.state = state
    reminder.resume_at, reminder.channel_paused = None, False


def go_on(reminder: Reminder, now: datetime) -> None:
    """Let a reminder wait again; what a series would have sent until now is left out.

    One that was set aside, and of which nothing else is left, is sent at once.
    """
    was_aside = reminder.state is ReminderState.ATTENTION
    end_pause(reminder, ReminderState.WAITING)
    current = under_way(reminder, now)
    if current is not None and now - current < STILL_ARRIVING:
        # Given another time, it would come twice. Should it not arrive, it is tried again when the lease runs out.
        reminder.wake_at = now + LEASE
        return
    reminder.problem = reminder.problem_at = None
    reminder.attempts, reminder.through = 0, None
    schedule = schedule_of(reminder)
    if schedule is not None and (reminder.next_at is None or reminder.next_at <= now):
        is_owed = was_aside or (reminder.next_at is not None and not schedule.recurs)
        reminder.next_at = schedule.next_after(now) if schedule.recurs else None
        if reminder.next_at is None and is_owed:
            # It comes now because somebody wanted it to; that it had to wait so long does not make it late.
            set_schedule(reminder, Schedule.once(now, schedule.zone), after=now - INSTANT)
    if reminder.is_unplanned:
        reminder.wake_at = now
    else:
        wake_up(reminder)


def moved_by(
    reminder: Reminder, by: timedelta, now: datetime, *, back_from: datetime | None = None
) -> tuple[Schedule, datetime] | None:
    """Return the schedule of a reminder that is moved to earlier or later, and when it then comes next.

    What was skipped stays skipped. A single one that would lie in the past comes at once, or when its pause ends. None
    for a reminder that has no time, that cannot be moved as far, or that comes only once and is being sent right now.

    `back_from` is when it was moved the other way, if this takes that back: what had come to lie in the past then, and
    was left out, is to come again. It looks the same as what had been skipped, and to come is the lesser evil.
    """
    schedule = schedule_of(reminder)
    if schedule is None or reminder.next_at is None:
        return None
    if under_way(reminder, now) is not None:
        return _moved_under_way(schedule, reminder.next_at, by) if schedule.recurs else None
    try:
        other, expected = shifted(schedule, by), reminder.next_at + by
    except OverflowError:
        return None
    if other is not None and not other.recurs and other.next_after(now) is None:
        if reminder.state is ReminderState.PAUSED:
            # As exact as it was, so that it can be moved back.
            return other, expected
        other = Schedule.once(now + timedelta(seconds=1), schedule.zone)
    next_at = other.next_after(now) if other is not None else None
    if other is None or next_at is None:
        return None
    if back_from is not None and other.recurs and reminder.next_at == schedule.next_after(back_from):
        return other, next_at
    return other, expected if expected > now and other.next_from(expected) == expected else next_at


def _moved_under_way(schedule: Schedule, next_at: datetime, by: timedelta) -> tuple[Schedule, datetime] | None:
    try:
        other = shifted(schedule, by)
        return (other, next_at + by) if other is not None else None
    except OverflowError:
        return None


def _first_moment(reminder: Reminder) -> datetime | None:
    if reminder.next_at is None or reminder.warning is None or reminder.warned_for == reminder.next_at:
        return reminder.next_at
    return reminder.next_at - reminder.warning


def plan_from_before(reminder: Reminder, since: datetime) -> None:
    """Give a row of the predecessor the schedule that its old columns mean; `since` is when this bot took over.

    What the former bot would have sent from shortly before `since` on is sent, unless it has been.
    """
    after = since - LOOK_BACK
    if reminder.last_sent_at is not None and reminder.last_sent_at <= since:
        after = max(after, reminder.last_sent_at)
    zone = zone_info(reminder.timezone)
    if reminder.event_time is not None:
        event = reminder.event_time.astimezone(UTC)
        early = _before(event, reminder, zone)
        # Without a time of the call nothing was ever sent at the event itself.
        alone = early is not None and reminder.call_time is None
        at = early if alone and early is not None else event
        set_schedule(reminder, Schedule.once(at, reminder.timezone), after=after)
        reminder.warn_seconds = int((event - early).total_seconds()) if early is not None and not alone else None
        if early is not None and not alone and early <= after:
            reminder.warned_for = reminder.next_at
    elif reminder.days and reminder.time is not None:
        clock = reminder.time.replace(second=0, microsecond=0)
        start = after.astimezone(zone).date()
        days = {int(day) for day in reminder.days}
        set_schedule(reminder, Schedule.weekly(days, clock, reminder.timezone, start), after=after)
    wake_up(reminder)


def _before(event: datetime, reminder: Reminder, zone: ZoneInfo) -> datetime | None:
    """Return when `time` is shown for the last time before the event; None if that is the event, or there is none."""
    if reminder.time is None:
        return None
    clock = reminder.time.replace(second=0, microsecond=0)
    local = event.astimezone(zone)
    early = local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    if early > local:
        early -= timedelta(days=1)
    return early.astimezone(UTC) if early.astimezone(UTC) < event else None
