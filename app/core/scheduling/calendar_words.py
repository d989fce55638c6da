"""Days, times and clock changes in the current language, as schedules and the phrase reader write them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.messages import msg, t
from app.core.scheduling.zones import ClockChange, ResolvedTime, zone_info

MONTH_NAMES = (
    msg("January"), msg("February"), msg("March"), msg("April"), msg("May"), msg("June"),
    msg("July"), msg("August"), msg("September"), msg("October"), msg("November"), msg("December"),
)  # fmt: skip
DAY_NAMES = (
    msg("Monday"), msg("Tuesday"), msg("Wednesday"), msg("Thursday"), msg("Friday"), msg("Saturday"), msg("Sunday"),
)  # fmt: skip
MONTHS = tuple(name.text for name in MONTH_NAMES)
DAYS = tuple(name.text for name in DAY_NAMES)


def day(moment: date) -> str:
    """Write a date without its year in the current language: `29 March`."""
    return t("{day} {month}", day=moment.day, month=MONTH_NAMES[moment.month - 1])


def clock(moment: datetime) -> str:
    """Write a wall-clock time, its seconds only when there are any."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def listed(words: list[str], last: str = "and") -> str:
    """Join words: `a, b and c`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def ordinal(number: int) -> str:
    """Write `1st`, `22nd`, `13th`."""
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def moved(local: datetime, found: ResolvedTime, zone: str) -> str | None:
    """Say in the current language what the clocks do to a wall-clock time, if anything."""
    match found.change:
        case ClockChange.NONE:
            return None
        case ClockChange.SKIPPED:
            there = found.at.astimezone(zone_info(zone))
            values = {"time": clock(local), "date": day(local), "other": clock(there), "other_date": day(there)}
            if there.date() == local.date():
                return t("{time} does not exist on {date}, so {other}", **values)
            return t("{time} does not exist on {date}, so {other} on {other_date}", **values)
        case ClockChange.REPEATED:
            return t("{time} comes twice on {date}, so the first", time=clock(local), date=day(local))


def drifted(at: datetime, interval: timedelta, zone: ZoneInfo) -> str | None:
    """Say when a schedule of whole days shows another time on the wall than the time before."""
    if interval % timedelta(days=1):
        return None
    now, before = at.astimezone(zone), (at - interval).astimezone(zone)
    if now.utcoffset() == before.utcoffset():
        return None
    return t(
        "the clocks change before {date}, so {time} instead of {before}",
        date=day(now),
        time=clock(now),
        before=clock(before),
    )
