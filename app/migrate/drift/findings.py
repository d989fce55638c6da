"""A difference between two schemas: what it is, how much it matters, and the SQL that fixes it."""

import enum
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import asyncpg

from app.migrate.connection import place
from app.migrate.schema.catalog import SCHEMA, N

# Of this driver: others, which write parameters as %s, would double every percent sign.
_PREPARER = asyncpg.dialect().identifier_preparer


class Severity(enum.StrEnum):
    """How much a difference matters."""

    ERROR = "error"
    """The schema breaks a rule of the models: commands may fail, or wrong rows may be stored."""
    WARNING = "warning"
    """The bot works, but slower, less protected or with something unexpected in the schema."""
    NOTE = "note"
    """Worth knowing, but no difference: the schema counts as clean."""


class Phase(enum.IntEnum):
    """When a statement has to run, relative to the others."""

    RELEASE = 5
    """Drop identities, whose sequences have the names that others will need."""
    PREPARE = 10
    """Extensions, types and sequences that columns need; new names of tables."""
    TABLE = 20
    DETACH = 30
    """Drop foreign keys that hold on to a key."""
    UNCONSTRAIN = 40
    """Drop or rename constraints and indexes."""
    COLUMN = 50
    CONSTRAINT = 60
    INDEX = 70
    FOREIGN_KEY = 72
    """After indexes: a unique one is enough for a foreign key to refer to."""
    SEQUENCE = 75
    IDENTITY = 78
    """When the old sequence is gone, and the column refuses NULL."""
    OPTIONS = 80
    VALUE = 82
    FINISH = 90
    """Properties of a table, grants, comments."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One SQL statement, without a semicolon, and when it has to run."""

    phase: Phase
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. `kind` is `<object>.<what>`, stable for programs; `sentence` is for people."""

    kind: str
    severity: Severity
    name: str
    """The name of the object: `table`, `table.part`, or that of an object beside the tables."""
    sentence: str
    repairs: tuple[Repair, ...] = ()
    """Empty when no statement can fix it; the sentence then says what to do instead."""
    destructive: bool = False
    """True when the repair deletes data."""
    was: str | None = None
    """The live name of a renamed object, written like `name`."""

    @property
    def fix(self) -> str | None:
        """The SQL that fixes this difference, or None."""
        return ";\n".join(repair_statements([self])) + ";" if self.repairs else None

    def as_json(self) -> dict[str, str | bool | None]:
        """Return what `--json` prints."""
        return {
            "kind": self.kind,
            "severity": self.severity.value,
            "name": self.name,
            "sentence": self.sentence,
            "fix": self.fix,
            "destructive": self.destructive,
        }


def error(kind: str, name: str, sentence: str, *repairs: Repair, **more: Any) -> Finding:
    """Describe a difference that breaks a rule of the models."""
    return Finding(kind, Severity.ERROR, name, sentence, repairs, **more)


def by_hand(kind: str, name: str, sentence: str, severity: Severity = Severity.ERROR) -> Finding:
    """Describe a difference that no statement of ours repairs."""
    return Finding(kind, severity, name, f"{sentence} Fix it by hand.")


def foreign(kind: str, name: str) -> Finding:
    """Name what belongs to somebody else."""
    sentence = f"The {kind} {name} is not in the models and is left alone."
    return Finding(f"{kind.replace(' ', '_')}.foreign", Severity.NOTE, name, sentence)


def alter(table: str, phase: Phase, clause: str) -> Repair:
    """Change a table of ours."""
    return Repair(phase, f"ALTER TABLE {qualified(table)} {clause}")


def repair_statements(findings: Iterable[Finding]) -> list[str]:
    """List the statements of all findings in an order in which they succeed together."""
    repairs = [step for finding in findings for step in finding.repairs]
    # A sequence's own order is kept within a phase (sort is stable); the same statement is run once.
    # Within a phase, what is computed from columns comes after these.
    ordered = sorted(repairs, key=lambda step: (step.phase, " GENERATED ALWAYS AS (" in step.sql))
    return list(dict.fromkeys(step.sql for step in ordered))


def counted(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out the notes."""
    return [finding for finding in findings if finding.severity is not Severity.NOTE]


def literal(text: str | None) -> str:
    """Write a text as SQL does, or NULL."""
    return "NULL" if text is None else place.literal(text)


def quote(name: str) -> str:
    """Quote an identifier where it needs it."""
    return _PREPARER.quote(name)


def qualified(name: str) -> str:
    """Name something in the bot's schema, whatever the search path is."""
    return f"{SCHEMA}.{quote(name)}"


def matched(live: Iterable[N], expected: Iterable[N]) -> tuple[list[N], list[N], list[tuple[N, N]]]:
    """Sort by name into missing, unwanted, and pairs of live and expected that differ."""
    have = {item.name: item for item in live}
    want = {item.name: item for item in expected}
    missing = [item for name, item in want.items() if name not in have]
    unwanted = [item for name, item in have.items() if name not in want]
    changed = [(have[name], item) for name, item in want.items() if name in have and have[name] != item]
    return missing, unwanted, changed


def renamed(missing: list[N], unwanted: list[N], shape: Callable[[N], object]) -> Iterator[tuple[N, N]]:
    """Take out of both lists what differs by its name alone; return pairs of live and expected.

    If several have one shape, nothing is done: a guess could swap their contents.
    """
    alike: dict[object, list[N]] = defaultdict(list)
    for have in unwanted:
        alike[shape(have)].append(have)
    rivals = Counter(shape(want) for want in missing)
    for want in list(missing):
        of_this = alike.get(shape(want), [])
        if len(of_this) == 1 and rivals[shape(want)] == 1:
            missing.remove(want)
            unwanted.remove(of_this[0])
            yield of_this[0], want
