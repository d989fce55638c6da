"""What `alembic check` and `revision --autogenerate` do not compare by themselves.

An Alembic plugin. After Alembic's own comparison, the whole catalogue of the database is compared with the one that
the models describe on this server. Differences that Alembic has found are left to it. The others become operations of
Alembic if it has any that can be undone (indexes, primary keys, checks), else `op.execute` with the statement and its
opposite for the downgrade, and a comment where there is no statement.

Read the statements before you run them: they say what differs, and only the developer knows which side is right.
"""

import functools
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, Constraint, Index, MetaData, Table, inspect
from sqlalchemy.exc import DBAPIError

from app.migrate.connection.session import sentence, sqlstate
from app.migrate.drift.agreement import drop_agreed
from app.migrate.drift.compare import compare, told_in
from app.migrate.drift.findings import Finding, counted, repair_statements
from app.migrate.revisions.parameters import inspect_with_marks, marked
from app.migrate.revisions.postgresql import ExactPostgresql
from app.migrate.schema import catalog, snapshots
from app.migrate.schema.models import model_catalog
from app.migrate.schema.queries import read_catalog

log = logging.getLogger(__name__)

NAME = "concierge.catalogue"
"""What `autogenerate_plugins` has to name."""

# Alembic's operations for these keep everything; those for other kinds would lose something in the downgrade.
_FAITHFUL = frozenset({"check", "primary key"})


@functools.cache
def register() -> str:
    """Make the plugin known to Alembic, once per process, and answer its name."""
    Plugin.setup_plugin_from_module(sys.modules[__name__], NAME)
    return NAME


def setup(plugin: Plugin) -> None:
    """Add the comparison; called by Alembic."""
    plugin.add_autogenerate_comparator(
        _read_marked, "autogenerate", "catalogue", qualifier="postgresql", priority=DispatchPriority.FIRST
    )
    plugin.add_autogenerate_comparator(
        _compare, "autogenerate", "catalogue", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _read_marked(context: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    del upgrade
    if context.connection is not None and isinstance(context.migration_context.impl, ExactPostgresql):
        inspect_with_marks(context.connection)
    return PriorityDispatchResult.CONTINUE


class SchemaChangeOp(ops.MigrateOperation):
    """SQL for what Alembic has no operation for, and SQL that undoes it."""

    def __init__(self, sentence: str, statements: tuple[str, ...], undo: tuple[str, ...]) -> None:
        self.sentence = sentence
        self.statements = statements
        self.undo = undo

    def reverse(self) -> "SchemaChangeOp":
        """Return the way back."""
        return SchemaChangeOp(f"Undo. {self.sentence}", self.undo, self.statements)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `alembic check` prints."""
        return ("change_schema", self.sentence, "; ".join(self.statements))


@renderers.dispatch_for(SchemaChangeOp)
def _render(context: AutogenContext, op: SchemaChangeOp) -> list[str]:
    prefix = context.opts["alembic_module_prefix"] or ""
    comment = f"# {' '.join(op.sentence.split())}"
    if not op.statements:
        return [f"pass  {comment}"]
    # op.execute() takes a colon before a word for a parameter.
    return [comment, *(f"{prefix}execute({marked(statement)!r})" for statement in op.statements)]


# Alembic has this operation, but cannot write it, because it never generates one.
@renderers.dispatch_for(ops.CreatePrimaryKeyOp, replace=True)
def _render_primary_key(context: AutogenContext, op: ops.CreatePrimaryKeyOp) -> str:
    prefix = context.opts["alembic_module_prefix"] or ""
    columns = [str(column) for column in op.columns]
    return f"{prefix}create_primary_key({prefix}f({str(op.constraint_name)!r}), {str(op.table_name)!r}, {columns!r})"


def _compare(context: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    connection, metadata = context.connection, context.metadata
    if connection is None or metadata is None:
        return PriorityDispatchResult.CONTINUE
    models = [metadata] if isinstance(metadata, MetaData) else list(metadata)
    try:
        expected = model_catalog(connection, *models, beside=_recorded(context))
    except DBAPIError as error:
        _tell_why_not(error)
        for sentence_of_default in getattr(context.migration_context.impl, "not_compared", ()):
            log.warning("%s", sentence_of_default)
        return PriorityDispatchResult.CONTINUE
    live = read_catalog(connection)
    drop_agreed(upgrade, live, expected)
    _Translation(connection, models, live, expected).extend(upgrade)
    return PriorityDispatchResult.CONTINUE


def ours(models: MetaData | Sequence[MetaData], directory: Path) -> Callable[[str | None, str, object], bool] | None:
    """Return what Alembic asks of whatever it finds, before it looks closer: whether that is the bot's.

    The bot's tables are those of the models and of the newest recorded revision, so that one that was taken out of the
    models is still dropped, and a neighbour's in the same schema is neither read nor touched. Returns None, so that
    everything is compared, when some revision is not recorded: it may have made tables that are known nowhere else.
    """
    if snapshots.missing(directory):
        return None
    newest = snapshots.newest(directory)
    names = {table.name for table in snapshots.load(newest, directory).tables} if newest is not None else set[str]()
    for metadata in [models] if isinstance(models, MetaData) else models:
        names |= {table.name for table in metadata.tables.values()}

    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        del parents
        return kind != "table" or name in names

    return is_ours


def _tell_why_not(error: DBAPIError) -> None:
    match sqlstate(error):
        case "42501":
            why = "this role may not create a scratch schema"
        case "25006":
            why = "this database is read-only, and the models are created in a scratch schema to be compared"
        case _:
            why = f"the models cannot be created on this server by `{' '.join((error.statement or '').split())}`"
    log.warning("Only Alembic's own comparison was made, because %s (%s).", why, sentence(error))


def _recorded(context: AutogenContext) -> catalog.Catalog | None:
    environment = context.migration_context.environment_context
    if environment is None:
        return None
    directory = Path(environment.script.dir)
    revision = snapshots.newest(directory)
    return None if revision is None else snapshots.load(revision, directory)


class _Translation:
    """From findings to Alembic's operations, for one database and one set of models."""

    def __init__(
        self, connection: Connection, models: list[MetaData], live: catalog.Catalog, expected: catalog.Catalog
    ) -> None:
        self._inspector = inspect(connection)
        self._both = (live, expected)
        self._models = {table.name: table for metadata in models for table in metadata.tables.values()}
        self._live = {table.name: table for table in live.tables}
        self._expected = {table.name: table for table in expected.tables}
        self._owners = {one.name: one.owner_table for one in (*live.sequences, *expected.sequences)}
        self._findings = counted(compare(live, expected))
        self._opposite = compare(expected, live)
        self._reflected: dict[str, Table] = {}

    def extend(self, upgrade: ops.UpgradeOps) -> None:
        """Add an operation for every finding that Alembic has none for."""
        known = set(_touched(upgrade))
        for finding in self._findings:
            table, _, part = finding.name.partition(".")
            table = self._owners.get(finding.name) or table
            if (table, None) in known or (table, part) in known:
                continue
            log.info("Detected: %s", finding.sentence)
            before, after = self._operations(finding, table, part)
            holder = _operations_on(upgrade, table)
            # What is dropped may depend on a column that is dropped below.
            holder.ops[:0] = before
            holder.ops.extend(after)

    def _operations(
        self, finding: Finding, table: str, part: str
    ) -> tuple[list[ops.MigrateOperation], list[ops.MigrateOperation]]:
        match finding.kind:
            case "index.changed":
                old, new = self._reflect(table, part), _index(self._models.get(table), part)
                if isinstance(old, Index) and new is not None:
                    return [ops.DropIndexOp.from_index(old)], [ops.CreateIndexOp.from_index(new)]
            case "constraint.missing" | "constraint.unexpected" | "constraint.changed":
                if self._is_faithful(table, part):
                    old, new = self._reflect(table, part), _constraint(self._models.get(table), part)
                    wants_old = finding.kind != "constraint.missing"
                    wants_new = finding.kind != "constraint.unexpected"
                    if (isinstance(old, Constraint) or not wants_old) and (new is not None or not wants_new):
                        return (
                            [ops.DropConstraintOp.from_constraint(old)] if isinstance(old, Constraint) else [],
                            [ops.AddConstraintOp.from_constraint(new)] if new is not None else [],
                        )
            case _:
                pass
        name = finding.was or finding.name
        undo = [other for other in self._opposite if other.name == name and _family(other) == _family(finding)]
        statements, opposite = tuple(self._statements([finding])), tuple(self._statements(undo))
        return [], [SchemaChangeOp(finding.sentence, statements, opposite)]

    def _statements(self, findings: list[Finding]) -> list[str]:
        # Unqualified, as in every revision: wherever it is applied, the search path leads to the bot's schema.
        return repair_statements(told_in(None, findings, *self._both))

    def _is_faithful(self, table: str, constraint: str) -> bool:
        sides = [
            one
            for side in (self._live, self._expected)
            for one in (side[table].constraints if table in side else ())
            if one.name == constraint
        ]
        return all(one.kind in _FAITHFUL and one.valid and " DEFERRABLE" not in one.definition for one in sides)

    def _reflect(self, table: str, part: str) -> Index | Constraint | None:
        if table not in self._reflected:
            self._reflected[table] = Table(table, MetaData())
            self._inspector.reflect_table(self._reflected[table], None)
        return _index(self._reflected[table], part) or _constraint(self._reflected[table], part)


def _index(table: Table | None, name: str) -> Index | None:
    return next((index for index in table.indexes if index.name == name), None) if table is not None else None


def _constraint(table: Table | None, name: str) -> Constraint | None:
    return next((one for one in table.constraints if one.name == name), None) if table is not None else None


def _family(finding: Finding) -> str:
    return finding.kind.partition(".")[0]


def _touched(container: ops.OpContainer) -> Iterator[tuple[str, str | None]]:
    """Name what Alembic has operations for: tables as a whole, and parts of tables."""
    for op in container.ops:
        match op:
            case ops.OpContainer():
                yield from _touched(op)
            case ops.CreateTableOp() | ops.DropTableOp():
                yield op.table_name, None
            case ops.CreateTableCommentOp() | ops.DropTableCommentOp():
                yield op.table_name, ""
            case ops.AddColumnOp():
                yield op.table_name, op.column.name
            case ops.AlterColumnOp() | ops.DropColumnOp():
                yield op.table_name, op.column_name
            case ops.CreateIndexOp() | ops.DropIndexOp():
                yield str(op.table_name), str(op.index_name)
            case ops.CreateForeignKeyOp():
                yield op.source_table, str(op.constraint_name)
            case ops.AddConstraintOp() | ops.DropConstraintOp():
                yield str(getattr(op, "table_name", "")), str(getattr(op, "constraint_name", ""))
            case _:
                pass


def _operations_on(upgrade: ops.UpgradeOps, table: str) -> ops.OpContainer:
    for op in upgrade.ops:
        if isinstance(op, ops.ModifyTableOps) and op.table_name == table:
            return op
    holder = ops.ModifyTableOps(table, [])
    upgrade.ops.append(holder)
    return holder
