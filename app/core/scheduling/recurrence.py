"""Recurrence rules of RFC 5545 on wall-clock time: read from text, and walked from any moment on.

A rule is walked period by period, and the period of any moment is arithmetic: what a rule gives next costs the same
after ten years as on its first day, and a rule that never gives anything is known after a bounded search. A period is
looked at day by day, at most once for each of its days and once for each minute of a day, however dense the rule is.
Supported are FREQ from MINUTELY to YEARLY, INTERVAL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSETPOS and WKST.
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, date, datetime, time
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import islice, takewhile

from app.core.errors import InvalidInput
from app.core.formats import AnyOf
from app.core.records import record

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_RULE_LENGTH = 500
MAX_INTERVAL = 10_000
MAX_YEARS = 100
"""How far ahead something may happen."""
MAX_INTERVAL_SECONDS = MAX_YEARS * 366 * 86_400
HORIZON_YEARS = 60
"""How far ahead a rule is searched. 29 February on a given weekday, the rarest thing people ask for, takes 40."""


class Freq(StrEnum):
    """How long a period of a rule is."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"
    MINUTELY = "MINUTELY"


MOST_DAYS = {Freq.YEARLY: 366, Freq.MONTHLY: 31, Freq.WEEKLY: 7, Freq.DAILY: 1}
"""Of a period, where some of its times can be chosen by their positions."""


@record
class Rule:
    """One recurrence rule. Empty parts follow from the start, as RFC 5545 has it.

    `weekdays` holds pairs of an ordinal (0: every such day, 1: the first, -1: the last) and a weekday (0 is Monday).
    """

    freq: Freq
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def __str__(self) -> str:
        """Write the rule so that `parse` reads it back."""
        days = [f"{ordinal or ''}{WEEKDAYS[weekday]}" for ordinal, weekday in self.weekdays]
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval != 1 else []
        parts += [f"WKST={WEEKDAYS[self.week_start]}"] if self.week_start else []
        names = ("BYMONTH", "BYMONTHDAY", "BYDAY", "BYHOUR", "BYMINUTE", "BYSETPOS")
        lists = (self.months, self.month_days, days, self.hours, self.minutes, self.positions)
        parts += [f"{name}={','.join(map(str, each))}" for name, each in zip(names, lists, strict=True) if each]
        return ";".join(parts)

    @property
    def once_a_day(self) -> bool:
        """Whether no day has two of its times."""
        return not self.within_day and max(len(self.hours), 1) * max(len(self.minutes), 1) == 1

    def walk(self, start: datetime, since: datetime) -> Iterator[datetime]:
        """Yield the naive times of a series that began at `start`, from `since` on and in order.

        Ends when the calendar does, or HORIZON_YEARS after the last one it found (after `since` to begin with).
        """
        since = max(start, since)
        first = self._period(start.date())
        at = self._period(since.date())
        at += (first - at) % self._step
        last = self._horizon(since)
        clocks = _Clocks(self, start)
        if self.positions and not clocks.are_chosen(MOST_DAYS[self.freq], start):
            # No period has so many times.
            return
        while at <= last:
            found = False
            for moment in self._instances(at, start, since, clocks):
                found = True
                yield moment
            if found:
                last = self._horizon(self._day_in(at))
            at = self._following(at, clocks)

    def nth(self, start: datetime, number: int) -> datetime | None:
        """Return one of the times of a series that began at `start`, counted from one; None if there are fewer.

        A series is searched for a hundred years, one of years for as many of its own.
        """
        years = MAX_YEARS * (self.interval if self.freq is Freq.YEARLY else 1)
        found = takewhile(lambda at: at.year <= start.year + years, self.walk(start, start))
        return next(islice(found, number - 1, None), None)

    def _following(self, period: int, clocks: "_Clocks") -> int:
        """Return the next period worth a look.

        A rule of days passes over the months it leaves out, one of hours or minutes over the days without any of them.
        """
        following = period + self._step
        if clocks.have_gaps:
            following += clocks.empty_from(following)
        if self.months and (self.within_day or self.freq is Freq.DAILY):
            day = date.fromordinal(following)
            if day.month not in self.months:
                rest = monthrange(day.year, day.month)[1] - day.day + 1
                following += -(-rest // self._step) * self._step
        return following

    @cached_property
    def within_day(self) -> bool:
        """Whether its times are counted in hours or minutes."""
        return self.freq in (Freq.HOURLY, Freq.MINUTELY)

    @cached_property
    def _step(self) -> int:
        # Hours and minutes are counted inside the day they fall in; their period is that day.
        return 1 if self.within_day else self.interval

    def _horizon(self, moment: date) -> int:
        shorter = 5 if self.within_day else 1
        years = HORIZON_YEARS // shorter * (self.interval if self.freq is Freq.YEARLY else 1)
        last_year = min(moment.year + years, MAXYEAR - 1)
        return self._period(date(last_year, 12, 31))

    def _period(self, day: date) -> int:
        if self.freq is Freq.YEARLY:
            return day.year
        if self.freq is Freq.MONTHLY:
            return day.year * 12 + day.month - 1
        return (day.toordinal() - 1 - self.week_start) // 7 if self.freq is Freq.WEEKLY else day.toordinal()

    def _day_in(self, period: int) -> date:
        if self.freq is Freq.YEARLY:
            return date(period, 1, 1)
        if self.freq is Freq.MONTHLY:
            return date(period // 12, period % 12 + 1, 1)
        return date.fromordinal(max(period * 7 + 1 + self.week_start, 1) if self.freq is Freq.WEEKLY else period)

    def _instances(self, period: int, start: datetime, since: datetime, clocks: "_Clocks") -> Iterator[datetime]:
        """Yield what a period gives from a moment on."""
        if self.positions:
            days = list(self._days(period, start))
            if not days:
                return
            # A rule with positions has the same clocks on each day, so that the place of each time is arithmetic.
            times = clocks.of(days[0])
            places = (divmod(index, len(times)) for index in clocks.chosen(len(days) * len(times)))
            every = (datetime.combine(days[day], times[clock]) for day, clock in places)
            yield from (moment for moment in every if moment >= since)
            return
        for day in self._days(period, start):
            if day >= since.date():
                times = clocks.of(day)
                first = bisect_left(times, since.time()) if day == since.date() else 0
                for clock in times[first:]:
                    yield datetime.combine(day, clock)

    def _days(self, period: int, start: datetime) -> Iterator[date]:
        match self.freq:
            case Freq.YEARLY:
                named = bool(self.month_days or self.weekdays)
                month_days = self.month_days or (() if named else (start.day,))
                months = self.months or (range(1, 13) if named else (start.month,))
                # The ordinals of weekdays count inside the month when months are named, else inside the year.
                for month in months:
                    yield from self._month(period, month, month_days, of_year=not self.months)
            case Freq.MONTHLY:
                year, month = period // 12, period % 12 + 1
                if not self.months or month in self.months:
                    month_days = self.month_days or (() if self.weekdays else (start.day,))
                    yield from self._month(year, month, month_days, of_year=False)
            case Freq.WEEKLY:
                weekdays = {weekday for _, weekday in self.weekdays} or {start.weekday()}
                monday = period * 7 + 1 + self.week_start
                days = (date.fromordinal(ordinal) for ordinal in range(max(monday, 1), monday + 7))
                for day in days:
                    if day.weekday() in weekdays and (not self.months or day.month in self.months):
                        yield day
            case Freq.DAILY | Freq.HOURLY | Freq.MINUTELY:
                if not self.weekdays or (0, (period - 1) % 7) in self.weekdays:
                    day = date.fromordinal(period)
                    if (not self.months or day.month in self.months) and (
                        not self.month_days or not self._numbers.isdisjoint((day.day, _from_end(day)))
                    ):
                        yield day

    def _month(self, year: int, month: int, month_days: tuple[int, ...], *, of_year: bool) -> Iterator[date]:
        first, length = monthrange(year, month)
        if month_days:
            numbers = {number if number > 0 else length + 1 + number for number in month_days}
        elif self.weekdays:
            offsets = {(weekday - first) % 7 for _, weekday in self.weekdays}
            numbers = {number for offset in offsets for number in range(offset + 1, length + 1, 7)}
        else:
            numbers = set(range(1, length + 1))
        before, whole = 0, length
        if of_year:
            new_year = date(year, 1, 1).toordinal()
            before, whole = date(year, month, 1).toordinal() - new_year, date(year, 12, 31).toordinal() - new_year + 1
        for number in sorted(numbers):
            if 1 <= number <= length:
                weekday, index = (first + number - 1) % 7, before + number
                ordinals = (0, (index - 1) // 7 + 1, -((whole - index) // 7 + 1))
                if not self.weekdays or not self._pairs.isdisjoint((ordinal, weekday) for ordinal in ordinals):
                    yield date(year, month, number)

    @cached_property
    def _pairs(self) -> frozenset[tuple[int, int]]:
        return frozenset(self.weekdays)

    @cached_property
    def _numbers(self) -> frozenset[int]:
        return frozenset(self.month_days)


class _Clocks:
    """The times of day of a rule. Those of hours and minutes are the same on days that begin at the same count."""

    def __init__(self, rule: Rule, start: datetime) -> None:
        self._rule = rule
        self._start = start
        self._known: dict[int, tuple[time, ...]] = {}
        self._chosen: dict[int, list[int]] = {}
        self._empty: dict[int, int] = {}
        in_minutes = rule.freq is Freq.MINUTELY
        self._a_day = 24 * 60 if in_minutes else 24
        self._interval = rule.interval if rule.within_day else 1
        # In hours or minutes since the first day of the calendar.
        self._begun = start.toordinal() * self._a_day + (start.hour * 60 + start.minute if in_minutes else start.hour)
        is_thin = self._interval > self._a_day or bool(rule.hours or rule.minutes)
        self.have_gaps = is_thin and self._a_day % self._interval != 0
        """Whether some days may have a time and others none."""

    def chosen(self, total: int) -> list[int]:
        """Return which of so many times the rule's positions choose, counted from zero."""
        if total not in self._chosen:
            chosen = {position - 1 if position > 0 else total + position for position in self._rule.positions}
            self._chosen[total] = sorted(index for index in chosen if 0 <= index < total)
        return self._chosen[total]

    def are_chosen(self, days: int, day: date) -> bool:
        """Tell whether the rule's positions choose any of the times of so many days at most."""
        return min(map(abs, self._rule.positions)) <= days * len(self.of(day))

    def of(self, day: date) -> tuple[time, ...]:
        """Return the times of a day, in order."""
        return self._beginning((self._begun - day.toordinal() * self._a_day) % self._interval)

    def empty_from(self, day: int) -> int:
        """Return how many days from one on have no time; a whole round of them if none has."""
        first = (self._begun - day * self._a_day) % self._interval
        known = self._empty.get(first)
        return known if known is not None else self._empty_days(first)

    def _empty_days(self, first: int) -> int:
        begins, empty = first, 0
        # After as many days as the interval is long, days begin at the same count again.
        while empty < self._interval and not self._beginning(begins):
            days = max(begins // self._a_day, 1)
            empty, begins = empty + days, (begins - days * self._a_day) % self._interval
        self._empty[first] = empty
        return empty

    def _beginning(self, first: int) -> tuple[time, ...]:
        """Return the times of a day whose first hour or minute of the interval is so many after midnight."""
        if first not in self._known:
            self._known[first] = tuple(self._times(first))
        return self._known[first]

    def _times(self, first: int) -> Iterator[time]:
        rule, start = self._rule, self._start
        if rule.freq is Freq.MINUTELY:
            for minute in range(first, 24 * 60, rule.interval):
                hour, rest = divmod(minute, 60)
                if (not rule.hours or hour in rule.hours) and (not rule.minutes or rest in rule.minutes):
                    yield time(hour, rest, start.second)
            return
        hours = rule.hours or (start.hour,)
        if rule.freq is Freq.HOURLY:
            hours = (hour for hour in range(first, 24, rule.interval) if not rule.hours or hour in rule.hours)
        yield from (time(hour, minute, start.second) for hour in hours for minute in rule.minutes or (start.minute,))


def _from_end(day: date) -> int:
    return day.day - 1 - monthrange(day.year, day.month)[1]


@lru_cache(maxsize=4096)
def parse(text: str) -> Rule:
    """Read a rule. Raises InvalidInput for anything that is not one or is not supported here."""
    if len(text) > MAX_RULE_LENGTH:
        raise InvalidInput("That rule is too long: a rule has at most {max} characters.", max=MAX_RULE_LENGTH)
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise InvalidInput(
                "I cannot read `{part}` in that rule: `FREQ=WEEKLY;BYDAY=MO;BYHOUR=9` would work.",
                part=part[:30].replace("`", "'"),
            )
        parts[name] = value
    if (freq := parts.pop("FREQ", "")) not in Freq.__members__:
        raise InvalidInput(
            "FREQ must be one of {values}: `FREQ=WEEKLY;BYDAY=MO;BYHOUR=9` would work.", values=AnyOf(list(Freq))
        )
    if (first := parts.pop("WKST", "MO")) not in WEEKDAYS:
        raise InvalidInput("WKST must be a weekday such as MO.")
    if parts.get("BYSECOND") == "0":
        del parts["BYSECOND"]
    rule = Rule(
        freq=Freq(freq),
        interval=_numbers("INTERVAL", parts.pop("INTERVAL", "1"), 1, MAX_INTERVAL)[0],
        months=_numbers("BYMONTH", parts.pop("BYMONTH", ""), 1, 12),
        month_days=_numbers("BYMONTHDAY", parts.pop("BYMONTHDAY", ""), -31, 31),
        weekdays=_weekdays(parts.pop("BYDAY", "")),
        hours=_numbers("BYHOUR", parts.pop("BYHOUR", ""), 0, 23),
        minutes=_numbers("BYMINUTE", parts.pop("BYMINUTE", ""), 0, 59),
        positions=_numbers("BYSETPOS", parts.pop("BYSETPOS", ""), -366, 366),
        week_start=WEEKDAYS.index(first),
    )
    if parts:
        raise InvalidInput(
            "Rules with `{part}` are not supported: `FREQ=WEEKLY;BYDAY=MO;BYHOUR=9` would work.",
            part=next(iter(parts))[:30].replace("`", "'"),
        )
    if any(ordinal for ordinal, _ in rule.weekdays) and rule.freq not in (Freq.MONTHLY, Freq.YEARLY):
        raise InvalidInput("A numbered weekday such as `1MO` needs `FREQ=MONTHLY` or `FREQ=YEARLY`.")
    if rule.month_days and rule.freq is Freq.WEEKLY:
        raise InvalidInput("BYMONTHDAY does not go with `FREQ=WEEKLY`: `FREQ=MONTHLY;BYMONTHDAY=1` would work.")
    if rule.positions and rule.freq in (Freq.HOURLY, Freq.MINUTELY):
        raise InvalidInput("BYSETPOS does not go with `FREQ={freq}`.", freq=rule.freq)
    return rule


def _numbers(name: str, text: str, least: int, most: int) -> tuple[int, ...]:
    if not text:
        return ()
    found: set[int] = set()
    for part in text.split(","):
        digits = part.lstrip("+-")
        # int() would also take digits of other scripts and a million of them.
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 5 and len(part) - len(digits) <= 1):
            raise InvalidInput("{part} in a rule takes whole numbers.", part=name)
        number = int(part)
        if not least <= number <= most or (number == 0 and least < 0):
            raise InvalidInput("{part} in a rule takes numbers from {min} to {max}.", part=name, min=least, max=most)
        found.add(number)
    return tuple(sorted(found))


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found: set[tuple[int, int]] = set()
    for part in text.split(",") if text else ():
        ordinal, weekday = part[:-2], part[-2:]
        if weekday not in WEEKDAYS:
            raise InvalidInput("BYDAY in a rule takes weekdays such as MO, TU or -1FR.")
        found.add((_numbers("BYDAY", ordinal, -53, 53)[0] if ordinal else 0, WEEKDAYS.index(weekday)))
    return tuple(sorted(found))
