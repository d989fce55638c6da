"""What applying the pending revisions would do to this database."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cache
from typing import Any

from app.core.errors import Conflict, InvalidInput
from app.core.records import record
from app.migrate.planning.effects import Lock, Work
from app.migrate.planning.obstacles import Obstacle
from app.migrate.revisions.scripts import Phase, RevisionFile, Risk
from app.migrate.status import SchemaStatus, State

APPLICABLE = frozenset({State.EMPTY, State.BEHIND, State.AT_HEAD})


class NotApplicable(Conflict):
    """The database is in a state in which no revision may be applied; the message says which, and what fixes it."""

    def __init__(self, found: SchemaStatus) -> None:
        super().__init__("{state} To fix it: {command}", state=found.sentence, command=found.fix)
        self.status = found


class PlanChanged(Conflict):
    """What would be done now is not what was confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "The plan has changed since it was shown, because the database or the revision files have. "
            "Nothing was done. Look at the new plan and confirm that one."
        )


class OptionRefused(InvalidInput):
    """A revision cannot work with the options of this run, or needs one that is missing."""

    def __init__(self, revision: str, reason: str) -> None:
        super().__init__("Revision {revision} refuses: {reason} Nothing was done.", revision=revision, reason=reason)


@record
class Impact:
    """What the people who use a table notice."""

    table: str
    lock: Lock
    work: Work
    rows: int
    bytes: int
    seconds: float
    """How long the lock is held, estimated from the size: from taking it to the end of the revision."""

    @property
    def blocks(self) -> str:
        """What has to wait meanwhile."""
        return self.lock.blocks


@record
class PlannedRevision:
    """One pending revision and what it would do."""

    revision: str
    title: str
    file: str
    checksum: str
    risk: Risk
    phase: Phase
    statements: tuple[str, ...]
    impacts: tuple[Impact, ...]
    destroys: tuple[str, ...]
    """What is deleted, as phrases."""
    outside_transaction: bool
    unknown: tuple[str, ...]
    """Statements whose effect cannot be seen from outside."""
    gap: str | None
    """Why the SQL is not complete, if it is not."""
    seconds: float
    obstacles: tuple[Obstacle, ...] = ()
    """Why it will fail on this database, as far as that can be foreseen."""

    @property
    def is_destructive(self) -> bool:
        """Whether data is deleted."""
        return bool(self.destroys) or self.risk is Risk.DESTRUCTIVE

    @property
    def wants_backup(self) -> bool:
        """Whether a backup should be made before it runs."""
        return self.is_destructive or self.risk is Risk.MAJOR

    @property
    def sql(self) -> str:
        """The SQL as a script."""
        return "".join(f"{statement};\n\n" for statement in self.statements)


@record
class Plan:
    """What is pending for one database. `digest` binds a confirmation to it."""

    current: str | None
    head: str | None
    digest: str
    revisions: tuple[PlannedRevision, ...]
    has_rows: bool
    options: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_destructive(self) -> bool:
        """Whether applying it deletes data."""
        return any(revision.is_destructive for revision in self.revisions)

    @property
    def needs_backup(self) -> bool:
        """Whether a backup will be made first; without rows there is nothing to back up."""
        return self.has_rows and any(revision.wants_backup for revision in self.revisions)

    @property
    def sql(self) -> str:
        """All SQL in one script, each revision under a heading."""
        return "".join(f"-- {revision.revision}: {revision.title}\n\n{revision.sql}" for revision in self.revisions)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        values = _adapter().dump_python(self, mode="json")
        for revision, made in zip(values["revisions"], self.revisions, strict=True):
            for told, obstacle in zip(revision["obstacles"], made.obstacles, strict=True):
                told["sentence"] = obstacle.sentence.english
        values["destructive"] = self.is_destructive
        values["needs_backup"] = self.needs_backup
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Plan":
        """Restore what `as_json` returned."""
        return _adapter().validate_python(
            {name: value for name, value in values.items() if name not in {"destructive", "needs_backup"}}
        )


@cache
def _adapter() -> Any:
    # Loaded only where plans travel: a plain `alembic upgrade` should not wait for it.
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


def digest(versions: Iterable[str], pending: Iterable[RevisionFile], options: Mapping[str, str]) -> str:
    """Return what a confirmation is bound to: the state of the database, what will run, and its options."""
    parts = [sorted(versions), [[file.revision, file.checksum] for file in pending], sorted(options.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def require_applicable(found: SchemaStatus, *, allow_unmanaged: bool = False) -> None:
    """Raise NotApplicable unless revisions may be applied to a database in this state."""
    if found.state not in APPLICABLE and not (allow_unmanaged and found.state is State.UNMANAGED):
        raise NotApplicable(found)
