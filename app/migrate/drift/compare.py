"""Drift: the live schema against the one it should be, and what would mend each difference.

Alembic compares columns, types and the columns of indexes. This compares whole catalogues, so that it also
sees primary keys, predicates, methods, INCLUDE, operator classes, invalid indexes, expressions of checks
and generated columns, exclusion, deferral and validation of constraints, collations, triggers, rules,
policies, row security, durability, grants, comments, and what stands beside tables.

What other people keep in the same schema (tables, views, functions the models do not know) is named in a
note and otherwise left alone.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from app.migrate.drift.columns import column_sql, compare_columns
from app.migrate.drift.findings import (
    Finding,
    Phase,
    Severity,
    Step,
    counted,
    matched,
    mending,
    qualified,
    quote,
    renamed,
)
from app.migrate.drift.objects import compare_routines, compare_sequences, compare_views
from app.migrate.drift.parts import compare_attachments, compare_constraints, compare_indexes
from app.migrate.drift.table_properties import compare_grants, compare_policies, compare_statistics, compare_switches
from app.migrate.drift.types import compare_extensions, compare_types
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.catalog import Catalog, Table
from app.migrate.schema.queries import read_catalog

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found in a live database."""

    revision: str
    """The revision that it was compared with."""
    fingerprint: str
    """Of the live schema."""
    findings: tuple[Finding, ...]
    """The gravest first; notes last."""

    @property
    def clean(self) -> bool:
        """True when nothing counts; notes do not."""
        return not counted(self.findings)

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        number = len(counted(self.findings))
        if not number:
            return f"The database looks exactly as revision {self.revision} made it."
        return f"The database differs from revision {self.revision} in {number} place{'' if number == 1 else 's'}."

    @property
    def statements(self) -> list[str]:
        """The SQL that mends what can be mended, without notes, in an order in which it succeeds."""
        return mending(counted(self.findings))

    def as_json(self) -> dict[str, object]:
        """Answer what `--json` prints."""
        return {
            "clean": self.clean,
            "revision": self.revision,
            "fingerprint": self.fingerprint,
            "sentence": self.sentence,
            "findings": [finding.as_json() for finding in self.findings],
            "statements": self.statements,
        }


def check(connection: Connection, *, revision: str | None = None, directory: Path = scripts.MIGRATIONS) -> Report:
    """Compare a live database with what a revision should have made; the newest one unless said otherwise.

    Reads only. From asynchronous code: `await connection.run_sync(check)`. Raises SnapshotMissing for a revision that
    is not recorded.
    """
    wanted = revision or snapshots.newest(directory) or "base"
    live = read_catalog(connection)
    return Report(wanted, live.fingerprint, tuple(compare(live, snapshots.load(wanted, directory))))


def compare(live: Catalog, expected: Catalog) -> list[Finding]:
    """List what differs in `live`, the gravest first, then by name."""
    ours = {table.name for table in expected.tables}
    findings = [
        *compare_extensions(live, expected),
        *compare_types(live, expected),
        *compare_sequences(live, expected, ours),
        *compare_routines(live, expected),
        *_compare_tables(live, expected),
        *compare_views(live, expected),
    ]
    return sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.name, finding.kind))


def structural(findings: Collection[Finding]) -> list[Finding]:
    """Keep what tells one revision from another: no notes, and not who may read what."""
    return [
        finding
        for finding in findings
        if finding.severity is not Severity.NOTE and not finding.kind.startswith("grant.")
    ]


def _compare_tables(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    missing, foreign, changed = matched(live.tables, expected.tables)
    for have, want in renamed(missing, foreign, lambda table: table.columns):
        # What hangs on it follows its new name; a difference there is found when it has its own name again.
        yield Finding(
            "table.renamed",
            Severity.ERROR,
            want.name,
            f"The table {want.name} is called {have.name}.",
            (Step(Phase.PREPARE, f"ALTER TABLE {qualified(have.name)} RENAME TO {quote(want.name)}"),),
            was=have.name,
        )
    for table in missing:
        yield Finding(
            "table.missing",
            Severity.ERROR,
            table.name,
            f"There is no table {table.name}.",
            _create_table(table),
        )
    for table in foreign:
        yield Finding(
            "table.foreign",
            Severity.NOTE,
            table.name,
            f"The table {table.name} is not known to the models and is left alone.",
        )
    for have, want in changed:
        yield from compare_table(have, want, live, expected)


def compare_table(live: Table, expected: Table, around: Catalog, wanted: Catalog) -> Iterator[Finding]:
    """Find what differs between two tables of one name; `around` and `wanted` are the schemas they stand in."""
    yield from compare_switches(live, expected)
    yield from compare_columns(live, expected, around.sequences, around.server_version)
    yield from compare_constraints(live, expected, around.tables, wanted.tables)
    yield from compare_indexes(live, expected)
    yield from compare_attachments(live, expected)
    yield from compare_policies(live, expected)
    yield from compare_statistics(live, expected)
    yield from compare_grants(live, expected)


def _create_table(table: Table) -> tuple[Step, ...]:
    # The bare table; everything else is a difference to it, which has its own statement already.
    bare = Table(
        table.name,
        kind=table.kind,
        persistence=table.persistence,
        partition_key=table.partition_key,
        columns=tuple(replace(column, comment=None) for column in table.columns),
    )
    unlogged = " UNLOGGED" if bare.persistence == "unlogged" else ""
    columns = ", ".join(column_sql(column) for column in bare.columns)
    partitions = f" PARTITION BY {bare.partition_key}" if bare.partition_key else ""
    created = Step(Phase.TABLE, f"CREATE{unlogged} TABLE {qualified(bare.name)} ({columns}){partitions}")
    return (created, *(step for finding in compare_table(bare, table, Catalog(), Catalog()) for step in finding.steps))
