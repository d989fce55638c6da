"""Backups with pg_dump, and restoring them into a new database, never over the old one."""

import asyncio
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.errors import Conflict, InternalError, InvalidInput, Unavailable
from app.core.messages import msg
from app.db import DatabaseUrl
from app.migrate.connection import place, release, session, tools

SUFFIX = ".dump"
MARGIN_BYTES = 64 * 1024 * 1024
DUPLICATE_DATABASE = "42P04"
LOCK_WAIT = "10s"
"""How long pg_dump waits for a table that somebody holds exclusively."""

_FACTS = text(
    f"""
    SELECT current_setting('server_version_num')::int / 10000, pg_database_size(current_database()), current_database(),
           (SELECT count(*) FROM pg_catalog.pg_class c WHERE c.relkind = 'r'
            AND c.relnamespace = {place.NAMESPACE})
    """  # noqa: S608 -- a constant
)


class BackupFailed(InternalError):
    """pg_dump failed, or its file cannot be read back; no file is left behind."""


class NoSpace(Unavailable):
    """The disk has less room than the database could need."""

    def __init__(self, directory: Path, free: int, needed: int) -> None:
        super().__init__(
            "{directory} has {free} MB free, and a backup may need {needed} MB. "
            "Make room, or set DATA_DIR to a larger disk.",
            directory=directory,
            free=free // 1024**2,
            needed=needed // 1024**2,
        )


@dataclass(frozen=True)
class Backup:
    """A verified file from which the database can be restored."""

    path: Path
    bytes: int
    seconds: float
    tables: int


@dataclass(frozen=True)
class Server:
    """What a backup needs to know about a server."""

    major: int
    bytes: int
    name: str
    tables: int


def look(connection: Connection) -> Server:
    """Ask the server for its version and the size of the database. Raises NoPlace."""
    place.schema_of(connection)
    return Server(*connection.execute(_FACTS).one())


def create(database: DatabaseUrl, server: Server, directory: Path, *, revision: str, keep: int) -> Backup:
    """Back up a database into a new file of `directory`, verify it, and delete all but the newest `keep`.

    Blocks for as long as pg_dump takes. Raises ToolMissing, Unavailable (NoSpace among them), BackupFailed.
    """
    dump = tools.find("pg_dump", server.major)
    restore = tools.find("pg_restore", server.major)
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(directory).free
    except OSError as error:
        told = msg("Backups cannot be written to {directory}: {why}.", directory=directory, why=error.strerror)
        raise Unavailable(told) from error
    needed = server.bytes + MARGIN_BYTES
    if free < needed:
        raise NoSpace(directory, free, needed)
    started = datetime.now(UTC)
    stem = f"{re.sub(r'[^A-Za-z0-9_-]', '_', server.name)}-{revision}-{started:%Y%m%dT%H%M%S%fZ}"
    unfinished = directory / f"{stem}.part"
    environment = tools.environment(database, release.migration_name())
    try:
        # Created before pg_dump writes to it, so that at no time anybody else can read it.
        unfinished.touch(mode=0o600)
        _run(
            [dump, "--format=custom", "--no-password", f"--lock-wait-timeout={LOCK_WAIT}", f"--file={unfinished}"],
            environment,
        )
        tables = _verify(restore, unfinished, environment, server)
        path = unfinished.rename(directory / f"{stem}{SUFFIX}")
    finally:
        unfinished.unlink(missing_ok=True)
    _prune(directory, server, keep)
    return Backup(path, path.stat().st_size, (datetime.now(UTC) - started).total_seconds(), tables)


def newest(directory: Path) -> list[Path]:
    """Return the backups of a directory, newest first."""
    return sorted(directory.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


def restore(database: DatabaseUrl, path: Path, name: str | None = None) -> DatabaseUrl:
    """Fill an empty database from a backup, all of it or nothing, and return its address. Blocks.

    With a `name`, a database of that name is made on the same server, and is gone again when it fails. Raises
    InvalidInput for a file that is not there, Conflict for a database with tables or a name that is taken, ToolMissing
    and BackupFailed.
    """
    if not path.is_file():
        raise InvalidInput("There is no file {path}.", path=path)
    if name is None:
        _fill(database, path)
        return database
    target = database.with_database(name)
    asyncio.run(_create_database(database, name))
    try:
        _fill(target, path)
    except BaseException:
        asyncio.run(_execute(database, "DROP DATABASE {name} WITH (FORCE)", name))
        raise
    return target


def _fill(database: DatabaseUrl, path: Path) -> None:
    server = asyncio.run(_server(database))
    if server.tables:
        raise Conflict(
            "The database {name} has tables, and restoring never overwrites: give the name of a new database.",
            name=server.name,
        )
    program = tools.find("pg_restore", server.major)
    options = ["--no-password", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    environment = tools.environment(database, release.migration_name())
    # In the form of a connection string, so that a name with an equals sign stays a name.
    escaped = server.name.replace("\\", "\\\\").replace("'", "\\'")
    _run([program, *options, f"--dbname=dbname='{escaped}'", path], environment)


async def _create_database(database: DatabaseUrl, name: str) -> None:
    try:
        # From template0: whatever was added to template1 would be in the way of what is restored.
        await _execute(database, "CREATE DATABASE {name} TEMPLATE template0", name)
    except DBAPIError as error:
        if session.sqlstate(error) == DUPLICATE_DATABASE:
            raise Conflict(
                "There is a database {name} already. Restoring never overwrites: choose a new name.", name=name
            ) from error
        raise BackupFailed(f"The database {name} could not be created: {session.sentence(error)}") from error


async def _execute(database: DatabaseUrl, statement: str, name: str) -> None:
    async with session.opened(database, autocommit=True) as connection:
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        await connection.exec_driver_sql(statement.format(name=quoted))


async def _server(database: DatabaseUrl) -> Server:
    async with session.opened(database) as connection:
        return await connection.run_sync(look)


def _verify(program: Path, path: Path, environment: dict[str, str], server: Server) -> int:
    """Read the table of contents back and count the tables in it."""
    contents = _run([program, "--list", path], environment)
    tables = sum(" TABLE DATA " in line for line in contents.splitlines() if not line.startswith(";"))
    if tables < server.tables or path.stat().st_size == 0:
        raise BackupFailed(f"The backup has {tables} of {server.tables} tables; it was deleted.")
    return tables


def _prune(directory: Path, server: Server, keep: int) -> None:
    prefix = re.sub(r"[^A-Za-z0-9_-]", "_", server.name)
    ours = re.compile(rf"{re.escape(prefix)}-(\w+)-\d{{8}}T\d{{12}}Z{re.escape(SUFFIX)}")
    for old in [path for path in newest(directory) if ours.fullmatch(path.name)][max(keep, 1) :]:
        old.unlink(missing_ok=True)


def _run(command: list[str | Path], environment: dict[str, str]) -> str:
    completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if completed.returncode != 0:
        name = Path(command[0]).name
        raise BackupFailed(f"{name} failed: {completed.stderr.strip() or f'status {completed.returncode}'}")
    return completed.stdout
