"""From the columns of a reminder to its schedule and back; no state is changed here."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.errors import InvalidInput
from app.core.scheduling.schedule import END_OF_DAY, LAST_YEAR, Schedule, ScheduleKind
from app.core.scheduling.shift import shifted
from app.core.scheduling.zone_data import rules_of
from app.core.scheduling.zones import resolve, zone_info
from app.models.reminder import Reminder, ReminderState

UNREADABLE = (InvalidInput, OverflowError, ValueError)
"""What columns raise that make no schedule."""

_UNIX_YEAR = 1970
AT_ONCE = timedelta(seconds=1)
"""When what was moved into the past comes: a schedule is asked for what lies in the future."""
_NEAR = timedelta(hours=3)
"""No government moves its clocks farther than that."""


def schedule_of(reminder: Reminder) -> Schedule | None:
    """Return the schedule that the columns describe; None for a row of the predecessor that has none yet.

    Raises InvalidInput when the columns make no schedule.
    """
    check_moments(reminder)
    if reminder.rrule is None and reminder.starts_at is None:
        return None
    elapsed = ScheduleKind.ELAPSED if reminder.interval_seconds is not None else ScheduleKind.ONCE
    until = reminder.until
    # An end at the end of the calendar, as `UNTIL=99991231`, is none.
    has_end = until is not None and until.year <= LAST_YEAR
    try:
        return Schedule(
            kind=ScheduleKind.SERIES if reminder.rrule is not None else elapsed,
            zone=reminder.timezone,
            at=reminder.starts_at,
            local_start=reminder.local_start,
            rrule=reminder.rrule,
            interval_seconds=reminder.interval_seconds,
            until=until if has_end else None,
            count=reminder.most_times,
            except_dates=tuple(reminder.except_dates or ()),
            local_until=reminder.local_until if has_end else None,
        )
    except (ValueError, OverflowError) as error:
        raise InvalidInput("Its columns make no schedule ({reason}).", reason=str(error)) from error


def check_moments(reminder: Reminder) -> None:
    """Check that it comes next, and is repeated, at moments that it can be claimed and shown by. Raises InvalidInput.

    Others were written by hand, such as `infinity`, and are not read as they are stored.
    """
    for moment in (reminder.next_at, reminder.again_at):
        if moment is not None and not _UNIX_YEAR <= moment.year <= LAST_YEAR:
            raise InvalidInput("A time has to be in the years {first} to {last}.", first=_UNIX_YEAR, last=LAST_YEAR)


def write_schedule(reminder: Reminder, schedule: Schedule) -> None:
    """Write a schedule into its columns."""
    reminder.timezone = schedule.zone
    reminder.starts_at = schedule.at
    reminder.local_start = schedule.local_start
    reminder.rrule = schedule.rrule
    reminder.interval_seconds = schedule.interval_seconds
    reminder.until, reminder.local_until = schedule.until, schedule.local_until
    reminder.most_times = schedule.count
    write_exceptions(reminder, schedule)


def write_exceptions(reminder: Reminder, schedule: Schedule) -> None:
    """Write the days that a schedule leaves out, and nothing else of it."""
    reminder.except_dates = list(schedule.except_dates) or None


def moved_by(
    reminder: Reminder, by: timedelta, now: datetime, *, back_from: datetime | None = None
) -> tuple[Schedule, datetime] | None:
    """Return the schedule of a reminder that is moved earlier or later, and its next time.

    Skipped times stay skipped. A single one that would lie in the past comes at once, or when its pause ends. None for
    a reminder that has no time, that cannot be moved that far, or that comes only once and is being sent right now.

    None as well for one whose columns make no schedule: it stays as it is.

    To undo a move, `back_from` is when it was made: times that it moved into the past come again. So do times that
    were skipped before, which cannot be told apart; coming once too often is the lesser evil.
    """
    try:
        schedule = schedule_of(reminder)
    except InvalidInput:
        return None
    if schedule is None or reminder.next_at is None:
        return None
    if reminder.under_way(now) is not None:
        return _moved_under_way(schedule, reminder.next_at, by) if schedule.recurs else None
    try:
        other, expected = shifted(schedule, by), reminder.next_at + by
    except (InvalidInput, OverflowError):
        return None
    if other is not None and not other.recurs and other.next_after(now) is None:
        if reminder.state is ReminderState.PAUSED:
            # As exact as it was, so that it can be moved back.
            return other, expected
        other = Schedule.once(now + AT_ONCE, schedule.zone)
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
    except (InvalidInput, OverflowError):
        return None


def still(at: datetime, local: datetime | None, zone: ZoneInfo) -> datetime:
    """Return the instant, or another one nearby at which clocks show what was asked for by the rules of today.

    What lies farther apart does not belong together: an older release has written the instant since.
    """
    found = resolve(local, zone).at if local is not None else at
    return found if abs(found - at) <= _NEAR else at


def follow_end(reminder: Reminder) -> None:
    """Let a series end when clocks show what was asked for, by the rules of today. Raises InvalidInput."""
    if (
        reminder.until is None
        or reminder.until.year > LAST_YEAR
        or (reminder.local_until is None and reminder.zone_rules is None)
    ):
        return
    zone = zone_info(reminder.timezone)
    if reminder.local_until is None and reminder.zone_rules == rules_of(zone):
        # Written by an older release. It was the end of a day if that is what clocks show by the rules it was made by.
        shown = reminder.until.astimezone(zone).replace(tzinfo=None)
        reminder.local_until = shown if shown.time() == END_OF_DAY else None
    reminder.until = still(reminder.until, reminder.local_until, zone)


def same_clock(schedule: Schedule, planned: datetime, local: datetime | None) -> datetime | None:
    """Return when an occurrence comes that was planned by other rules of its zone: when clocks show the same.

    `local` is what they were to show then; None for what was planned before that was written down, for which the
    occurrence nearest by is taken. None when the schedule has none left.
    """
    zone = zone_info(schedule.zone)
    if schedule.kind is ScheduleKind.ONCE:
        return resolve(schedule.local_start, zone).at if schedule.local_start is not None else planned
    if schedule.kind is ScheduleKind.ELAPSED:
        # Its end may have moved.
        return schedule.next_from(planned)
    wanted = resolve(local, zone).at if local is not None else planned
    if schedule.next_from(wanted) == wanted:
        return wanted
    # Clocks that were to skip that hour and do not any more, or the other way round.
    near = [one.at for one in schedule.upcoming(wanted - _NEAR, 64) if one.at <= wanted + _NEAR]
    return min(near, key=lambda at: abs(at - wanted), default=None) or schedule.next_from(wanted)


def schedule_from_before(reminder: Reminder, after: datetime) -> tuple[Schedule, timedelta | None] | None:
    """Return the schedule in the columns of the predecessor, and how early it warns; None if there is none."""
    zone = zone_info(reminder.timezone)
    if reminder.event_time is not None:
        event = reminder.event_time.astimezone(UTC)
        early = _before(event, reminder, zone)
        if early is None:
            return Schedule.once(event, reminder.timezone), None
        if reminder.call_time is None:
            # Without a time of the call nothing was ever sent at the event itself.
            return Schedule.once(early, reminder.timezone), None
        return Schedule.once(event, reminder.timezone), event - early
    if reminder.days and reminder.time is not None:
        clock = reminder.time.replace(second=0, microsecond=0)
        days = {int(day) for day in reminder.days}
        return Schedule.weekly(days, clock, reminder.timezone, after.astimezone(zone).date()), None
    return None


def _before(event: datetime, reminder: Reminder, zone: ZoneInfo) -> datetime | None:
    """Return the last moment before the event at which clocks show `time`; None if `time` is unset or the event's."""
    if reminder.time is None:
        return None
    local = event.astimezone(zone)
    early = local.replace(hour=reminder.time.hour, minute=reminder.time.minute, second=0, microsecond=0)
    if early > local:
        early -= timedelta(days=1)
    return early.astimezone(UTC) if early.astimezone(UTC) < event else None
