"""How many rows of the table of model changes plain Alembic gets right: `python -m scripts.plain_alembic`.

The same models go the same way as in `tests/migrations/changes`, with Alembic alone: its own comparison, with that of
types and defaults switched on, and the operations that it writes. What came of it is judged like ours, by whole
catalogues. Each row runs alone, in a transaction that is rolled back. Rows that are to be refused are left out.
"""

import asyncio
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import alembic
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.ddl import impl
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql

import tests.migrations.changes.kinds
from app.db import create_migration_engine, normalize
from app.local_postgres import serve
from app.migrate.drift.compare import compare
from app.migrate.drift.findings import counted
from app.migrate.schema.models import allow_unvalidated, model_catalog
from app.migrate.schema.queries import read_catalog
from tests.migrations.changes.cycle import Passed, by_row, faults
from tests.migrations.changes.row import Change, new_metadata
from tests.migrations.changes.table import TABLE


def sent_through(connection: sa.Connection, change: Change) -> Passed:
    """Send one row through. Raises whatever it makes Alembic or the server raise."""
    before, after = new_metadata(), new_metadata()
    begun = change.declare(before, after=False)
    change.declare(after, after=True)
    before.create_all(connection)
    for statement in begun.statements:
        connection.exec_driver_sql(statement)
    kept: list[object] = [_asked(connection, change)]
    first = read_catalog(connection)
    context = MigrationContext.configure(
        connection, opts={"target_metadata": after, "compare_type": True, "compare_server_default": True}
    )
    if type(context.impl) is not PostgresqlImpl:
        raise RuntimeError("this is not plain Alembic")
    written = produce_migrations(context, after)
    if written.upgrade_ops is None or written.downgrade_ops is None:
        raise RuntimeError("nothing was compared")
    ways = [
        f"def {name}():\n    {render_python_code(way, migration_context=context)}\n\n"
        for name, way in (("upgrade", written.upgrade_ops), ("downgrade", written.downgrade_ops))
    ]
    # With every import that a developer may have to add by hand.
    steps: dict[str, Any] = {**vars(sa), "op": Operations(context), "sa": sa, "postgresql": postgresql, "tests": tests}
    exec("".join(ways), steps)  # noqa: S102 -- what Alembic has written, as it would be read from its file
    steps["upgrade"]()
    upgraded = read_catalog(connection)
    described = allow_unvalidated(model_catalog(connection, after), upgraded, after)
    kept.append(_asked(connection, change))
    again = produce_migrations(context, after).upgrade_ops
    said = [str(one) for one in again.as_diffs()] if again is not None else []
    findings = [f"{one.name}: {one.sentence}" for one in counted(compare(upgraded, described))]
    steps["downgrade"]()
    downgraded = read_catalog(connection)
    kept.append(_asked(connection, change))
    steps["upgrade"]()
    return Passed(
        before=by_row(first),
        source="".join(ways),
        upgraded=by_row(upgraded),
        described=by_row(described),
        check=said,
        findings=findings,
        downgraded=by_row(downgraded),
        again=by_row(read_catalog(connection)),
        second="",
        kept={change.name: kept},
    )


def _asked(connection: sa.Connection, change: Change) -> object:
    query = change.keeps.replace("{t}", f"{change.key}_t")
    return [tuple(row) for row in connection.exec_driver_sql(query)] if query else None


async def measure() -> dict[str, tuple[int, int, Counter[str]]]:
    """Return for each subject the number of rows, of those that hold, and what was wrong with the others."""
    found: dict[str, tuple[int, int, Counter[str]]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="concierge-plain-") as directory,
        serve(Path(directory) / "data") as address,
    ):
        engine = create_migration_engine(normalize(address))
        for subject, rows in TABLE.items():
            done = [row for row in rows if not row.by_hand and not row.refused]
            wrong: list[str] = []
            for row in done:
                async with engine.connect() as connection:
                    transaction = await connection.begin()
                    try:
                        told = faults(row, await connection.run_sync(sent_through, row))
                    except Exception as error:  # noqa: BLE001 -- whatever it is, the row does not hold
                        told = [f"It raised {type(error).__name__}: {error}"]
                    await transaction.rollback()
                told = [one for one in told if not one.startswith("There is no “")]
                if told and told[0] != "UP":
                    wrong.append(told[0])
                    if "-v" in sys.argv:
                        print(f"{subject}: {row.name}: {told[0][:300]}", flush=True)
            found[subject] = (len(done), len(done) - len(wrong), Counter(map(_kind, wrong)))
        await engine.dispose()
    return found


def _kind(fault: str) -> str:
    return fault.partition(":")[0]


def main() -> None:
    """Print the shares, and what was wrong with the other rows; `-v` names each of them."""
    warnings.simplefilter("ignore")
    impl._impls["postgresql"] = PostgresqlImpl  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] -- ours took its place when it was imported
    found = asyncio.run(measure())
    print(f"Alembic {alembic.__version__}, SQLAlchemy {sa.__version__}\n")
    print("| subject | rows | plain Alembic |\n|---|---|---|")
    for subject, (rows, right, _) in found.items():
        print(f"| {subject.replace('_', ' ')} | {rows} | {right} |")
    print(f"| all | {sum(one[0] for one in found.values())} | {sum(one[1] for one in found.values())} |\n")
    for kind, number in sum((one[2] for one in found.values()), Counter[str]()).most_common():
        print(f"{number:4} {kind}")


if __name__ == "__main__":
    main()
