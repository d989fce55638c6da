"""How long things took, so that medians of many can be added up.

Durations fall into steps, each a tenth longer than the one before. Counts of steps can be added for any commands and
days, and a percentile read from them is within 5 % of the true one.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import field

from app.core.records import record

GROWTH = 1.1
"""How much longer a step reaches than the one before. SQL that sorts durations into steps uses the same."""


def step_of(milliseconds: float) -> int:
    """Return the step of a duration; everything up to a millisecond is in step 0."""
    return max(math.ceil(math.log(max(milliseconds, 1.0), GROWTH) - 1e-9), 0)


def milliseconds_of(step: int) -> float:
    """Return what a duration of this step was, as far as that is known: the middle of the step."""
    return GROWTH ** (step - 0.5) if step else 0.5


@record
class Durations:
    """How many durations there were in each step."""

    counts: Mapping[int, int] = field(default_factory=dict[int, int])

    @property
    def total(self) -> int:
        """Return how many there were."""
        return sum(self.counts.values())

    def percentile(self, share: float) -> float | None:
        """Return the milliseconds that this share of them took at most; None if there were none."""
        left = math.ceil(self.total * share) or 1
        for step, count in sorted(self.counts.items()):
            left -= count
            if left <= 0:
                return milliseconds_of(step)
        return None

    @staticmethod
    def together(many: "Iterable[Durations]") -> "Durations":
        """Return all of them as one."""
        counts = dict[int, int]()
        for one in many:
            for step, count in one.counts.items():
                counts[step] = counts.get(step, 0) + count
        return Durations(counts)
