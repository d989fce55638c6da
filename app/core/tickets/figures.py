"""Figures about tickets: what is counted, and how times are summed up.

- First and next responses are those of the tickets that were opened in the period; several messages without an answer
  are one wait, and a wait that still goes on counts with its time so far.
- Resolutions, reopenings and ratings are those of the tickets that were closed in it. Of one that was merged into
  another, only the opening and the closing count.
- All times are business time. What was stored when it happened stays, so another target changes no past figure.
- A person's tickets are those that they have claimed, or else answered first.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from app.core.scheduling.zones import resolve
from app.core.tickets.business_clock import BusinessClock

K = TypeVar("K", bound=Hashable)

MAX_ROWS = 3000
"""From so many tickets on, times are taken from an even sample of at least half as many."""
STARS = 5
AGES = (1, 3, 7, 28)
"""Days: the ages of open tickets are counted up to each of them, and above."""
TYPE_OF_OLD = ""
"""Stands for tickets that were opened before there were types."""


class TicketRow(NamedTuple):
    """What one ticket says, in the order in which it is asked for."""

    number: int
    type: str
    type_name: str
    team: tuple[int, ...]
    is_open: bool
    is_merged: bool
    opened_at: datetime
    closed_at: datetime | None
    turn: str | None
    turn_since: datetime | None
    claimed_by: int | None
    answered_by: int | None
    """Who gave the first response."""
    first_seconds: int | None
    waits: Sequence[int]
    resolved_seconds: int | None
    first_due: datetime | None
    next_due: datetime | None
    resolution_due: datetime | None
    missed: Sequence[str]
    reopened: int
    rating: int | None

    @property
    def handler(self) -> int | None:
        """Return whose ticket it is."""
        return self.claimed_by or self.answered_by


@dataclass(frozen=True)
class Times:
    """Lengths of business time: how many, and what half and nine in ten of them do not exceed, in seconds."""

    count: int = 0
    median: float | None = None
    ninety: float | None = None
    met: int = 0
    targets: int = 0
    """Of how many tickets with a target, `met` have met it."""

    @property
    def within(self) -> float | None:
        """Return the share of targets that were met."""
        return self.met / self.targets if self.targets else None


@dataclass(frozen=True)
class Line:
    """The figures of some tickets."""

    opened: int = 0
    closed: int = 0
    waiting: int = 0
    """How many are open now."""
    first: Times = field(default_factory=Times)
    next: Times = field(default_factory=Times)
    resolution: Times = field(default_factory=Times)
    reopened: int = 0
    """How many of those closed had been opened again."""
    ratings: tuple[int, ...] = (0,) * STARS
    """How many gave one star, two, ... of those closed."""

    @property
    def rated(self) -> int:
        """Return how many were rated."""
        return sum(self.ratings)

    @property
    def satisfaction(self) -> float | None:
        """Return the mean of the ratings."""
        return sum(stars * count for stars, count in enumerate(self.ratings, 1)) / self.rated if self.rated else None


@dataclass(frozen=True)
class Step:
    """A day or a week of the period."""

    start: datetime
    opened: int
    closed: int


@dataclass(frozen=True)
class Period:
    """A time that ends now and begins at a midnight of a zone, in steps of whole days there."""

    zone: ZoneInfo
    days: int
    step: int
    """Days of a step."""
    bounds: tuple[datetime, ...]
    """Where each step begins, and the end of the last."""

    @property
    def since(self) -> datetime:
        """Return when it begins."""
        return self.bounds[0]

    @property
    def until(self) -> datetime:
        """Return when it ends."""
        return self.bounds[-1]

    def holds(self, moment: datetime | None) -> bool:
        """Tell whether a moment is in it."""
        return moment is not None and self.since <= moment < self.until


@dataclass(frozen=True)
class Figures:
    """All that is known about the tickets of a period."""

    period: Period
    every: int
    """Of which every ticket, by its number, times and groups were taken; 1 for all."""
    total: Line
    steps: tuple[Step, ...]
    by_type: dict[str, Line]
    type_names: dict[str, str]
    by_team: dict[tuple[int, ...], Line]
    by_person: dict[int, Line]
    hours: tuple[tuple[int, ...], ...]
    """How many were opened on each weekday at each hour."""
    ages: tuple[int, ...]
    """How many open tickets are at most so old as each of AGES, and how many are older."""


def last_days(days: int, step: int, zone: ZoneInfo, now: datetime) -> Period:
    """Return the period of today and the days before it, in steps of some days; the first may be shorter."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    # Counted from the end, so that the newest step is a whole one.
    back = sorted({days - 1, *range(step - 1, days, step)}, reverse=True)
    return Period(zone, days, step, (*(resolve(today - timedelta(days=one), zone).at for one in back), now))


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return what a share of the sorted values does not exceed, between two of them in proportion.

    As `percentile_cont`: https://www.postgresql.org/docs/current/functions-aggregate.html
    """
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    lower = int(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)


def summed_up(
    rows: Iterable[TicketRow],
    counts: Sequence[tuple[int, int]],
    period: Period,
    clock: BusinessClock,
    *,
    every: int = 1,
    next_targets: frozenset[str] = frozenset(),
    only_person: int | None = None,
) -> Figures:
    """Make figures of tickets: those of a sample, if `every` is more than 1, and all that are open.

    `counts` has how many were opened and how many closed in each step, which a sample does not know. Of
    `next_targets` types there is a target for later answers, which a ticket only remembers when it was missed.
    Of people, there is a line for each, or for `only_person`.
    """
    rows = list(rows)
    sample = [row for row in rows if row.number % every == 0]
    open_now = [row for row in rows if row.is_open]
    so_far = _open_waits([row for row in sample if row.is_open], period, clock)
    tickets = _Tickets(sample, open_now, so_far, period, every, next_targets)

    def lines(key: Callable[[TicketRow], K | None]) -> dict[K, Line]:
        return _lines(tickets, key, key)

    people = _lines(tickets, lambda row: row.handler, lambda row: row.answered_by)
    total = lines(lambda _: 0).get(0, Line())
    opened, closed = (sum(numbers) for numbers in zip(*counts, strict=True))
    hours = [[0] * 24 for _ in range(7)]
    for row in sample:
        if period.holds(row.opened_at):
            there = row.opened_at.astimezone(period.zone)
            hours[there.weekday()][there.hour] += every
    return Figures(
        period=period,
        every=every,
        total=replace(total, opened=opened, closed=closed),
        steps=tuple(Step(start, *both) for start, both in zip(period.bounds, counts, strict=False)),
        by_type=lines(lambda row: row.type),
        # The newest name of a type that was renamed.
        type_names={row.type: row.type_name for row in sorted([*sample, *open_now], key=lambda row: row.number)},
        by_team=lines(lambda row: row.team),
        by_person={key: line for key, line in people.items() if only_person in {None, key}},
        hours=tuple(tuple(row) for row in hours),
        ages=_ages(open_now, period.until),
    )


class _OpenWaits(NamedTuple):
    """How long open tickets have waited for staff, by their ids: for a first response, and for a later one."""

    first: dict[int, float]
    next: dict[int, float]


def _open_waits(rows: Sequence[TicketRow], period: Period, clock: BusinessClock) -> _OpenWaits:
    waiting = [row for row in rows if row.turn == "staff" and period.holds(row.opened_at)]
    first = [row for row in waiting if row.first_seconds is None]
    later = [row for row in waiting if row.first_seconds is not None and row.turn_since is not None]
    since = [row.opened_at for row in first] + [row.turn_since or row.opened_at for row in later]
    lengths = [length.total_seconds() for length in clock.elapsed_each(since, period.until)]
    return _OpenWaits(
        {row.number: length for row, length in zip(first, lengths, strict=False)},
        {row.number: length for row, length in zip(later, lengths[len(first) :], strict=True)},
    )


class _Tickets(NamedTuple):
    """What lines are made of."""

    sample: Sequence[TicketRow]
    open_now: Sequence[TicketRow]
    so_far: _OpenWaits
    period: Period
    every: int
    next_targets: frozenset[str]


@dataclass
class _Sums:
    """What is collected for a line."""

    opened: int = 0
    closed: int = 0
    waiting: int = 0
    reopened: int = 0
    first: list[float] = field(default_factory=list[float])
    next: list[float] = field(default_factory=list[float])
    resolution: list[float] = field(default_factory=list[float])
    ratings: list[int] = field(default_factory=lambda: [0] * STARS)
    targets: dict[str, list[int]] = field(default_factory=lambda: {name: [0, 0] for name in ("first", "next", "end")})

    def judge(self, name: str, *, is_missed: bool, is_met: bool) -> None:
        """Count a target that was missed, or else met; nothing if there was none, or it is still open."""
        if is_missed or is_met:
            self.targets[name][0] += not is_missed
            self.targets[name][1] += 1

    def line(self, every: int) -> Line:
        return Line(
            opened=self.opened * every,
            closed=self.closed * every,
            waiting=self.waiting,
            first=self._times(self.first, "first"),
            next=self._times(self.next, "next"),
            resolution=self._times(self.resolution, "end"),
            reopened=self.reopened * every,
            ratings=tuple(count * every for count in self.ratings),
        )

    def _times(self, lengths: list[float], name: str) -> Times:
        lengths.sort()
        met, targets = self.targets[name]
        return Times(len(lengths), quantile(lengths, 0.5), quantile(lengths, 0.9), met, targets)


def _lines(
    tickets: _Tickets, key: Callable[[TicketRow], K | None], first_key: Callable[[TicketRow], K | None]
) -> dict[K, Line]:
    """Sum up tickets by a key; first responses by one of their own. Those without a key are left out."""
    sums: dict[K, _Sums] = {}
    period, so_far = tickets.period, tickets.so_far

    def of(found: K) -> _Sums:
        if found not in sums:
            sums[found] = _Sums()
        return sums[found]

    for row in tickets.open_now:
        if (found := key(row)) is not None:
            of(found).waiting += 1
    for row in tickets.sample:
        is_opened, is_closed = period.holds(row.opened_at), period.holds(row.closed_at)
        if is_opened and not row.is_merged and (found := first_key(row)) is not None:
            _add_first(of(found), row, so_far, period.until)
        if (found := key(row)) is None or not (is_opened or is_closed):
            continue
        line = of(found)
        line.opened += is_opened
        line.closed += is_closed
        if is_opened and not row.is_merged:
            _add_next(line, row, tickets)
        if is_closed and not row.is_merged:
            _add_end(line, row)
    return {found: line.line(tickets.every) for found, line in sums.items()}


def _add_next(line: _Sums, row: TicketRow, tickets: _Tickets) -> None:
    line.next += row.waits
    length = tickets.so_far.next.get(row.number)
    if length is not None:
        line.next.append(length)
    is_late = length is not None and row.next_due is not None and row.next_due < tickets.period.until
    has_target = row.type in tickets.next_targets and bool(row.waits)
    line.judge("next", is_missed="next" in row.missed or is_late, is_met=has_target)


def _add_first(line: _Sums, row: TicketRow, so_far: _OpenWaits, now: datetime) -> None:
    length = row.first_seconds if row.first_seconds is not None else so_far.first.get(row.number)
    if length is not None:
        line.first.append(length)
    late = row.number in so_far.first and row.first_due is not None and row.first_due < now
    is_met = row.first_due is not None and row.first_seconds is not None
    line.judge("first", is_missed="first" in row.missed or late, is_met=is_met)


def _add_end(line: _Sums, row: TicketRow) -> None:
    line.reopened += row.reopened > 0
    if row.resolved_seconds is not None:
        line.resolution.append(row.resolved_seconds)
    is_met = row.resolution_due is not None and row.resolved_seconds is not None
    line.judge("end", is_missed="resolution" in row.missed, is_met=is_met)
    if row.rating is not None and 1 <= row.rating <= STARS:
        line.ratings[row.rating - 1] += 1


def _ages(rows: Iterable[TicketRow], now: datetime) -> tuple[int, ...]:
    found = [0] * (len(AGES) + 1)
    bounds = (timedelta.min, *(timedelta(days=days) for days in AGES), timedelta.max)
    for row in rows:
        age = now - row.opened_at
        found[next(place for place, (low, high) in enumerate(pairwise(bounds)) if low < age <= high)] += 1
    return tuple(found)
