"""What Alembic takes for a difference and the server does not: where it prints both sides alike, there is none."""

from alembic.operations import ops

from app.migrate.schema.catalog import Catalog, Table


def drop_agreed(container: ops.OpContainer, live: Catalog, expected: Catalog) -> None:
    """Take the operations out of `container` that would make a part of a table as it is already."""
    agreed = set(_agreed(live, expected))
    _filter(container, agreed)


def _filter(container: ops.OpContainer, agreed: set[tuple[str, str]]) -> None:
    kept: list[ops.MigrateOperation] = []
    for one in container.ops:
        if isinstance(one, ops.OpContainer):
            _filter(one, agreed)
            if one.is_empty():
                continue
        elif _part(one) in agreed:
            continue
        kept.append(one)
    container.ops[:] = kept


def _agreed(live: Catalog, expected: Catalog) -> list[tuple[str, str]]:
    known = {table.name: table for table in live.tables}
    return [
        (table.name, name)
        for table in expected.tables
        if table.name in known
        for name, part in _parts(table).items()
        if _parts(known[table.name]).get(name) == part
    ]


def _parts(table: Table) -> dict[str, object]:
    return {
        "": table.comment,
        **{column.name: column for column in table.columns},
        **{f" {one.name}": one for one in (*table.indexes, *table.constraints)},
    }


def _part(one: ops.MigrateOperation) -> tuple[str, str] | None:
    """Name what an operation makes or takes: a column, or an index or constraint with a space before its name."""
    match one:
        case ops.CreateTableCommentOp() | ops.DropTableCommentOp():
            return one.table_name, ""
        case ops.AlterColumnOp():
            return one.table_name, one.column_name
        case ops.CreateIndexOp() | ops.DropIndexOp():
            return str(one.table_name), f" {one.index_name}"
        case ops.CreateForeignKeyOp():
            return one.source_table, f" {one.constraint_name}"
        case ops.AddConstraintOp() | ops.DropConstraintOp():
            return str(getattr(one, "table_name", "")), f" {getattr(one, 'constraint_name', '')}"
        case _:
            return None
