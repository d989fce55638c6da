"""Figures about the use of commands: what is counted.

- An interaction is a command, a button, a choice, a form or a suggestion while typing. Suggestions are sampled and
  counted as many times as they stand for; they are no use of a command.
- It failed by a bug, because it was answered too late, or because something the bot depends on was away. A refusal is
  no failure: the bot did what it should.
- Somebody is new who used nothing in the period before, of the same length, and returning who did.
- The period before ends where the period begins and is as long, so that its first day counts for as much as is over of
  today; a change says how much more or less there was.
- What was recorded before revision 010 says only whether it worked: it counts as ok, or as a bug.
"""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from app.core.analytics.durations import Durations
from app.core.interactions import FAILURES, InteractionKind, Outcome
from app.core.records import record
from app.core.scheduling.periods import Period


@record
class Use:
    """How some interactions ended, and how long they took."""

    outcomes: Mapping[Outcome, int] = field(default_factory=dict[Outcome, int])
    durations: Durations = field(default_factory=Durations)
    answered: int = 0
    """Of how many it is known when Discord had the first answer."""
    within_second: int = 0
    """How many of these had it within a second."""

    @property
    def count(self) -> int:
        """Return how many there were."""
        return sum(self.outcomes.values())

    @property
    def failed(self) -> int:
        """Return how many failed."""
        return sum(count for outcome, count in self.outcomes.items() if outcome in FAILURES)

    @property
    def succeeded(self) -> int:
        """Return how many did what they should."""
        return self.outcomes.get(Outcome.OK, 0)

    @staticmethod
    def together(many: "Iterable[Use]") -> "Use":
        """Return all of them as one."""
        uses = list(many)
        outcomes = Counter[Outcome]()
        for one in uses:
            outcomes.update(one.outcomes)
        return Use(
            dict(outcomes),
            Durations.together(one.durations for one in uses),
            sum(one.answered for one in uses),
            sum(one.within_second for one in uses),
        )


@record
class CommandUse:
    """The use of one command, or one button, choice or form."""

    name: str
    """As `audit_logs` has it."""
    kind: str
    """An InteractionKind, or what the predecessor wrote."""
    use: Use
    before: int
    """How many there were in the period before."""

    @property
    def is_command(self) -> bool:
        """Whether somebody gave a command, and used no part of an answer to one."""
        return self.kind not in {
            InteractionKind.BUTTON,
            InteractionKind.SELECT,
            InteractionKind.FORM,
            InteractionKind.AUTOCOMPLETE,
        }

    @staticmethod
    def together(many: "Sequence[CommandUse]") -> "CommandUse | None":
        """Return what has the same name as one, of the kind of the first; None if there are none.

        The predecessor called kinds otherwise, and all that a release does not have is of one name.
        """
        if len(many) < 2:
            return next(iter(many), None)
        return CommandUse(
            many[0].name, many[0].kind, Use.together(one.use for one in many), sum(one.before for one in many)
        )


@record
class Day:
    """What happened on one day; the last is not over."""

    start: datetime
    count: int
    failed: int
    people: int


@record
class People:
    """How many different people there were."""

    active: int = 0
    before: int = 0
    """Active in the period before."""
    new: int = 0
    returning: int = 0


@record
class ErrorGroup:
    """Errors of the same kind from the same place."""

    fingerprint: str
    what: str
    """The kind of error and where it came from."""
    count: int
    commands: tuple[str, ...]
    """In which commands, the most frequent first."""
    guilds: int
    """In how many servers."""
    first_at: datetime
    last_at: datetime
    last_release: str | None
    first_release: str | None
    last_reference: str | None
    """Of the newest; the log explains it."""


@record
class CommandFigures:
    """All that is known about the use of one command in a period."""

    period: Period
    everywhere: bool
    use: CommandUse
    days: tuple[Day, ...]
    """Every day of the period; nobody counts how many people there were."""
    errors: tuple[ErrorGroup, ...]
    """Those of this command alone, the newest first."""
    since: datetime | None = None
    """The day on which the first of all was recorded, of any command, if the period before begins on an earlier one."""

    @property
    def is_comparable(self) -> bool:
        """Whether all of the period before was recorded, so that a change can be told."""
        return self.since is None


@record
class OwnUse:
    """What one person used in one server."""

    period: Period
    commands: tuple[CommandUse, ...]
    """The most used first; suggestions are left out."""
    since: datetime | None = None
    """From when on it is known, if that is later than the period begins."""


class UsagePart(enum.Enum):
    """What figures can do without, as it takes long to count."""

    DURATIONS = enum.auto()
    """How long commands took."""
    PEOPLE = enum.auto()
    """How many people there were."""
    ERRORS = enum.auto()
    """What broke."""


@record
class UsageFigures:
    """All that is known about the use of commands in a period."""

    period: Period
    everywhere: bool
    """Whether it is about all servers."""
    commands: tuple[CommandUse, ...]
    """The most used first; suggestions are left out."""
    days: tuple[Day, ...]
    """Every day of the period, also those on which nothing happened."""
    people: People
    errors: tuple[ErrorGroup, ...]
    """The newest first."""
    lost: int = 0
    """How many interactions could not be recorded."""
    since: datetime | None = None
    """The day on which the first of all was recorded, if the period before begins on an earlier one."""

    @property
    def is_comparable(self) -> bool:
        """Whether all of the period before was recorded, so that a change can be told."""
        return self.since is None

    @property
    def total(self) -> Use:
        """Return all of them together."""
        return Use.together(one.use for one in self.commands)
