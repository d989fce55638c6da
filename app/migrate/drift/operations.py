"""Operations of a revision: SQL where Alembic has none, and the order in which all of them succeed, both ways."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Dialect, ForeignKeyConstraint, text

from app.migrate.drift.findings import Phase
from app.migrate.revisions.parameters import marked

Key = tuple[str | None, str]
"""A table and one of its parts; the table alone has an empty part, and what stands beside tables has no table."""

# Between the phases of what happens to tables that stay.
DROP_PARTS_OF_TABLE, _DROP_TABLE, _CREATE_TABLE = 33, 35, 62
BESIDE_NEW_TABLE = 63
_DROP_COMPUTED, _ADD_COMPUTED = 49, 51
DROP_TYPE = 97


class SchemaChangeOp(ops.MigrateOperation):
    """SQL for what Alembic has no operation for, and SQL that undoes it."""

    def __init__(self, sentence: str, statements: tuple[str, ...], undo: tuple[str, ...], phase: int) -> None:
        self.sentence = sentence
        self.statements = statements
        self.undo = undo
        self.phase = phase

    def reverse(self) -> "SchemaChangeOp":
        """Return the way back."""
        return SchemaChangeOp(f"Undo. {self.sentence}", self.undo, self.statements, self.phase)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what `alembic check` prints."""
        return ("change_schema", self.sentence, "; ".join(self.statements))


class TableRemovalOp(ops.DropTableOp):
    """Dropping a table whose way back is SQL, because it has what Alembic cannot write."""

    def __init__(self, dropped: ops.DropTableOp, restored: SchemaChangeOp) -> None:
        super().__init__(dropped.table_name, schema=dropped.schema, _reverse=getattr(dropped, "_reverse", None))
        self.restored = restored

    def reverse(self) -> Any:
        """Return the statements that make it again."""
        return self.restored


class ColumnRemovalOp(ops.DropColumnOp):
    """Dropping a column whose way back is SQL, for the same reason."""

    def __init__(self, dropped: ops.DropColumnOp, restored: SchemaChangeOp) -> None:
        super().__init__(
            dropped.table_name, dropped.column_name, schema=dropped.schema, _reverse=getattr(dropped, "_reverse", None)
        )
        self.restored = restored

    def reverse(self) -> Any:
        """Return the statements that make it again."""
        return self.restored


def flattened(container: ops.OpContainer) -> Iterator[ops.MigrateOperation]:
    """List the operations in all containers."""
    for op in container.ops:
        if isinstance(op, ops.OpContainer):
            yield from flattened(op)
        else:
            yield op


def key(op: ops.MigrateOperation) -> Key | None:
    """Name what an operation is about, or None for one of somebody else's."""
    match op:
        case ops.CreateTableOp() | ops.DropTableOp() | ops.CreateTableCommentOp() | ops.DropTableCommentOp():
            return op.table_name, ""
        case ops.AddColumnOp():
            return op.table_name, op.column.name
        case ops.AlterColumnOp() | ops.DropColumnOp():
            return op.table_name, op.column_name
        case ops.CreateIndexOp() | ops.DropIndexOp():
            return str(op.table_name), str(op.index_name)
        case ops.CreateForeignKeyOp():
            return op.source_table, str(op.constraint_name)
        case ops.AddConstraintOp() | ops.DropConstraintOp():
            return str(getattr(op, "table_name", "")), str(getattr(op, "constraint_name", ""))
        case _:
            return None


def ordered(operations: Iterable[ops.MigrateOperation]) -> list[ops.MigrateOperation]:
    """Sort operations so that nothing is missing when it is needed, also when they are undone from the end."""
    operations = list(operations)
    gone = {op.table_name for op in operations if isinstance(op, ops.DropTableOp)}
    made = {op.table_name for op in operations if isinstance(op, ops.CreateTableOp)}
    return sorted(_without_circles(operations), key=lambda op: _phase(op, gone, made))


def added_check(check: CheckConstraint, dialect: Dialect) -> ops.AddConstraintOp:
    """Add a check of a model by its text.

    Handed the expression itself, Alembic would make a second check of it, and SQLAlchemy would put that into the model.
    """
    options = {"literal_binds": True, "include_table": False}
    sql = str(check.sqltext.compile(dialect=dialect, compile_kwargs=options))
    return ops.CreateCheckConstraintOp(
        check.name, check.table.name, text(marked(sql)), schema=check.table.schema, **check.dialect_kwargs
    )


def _phase(op: ops.MigrateOperation, gone: set[str], made: set[str]) -> int:
    match op:
        case SchemaChangeOp():
            return op.phase
        case ops.CreateTableOp():
            return _CREATE_TABLE
        case ops.DropTableOp():
            return _DROP_TABLE
        case ops.DropIndexOp():
            return DROP_PARTS_OF_TABLE if op.table_name in gone else Phase.UNCONSTRAIN
        case ops.DropConstraintOp():
            if op.constraint_type == "foreignkey":
                return Phase.DETACH
            return DROP_PARTS_OF_TABLE if op.table_name in gone else Phase.UNCONSTRAIN
        case ops.DropColumnOp():
            return _DROP_COMPUTED if op.to_column().computed is not None else Phase.COLUMN
        case ops.AddColumnOp():
            return _ADD_COMPUTED if op.column.computed is not None else Phase.COLUMN
        case ops.AlterColumnOp():
            return Phase.COLUMN
        case ops.CreateForeignKeyOp():
            return Phase.FOREIGN_KEY
        case ops.AddConstraintOp():
            return BESIDE_NEW_TABLE if str(getattr(op, "table_name", "")) in made else Phase.CONSTRAINT
        case ops.CreateIndexOp():
            return Phase.INDEX
        case _:
            return Phase.FINISH


def _without_circles(operations: list[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    """Take foreign keys that refer to a table made later, or dropped earlier, out of their tables."""
    later = {op.table_name for op in operations if isinstance(op, ops.CreateTableOp)}
    dropped: set[str] = set()
    for op in operations:
        if isinstance(op, ops.CreateTableOp):
            later.discard(op.table_name)
            keys = _referring(op.columns, later)
            op.columns = [part for part in op.columns if not any(part is one for one in keys)]
            yield from map(ops.CreateForeignKeyOp.from_constraint, keys)
        restored = getattr(op, "_reverse", None) if isinstance(op, ops.DropTableOp) else None
        if isinstance(op, ops.DropTableOp) and restored is not None:
            keys = _referring(restored.columns, dropped)
            restored.columns = [part for part in restored.columns if not any(part is one for one in keys)]
            dropped.add(op.table_name)
            yield from map(ops.DropConstraintOp.from_constraint, keys)
        yield op


def _referring(parts: Sequence[object], others: set[str]) -> list[ForeignKeyConstraint]:
    keys = [part for part in parts if isinstance(part, ForeignKeyConstraint)]
    return [key for key in keys if {part.target_fullname.split(".")[-2] for part in key.elements} & others]
