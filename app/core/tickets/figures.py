"""Figures about tickets: what is counted.

- First and next responses are those of the tickets that were opened in the period; several messages without an answer
  are one wait, and a wait that still goes on counts with its time so far.
- Resolutions, reopenings and ratings are those of the tickets that were closed in it. Of one that was merged into
  another, only the opening and the closing count.
- All times are business time. What was stored when it happened stays, so another target changes no past figure.
- A person's tickets are those that they have claimed, or else answered first.
"""

from dataclasses import field
from datetime import datetime

from app.core.records import record
from app.core.scheduling.periods import Period

MAX_TICKETS = 2000
"""Of more, times and groups are taken from an even sample of at least half as many."""
STARS = 5
AGES = (1, 3, 7, 28)
"""Days: the ages of open tickets are counted up to each of them, and above."""
TYPE_OF_OLD = ""
"""Stands for tickets that were opened before there were types."""


@record
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


@record
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


@record
class Step:
    """A day or a week of the period."""

    start: datetime
    opened: int
    closed: int


@record
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
