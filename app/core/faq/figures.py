"""Figures about the FAQ: what is counted.

- A search is what somebody typed, chose of a message, or wrote before a ticket. It succeeded if an answer was opened
  and was not called unhelpful, or was called helpful.
- What the bot suggested by itself is no search, and counted apart.
- Of the searches made while opening a ticket, those are deflected after which an answer was opened and the ticket was
  not. Of the others, those are counted that no ticket of the same person followed for as long as the server chose.
- People are those who searched, or were suggested an answer, and whose searches are kept with their id; figures outlive
  the words and the people.
"""

from dataclasses import field
from datetime import datetime

from app.core.records import record
from app.core.scheduling.periods import Period


@record
class Counts:
    """The figures of some searches."""

    searches: int = 0
    without_result: int = 0
    succeeded: int = 0
    helpful: int = 0
    unhelpful: int = 0
    no_ticket: int = 0
    """How many searches were not made while opening a ticket, and were followed by none."""
    before_ticket: int = 0
    """How many were made while opening a ticket."""
    deflected: int = 0
    """How many of these ended with an answer instead."""
    suggested: int = 0
    """How many answers the bot suggested by itself."""
    suggested_helpful: int = 0
    suggested_unhelpful: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the figures of both together."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def asked(self) -> int:
        """Return how many searches were not made while opening a ticket."""
        return self.searches - self.before_ticket

    @property
    def rated(self) -> int:
        """Return how many answers were called helpful or not."""
        return self.helpful + self.unhelpful


@record
class Week:
    """The figures of a week of the period; the first may be shorter."""

    start: datetime
    counts: Counts


@record
class Asked:
    """What was searched for often."""

    wording: str
    """As it is compared with others."""
    count: int
    without_result: int


@record
class Opened:
    """An answer that was opened often; those of entries that are gone have no title."""

    entry_id: int
    title: str | None
    count: int
    helpful: int
    unhelpful: int


@record
class FaqFigures:
    """All that is known about the searches of a period."""

    period: Period
    total: Counts
    people: int
    weeks: tuple[Week, ...]
    searched: tuple[Asked, ...] = field(default=())
    """The most frequent searches."""
    missing: tuple[Asked, ...] = field(default=())
    """The most frequent searches without a result."""
    opened: tuple[Opened, ...] = field(default=())
    """The answers opened most often."""
    words_since: datetime | None = None
    """Since when words are kept, if that is later than the period begins."""
