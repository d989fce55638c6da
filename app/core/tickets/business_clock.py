"""Business time: how much of it passed between two moments, and when so much of it will have passed.

Nothing walks over minutes: whole weeks are multiplied, closed days are taken out again, and the changes of a zone's
clocks are remembered by year. Inside, moments are whole microseconds since the beginning of year 1, in UTC or on the
wall, whose first day is a Monday.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.core.tickets.business_week import BusinessHours, closed_days

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)
_MINUTE = 60 * 10**6
_DAY = 24 * 60 * _MINUTE
_WEEK = 7 * _DAY


class _Change(NamedTuple):
    """Clocks of a zone change: when, and their offsets from UTC before and after."""

    at: int
    before: int
    after: int


class _Piece(NamedTuple):
    """A time in which the clocks of a zone run evenly."""

    start: int
    end: int
    offset: int
    highest: int
    """What they have shown before: until they show it again, they repeat themselves."""


class _ClosedDays(NamedTuple):
    """The closed days of a year that would be worked on, and how much would be worked on all before each."""

    days: tuple[int, ...]
    before: tuple[int, ...]


class BusinessClock:
    """Runs while it is a business hour on the clocks of a zone.

    Each interval begins and ends once a day: hours that clocks skip do not come, and while they repeat an hour, it goes
    on as it was just before. Moments have a zone of their own; those returned are in UTC.
    """

    def __init__(self, hours: BusinessHours, zone: ZoneInfo) -> None:
        self.hours = hours
        self._zone = zone
        intervals = [
            (day * _DAY + start * _MINUTE, day * _DAY + end * _MINUTE)
            for day, times in enumerate(hours.week)
            for start, end in times
        ]
        self._starts = [start for start, _ in intervals]
        self._ends = [end for _, end in intervals]
        self._before = [0, *accumulate(end - start for start, end in intervals)]
        self._has_closed = bool(hours.closed or hours.closed_each_year)
        self._closed: dict[int, _ClosedDays] = {}

    def elapsed(self, since: datetime, until: datetime) -> timedelta:
        """Return the business time from one moment to another; nothing if the other is not later."""
        start, end = _number(since), _number(until)
        passed = 0
        for piece in self._pieces(start) if end > start else ():
            if piece.start >= end:
                break
            passed += self._passed(piece, max(piece.start, start), min(piece.end, end))
        return passed * _UNIT

    def elapsed_each(self, since: Sequence[datetime], until: datetime) -> list[timedelta]:
        """Return what `elapsed` does for many moments, a tenth of the work for each."""
        starts, end = [_number(moment) for moment in since], _number(until)
        first = min(starts, default=end)
        pieces = list(takewhile(lambda piece: piece.start < end, self._pieces(first))) if first < end else []
        # How much passes after each piece, until the end.
        spans = [self._passed(one, max(one.start, first), min(one.end, end)) for one in pieces]
        later = [*accumulate(reversed(spans), initial=0)][::-1][1:]
        ends = [piece.end for piece in pieces]
        found = list[timedelta]()
        for start in starts:
            place = bisect_right(ends, start)
            within = self._passed(pieces[place], start, min(ends[place], end)) if start < end else 0
            found.append((within + later[place] if start < end else 0) * _UNIT)
        return found

    def after(self, moment: datetime, business: timedelta) -> datetime:
        """Return the first moment by which so much business time has passed, the moment itself for none.

        Raises OverflowError beyond the end of the calendar.
        """
        start, needed = _number(moment), business // _UNIT
        if needed <= 0:
            return moment.astimezone(UTC)
        for piece in self._pieces(start):
            at = max(piece.start, start)
            passed = self._passed(piece, at, piece.end)
            if passed < needed:
                needed -= passed
                continue
            wall = at + piece.offset
            if wall < piece.highest:
                repeated = piece.highest - wall if self._is_working(piece.highest - 1) else 0
                if needed <= repeated:
                    return _moment(at + needed)
                needed, wall = needed - repeated, piece.highest
            return _moment(self._wall_after(wall, needed) - piece.offset)
        raise OverflowError("beyond the end of the calendar")

    def is_open(self, moment: datetime) -> bool:
        """Tell whether it is a business hour."""
        at = _number(moment)
        piece = next(piece for piece in self._pieces(at) if piece.end > at)
        wall = at + piece.offset
        return self._is_working(wall if wall >= piece.highest else piece.highest - 1)

    def next_opening(self, moment: datetime) -> datetime:
        """Return the moment itself in a business hour, else when the next one begins. Raises as `after` does."""
        return self.after(moment, _UNIT) - _UNIT if not self.is_open(moment) else moment.astimezone(UTC)

    def _pieces(self, start: int) -> Iterator[_Piece]:
        """Yield pieces that hold a moment and all after it, none longer than a year."""
        # Whether clocks repeat themselves at the start depends on what they showed before.
        at = start - _DAY
        offset = _offset(at, self._zone)
        highest = at + offset
        for year in range(_moment(at).year, 9999):
            for change in _changes(self._zone, year):
                if change.at <= at:
                    continue
                if change.at > start:
                    yield _Piece(at, change.at, offset, highest)
                at, offset, highest = change.at, change.after, max(highest, change.at + change.before)
            end = (date(year + 1, 1, 1).toordinal() - 1) * _DAY
            if end > start:
                yield _Piece(at, end, offset, highest)
            at, highest = end, max(highest, end + offset)

    def _passed(self, piece: _Piece, start: int, end: int) -> int:
        """Return the business time between two moments of a piece."""
        first, last = start + piece.offset, end + piece.offset
        if first >= piece.highest:
            return self._worked(first, last)
        repeated = min(last, piece.highest) - first if self._is_working(piece.highest - 1) else 0
        return repeated + (self._worked(piece.highest, last) if last > piece.highest else 0)

    def _worked(self, first: int, last: int) -> int:
        """Return the business time between two moments on the wall."""
        return self._in_week(last) - self._in_week(first) - (self._missed(first, last) if self._has_closed else 0)

    def _in_week(self, wall: int) -> int:
        """Return the business time on the wall since its first day, were no day closed."""
        weeks, rest = divmod(wall, _WEEK)
        found = bisect_right(self._starts, rest) - 1
        within = self._before[found] + min(rest, self._ends[found]) - self._starts[found] if found >= 0 else 0
        return weeks * self._before[-1] + within

    def _missed(self, first: int, last: int) -> int:
        """Return how much of the time between two moments on the wall is on closed days."""
        years = range(_year(first), _year(last) + 1)
        return sum(self._closed_in(year).before[-1] for year in years[:-1]) + (
            self._missed_in_year(last) - self._missed_in_year(first)
        )

    def _missed_in_year(self, wall: int) -> int:
        """Return how much is on closed days, from the beginning of the year."""
        closed, day = self._closed_in(_year(wall)), wall // _DAY
        found = bisect_left(closed.days, day)
        today = found < len(closed.days) and closed.days[found] == day
        return closed.before[found] + (self._in_week(wall) - self._in_week(day * _DAY) if today else 0)

    def _closed_in(self, year: int) -> _ClosedDays:
        if year not in self._closed:
            days = [day for day in closed_days(self.hours, year) if self.hours.week[day.weekday()]]
            missed = (sum(end - start for start, end in self.hours.week[day.weekday()]) * _MINUTE for day in days)
            self._closed[year] = _ClosedDays(tuple(day.toordinal() - 1 for day in days), (0, *accumulate(missed)))
        return self._closed[year]

    def _is_closed(self, day: int) -> bool:
        if not self._has_closed:
            return False
        days = self._closed_in(_year(day * _DAY)).days
        found = bisect_left(days, day)
        return found < len(days) and days[found] == day

    def _is_working(self, wall: int) -> bool:
        rest = wall % _WEEK
        found = bisect_right(self._starts, rest) - 1
        return found >= 0 and rest < self._ends[found] and not self._is_closed(wall // _DAY)

    def _wall_after(self, wall: int, needed: int) -> int:
        """Return the first moment on the wall by which so much business time has passed."""
        while weeks := (needed - 1) // self._before[-1]:
            # With closed days it is less than that many weeks hold, so the rest may be weeks again.
            needed -= self._worked(wall, wall + weeks * _WEEK)
            wall += weeks * _WEEK
        day = wall // _DAY
        while True:
            for start, end in self.hours.week[day % 7] if not self._is_closed(day) else ():
                begins, ends = max(day * _DAY + start * _MINUTE, wall), day * _DAY + end * _MINUTE
                if begins < ends:
                    if ends - begins >= needed:
                        return begins + needed
                    needed -= ends - begins
            day += 1


def offsets(zone: ZoneInfo, since: datetime, until: datetime) -> list[tuple[datetime, timedelta]]:
    """Return by how much clocks of a zone differ from UTC, from the first moment and from each change on."""
    found = [(since, _offset(_number(since), zone) * _UNIT)]
    for year in range(since.year, until.year + 1):
        changes = _changes(zone, year)
        found += [(_moment(one.at), one.after * _UNIT) for one in changes if since < _moment(one.at) < until]
    return found


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _UNIT


def _moment(number: int) -> datetime:
    return _EPOCH + number * _UNIT


def _year(wall: int) -> int:
    return date.fromordinal(wall // _DAY + 1).year


def _offset(at: int, zone: ZoneInfo) -> int:
    return (_moment(at).astimezone(zone).utcoffset() or timedelta()) // _UNIT


@lru_cache(maxsize=4096)
def _changes(zone: ZoneInfo, year: int) -> tuple[_Change, ...]:
    """Return the changes of a zone's clocks in a year of UTC; it takes two to come within a day to miss one."""
    found = list[_Change]()
    first, last = (date(one, 1, 1).toordinal() - 1 for one in (year, year + 1))
    before = _offset(first * _DAY, zone)
    for day in range(first, last):
        after = _offset((day + 1) * _DAY, zone)
        if after != before:
            low, high = day * _DAY, (day + 1) * _DAY
            while high - low > 10**6:
                middle = (low + high) // 2 // 10**6 * 10**6
                low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
            found.append(_Change(high, before, after))
            before = after
    return tuple(found)
