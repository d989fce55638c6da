"""Time zones: a wall-clock time in one becomes an instant, also when the clocks change."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.errors import InvalidInput
from app.core.records import record
from app.core.scheduling import zone_data


class ClockChange(StrEnum):
    """What a change of the clocks does to a wall-clock time."""

    NONE = "none"
    SKIPPED = "skipped"
    REPEATED = "repeated"


class WallTime(NamedTuple):
    """A time of day of a date as clocks in a zone show it: naive, and the zone's IANA name."""

    local: datetime
    zone: str


@record
class ResolvedTime:
    """The instant of a wall-clock time, in UTC."""

    at: datetime
    change: ClockChange


def zone_info(name: str) -> ZoneInfo:
    """Return the zone of that IANA name. Raises InvalidInput with a sentence when there is none."""
    zone_data.used()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A path that leads out of the database is a ValueError, the name of one of its folders an OSError.
        raise InvalidInput(
            "There is no time zone `{name}`: a name such as `Europe/Brussels` or `America/New_York` works.",
            name=name.replace("`", "'")[:64],
        ) from None


def resolve(local: datetime, zone: ZoneInfo) -> ResolvedTime:
    """Turn a naive wall-clock time into an instant.

    A time that the clocks skip becomes the instant of the change, a time that they repeat its first pass, so that the
    order of wall-clock times is kept. Raises OverflowError at the ends of the calendar.
    """
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    at, other = first.astimezone(UTC), second.astimezone(UTC)
    if at == other:
        return ResolvedTime(at, ClockChange.NONE)
    if at < other:
        return ResolvedTime(at, ClockChange.REPEATED)
    # In a gap, fold 0 uses the offset from before it and lies after it, fold 1 the other way round (PEP 495).
    low, high, before = other, at, other.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // timedelta(seconds=2) * timedelta(seconds=1)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return ResolvedTime(high, ClockChange.SKIPPED)


def shown_at(at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return what clocks show at an instant, naive; None where `resolve` would make another instant of that."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return local if resolve(local, zone).at == at else None


def offset(name: str, now: datetime) -> str:
    """Write the offset of a zone from UTC at a moment: `UTC+05:30`."""
    minutes = round((now.astimezone(zone_info(name)).utcoffset() or timedelta()) / timedelta(minutes=1))
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
