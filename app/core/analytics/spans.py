"""Which days and months sums are about, by the clock of a server.

A day goes from midnight to midnight. After a change of the time zone, what is between the last sum and the next
midnight is a day of its own, so that nothing is left out or counted twice; it belongs to the day in which most of it
lies.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.records import record
from app.core.scheduling.zones import resolve

DAY = timedelta(days=1)


@record
class Span:
    """A time that sums are about."""

    start: datetime
    end: datetime
    number: int = 0
    """Of the day: one more than that of the day before."""

    @property
    def middle(self) -> datetime:
        """Return the moment that decides to which day of a figure it belongs."""
        return self.start + (self.end - self.start) / 2


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins."""
    return resolve(datetime(day.year, day.month, day.day), zone).at  # noqa: DTZ001 -- a time on the wall


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment."""
    return at.astimezone(zone).date()


def days_from(at: datetime, zone: ZoneInfo, *, after: datetime | None, until: datetime) -> Iterator[Span]:
    """Yield the days from that of a moment on that are over at `until`; nothing before `after` is in them."""
    day = day_of(at, zone)
    start = midnight(day, zone)
    while True:
        end = midnight(day + DAY, zone)
        if end > until:
            return
        begin = start if after is None else max(start, after)
        if begin < end:
            yield Span(begin, end, day.toordinal())
        day, start = day + DAY, end


def months_from(at: datetime, zone: ZoneInfo, *, until: datetime) -> Iterator[Span]:
    """Yield the months from that of a moment on that are over at `until`."""
    first = day_of(at, zone).replace(day=1)
    while True:
        following = (first + timedelta(days=32)).replace(day=1)
        end = midnight(following, zone)
        if end > until:
            return
        yield Span(midnight(first, zone), end)
        first = following
