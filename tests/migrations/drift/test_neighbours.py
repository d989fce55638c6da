"""Tables of others in the bot's schema cost a comparison no further query, and are not read."""

import io
import warnings
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from sqlalchemy import Connection

from app.db import DatabaseUrl, create_migration_engine
from app.migrate.drift.compare import check
from app.migrate.planning import render
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.queries import read_catalog
from tests.fixtures.postgres import execute

NEIGHBOURS = "".join(
    f"""
    CREATE TABLE neighbour_{number} (
        id serial PRIMARY KEY, name text NOT NULL DEFAULT 'x', kind varchar(20) CHECK (kind IN ('a', 'b')),
        other int REFERENCES neighbour_{max(number - 1, 0)}, UNIQUE (name, kind));
    CREATE INDEX ON neighbour_{number} (lower(name)) WHERE kind = 'a';
    """
    for number in range(40)
)


def alembic_check(connection: Connection) -> None:
    connection.rollback()
    config = render.configuration(Path(scripts.MIGRATIONS), {"connection": connection})
    config.stdout = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        command.check(config)


async def test_neighbours_cost_no_query_and_are_only_named(own_database: DatabaseUrl):
    engine = create_migration_engine(own_database)
    statements: list[str] = []

    def noted(*arguments: Any) -> None:
        statements.append(arguments[2])

    sa.event.listen(engine.sync_engine, "before_cursor_execute", noted)

    async def asked() -> dict[str, int]:
        found: dict[str, int] = {}
        # Anew each time: what is cached by a connection is not what is counted.
        for name, work in (("migrate check", check), ("alembic check", alembic_check)):
            async with engine.connect() as connection:
                await connection.run_sync(lambda _: None)
                statements.clear()
                await connection.run_sync(work)
                found[name] = len(statements)
            await engine.dispose()
        return found

    alone = await asked()
    await execute(own_database, NEIGHBOURS)
    assert await asked() == alone

    async with engine.connect() as connection:
        report = await connection.run_sync(check)
        assert report.clean
        assert {finding.kind for finding in report.findings} == {"table.foreign"}
        assert len(report.findings) == 40
        newest = snapshots.newest()
        assert newest is not None
        assert report.fingerprint == snapshots.load(newest).fingerprint
        # Where something differs, everything is looked at: it may be called otherwise, or be referred to.
        await connection.exec_driver_sql("ALTER TABLE reminders RENAME TO memories")
        report = await connection.run_sync(check)
        assert ("table.renamed", "memories") in {(one.kind, one.was) for one in report.findings}
        everything = await connection.run_sync(read_catalog)
        assert all(table.columns for table in everything.tables)
    await engine.dispose()
