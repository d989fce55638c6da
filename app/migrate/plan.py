"""What applying the pending revisions would do to this database, before anything is done."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from alembic.config import Config
from sqlalchemy import Connection

from app.core.errors import Conflict
from app.migrate import facts, render, status
from app.migrate.effects import Effect, Lock, Work, effects
from app.migrate.facts import Facts
from app.migrate.scripts import Phase, RevisionFile, Revisions, Risk
from app.migrate.status import SchemaStatus, State

MEGABYTE = 1024 * 1024
# Measured on a small virtual machine with tables of some hundred megabytes, rounded down.
SPEED = {Work.SCAN: 250 * MEGABYTE, Work.INDEX: 60 * MEGABYTE, Work.REWRITE: 40 * MEGABYTE, Work.ROWS: 20 * MEGABYTE}
APPLICABLE = frozenset({State.EMPTY, State.BEHIND, State.AT_HEAD})


class NotApplicable(Conflict):
    """The database is in a state in which no revision may be applied; the text says which and what mends it."""

    def __init__(self, found: SchemaStatus) -> None:
        super().__init__(f"{found.sentence} {f'What mends it: {found.mend}' if found.mend else ''}".strip())
        self.status = found


class PlanChanged(Conflict):
    """What would be done now is not what was confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "The plan has changed since it was shown: the database or the revision files are not what they were. "
            "Nothing was done. Look at the new plan and confirm that one."
        )


@dataclass(frozen=True)
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
        """Who has to wait meanwhile."""
        return self.lock.blocks


@dataclass(frozen=True)
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
    """What is gone afterwards, as phrases."""
    outside_transaction: bool
    unknown: tuple[str, ...]
    """Statements whose effect cannot be seen from outside."""
    gap: str | None
    """Why the SQL is not complete, if it is not."""
    seconds: float

    @property
    def is_destructive(self) -> bool:
        """Whether something is lost for good."""
        return bool(self.destroys) or self.risk is Risk.DESTRUCTIVE

    @property
    def wants_backup(self) -> bool:
        """Whether there should be a way back before it runs."""
        return self.is_destructive or self.risk is Risk.MAJOR

    @property
    def sql(self) -> str:
        """The SQL as a script."""
        return "".join(f"{statement};\n\n" for statement in self.statements)


@dataclass(frozen=True)
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
        """Whether applying it loses something for good."""
        return any(revision.is_destructive for revision in self.revisions)

    @property
    def needs_backup(self) -> bool:
        """Whether a backup will be made first: nothing is backed up where nothing is."""
        return self.has_rows and any(revision.wants_backup for revision in self.revisions)

    @property
    def sql(self) -> str:
        """All SQL in one script, each revision under a heading."""
        return "".join(f"-- {revision.revision}: {revision.title}\n\n{revision.sql}" for revision in self.revisions)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        values = _adapter().dump_python(self, mode="json")
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
    """Return what a confirmation is bound to: where the database is, what will run, and how."""
    parts = [sorted(versions), [[file.revision, file.checksum] for file in pending], sorted(options.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def require_applicable(found: SchemaStatus, *, allow_unmanaged: bool = False) -> None:
    """Raise NotApplicable unless revisions may be applied to a database in this state."""
    if found.state not in APPLICABLE and not (allow_unmanaged and found.state is State.UNMANAGED):
        raise NotApplicable(found)


def make(
    connection: Connection, config: Config, revisions: Revisions, options: Mapping[str, str], *, unmanaged: bool = False
) -> Plan:
    """Plan the pending revisions.

    Not in a process in which an alembic command is running. Raises NotApplicable. Leaves the transaction to the caller.
    """
    found = status.read(connection, revisions)
    require_applicable(found, allow_unmanaged=unmanaged)
    pending = revisions.pending(found.versions)
    known = facts.gather(connection)
    created: set[str] = set()
    with render.outside_env(config):
        planned = tuple(_revision(config, file, known, created) for file in pending)
    return Plan(
        current=found.current,
        head=found.head,
        digest=digest(found.versions, pending, options),
        revisions=planned,
        has_rows=bool(planned) and bool(facts.tables_with_rows(connection)),
        options=dict(options),
    )


def _revision(config: Config, file: RevisionFile, known: Facts, created: set[str]) -> PlannedRevision:
    rendered = render.render(config, file, "upgrade")
    found: list[tuple[Effect, float]] = []
    unknown: list[str] = []
    for statement in rendered.statements:
        for effect in effects(statement, known.types):
            if effect.creates and effect.table is not None:
                created.add(effect.table)
            if effect.work is Work.UNKNOWN:
                unknown.append(statement)
            if effect.table not in created:
                found.append((effect, _seconds(effect, known)))
    destroys = [effect.destroys for effect, _ in found if effect.destroys is not None]
    if rendered.suspicious:
        destroys.append("what the part deletes that could not be shown")
    return PlannedRevision(
        revision=file.revision,
        title=file.title,
        file=file.path.name,
        checksum=file.checksum,
        risk=file.risk,
        phase=file.phase,
        statements=rendered.statements,
        impacts=_impacts(found, known),
        destroys=tuple(dict.fromkeys(destroys)),
        outside_transaction=file.leaves_transaction or any(effect.outside for effect, _ in found),
        unknown=tuple(unknown),
        gap=rendered.gap,
        seconds=round(sum(seconds for _, seconds in found), 1),
    )


def _impacts(found: list[tuple[Effect, float]], known: Facts) -> tuple[Impact, ...]:
    """Gather what happens to each table: a lock is held from its statement to the end of the revision."""
    strength = list(Lock)
    impacts: dict[str, Impact] = {}
    remaining = sum(seconds for _, seconds in found)
    for effect, seconds in found:
        if effect.table is not None and effect.lock is not None:
            size = known.sizes.get(effect.table, facts.Size(0, 0))
            before = impacts.get(effect.table)
            stronger = before is None or strength.index(effect.lock) > strength.index(before.lock)
            works = list(Work)
            heavier = before is None or works.index(effect.work) > works.index(before.work)
            impacts[effect.table] = Impact(
                table=effect.table,
                lock=effect.lock if stronger or before is None else before.lock,
                work=effect.work if heavier or before is None else before.work,
                rows=size.rows,
                bytes=size.bytes,
                seconds=round(remaining, 1) if stronger or before is None else before.seconds,
            )
        remaining -= seconds
    return tuple(impacts.values())


def _seconds(effect: Effect, known: Facts) -> float:
    speed = SPEED.get(effect.work)
    size = known.sizes.get(effect.table) if effect.table is not None else None
    return size.bytes / speed if speed is not None and size is not None else 0.0
