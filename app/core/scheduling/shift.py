"""Moving a whole schedule to earlier or later."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from app.core.scheduling.recurrence import WEEKDAYS
from app.core.scheduling.schedule import END_OF_DAY, Schedule, ScheduleKind
from app.core.scheduling.zones import shown_at, zone_info

DAY_MINUTES = 24 * 60
SECONDS_OF_DAY = DAY_MINUTES * 60


def shifted(schedule: Schedule, by: timedelta) -> Schedule | None:
    """Return the same schedule earlier or later; None when its rule cannot be moved by that much.

    A series keeps its rule, with another clock and other weekdays. A rule of months and years, or one with several
    clocks, can be moved within the day only. The days that are left out, and a last day, move as far as the clock does
    across midnight.
    What was asked for as a wall-clock time stays one. Raises OverflowError at the ends of the calendar.
    """
    until = schedule.end + by if schedule.end is not None else None
    if schedule.kind is not ScheduleKind.SERIES:
        assert schedule.at is not None
        at = schedule.at + by
        local = shown_at(at, zone_info(schedule.zone)) if schedule.local_start is not None else None
        dates = _moved(schedule.except_dates, _elapsed_days(schedule, by))
        return replace(schedule, at=at, local_start=local, except_dates=dates).ending(until=until, count=schedule.count)
    assert schedule.local_start is not None
    assert schedule.rrule is not None
    found = _shifted_rule(schedule.rrule, schedule.local_start, by)
    if found is None:
        return None
    rule, days = found
    if schedule.local_until is not None and schedule.local_until.time() == END_OF_DAY:
        # The end of a day, which stays one.
        until = schedule.local_until + timedelta(days=days)
    moved = Schedule.series(rule, schedule.zone, schedule.local_start + by, until=until, count=schedule.count)
    return moved.without(*_moved(schedule.except_dates, days))


def _moved(dates: tuple[date, ...], days: int) -> tuple[date, ...]:
    return tuple(day + timedelta(days=days) for day in dates)


def _elapsed_days(schedule: Schedule, by: timedelta) -> int:
    """Return how many days later the days come that an interval leaves out."""
    if not schedule.except_dates or schedule.at is None:
        return 0
    if (schedule.interval_seconds or 0) % SECONDS_OF_DAY:
        # It happens at any time of a day, so that most of a day stays on its day.
        return round(by / timedelta(days=1))
    zone = zone_info(schedule.zone)
    return ((schedule.at + by).astimezone(zone).date() - schedule.at.astimezone(zone).date()).days


def _shifted_rule(text: str, start: datetime, by: timedelta) -> tuple[str, int] | None:
    """Return the rule and how many days later its clock is; None when it cannot be moved."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";"))
    clock = [parts.get("BYHOUR", str(start.hour)), parts.get("BYMINUTE", str(start.minute))]
    minutes, rest = divmod(int(by.total_seconds()), 60)
    if rest or parts["FREQ"] not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or not all(one.isdigit() for one in clock):
        return None
    days, minute_of_day = divmod(int(clock[0]) * 60 + int(clock[1]) + minutes, DAY_MINUTES)
    if days:
        limits = {key for key in parts if key.startswith("BY")} - {"BYHOUR", "BYMINUTE", "BYSECOND"}
        if parts["FREQ"] == "WEEKLY" and limits <= {"BYDAY"}:
            if "BYDAY" in parts:
                names = [WEEKDAYS[(WEEKDAYS.index(day) + days) % 7] for day in parts["BYDAY"].split(",")]
                parts["BYDAY"] = ",".join(sorted(names, key=WEEKDAYS.index))
        elif parts["FREQ"] != "DAILY" or limits:
            return None
    if "BYHOUR" in parts or "BYMINUTE" in parts:
        parts["BYHOUR"], parts["BYMINUTE"] = (str(number) for number in divmod(minute_of_day, 60))
    return ";".join(f"{key}={value}" for key, value in parts.items()), days
