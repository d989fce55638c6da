"""From differences between two catalogues to the operations of a revision, whose way back is exact.

Alembic's own operations stay where they do all that is needed, and lead back to what was there. Otherwise SQL takes
their place, of which the catalogue knows both directions.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Connection, Constraint, Index, MetaData, Table, inspect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.types import NullType

from app.migrate.drift.compare import compare, names_in
from app.migrate.drift.findings import Finding, Phase, Severity, counted, qualified, repair_statements
from app.migrate.drift.named_types import created_type, dropped_type
from app.migrate.drift.new_tables import checks_beside, perhaps_renamed
from app.migrate.drift.operations import (
    DROP_TYPE,
    ColumnRemovalOp,
    Key,
    SchemaChangeOp,
    TableRemovalOp,
    added_check,
    flattened,
    key,
    ordered,
)
from app.migrate.schema import catalog
from app.migrate.schema.casts import assigns
from app.migrate.schema.models import model_catalog
from app.migrate.schema.names import moved

log = logging.getLogger("app.migrate.drift.plugin")

# Alembic's operations for these keep everything; those for other kinds would lose something in the downgrade.
_FAITHFUL = frozenset({"check", "primary key"})
# What Alembic loses, or cannot write, of a constraint.
_MORE = re.compile(r" (NOT )?DEFERRABLE| MATCH | INCLUDE \(| NULLS NOT DISTINCT|^EXCLUDE| NO INHERIT| NOT ENFORCED")
_NOT_WRITTEN = re.compile(_MORE.pattern.partition("|")[2])
_SERIAL = "nextval("
# With these the question comes up whether SQLAlchemy would make a table again as it is.
_ASKED_ABOUT = frozenset(
    {"column.unexpected", "constraint.changed", "constraint.unexpected", "index.changed", "index.unexpected"}
)


class Translation:
    """From findings to operations, for one database and one set of models."""

    def __init__(
        self, connection: Connection, models: list[MetaData], live: catalog.Catalog, expected: catalog.Catalog
    ) -> None:
        self._connection = connection
        self._inspector = inspect(connection)
        self._models = {table.name: table for metadata in models for table in metadata.tables.values()}
        self._live = {table.name: table for table in live.tables}
        self._expected = {table.name: table for table in expected.tables}
        self._sequences = {one.name: one for one in (*live.sequences, *expected.sequences)}
        self._findings = self._by_key(compare(live, expected))
        # Without new tables: one that goes is not renamed, however alike a new one is.
        kept = replace(expected, tables=tuple(one for one in expected.tables if one.name in self._live))
        self._opposite = self._by_key(compare(kept, live))
        self._names = names_in(live, expected)
        self._reflected: dict[str, Table] = {}
        self._lost: dict[str, set[str]] = {}
        self._perhaps_lost = {
            str(table)
            for (table, _), some in self._findings.items()
            if any(one.kind in _ASKED_ABOUT for one in some) and table in self._live
        }

    def write_into(self, upgrade: ops.UpgradeOps, unused_types: Iterable[catalog.Other]) -> None:
        """Add an operation for every finding for which Alembic has none that does all of it."""
        by_key: dict[Key | None, list[ops.MigrateOperation]] = defaultdict(list)
        for op in flattened(upgrade):
            by_key[key(op)].append(op)
        made = {op.table_name for some in by_key.values() for op in some if isinstance(op, ops.CreateTableOp)}
        gone = {op.table_name for some in by_key.values() for op in some if isinstance(op, ops.DropTableOp)}
        self._perhaps_lost |= gone & self._live.keys()
        result: list[ops.MigrateOperation] = []
        for where, findings in self._findings.items():
            there = by_key.get(where, [])
            if where[0] in made or where[0] in gone:
                continue
            if not there or not self._is_enough(where, findings, there):
                by_key.pop(where, None)
                result.extend(self._operations(where, findings))
        new = [self._expected[name] for name in sorted(made & self._expected.keys())]
        result.extend(
            op for table in new for op in checks_beside(self._models[table.name], table, self._connection.dialect)
        )
        result.extend(perhaps_renamed([self._live[name] for name in sorted(gone & self._live.keys())], new))
        for where, there in by_key.items():
            if where is not None and where[1] and where[0] in gone and self._lost_of(where[0]):
                # Comes back with its table.
                continue
            if where is not None and where not in self._findings and self._agree(where):
                # The server prints both alike, so there is no difference.
                continue
            result.extend(self._with_a_way_back(op) for op in there)
        for other in unused_types:
            sentence = f"Nothing uses the {other.name} any more."
            undo = created_type(other)
            result.append(SchemaChangeOp(sentence, (dropped_type(other),), (undo,) if undo else (), DROP_TYPE))
        upgrade.ops[:] = ordered(result)
        for op in upgrade.ops:
            for one in (op, getattr(op, "restored", None)):
                if isinstance(one, SchemaChangeOp):
                    one.statements, one.undo = self._unqualified(one.statements), self._unqualified(one.undo)

    def _unqualified(self, statements: tuple[str, ...]) -> tuple[str, ...]:
        # As in every revision: wherever it is applied, the search path leads to the bot's schema.
        return tuple(moved(statement, catalog.SCHEMA, None, self._names) for statement in statements)

    def _by_key(self, findings: Iterable[Finding]) -> dict[Key, list[Finding]]:
        found: dict[Key, list[Finding]] = defaultdict(list)
        for finding in counted(findings):
            table, _, part = finding.name.partition(".")
            if finding.kind.startswith("sequence."):
                sequence = self._sequences[finding.name]
                where = (sequence.owner_table, sequence.owner_column or finding.name)
            elif table in self._live or table in self._expected:
                where = (table, part)
            else:
                where = (None, finding.name)
            found[where].append(finding)
        return found

    def _agree(self, where: Key) -> bool:
        return where[1] != "" and where[0] in self._live and where[0] in self._expected

    def _is_enough(self, where: Key, findings: list[Finding], there: list[ops.MigrateOperation]) -> bool:
        """Say whether Alembic's operations do all that differs, and lead back to what was there."""
        table, part = str(where[0]), where[1]
        kinds = {finding.kind for finding in findings}
        if kinds & {"index.renamed", "constraint.renamed"}:
            return False
        match there:
            case [ops.AlterColumnOp() as op]:
                done = {
                    "column.type": op.modify_type is not None,
                    "column.nullable": op.modify_nullable is not None,
                    "column.default": op.modify_server_default is not False,
                    "column.comment": op.modify_comment is not False,
                }
                plain = not isinstance(op.existing_type, NullType) and not isinstance(op.modify_type, NullType)
                return plain and all(done.get(kind) for kind in kinds) and self._casts(table, part, kinds)
            case [ops.AddColumnOp()]:
                column = _column(self._expected.get(table), part)
                return kinds == {"column.missing"} and _SERIAL not in (
                    column.default if column and column.default else ""
                )
            case (
                [ops.DropColumnOp()] | [ops.CreateIndexOp()] | [ops.CreateTableCommentOp()] | [ops.DropTableCommentOp()]
            ):
                return True
            case [ops.DropIndexOp()] | [ops.DropIndexOp(), ops.CreateIndexOp()]:
                return part not in self._lost_of(table)
            case [ops.AddConstraintOp()]:
                # Its way back is to drop it, and everything but these is written.
                return all(one.valid and not _NOT_WRITTEN.search(one.definition) for one in self._sides(table, part))
            case _:
                sides = self._sides(table, part)
                return bool(sides) and all(one.valid and not _MORE.search(one.definition) for one in sides)

    def _casts(self, table: str, column: str, kinds: Collection[str]) -> bool:
        """Say whether a change of type needs no USING, in both directions, and does not collide with a default."""
        if "column.type" not in kinds:
            return True
        have, want = _column(self._live[table], column), _column(self._expected[table], column)
        if have is None or want is None:
            return False
        both = [(have.type, want.type), (want.type, have.type)]
        return all(assigns(self._connection, old, new) for old, new in both)

    def _operations(self, where: Key, findings: list[Finding]) -> list[ops.MigrateOperation]:
        table, part = where
        for finding in findings:
            log.info("Detected: %s", finding.sentence)
        opposite = self._opposite.get(where, [])
        if table is not None and len(findings) == 1:
            old, new = self._reflect(table, part), self._described(table, part)
            match findings[0].kind:
                case "index.changed":
                    if isinstance(old, Index) and isinstance(new, Index) and part not in self._lost_of(table):
                        return [ops.DropIndexOp.from_index(old), ops.CreateIndexOp.from_index(new)]
                case "constraint.missing" | "constraint.unexpected" | "constraint.changed" as kind:
                    written = self._constraint_operations(table, part, kind)
                    if written is not None:
                        return written
                case _:
                    pass
        impossible = [one for one in findings if one.kind == "column.type" and not self._can_cast(where)]
        if impossible:
            sentence = (
                f"{impossible[0].sentence} There is no cast from the one to the other: write how values become others."
            )
            return [SchemaChangeOp(sentence, (), (), Phase.COLUMN)]
        for finding in findings:
            opposite = opposite or [
                other
                for other in self._opposite.get(_place(finding.was, table), [])
                if _family(other) == _family(finding)
            ]
        # With a column goes what belongs to it.
        findings = [one for one in findings if one.kind == "column.unexpected"] or findings
        opposite = [one for one in opposite if one.kind == "column.unexpected"] or opposite
        statements, undo = tuple(repair_statements(findings)), tuple(repair_statements(opposite))
        if not undo and statements:
            undo = tuple(self._undone(findings))
        sentence = " ".join(finding.sentence for finding in findings)
        return [SchemaChangeOp(sentence, statements, undo, _phase(findings))]

    def _undone(self, findings: list[Finding]) -> Iterable[str]:
        """What stands beside tables is not dropped by a comparison, because it may be somebody else's."""
        for finding in findings:
            match finding.kind:
                case "sequence.missing":
                    yield f"DROP SEQUENCE {qualified(finding.name)}"
                case "domain.missing":
                    yield f"DROP DOMAIN {qualified(finding.name)}"
                case "enum.missing" | "composite_type.missing" | "range_type.missing":
                    yield f"DROP TYPE {qualified(finding.name)}"
                case _:
                    pass

    def _constraint_operations(self, table: str, name: str, kind: str) -> list[ops.MigrateOperation] | None:
        sides = self._sides(table, name)
        if not all(one.kind in _FAITHFUL and one.valid and not _MORE.search(one.definition) for one in sides):
            return None
        if kind != "constraint.missing" and name in self._lost_of(table):
            return None
        old, new = self._reflect(table, name), self._described(table, name)
        wants_old, wants_new = kind != "constraint.missing", kind != "constraint.unexpected"
        if (wants_old and not isinstance(old, Constraint)) or (wants_new and not isinstance(new, Constraint)):
            return None
        return [
            *([ops.DropConstraintOp.from_constraint(old)] if wants_old and isinstance(old, Constraint) else []),
            *([self._added(new)] if wants_new and isinstance(new, Constraint) else []),
        ]

    def _added(self, constraint: Constraint) -> ops.MigrateOperation:
        if isinstance(constraint, CheckConstraint):
            return added_check(constraint, self._connection.dialect)
        return ops.AddConstraintOp.from_constraint(constraint)

    def _sides(self, table: str, constraint: str) -> list[catalog.Constraint]:
        return [
            one
            for side in (self._live, self._expected)
            for one in (side[table].constraints if table in side else ())
            if one.name == constraint
        ]

    def _with_a_way_back(self, op: ops.MigrateOperation) -> ops.MigrateOperation:
        """Let what Alembic drops come back as it was, where Alembic would lose a part of it."""
        if isinstance(op, ops.DropTableOp) and op.table_name in self._live and self._lost_of(op.table_name):
            return TableRemovalOp(op, self._restored((op.table_name, ""), op.table_name))
        if isinstance(op, ops.DropColumnOp) and self._is_lost(op.table_name, op.column_name):
            return ColumnRemovalOp(op, self._restored((op.table_name, op.column_name), op.table_name))
        return op

    def _is_lost(self, table: str, name: str) -> bool:
        column = _column(self._live.get(table), name)
        # A serial is only one while its table is made.
        return name in self._lost_of(table) or (column is not None and _SERIAL in (column.default or ""))

    def _restored(self, where: Key, table: str) -> SchemaChangeOp:
        lost = [
            one
            for place, findings in self._opposite.items()
            if place == where or (not where[1] and place[0] == table)
            for one in findings
        ]
        sentence = f"Bring back {table}{'.' if where[1] else ''}{where[1]} as it was."
        return SchemaChangeOp(sentence, tuple(repair_statements(lost)), (), Phase.COLUMN)

    def _lost_of(self, table: str) -> set[str]:
        """Name the parts of a table that SQLAlchemy reads in a way that would not make them again; "" for the table."""
        if table not in self._lost:
            # All at once: reading and building the tables one by one takes many times as long.
            self._lost |= self._build_again(sorted({table, *self._perhaps_lost} - self._lost.keys()))
        return self._lost[table]

    def _build_again(self, names: list[str]) -> dict[str, set[str]]:
        """Name the lost parts of several tables. One that cannot be read at all is found by halves."""
        live = {name: self._live[name] for name in names if name in self._live}
        lost = {name: set[str]() for name in names}
        for name, have in live.items():
            lost[name] = {"", *(one.name for one in (*have.columns, *have.constraints, *have.indexes))}
        unbuilt: dict[str, DBAPIError] = {}
        try:
            metadata = MetaData()
            metadata.reflect(self._connection, only=lambda name, _: name in live)
            tables = [Table(name, metadata, autoload_with=self._connection) for name in live]
            built = model_catalog(self._connection, metadata, only=tables, unbuilt=unbuilt)
        except (SQLAlchemyError, NotImplementedError):
            half = len(names) // 2
            return self._build_again(names[:half]) | self._build_again(names[half:]) if half else lost
        for table in built.tables:
            own = tuple(one for one in self._sequences.values() if one.owner_table == table.name)
            again = tuple(one for one in built.sequences if one.owner_table == table.name)
            compared = compare(
                replace(built, tables=(table,), sequences=again), catalog.Catalog((live[table.name],), own)
            )
            different = {one.name.partition(".")[2] for one in compared if one.severity is not Severity.NOTE}
            lost[table.name] = different | {""} if different else different
        return lost

    def _can_cast(self, where: Key) -> bool:
        table, part = str(where[0]), where[1]
        have, want = _column(self._live.get(table), part), _column(self._expected.get(table), part)
        if have is None or want is None or "public." in have.type + want.type:
            return True
        with self._connection.begin_nested() as attempt:
            try:
                self._connection.exec_driver_sql(
                    f"SELECT NULL::{have.type}::{want.type}, NULL::{want.type}::{have.type}"
                )
            except DBAPIError:
                attempt.rollback()
                return False
        return True

    def _reflect(self, table: str, part: str) -> Index | Constraint | None:
        if table not in self._reflected:
            self._reflected[table] = Table(table, MetaData())
            if table in self._live:
                self._inspector.reflect_table(self._reflected[table], None)
        return _index(self._reflected[table], part) or _constraint(self._reflected[table], part)

    def _described(self, table: str, part: str) -> Index | Constraint | None:
        return _index(self._models.get(table), part) or _constraint(self._models.get(table), part)


def _phase(findings: list[Finding]) -> int:
    phases = [step.phase for finding in findings for step in finding.repairs]
    if any(finding.kind.startswith(("column.", "sequence.changed")) for finding in findings):
        return Phase.COLUMN
    return min(phases, default=Phase.FINISH)


def _place(name: str | None, table: str | None) -> Key:
    return (table, (name or "").partition(".")[2])


def _column(table: catalog.Table | None, name: str) -> catalog.Column | None:
    return next((column for column in table.columns if column.name == name), None) if table is not None else None


def _index(table: Table | None, name: str) -> Index | None:
    return next((index for index in table.indexes if index.name == name), None) if table is not None else None


def _constraint(table: Table | None, name: str) -> Constraint | None:
    return next((one for one in table.constraints if one.name == name), None) if table is not None else None


def _family(finding: Finding) -> str:
    return finding.kind.partition(".")[0]
