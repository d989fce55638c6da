"""Run Alembic on a database of a test, and look at what is in it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
from alembic import command
from alembic.config import Config

from app.db import DatabaseUrl, create_migration_engine
from app.migrate.planning.facts import OWN_RECORDS
from app.migrate.revisions import scripts
from app.migrate.schema.catalog import Catalog
from app.migrate.schema.queries import read_catalog
from app.models import Base
from tests.fixtures import legacy
from tests.fixtures.postgres import connect

TABLES = sorted(Base.metadata.tables)


async def upgrade(database: DatabaseUrl, revision: str, **options: str) -> None:
    """Upgrade as a program does, with options as after `-x`. These databases are not worth a backup."""
    await asyncio.to_thread(command.upgrade, _config(database, options), revision)


async def downgrade(database: DatabaseUrl, revision: str, **options: str) -> None:
    await asyncio.to_thread(command.downgrade, _config(database, options), revision)


def _config(database: DatabaseUrl, options: dict[str, str]) -> Config:
    given = {name.replace("_", "-"): value for name, value in options.items()}
    config = Config(attributes={"database": database, "options": {"backup": "no", **given}})
    config.set_main_option("script_location", str(scripts.MIGRATIONS))
    return config


async def filled(database: DatabaseUrl, rows: legacy.Rows) -> legacy.Rows:
    """Bring a database to 001 with these rows of the predecessor."""
    await upgrade(database, "001")
    async with connected(database) as connection:
        await legacy.load(connection, rows)
    return rows


@asynccontextmanager
async def connected(database: DatabaseUrl) -> AsyncGenerator[asyncpg.Connection]:
    connection = await connect(database)
    await connection.execute("SET TimeZone = 'UTC'")
    yield connection
    await connection.close()


async def contents(database: DatabaseUrl, *, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return every table's rows as PostgreSQL writes them, to the letter, but for the records of migrating itself."""
    found: dict[str, list[str]] = {}
    async with connected(database) as connection:
        for table in TABLES:
            columns = await connection.fetchval(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
                "WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($2)",
                table,
                list(without),
            )
            own = f"WHERE command_type <> '{OWN_RECORDS}'" if table == "audit_logs" else ""
            rows = await connection.fetch(f"SELECT r::text FROM (SELECT {columns} FROM {table} {own}) AS r ORDER BY 1")
            found[table] = [row[0] for row in rows]
    return found


async def catalogue(database: DatabaseUrl) -> Catalog:
    engine = create_migration_engine(database)
    async with engine.connect() as connection:
        found = await connection.run_sync(read_catalog)
    await engine.dispose()
    return found
