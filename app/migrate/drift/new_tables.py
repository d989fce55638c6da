"""What the operations for new tables, and for those that go, leave out or do not say."""

from collections.abc import Collection, Iterator

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Dialect, Table

from app.migrate.drift.findings import qualified, quote
from app.migrate.drift.operations import BESIDE_NEW_TABLE, DROP_PARTS_OF_TABLE, SchemaChangeOp, added_check
from app.migrate.schema import catalog


def checks_beside(model: Table, described: catalog.Table, dialect: Dialect) -> Iterator[ops.MigrateOperation]:
    """Add the checks of a new table that Alembic does not write with it: those of a column, and those of a type."""
    checks = [one for one in model.constraints if isinstance(one, CheckConstraint)]
    # What is not known to stand in the table by its name is made beside it.
    of_types = {str(one.name): one for one in checks if one._type_bound}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- as Alembic tells them apart
    written = {str(one.name) for one in checks} - set(of_types)
    for check in described.constraints:
        if check.kind != "check" or check.name in written:
            continue
        if check.name in of_types:
            yield added_check(of_types[check.name], dialect)
            continue
        table = f"ALTER TABLE {qualified(model.name)}"
        yield SchemaChangeOp(
            f"The check {check.name} belongs to a column of {model.name}.",
            (f"{table} ADD CONSTRAINT {quote(check.name)} {check.definition}",),
            (f"{table} DROP CONSTRAINT {quote(check.name)}",),
            BESIDE_NEW_TABLE,
        )


def perhaps_renamed(gone: Collection[catalog.Table], made: Collection[catalog.Table]) -> Iterator[SchemaChangeOp]:
    """Say where a table may only have got another name: its rows would be lost."""
    for new in made:
        alike = [old for old in gone if _columns(old) == _columns(new)]
        rivals = [other for other in made if _columns(other) == _columns(new)]
        if len(alike) == 1 and len(rivals) == 1:
            old = alike[0]
            sentence = (
                f"The table {old.name} goes with its rows, and {new.name} comes with the same columns. If that is one "
                f"table with a new name, write op.rename_table({old.name!r}, {new.name!r}) instead of both, the "
                "opposite in downgrade(), and generate the names of its parts with another revision."
            )
            yield SchemaChangeOp(sentence, (), (), DROP_PARTS_OF_TABLE)


def _columns(table: catalog.Table) -> list[tuple[object, ...]]:
    # A default may be the sequence of a serial, which is named after its table.
    return [(one.name, one.type, one.not_null, one.generated, one.identity, one.collation) for one in table.columns]
