"""The hours in which a server works: intervals of each weekday, and days on which it is closed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from app.core.messages import Message, msgc
from app.core.records import record

DAY_MINUTES = 24 * 60
DAYS = (
    msgc("a day, short", "Mon"), msgc("a day, short", "Tue"), msgc("a day, short", "Wed"), msgc("a day, short", "Thu"),
    msgc("a day, short", "Fri"), msgc("a day, short", "Sat"), msgc("a day, short", "Sun"),
)  # fmt: skip
ALWAYS = msgc("business hours", "always")

Interval = tuple[int, int]
"""From a minute of a day, to before another one; 1440 is its end."""
MonthDay = tuple[int, int]
Week = tuple[tuple[Interval, ...], ...]


@dataclass(frozen=True, order=True)
class Closed:
    """Days on which nobody works: from the first to the last, both included."""

    first: date
    last: date

    @property
    def written(self) -> Message:
        """Say it as it is read back."""
        return _span(f"{self.first}", f"{self.last}")


@dataclass(frozen=True, order=True)
class ClosedEachYear:
    """The same days of every year. They may go over its end; 29 February is only in years that have it."""

    first: MonthDay
    last: MonthDay

    @property
    def written(self) -> Message:
        """Say it as it is read back."""
        return _span(*(f"{month:02}-{day:02}" for month, day in (self.first, self.last)))

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        at = (day.month, day.day)
        return self.first <= at <= self.last if self.first <= self.last else at >= self.first or at <= self.last


@record
class BusinessHours:
    """When a server works, on the clocks of its zone.

    `week` has the intervals of each day from Monday on, sorted and apart from each other. Work over midnight is split
    there. A closed day is closed from midnight to midnight.
    """

    week: Week
    closed: tuple[Closed, ...] = ()
    closed_each_year: tuple[ClosedEachYear, ...] = ()

    @property
    def is_always(self) -> bool:
        """Whether no hour is outside."""
        return self.is_every_hour and not self.closed and not self.closed_each_year

    @property
    def is_every_hour(self) -> bool:
        """Whether every hour of the week is inside, but for closed days."""
        return all(day == ((0, DAY_MINUTES),) for day in self.week)

    def __str__(self) -> str:
        """Write it as `Mon-Fri 09:00-17:30, Sat 10:00-14:00, not 2026-12-25`, which is read back as the same."""
        return self._written(_in_english)

    @property
    def in_words(self) -> str:
        """Write it in the current language, which is read back as the same: `Mo-Fr 09:00-17:30, außer 2026-12-25`."""
        return self._written(str)

    def _written(self, say: Callable[[Message], str]) -> str:
        parts = [say(ALWAYS)] if self.is_every_hour else list(_parts(_joined(self.week), [say(day) for day in DAYS]))
        for one in (*self.closed, *self.closed_each_year):
            parts.append(say(msgc("business hours", "not {days}", days=say(one.written))))
        # Commas in every language: whatever is between its parts, the reader passes over.
        return ", ".join(parts)


def _span(first: str, last: str) -> Message:
    if first == last:
        return msgc("closed days", "{day}", day=first)
    return msgc("closed days", "{first} to {last}", first=first, last=last)


def _in_english(message: Message) -> str:
    """Say it without asking for the language: what is stored is compared often."""
    return message.text.format_map(message.values)


def united(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    """Sort intervals, and make one of those that overlap or touch."""
    found = list[Interval]()
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


@lru_cache(maxsize=1024)
def closed_days(hours: BusinessHours, year: int) -> tuple[date, ...]:
    """Return the closed days of a year, sorted."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = set[date]()
    for span in hours.closed:
        if span.first <= last and span.last >= first:
            start, end = max(span.first, first), min(span.last, last)
            found.update(start + timedelta(days=number) for number in range((end - start).days + 1))
    if hours.closed_each_year:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        found.update(day for day in days if any(span.holds(day) for span in hours.closed_each_year))
    return tuple(sorted(found))


def _joined(week: Week) -> list[tuple[Interval, ...]]:
    """Put back together what goes over midnight: `22:00-06:00` belongs to the day on which it begins."""
    days = [list(day) for day in week]
    goes_on = [
        bool(today and later and today[-1][1] == DAY_MINUTES and today[-1][0] > later[0][1] and later[0][0] == 0)
        for today, later in ((week[number], week[(number + 1) % 7]) for number in range(7))
    ]
    for number in range(7):
        if goes_on[number]:
            days[number][-1] = (week[number][-1][0], week[(number + 1) % 7][0][1])
    return [tuple(days[number][1:] if goes_on[number - 1] else days[number]) for number in range(7)]


def _parts(days: Sequence[tuple[Interval, ...]], names: Sequence[str]) -> Iterator[str]:
    """Write days with the same times together, in the order of the week."""
    for times in dict.fromkeys(day for day in days if day):
        runs = list[list[int]]()
        for number, day in enumerate(days):
            if day != times:
                continue
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        named = [names[run[0]] if len(run) == 1 else f"{names[run[0]]}-{names[run[-1]]}" for run in runs]
        yield f"{', '.join(named)} {', '.join(f'{_clock(start)}-{_clock(end)}' for start, end in times)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
