"""When something happens: once, by the clock on the wall again and again, or every so many seconds.

A schedule is plain values, so that a row can hold it and a later release can read it. What comes next is always
computed from them; nothing here reads the time.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from app.core.errors import InvalidInput
from app.core.formats import Number
from app.core.messages import msg
from app.core.records import record
from app.core.scheduling import calendar_words, recurrence
from app.core.scheduling.recurrence import MAX_YEARS, WEEKDAYS, Rule
from app.core.scheduling.zones import ResolvedTime, WallTime, resolve, zone_info

MAX_COUNT = 10_000
"""The largest `count` of a schedule."""
FIRST_YEAR, LAST_YEAR = 1900, 9000
END_OF_DAY = time(23, 59, 59)
"""When a series ends that ends on a day."""
MAX_EXCEPTIONS = 100
"""How many days a schedule leaves out at most."""

ENDS_TOO_LATE = msg(
    "That would end in more than {years} years. Choose an earlier end, or leave the end out.", years=MAX_YEARS
)
LONGEST = timedelta(days=366 * MAX_YEARS)
INSTANT = timedelta(microseconds=1)
"""The least that two moments are apart."""


class ScheduleKind(StrEnum):
    """How a schedule repeats."""

    ONCE = "once"
    SERIES = "series"
    ELAPSED = "elapsed"


@record
class Occurrence:
    """One time that a schedule gives, in UTC. `note` says when a change of the clocks moves it."""

    at: datetime
    note: str | None = None


@record
class Schedule:
    """One schedule, as plain values.

    - ONCE happens at the instant `at`. `local_start` is the wall-clock time that was asked for, if it was one.
    - SERIES happens at the wall-clock times that the RFC 5545 rule `rrule` gives from `local_start` on in `zone`. A
      time that the clocks skip happens when they skip it, a time that they show twice happens the first time.
    - ELAPSED happens at `at` and then every `interval_seconds`, whatever the clocks do.

    `until` is the last instant at which it may happen, `count` how often it happens at most, both counted from the
    start. `except_dates` are days of `zone` on which a SERIES or ELAPSED does not happen, sorted and each once; what
    is left out still counts towards `count`, as it does with EXDATE in RFC 5545. `zone` is an IANA name; otherwise it
    only matters for words in ONCE and ELAPSED. `local_until` is the wall-clock time that `until` was made of, if it was
    asked for as one. Raises InvalidInput, with a sentence for the person, when the values make no schedule.
    """

    kind: ScheduleKind
    zone: str
    at: datetime | None = None
    local_start: datetime | None = None
    rrule: str | None = None
    interval_seconds: int | None = None
    until: datetime | None = None
    count: int | None = None
    except_dates: tuple[date, ...] = ()
    local_until: datetime | None = None

    def __post_init__(self) -> None:
        """Check that the values make a schedule."""
        zone_info(self.zone)
        if any(moment is not None and moment.tzinfo is None for moment in (self.at, self.until)):
            raise ValueError("at and until are aware")
        if any(local is not None and local.tzinfo is not None for local in (self.local_start, self.local_until)):
            raise ValueError("local_start and local_until are wall-clock times of the zone, hence naive")
        if self.until is not None and self.until.year > LAST_YEAR:
            raise InvalidInput(ENDS_TOO_LATE)
        if any(moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR for moment in self._moments):
            # Near its ends the calendar has moments that some zones cannot show.
            raise InvalidInput("A time has to be in the years {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR)
        if self.count is not None and not 1 <= self.count <= MAX_COUNT:
            raise InvalidInput("Something can repeat from 1 to {max} times.", max=Number(MAX_COUNT))
        if self.kind is ScheduleKind.SERIES:
            if self.local_start is None or self.rrule is None:
                raise ValueError("a series has a rule and a start")
            _ = self.rule
        elif self.at is None:
            raise ValueError("an instant is missing")
        if self.kind is ScheduleKind.ELAPSED and not self.interval_seconds:
            raise ValueError("an interval is missing")
        if self.interval_seconds is not None and not 0 < self.interval_seconds <= recurrence.MAX_INTERVAL_SECONDS:
            raise InvalidInput("An interval can be from 1 second to 100 years long.")
        self._check_exceptions()

    @property
    def _moments(self) -> tuple[datetime | None, ...]:
        return self.at, self.local_start, self.until

    def _check_exceptions(self) -> None:
        # The class is frozen for everybody else: two schedules that leave out the same days are equal.
        object.__setattr__(self, "except_dates", tuple(sorted(set(self.except_dates))))
        if self.except_dates and not self.recurs:
            raise InvalidInput("Only what repeats can leave out days: `every weekday at 9 except 24 dec` would work.")
        if len(self.except_dates) > MAX_EXCEPTIONS:
            raise InvalidInput(
                "At most {max} days can be left out: leave out weekdays, as in `every day except sunday at 8:00`, "
                "or make two reminders, one that ends before these days and one that starts after them.",
                max=MAX_EXCEPTIONS,
            )

    @classmethod
    def once(cls, at: datetime, zone: str, *, local: datetime | None = None) -> "Schedule":
        """Return what happens once, at an aware instant; `local` is the wall-clock time that was asked for."""
        return cls(ScheduleKind.ONCE, zone, at=at.astimezone(UTC), local_start=local)

    @classmethod
    def once_at(cls, local: datetime, zone: str) -> "Schedule":
        """Return what happens once, at a naive wall-clock time of a zone."""
        return cls.once(resolve(local, zone_info(zone)).at, zone, local=local)

    @classmethod
    def series(
        cls, rrule: str, zone: str, local_start: datetime, *, until: datetime | None = None, count: int | None = None
    ) -> "Schedule":
        """Return what happens by the clock on the wall. `until` is as in `ending`."""
        at, local = _ends(until, zone)
        return cls(
            ScheduleKind.SERIES, zone, local_start=local_start, rrule=rrule, until=at, count=count, local_until=local
        )

    @classmethod
    def elapsed(
        cls, interval: timedelta, first: datetime, zone: str, *, until: datetime | None = None, count: int | None = None
    ) -> "Schedule":
        """Return what happens every `interval` from the aware instant `first` on. `until` is as in `ending`."""
        seconds, at, (end, local) = int(interval.total_seconds()), first.astimezone(UTC), _ends(until, zone)
        return cls(
            ScheduleKind.ELAPSED, zone, at=at, interval_seconds=seconds, until=end, count=count, local_until=local
        )

    @classmethod
    def weekly(cls, days: set[int], at: time, zone: str, start: date) -> "Schedule":
        """Return what happens at a wall-clock time on some weekdays (0 is Monday), from the date `start` on."""
        rule = "FREQ=WEEKLY;BYDAY=" + ",".join(WEEKDAYS[day] for day in sorted(days))
        return cls.series(f"{rule};BYHOUR={at.hour};BYMINUTE={at.minute}", zone, datetime.combine(start, at))

    @property
    def recurs(self) -> bool:
        """Tell whether it may happen more than once."""
        return self.kind is not ScheduleKind.ONCE

    @property
    def instant(self) -> datetime:
        """When it happens for the first time, if that is no wall-clock time of a series."""
        assert self.at is not None
        return self.at

    @property
    def wall_time(self) -> WallTime | None:
        """What was asked for, if it happens once and was asked for as a wall-clock time."""
        if self.recurs or self.local_start is None:
            return None
        return WallTime(self.local_start, self.zone)

    @property
    def end(self) -> datetime | None:
        """When it ends, as it was asked for: naive if as a wall-clock time of its zone."""
        return self.until if self.local_until is None else self.local_until

    @property
    def rule(self) -> Rule:
        """The rule of a series. Raises InvalidInput when it cannot be read."""
        return recurrence.parse(self.rrule or "")

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first time strictly after an aware moment, in UTC; None when it is over."""
        found = next(self._after(moment), None)
        return None if found is None else found.at

    def next_from(self, moment: datetime) -> datetime | None:
        """Return the first time at or after an aware moment, in UTC; None when it is over."""
        return self.next_after(moment - INSTANT)

    def upcoming(self, moment: datetime, count: int) -> list[Occurrence]:
        """Return the next `count` times strictly after an aware moment, with a note where the clocks move one."""
        return list(islice(self._after(moment), max(count, 0)))

    def faster_than(self, shortest: timedelta) -> bool:
        """Tell whether it repeats faster than that; cheaper than `shortest_gap` where the answer is plain."""
        # Once a day is at least 22 hours apart, whatever the clocks do.
        if self.kind is ScheduleKind.SERIES and self.rule.once_a_day and shortest <= timedelta(hours=22):
            return False
        gap = self.shortest_gap()
        return gap is not None and gap < shortest

    def shortest_gap(self) -> timedelta | None:
        """Return the least time between two of its first 64 times in 100 years; None when there are not two."""
        match self.kind:
            case ScheduleKind.ONCE:
                return None
            case ScheduleKind.ELAPSED:
                return None if self.count == 1 else timedelta(seconds=self.interval_seconds or 0)
            case ScheduleKind.SERIES:
                return self._least_gap

    @cached_property
    def _least_gap(self) -> timedelta | None:
        assert self.local_start is not None
        begun = resolve(self.local_start, zone_info(self.zone)).at - timedelta(seconds=1)
        end = begun + LONGEST
        times = takewhile(lambda at: at <= end, (found.at for found in self._after(begun)))
        return min((later - earlier for earlier, later in pairwise(islice(times, 64))), default=None)

    def check_length(self, now: datetime) -> None:
        """Check that what comes after a moment comes, and ends, within 100 years. Raises InvalidInput."""
        latest, first = now + LONGEST, self.next_after(now)
        if first is not None and first > latest:
            raise InvalidInput("That is more than {years} years away. Choose an earlier time.", years=MAX_YEARS)
        if self.until is not None and self.until > latest:
            raise InvalidInput(ENDS_TOO_LATE)
        if self.count is not None and first is not None and not self._ends_by(latest, self.count):
            raise InvalidInput(
                "To come {count} times, it would take more than {years} years. Choose fewer, or leave the number out.",
                count=Number(self.count),
                years=MAX_YEARS,
            )

    def _ends_by(self, latest: datetime, count: int) -> bool:
        """Tell whether it has happened that often by then, give or take a day."""
        if self.kind is ScheduleKind.ELAPSED:
            assert self.at is not None
            return count - 1 <= (latest - self.at) / timedelta(seconds=self.interval_seconds or 1)
        assert self.local_start is not None
        last, end = _last_of(self.rule, self.local_start, count), latest.replace(tzinfo=None)
        if last is None:
            return next(self.rule.walk(self.local_start, end), None) is None
        return last <= end

    def _after(self, moment: datetime) -> Iterator[Occurrence]:
        # What lies beyond the end of the calendar does not happen.
        with suppress(OverflowError):
            yield from self._any_after(moment.astimezone(UTC))

    def _any_after(self, moment: datetime) -> Iterator[Occurrence]:
        match self.kind:
            case ScheduleKind.ONCE:
                assert self.at is not None
                if self.at > moment:
                    yield Occurrence(self.at, self._note_once())
            case ScheduleKind.ELAPSED:
                yield from self._elapsed_after(moment)
            case ScheduleKind.SERIES:
                yield from self._series_after(moment)

    def _note_once(self) -> str | None:
        if self.local_start is None:
            return None
        found = resolve(self.local_start, zone_info(self.zone))
        return calendar_words.moved(self.local_start, found, self.zone) if found.at == self.at else None

    def _elapsed_after(self, moment: datetime) -> Iterator[Occurrence]:
        assert self.at is not None
        assert self.interval_seconds is not None
        interval, zone = timedelta(seconds=self.interval_seconds), zone_info(self.zone)
        index = 0 if moment < self.at else (moment - self.at) // interval + 1
        while self.count is None or index < self.count:
            try:
                at = self.at + index * interval
                if self.until is not None and at > self.until:
                    return
                if (resumed := self._day_after_exception(at, zone)) is not None:
                    # One step for a whole day: every second of a hundred days would be a long search. Clocks that go
                    # back over midnight show the day again after its end.
                    index = max(index + 1, -((self.at - resolve(resumed, zone).at) // interval))
                    continue
                note = calendar_words.drifted(at, interval, zone) if index else None
            except OverflowError:
                return
            yield Occurrence(at, note)
            index += 1

    def _series_after(self, moment: datetime) -> Iterator[Occurrence]:
        zone = zone_info(self.zone)
        previous, since = moment, moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
        while since is not None:
            walked, since = self._walk(since, zone), None
            for local, found in walked:
                if (since := self._day_after_exception(found.at, zone)) is not None:
                    break
                # Two times inside one gap are one instant, and the second pass of an hour is behind its times already.
                if found.at > previous:
                    previous = found.at
                    yield Occurrence(found.at, calendar_words.moved(local, found, self.zone))

    def _walk(self, since: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, ResolvedTime]]:
        """Yield the wall-clock times of a series from a naive one on and where they fall, until it ends."""
        assert self.local_start is not None
        last = None if self.count is None else _last_of(self.rule, self.local_start, self.count)
        for local in self.rule.walk(self.local_start, since):
            if last is not None and local > last:
                return
            found = resolve(local, zone)
            if self.until is not None and found.at > self.until:
                return
            yield local, found

    def _day_after_exception(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the midnight (naive) that ends the day of an instant if that day is left out, else None."""
        if not self.except_dates or (day := at.astimezone(zone).date()) not in self.except_dates:
            return None
        return datetime.combine(day + timedelta(days=1), time())

    def ending(self, *, until: datetime | None = None, count: int | None = None) -> "Schedule":
        """Return the same schedule with another end: an aware instant, or naive a wall-clock time of its zone."""
        at, local = _ends(until, self.zone)
        return replace(self, until=at, local_until=local, count=count)

    def without(self, *days: date) -> "Schedule":
        """Return the same schedule that leaves out these days (of its zone) as well.

        Raises InvalidInput when it happens only once or would leave out more than MAX_EXCEPTIONS days; call
        `forgetting` first so that days which are over take no room.
        """
        return replace(self, except_dates=(*self.except_dates, *days))

    def forgetting(self, before: date) -> "Schedule":
        """Return the same schedule, its exceptions before a day (of its zone) dropped."""
        return replace(self, except_dates=tuple(day for day in self.except_dates if day >= before))


def _ends(until: datetime | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """Return the instant of an end, and the wall-clock time if it is one. Raises InvalidInput for one too far away."""
    if until is None or until.tzinfo is not None:
        return (None if until is None else until.astimezone(UTC)), None
    if until.year > LAST_YEAR:
        raise InvalidInput(ENDS_TOO_LATE)
    return resolve(until, zone_info(zone)).at, until


@lru_cache(maxsize=4096)
def _last_of(rule: Rule, start: datetime, count: int) -> datetime | None:
    """Return the last wall-clock time of a counted series; None when its rule gives fewer in a hundred years."""
    return rule.nth(start, count)
