"""Moving a whole schedule to earlier or later."""

from datetime import datetime, timedelta

from app.core.recurrence import WEEKDAYS
from app.core.schedule import Kind, Schedule

DAY_MINUTES = 24 * 60


def shifted(schedule: Schedule, by: timedelta) -> Schedule | None:
    """Return the same schedule earlier or later; None when its rule cannot be moved by that much.

    A series keeps its rule, with another clock and other weekdays. A rule of months and years, or one with several
    clocks, can be moved within the day only. Raises OverflowError at the ends of the calendar.
    """
    at = schedule.at + by if schedule.at is not None else None
    until = schedule.until + by if schedule.until is not None else None
    if schedule.kind is not Kind.SERIES:
        return Schedule(
            schedule.kind,
            schedule.zone,
            at=at,
            interval_seconds=schedule.interval_seconds,
            until=until,
            count=schedule.count,
        )
    assert schedule.local_start is not None
    assert schedule.rrule is not None
    rule = _shifted_rule(schedule.rrule, schedule.local_start, by)
    if rule is None:
        return None
    return Schedule.series(rule, schedule.zone, schedule.local_start + by, until=until, count=schedule.count)


def _shifted_rule(text: str, start: datetime, by: timedelta) -> str | None:
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
    return ";".join(f"{key}={value}" for key, value in parts.items())
