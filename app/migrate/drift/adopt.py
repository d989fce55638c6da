"""Adoption: find out at which revision an existing database is, and record it only if that is certain.

`alembic stamp` trusts its caller, and after a wrong stamp every later upgrade skips work that was never done. So here
the catalogue of the database must equal the one recorded for a revision. Other people's tables are named and ignored;
so are grants, which do not tell revisions apart.
"""

import enum
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.migrate.connection import lock, place
from app.migrate.drift.compare import compare, structural, told_in
from app.migrate.drift.findings import Finding, Severity, quote, repair_statements
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.catalog import VERSION_TABLE, Catalog
from app.migrate.schema.queries import read_catalog

LOCK_WAIT = 30.0
"""Seconds to wait for a migration that is running."""


class AdoptionOutcome(enum.StrEnum):
    """How an adoption ended."""

    EMPTY = "empty"
    """There is nothing to adopt."""
    MANAGED = "managed"
    """A revision is recorded already."""
    RECOGNISED = "recognised"
    """It is exactly one revision, and nothing was written (a rehearsal)."""
    ADOPTED = "adopted"
    """It is exactly one revision, and is recorded as that."""
    UNKNOWN = "unknown"
    """It is none of the revisions; nothing was written."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """The result, and what to do next."""

    outcome: AdoptionOutcome
    sentence: str
    advice: str
    """What to do next."""
    revision: str | None = None
    """The revision it is at, or the nearest one when it is none."""
    differences: tuple[Finding, ...] = ()
    """What keeps it from being `revision`."""
    notes: tuple[Finding, ...] = ()
    """What is not ours or does not matter here."""

    @property
    def succeeded(self) -> bool:
        """True when the database is known to be at `revision` now."""
        return self.outcome in {AdoptionOutcome.ADOPTED, AdoptionOutcome.RECOGNISED, AdoptionOutcome.MANAGED}

    @property
    def foreign(self) -> tuple[str, ...]:
        """The tables that belong to somebody else."""
        return tuple(note.name for note in self.notes if note.kind == "table.foreign")

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "outcome": self.outcome.value,
            "revision": self.revision,
            "sentence": self.sentence,
            "advice": self.advice,
            "differences": [finding.as_json() for finding in self.differences],
            "statements": repair_statements(self.differences),
            "foreign_tables": list(self.foreign),
        }


def recognise(connection: Connection, *, directory: Path = scripts.MIGRATIONS) -> Adoption:
    """Say which revision a database is at, without writing anything.

    Raises SnapshotMissing when a revision is not recorded: it could be the very one, and NoPlace.
    """
    schema = _schema(connection)
    recorded = _recorded_revisions(connection, schema)
    # Several rows, as two migrations without a lock leave them, cannot all be true. Then the schema decides.
    if len(recorded) == 1:
        at = recorded[0]
        return Adoption(
            AdoptionOutcome.MANAGED,
            f"This database is managed already: its recorded revision is {at}.",
            "`concierge migrate check` compares its schema with that revision.",
            at,
        )
    live = read_catalog(connection, schema=schema)
    files = scripts.read(directory)
    # The newest first: it is the answer where several are equally near.
    known = {file.revision: snapshots.load(file.revision, directory) for file in reversed(files.files)}
    ours = {table.name for catalog in known.values() for table in catalog.tables}
    if not ours & {table.name for table in live.tables}:
        return _nothing_to_adopt(live)
    compared = [(revision, compare(live, catalog)) for revision, catalog in known.items()]
    revision, findings = min(compared, key=lambda pair: len(structural(pair[1])))
    if not structural(findings):
        return _recognised(revision, files, findings)
    return _unknown(revision, told_in(quote(schema), findings, live, known[revision]))


def adopt(connection: Connection, *, directory: Path = scripts.MIGRATIONS, lock_wait: float = LOCK_WAIT) -> Adoption:
    """Recognise a database and record its revision, under the lock of migrations.

    Writes only on an exact match. Leaves no transaction open. Waits `lock_wait` seconds for a migration that is
    running; raises AlreadyMigrating after that, and SnapshotMissing.
    """
    with lock.hold(connection, wait=lock_wait):
        found = recognise(connection, directory=directory)
        connection.rollback()
        if found.outcome is not AdoptionOutcome.RECOGNISED or found.revision is None:
            return found
        schema = _schema(connection)
        connection.rollback()
        migration = MigrationContext.configure(connection, opts={"version_table_schema": schema})
        with connection.begin():
            if _recorded_revisions(connection, schema):
                connection.execute(text(f"DELETE FROM {quote(schema)}.{VERSION_TABLE}"))  # noqa: S608 -- quoted
            migration.stamp(ScriptDirectory(str(directory)), found.revision)
    return Adoption(
        AdoptionOutcome.ADOPTED,
        f"This database is exactly revision {found.revision}, which is recorded now.",
        found.advice,
        found.revision,
        notes=found.notes,
    )


def _schema(connection: Connection) -> str:
    place.require(at := place.look(connection))
    return str(at.schema)


def _recorded_revisions(connection: Connection, schema: str) -> list[str]:
    table = f"{quote(schema)}.{VERSION_TABLE}"
    if connection.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is None:
        return []
    return sorted(connection.scalars(text(f"SELECT version_num FROM {table}")))  # noqa: S608 -- quoted


def _nothing_to_adopt(live: Catalog) -> Adoption:
    held = "no tables" if live.is_empty else "tables, but none of Concierge's"
    return Adoption(
        AdoptionOutcome.EMPTY,
        f"There is nothing to adopt: the database holds {held}.",
        "`concierge migrate apply` creates the schema. If you expected data here, check the name of the database in "
        "DATABASE_URL.",
        notes=tuple(
            Finding("table.foreign", Severity.NOTE, table.name, f"The table {table.name} is left alone.")
            for table in live.tables
        ),
    )


def _recognised(revision: str, files: scripts.Revisions, findings: list[Finding]) -> Adoption:
    pending = files.pending((revision,))
    return Adoption(
        AdoptionOutcome.RECOGNISED,
        f"This database is exactly revision {revision}.",
        _next_step(pending) if pending else "Nothing is left to do.",
        revision,
        notes=tuple(findings),
    )


def _next_step(pending: tuple[scripts.RevisionFile, ...]) -> str:
    step = (
        f"`concierge migrate plan` shows the way from there to revision {pending[-1].revision}, and `concierge migrate "
        "apply` upgrades it, with all data."
    )
    options = [line for file in pending for line in file.options]
    if not options:
        return step
    # Named here, because a wrong default, which a bot that starts with `auto` takes, may go unnoticed for weeks.
    ask = (
        "First decide what the database does not say, and give it to both commands as -x name=value, before the bot "
        "starts. The defaults are in parentheses:"
    )
    return "\n".join([step, ask, *(f"  {line}" for line in options)])


def _unknown(revision: str, findings: list[Finding]) -> Adoption:
    differences = structural(findings)
    number = len(differences)
    return Adoption(
        AdoptionOutcome.UNKNOWN,
        f"This database is not at any known revision. The nearest is {revision}, with {number} "
        f"difference{'' if number == 1 else 's'}. Nothing was recorded.",
        "Back up the database, fix the differences with the SQL above or by hand, and run `concierge migrate adopt` "
        "again.",
        revision,
        tuple(differences),
        tuple(finding for finding in findings if finding not in differences),
    )
