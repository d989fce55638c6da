"""What is counted for figures, as it comes from the database."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.analytics.durations import Durations
from app.core.analytics.figures import CommandUse, Day, People, UsagePart, Use
from app.core.interactions import InteractionKind, Outcome
from app.services.analytics.counting import STEP_BITS
from app.services.analytics.rows import LOST, NO_USE
from app.services.analytics.window import BEFORE, FIRST, NOW, Window

KINDS = frozenset(InteractionKind)


@dataclass
class _One:
    outcomes: dict[Outcome, int] = field(default_factory=dict[Outcome, int])
    steps: dict[int, int] = field(default_factory=dict[int, int])
    answered: int = 0
    within: int = 0
    first: int = 0
    before: int = 0


class Counted:
    """Adds up what sums say, and what no sum has yet."""

    def __init__(self, window: Window, parts: Collection[UsagePart] = tuple(UsagePart)) -> None:
        self._window = window
        self._has_durations, self._has_people = UsagePart.DURATIONS in parts, UsagePart.PEOPLE in parts
        self._commands = dict[tuple[str, str], _One]()
        self._days = [(0, 0)] * window.days
        self._people_of_days = [0] * window.days
        self._people = {"active": 0, "before": 0, "returning": 0}
        self.lost = 0

    def add_uses(self, rows: Iterable[Any]) -> None:
        """Add rows of part, name, kind, outcome, how many, how many answered, and how many of these in a second."""
        for part, name, kind, outcome, many, answered, within in rows:
            if kind == LOST:
                self.lost += many if part == NOW else 0
                continue
            if kind in NO_USE:
                continue
            one = self._commands.setdefault((name, kind), _One())
            if part == FIRST:
                one.first += many
            elif part == BEFORE:
                one.before += many
            else:
                ended = Outcome(outcome)
                one.outcomes[ended] = one.outcomes.get(ended, 0) + many
                one.answered += answered or 0
                one.within += within or 0

    def add_steps(self, name: str, kind: str, steps: Iterable[int], counts: Iterable[int]) -> None:
        """Add how many of a command took which step, in the period."""
        if self._has_durations and kind not in NO_USE:
            found = self._commands.setdefault((name, kind), _One()).steps
            for step, many in zip(steps, counts, strict=True):
                found[step] = found.get(step, 0) + many

    def add_keyed_steps(self, names: Mapping[int, tuple[str, str]], keys: Iterable[int], counts: Iterable[int]) -> None:
        """Add the same of all commands, as `counting.STEPS` has them."""
        found = {named: self._commands.setdefault(name, _One()).steps for named, name in names.items()}
        for key, many in zip(keys, counts, strict=True):
            # Sums may have been made between two queries.
            if (of_one := found.get(key >> STEP_BITS)) is not None:
                step = key & ((1 << STEP_BITS) - 1)
                of_one[step] = of_one.get(step, 0) + many

    def add_day(self, day: int, many: int, failed: int) -> None:
        """Add how much there was on a day of the window, and how much of it failed."""
        if day >= self._window.days:
            of_all, of_failed = self._days[day - self._window.days]
            self._days[day - self._window.days] = of_all + many, of_failed + failed

    def add_people(self, day: int, gaps: Sequence[int], counts: Sequence[int]) -> None:
        """Add people of a day of the window who were last seen so many days before that, the fewest days first."""
        if not self._has_people:
            return
        begin, first = self._window.days, 0 if self._window.share >= 1 / 2 else 1
        if day >= begin:
            self._people_of_days[day - begin] += sum(counts)
            since, since_first = bisect_right(gaps, day - begin), bisect_right(gaps, day - first)
            self._people["active"] += sum(counts[since:])
            self._people["returning"] += sum(counts[since:since_first])
        elif day >= first:
            self._people["before"] += sum(counts[bisect_right(gaps, day - first) :])

    def commands(self) -> tuple[CommandUse, ...]:
        """Return what was used, the most used first."""
        found = dict[tuple[str, str], list[CommandUse]]()
        for (name, kind), one in self._commands.items():
            use = Use(one.outcomes, Durations(one.steps), one.answered, one.within)
            before = one.before + round(one.first * self._window.share)
            # The predecessor had other words for what is a command all the same.
            of_same = found.setdefault((name, kind if kind in KINDS else InteractionKind.SLASH), [])
            of_same.insert(0 if kind in KINDS else len(of_same), CommandUse(name, kind, use, before))
        all_used = (CommandUse.together(many) for many in found.values())
        used = (one for one in all_used if one is not None and (one.use.count or one.before))
        return tuple(sorted(used, key=lambda one: (-one.use.count, -one.before, one.name, one.kind)))

    def days(self) -> tuple[Day, ...]:
        """Return every day of the period."""
        of_days = zip(self._window.period.bounds[:-1], self._days, self._people_of_days, strict=True)
        return tuple(Day(start, of_all, failed, people) for start, (of_all, failed), people in of_days)

    def people(self) -> People:
        """Return how many different people there were."""
        active, returning = self._people["active"], self._people["returning"]
        return People(active, self._people["before"], active - returning, returning)
