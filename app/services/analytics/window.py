"""The time that figures are about, together with the time before it that they are compared with."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from app.core.analytics.spans import day_of
from app.core.records import record
from app.core.scheduling.periods import Period, last_days
from app.core.scheduling.zones import zone_info
from app.models.audit_log import Grain

FIRST, BEFORE, NOW = 0, 1, 2
"""The parts of a window: the first day of the period before, which counts in part, its other days, and the period."""


@record
class Sum:
    """The time of some sums."""

    start: datetime
    end: datetime

    @property
    def middle(self) -> datetime:
        """Return the moment that decides to which day it belongs."""
        return self.start + (self.end - self.start) / 2


@record
class Range:
    """Sums of one grain whose time begins in a range."""

    part: int
    grain: Grain
    start: datetime
    last: datetime


@record
class Window:
    """A period, and as many days before it. Days are counted from 0; those of the period come after the others."""

    period: Period
    everywhere: bool
    guild_id: int
    starts: tuple[datetime, ...]
    """Where each day begins."""
    share: float
    """How much of the first day counts: as much as is over of today."""

    @classmethod
    def of(cls, days: int, timezone: str, now: datetime, *, guild_id: int, everywhere: bool) -> "Window":
        """Return the window of the last days: of one server by its clock, or of all by UTC."""
        zone = zone_info("UTC" if everywhere else timezone)
        bounds = last_days(2 * days, 1, zone, now).bounds
        share = min((now - bounds[-2]) / timedelta(days=1), 1.0)
        period = Period(zone, days, 1, bounds[days:])
        return cls(period, everywhere, 0 if everywhere else guild_id, bounds[:-1], share)

    @property
    def since(self) -> datetime:
        """Return when it begins."""
        return self.starts[0]

    @property
    def days(self) -> int:
        """Return how many days its period has."""
        return self.period.days

    @property
    def grains(self) -> tuple[Grain, Grain]:
        """Return the grains of its days and months."""
        return (Grain.BOT_DAY, Grain.BOT_MONTH) if self.everywhere else (Grain.DAY, Grain.MONTH)

    @property
    def first_number(self) -> int:
        """Return the number of its first day, as sums count days."""
        return day_of(self.since, self.period.zone).toordinal()

    @property
    def facts(self) -> dict[str, Any]:
        """Return the parameters of statements."""
        day, month = self.grains
        return {
            "guild": self.guild_id,
            "day": day,
            "month": month,
            "since": self.since,
            "middle": self.period.since,
            "until": self.period.until,
            "bounds": list(self.starts),
            "first": self.first_number,
        }

    def day(self, at: datetime) -> int:
        """Return the day of a moment; -1 for one before it all."""
        return bisect_right(self.starts, at) - 1

    def part(self, day: int) -> int:
        """Return the part that a day belongs to."""
        return NOW if day >= self.days else BEFORE if day else FIRST

    def ranges(self, days: Sequence[Sum], months: Sequence[Sum]) -> list[Range]:
        """Return which sums to add up: months as far as they lie in one part, and the other days."""
        day_grain, month_grain = self.grains
        inside = sorted((one for one in days if self.day(one.middle) >= 0), key=lambda one: one.start)
        found = list[Range]()
        for part, of_part in groupby(inside, key=lambda one: self.part(self.day(one.middle))):
            sums = list(of_part)
            whole = [one for one in months if sums[0].start <= one.start and one.end <= sums[-1].end]
            found += [Range(part, month_grain, one.start, one.start) for one in whole]
            by_month = groupby(sums, key=lambda one: any(month.start <= one.start < month.end for month in whole))
            for is_covered, uncovered in by_month:
                if not is_covered:
                    rest = list(uncovered)
                    found.append(Range(part, day_grain, rest[0].start, rest[-1].start))
        return found
