"""Restoring a backup into an empty database, or into a new one that is made like the one it comes from."""

import asyncio
import re
from collections.abc import Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.messages import msg
from app.core.records import record
from app.db import DatabaseUrl
from app.migrate import status
from app.migrate.backup import archive as archives
from app.migrate.backup.archive import Archive, BackupFailed, Entry
from app.migrate.backup.contents import CREATABLE
from app.migrate.connection import place, release, session, tools

DUPLICATE_DATABASE, INSUFFICIENT_PRIVILEGE = "42P04", "42501"
NO_SUCH_LOCALE = frozenset({"42809", "42P17", "22023", "0A000", "42601"})
"""Answers to a CREATE DATABASE: wrong object type, invalid definition or value, not supported, or not even known."""
PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
T = TypeVar("T")

_THERE = text(
    f"""
    SELECT current_database()::text, session_user::text, current_setting('server_version_num')::int / 10000,
           ARRAY(SELECT nspname::text FROM pg_catalog.pg_namespace),
           ARRAY(SELECT extname::text FROM pg_catalog.pg_extension UNION {CREATABLE})
    """  # noqa: S608 -- a constant
)


class MayNotCreate(NotAllowed):
    """The role may not create databases."""

    def __init__(self, role: str, statement: str) -> None:
        self.role = role
        super().__init__(
            "The role {role} may not create databases. Let an administrator run `{statement}`, put the name of the new "
            "database into DATABASE_URL, and restore without --into.",
            role=role,
            statement=statement,
        )


class NeedsExtension(Conflict):
    """The bot's tables need an extension that cannot be had there."""

    def __init__(self, extension: str, role: str) -> None:
        self.extension = extension
        super().__init__(
            "The tables of this backup need the extension {extension}, which this server does not have or which "
            "{role} may not create. Let an administrator run `{statement}` in an empty database, put its name into "
            "DATABASE_URL, and restore without --into.",
            extension=extension,
            role=role,
            statement=f"CREATE EXTENSION {place.quoted(extension)}",
        )


@record
class Restored:
    """What was filled, and what of the file is not in it."""

    database: DatabaseUrl
    left_out: tuple[str, ...]
    """What no table needs and this role may not make, from a file that holds more than the bot's tables."""


@record
class Target:
    """A database and what its role finds there."""

    database: str
    role: str
    major: int
    schemas: Sequence[str]
    extensions: Sequence[str]
    """Those that are there, and those that this role may create."""
    at: place.Place
    tables: Sequence[str]


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run something asynchronous from code that blocks, wherever that runs: in a thread with a loop of its own."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


def restore(database: DatabaseUrl, path: Path, name: str | None = None) -> Restored:
    """Fill an empty database from a backup, all of it or nothing. Blocks.

    With a `name`, a database of that name is made on the same server, with the encoding and the locale that the backup
    comes from, and is gone again when it fails. Raises InvalidInput for a file that is not there; Conflict for a
    database with tables, a name that is taken, a locale or an extension that this server does not have, or a schema in
    which the bot would not look (NoPlace if it cannot be there at all); NotAllowed, ToolMissing and BackupFailed.
    """
    if not path.is_file():
        raise InvalidInput("There is no file {path}.", path=path)
    here = look(database)
    archive = opened(database, path, here.major)
    if name is not None:
        make_database(database, here, archive, name)
        target = database.with_database(name)
        try:
            return Restored(target, fill(target, archive, prefer=here.at.schema, is_new=True))
        except BaseException:
            drop_database(database, name)
            raise
    if not here.at.can_hold_text:
        place.require(here.at)
    if here.tables:
        raise Conflict(
            "The database {name} has tables, and restoring never overwrites: give the name of a new database.",
            name=here.database,
        )
    return Restored(database, fill(database, archive, prefer=here.at.schema, is_new=False))


def look(database: DatabaseUrl) -> Target:
    """Find out what there is in a database. Blocks."""
    return apart(_look(database))


def opened(database: DatabaseUrl, path: Path, major: int) -> Archive:
    """Return a file with the program that can read it into a server of that version. Raises ToolMissing."""
    environment = tools.environment(database, release.migration_name())
    return Archive(path, tools.find("pg_restore", major), environment)


def fill(database: DatabaseUrl, archive: Archive, *more: str, prefer: str | None, is_new: bool) -> tuple[str, ...]:
    """Restore into an empty database, as the role of its address; return what was left out.

    What fails is left out if no table needs it: backups of whole databases have things that only an administrator may
    make. `prefer` is the schema to take for the bot's if there are several.
    """
    schemas = archive.schemas
    wanted = prefer if prefer in schemas else next(iter(schemas), None)
    there, made = apart(_prepare(database, archive, wanted, is_new=is_new))
    entries = _restorable(archive, there)
    indispensable = archives.needed(entries)
    try:
        while True:
            try:
                archive.restore(entries, there.database, *more)
            except BackupFailed as error:
                if error.entry is None or error.entry in indispensable:
                    raise
                entries = archives.without(entries, {error.entry})
            else:
                return _left_out(archive, entries, there)
    except BaseException:
        if made and not is_new:
            apart(_execute(database, [f"DROP SCHEMA {place.quoted(schema)}" for schema in made]))
        raise


def make_database(database: DatabaseUrl, here: Target, archive: Archive, name: str) -> None:
    """Make a database like that of a backup. Raises Conflict, MayNotCreate and BackupFailed."""
    # From template0: whatever was added to template1 would be in the way of what is restored.
    options = f"TEMPLATE template0 {archive.text_options}".strip()
    try:
        apart(_execute(database, [f"CREATE DATABASE {place.quoted(name)} {options}"], autocommit=True))
    except DBAPIError as error:
        state, why = session.sqlstate(error), session.sentence(error)
        if state == DUPLICATE_DATABASE:
            told = msg("There is a database {name} already. Restoring never overwrites: choose a new name.", name=name)
            raise Conflict(told) from error
        if state == INSUFFICIENT_PRIVILEGE:
            owner = f"CREATE DATABASE {place.quoted(name)} OWNER {place.quoted(here.role)} {options}"
            raise MayNotCreate(here.role, owner) from error
        if state in NO_SUCH_LOCALE and archive.text_options:
            raise Conflict(
                "This server cannot make a database like the one in the backup ({options}): {why}. Make an empty one "
                "with another locale, put its name into DATABASE_URL, and restore without --into.",
                options=archive.text_options,
                why=why,
            ) from error
        raise BackupFailed(f"The database {name} could not be created: {why}") from error


def drop_database(database: DatabaseUrl, name: str) -> None:
    """Drop a database of this server, if it is there."""
    statement = f"DROP DATABASE IF EXISTS {place.quoted(name)} WITH (FORCE)"
    apart(_execute(database, [statement], autocommit=True))


async def _look(database: DatabaseUrl) -> Target:
    async with session.opened(database) as connection:
        return await connection.run_sync(_target)


def _target(connection: Connection) -> Target:
    database, role, major, schemas, extensions = connection.execute(_THERE).one()
    tables = list(connection.scalars(text(status.TABLES)))
    return Target(database, role, major, schemas, extensions, place.look(connection), tables)


async def _prepare(
    database: DatabaseUrl, archive: Archive, wanted: str | None, *, is_new: bool
) -> tuple[Target, list[str]]:
    """Make the schemas that a backup needs but does not hold, and see that the bot will look into the right one."""
    there, made = await _try_to_prepare(database, archive, wanted)
    if wanted is None or wanted == there.at.schema:
        return there, made
    if is_new:
        # The old database may have had this setting.
        path = place.quoted(wanted) if wanted == "public" else f"{place.quoted(wanted)}, public"
        await _execute(database, [f"ALTER DATABASE {place.quoted(there.database)} SET search_path = {path}"])
        there, made = await _try_to_prepare(database, archive, wanted)
        if there.at.schema == wanted:
            return there, made
    raise Conflict(
        "The tables of this backup are in the schema {schema}, but here the bot would look into {found}. Put "
        "`?search_path={setting}` at the end of DATABASE_URL, and restore again.",
        schema=wanted,
        found=there.at.schema or there.at.search_path or '""',
        setting=wanted if PLAIN_NAME.fullmatch(wanted) else quote(place.quoted(wanted)),
    )


async def _try_to_prepare(database: DatabaseUrl, archive: Archive, wanted: str | None) -> tuple[Target, list[str]]:
    """Make the schemas, and keep them if the search path then leads to the one that is wanted."""
    async with session.opened(database) as connection:
        there = await connection.run_sync(_target)
        missing = [schema for schema in _schemas(archive, wanted) if schema not in there.schemas]
        try:
            for schema in missing:
                await connection.exec_driver_sql(f"CREATE SCHEMA {place.quoted(schema)}")
        except DBAPIError as error:
            raise BackupFailed(f"A schema could not be created: {session.sentence(error)}") from error
        there = await connection.run_sync(_target)
        if wanted in {there.at.schema, None}:
            await connection.commit()
        return there, missing


def _schemas(archive: Archive, wanted: str | None) -> Iterable[str]:
    own = [wanted] if wanted is not None else []
    extensions = {entry.name for entry in archive.entries if entry.kind == "EXTENSION"}
    if not extensions:
        return own
    return dict.fromkeys(
        [*own, *(where for name, where in archive.schemas_of_extensions.items() if name in extensions)]
    )


async def _execute(database: DatabaseUrl, statements: Iterable[str], *, autocommit: bool = False) -> None:
    async with session.opened(database, autocommit=autocommit) as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
        await connection.commit()


def _restorable(archive: Archive, there: Target) -> list[Entry]:
    """Choose what can be restored there. Raises NeedsExtension."""
    entries = [entry for entry in archive.entries if not _is_there_anyway(entry, there)]
    indispensable = archives.needed(entries)
    missing = [entry for entry in entries if entry.kind == "EXTENSION" and entry.name not in there.extensions]
    for entry in missing:
        if entry.number in indispensable:
            raise NeedsExtension(entry.name, there.role)
    return archives.without(entries, {entry.number for entry in missing})


def _is_there_anyway(entry: Entry, there: Target) -> bool:
    if entry.kind == "SCHEMA":
        return entry.name in there.schemas
    # Only the owner may comment on them, and an extension brings its comment along.
    of_others = entry.kind == "COMMENT" and entry.name.startswith(("EXTENSION ", "SCHEMA "))
    return of_others or entry.kind in archives.NEVER_RESTORED


def _left_out(archive: Archive, entries: Iterable[Entry], there: Target) -> tuple[str, ...]:
    restored = {entry.number for entry in entries}
    kinds = {*archives.SETTINGS, "ACL", "COMMENT", "DATABASE", "DEFAULT ACL", "SECURITY LABEL"}
    left = [entry for entry in archive.entries if entry.number not in restored and entry.kind not in kinds]
    return tuple(str(entry) for entry in left if not (entry.kind == "SCHEMA" and entry.name in there.schemas))
