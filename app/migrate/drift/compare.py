"""Drift: the live schema against the one it should be, and the SQL that repairs each difference.

Alembic compares columns, types and the columns of indexes. This compares whole catalogues, so it sees everything that a
`Catalog` has. What no table of ours has (grants, comments, row security, triggers, views, types and more) is found, but
there is no SQL for it: it has to be fixed by hand.

Tables, views and the like that are not in the models belong to somebody else. A note names them, and they are left
alone.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import Connection

from app.migrate.connection import place
from app.migrate.drift.columns import column_sql, compare_columns
from app.migrate.drift.findings import (
    Finding,
    Phase,
    Repair,
    Severity,
    alter,
    by_hand,
    counted,
    error,
    foreign,
    matched,
    qualified,
    quote,
    renamed,
    repair_statements,
)
from app.migrate.drift.named_types import created_type, new_values
from app.migrate.drift.parts import compare_constraints, compare_indexes
from app.migrate.drift.sequences import compare_sequences
from app.migrate.drift.table_properties import compare_grants, compare_properties
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.catalog import SCHEMA, Catalog, Other, Table
from app.migrate.schema.models import narrowed
from app.migrate.schema.names import moved
from app.migrate.schema.queries import read_catalog

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found in a live database."""

    revision: str
    """The revision that it was compared with."""
    fingerprint: str
    """Of the live schema, without the tables of others in it."""
    findings: tuple[Finding, ...]
    """The gravest first; notes last."""

    @property
    def clean(self) -> bool:
        """True when there is no difference; notes do not count."""
        return not counted(self.findings)

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        number = len(counted(self.findings))
        if not number:
            return f"The schema is exactly that of revision {self.revision}."
        return f"The schema differs from revision {self.revision} in {number} place{'' if number == 1 else 's'}."

    @property
    def statements(self) -> list[str]:
        """The SQL that fixes what can be fixed, without notes, in an order in which it succeeds."""
        return repair_statements(counted(self.findings))

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "clean": self.clean,
            "revision": self.revision,
            "fingerprint": self.fingerprint,
            "sentence": self.sentence,
            "findings": [finding.as_json() for finding in self.findings],
            "statements": self.statements,
        }


def check(connection: Connection, *, revision: str | None = None, directory: Path = scripts.MIGRATIONS) -> Report:
    """Compare a live database with the schema of a revision, the newest unless given.

    Reads only. From asynchronous code: `await connection.run_sync(check)`. Raises SnapshotMissing for a revision that
    is not recorded.
    """
    wanted = revision or snapshots.newest(directory) or "base"
    schema = place.schema_of(connection)
    expected = snapshots.load(wanted, directory)
    ours = {table.name for table in expected.tables}
    live = read_catalog(connection, schema=schema, closely=ours)
    findings = compare(live, expected)
    if counted(findings):
        # What is missing may have another name, and what changes may be referred to.
        live = read_catalog(connection, schema=schema)
        findings = compare(live, expected)
    own = narrowed(live, ours.__contains__)
    return Report(wanted, own.fingerprint, tuple(told_in(quote(schema), findings, live, expected)))


def compare(live: Catalog, expected: Catalog) -> list[Finding]:
    """List what differs in `live`, the gravest first, then by name."""
    ours = {table.name for table in expected.tables}
    findings = [
        *_compare_extensions(live, expected),
        *compare_sequences(live, expected, ours),
        *_compare_tables(live, expected),
        *_compare_others(live.others, expected.others),
    ]
    return sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.name, finding.kind))


def told_in(schema: str | None, findings: Collection[Finding], *catalogs: Catalog) -> list[Finding]:
    """Return findings whose statements name what is in the catalogues in this schema, or unqualified if it is None."""
    if schema == SCHEMA:
        return list(findings)
    names = names_in(*catalogs)
    return [
        replace(
            finding,
            repairs=tuple(replace(step, sql=moved(step.sql, SCHEMA, schema, names)) for step in finding.repairs),
        )
        for finding in findings
    ]


def names_in(*catalogs: Catalog) -> set[str]:
    """Return the names that statements qualify."""
    return {
        name
        for catalog in catalogs
        for name in (
            *(table.name for table in catalog.tables),
            *(index.name for table in catalog.tables for index in table.indexes),
            *(sequence.name for sequence in catalog.sequences),
            *(other.label for other in catalog.others),
        )
    }


def structural(findings: Collection[Finding]) -> list[Finding]:
    """Keep what tells one revision from another: no notes and no grants."""
    return [finding for finding in counted(findings) if not finding.kind.startswith("grant.")]


def _compare_tables(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    missing, unwanted, changed = matched(live.tables, expected.tables)
    for have, want in renamed(missing, unwanted, lambda table: table.columns):
        # Its parts are compared when it has its own name again.
        sentence = f"The table {want.name} is called {have.name}."
        step = alter(have.name, Phase.PREPARE, f"RENAME TO {quote(want.name)}")
        yield error("table.renamed", want.name, sentence, step, was=have.name)
    for table in missing:
        yield error("table.missing", table.name, f"There is no table {table.name}.", *_create_table(table))
    for table in unwanted:
        yield foreign("table", table.name)
    for have, want in changed:
        yield from _compare_table(have, want, live, expected)


def _compare_table(live: Table, expected: Table, around: Catalog, wanted: Catalog) -> Iterator[Finding]:
    yield from compare_properties(live, expected)
    yield from compare_columns(live, expected)
    yield from compare_constraints(live, expected, around.tables, wanted.tables)
    yield from compare_indexes(live, expected)
    yield from compare_grants(live, expected)
    yield from _compare_others(live.others, expected.others, table=live.name)


def _create_table(table: Table) -> Iterator[Repair]:
    kind, _, key = table.kind.partition(" by ")
    if kind not in {"table", "partitioned table"} or ") in " in key:
        return
    # The bare table; everything else is a difference to it, which has its own statement already.
    columns = tuple(replace(column, comment=None) for column in table.columns)
    bare = Table(table.name, table.kind, table.persistence, options=table.options, columns=columns)
    definitions = ", ".join(column_sql(column) for column in bare.columns)
    made = "CREATE UNLOGGED TABLE" if table.persistence == "unlogged" else "CREATE TABLE"
    options = f" WITH ({', '.join(table.options)})" if table.options else ""
    partitioned = f" PARTITION BY {key}" if key else ""
    yield Repair(Phase.TABLE, f"{made} {qualified(bare.name)} ({definitions}){partitioned}{options}")
    for finding in _compare_table(bare, table, Catalog(), Catalog()):
        yield from finding.repairs


def _compare_extensions(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    """Find the extensions that are missing; hosts install others, which is their right."""
    for name in sorted(set(expected.extensions) - set(live.extensions)):
        step = Repair(Phase.PREPARE, f"CREATE EXTENSION {quote(name)}")
        yield error("extension.missing", name, f"The extension {name} is not installed.", step)


def _compare_others(
    live: Collection[Other], expected: Collection[Other], table: str | None = None
) -> Iterator[Finding]:
    """Compare what no model describes, in a schema or on a table. No statement of ours repairs it."""
    on, prefix = (f" on {table}", f"{table}.") if table is not None else ("", "")
    missing, unwanted, changed = matched(live, expected)
    for item in missing:
        sentence = f"There is no {item.name}{on}."
        made = created_type(item)
        if made is not None:
            yield error(f"{item.family}.missing", prefix + item.label, sentence, Repair(Phase.PREPARE, made))
        else:
            yield by_hand(f"{item.family}.missing", prefix + item.label, sentence)
    for item in unwanted:
        if table is None:
            yield foreign(item.kind, item.label)
        else:
            sentence = f"There is a {item.name}{on} that is not in the models."
            yield by_hand(f"{item.family}.unexpected", prefix + item.label, sentence, Severity.WARNING)
    for have, want in changed:
        old, new = _first_difference(have.definition, want.definition)
        sentence = f"The {want.name}{on} has “{old}” where it should have “{new}”."
        values = new_values(have, want)
        if values:
            steps = [Repair(Phase.PREPARE, value) for value in values]
            yield error(f"{want.family}.changed", prefix + want.label, sentence, *steps)
            continue
        yield by_hand(f"{want.family}.changed", prefix + want.label, sentence)


def _first_difference(live: str, expected: str) -> tuple[str, str]:
    lines = zip_longest(live.splitlines(), expected.splitlines(), fillvalue="nothing")
    old, new = next(((old, new) for old, new in lines if old != new), (live, expected))
    return old.strip(), new.strip()
