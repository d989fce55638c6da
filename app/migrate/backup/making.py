"""Making a backup with pg_dump, and restoring it for a test before it counts as one."""

import hashlib
import re
import shutil
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from app.core.errors import BotError, Unavailable
from app.core.messages import msg
from app.core.records import record
from app.db import DatabaseUrl
from app.driver_errors import DRIVER_ERRORS
from app.migrate.backup import restoring
from app.migrate.backup.archive import Archive, BackupFailed, run
from app.migrate.backup.contents import Contents
from app.migrate.connection import release, session, tools

SUFFIX = ".dump"
MARGIN_BYTES = 64 * 1024 * 1024
LOCK_WAIT = "10s"
"""How long pg_dump waits for a table that somebody holds exclusively."""
MAX_REHEARSED_BYTES = 256 * 1024 * 1024
"""With tables larger than that, only their structure is restored for a test: the rows would need as much room again on
the server, and as much time as a migration."""


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


class Rehearsal(StrEnum):
    """How far a backup was restored for a test, by the role that would have to restore it."""

    COMPLETE = "complete"
    STRUCTURE = "structure"
    """Everything but the rows, which were read."""
    NONE = "none"
    """It was only read, because that role could not make a database."""


@record
class Backup:
    """A file from which the bot's tables can be restored."""

    path: Path
    bytes: int
    seconds: float
    tables: int
    rehearsal: Rehearsal
    why_not: str = ""
    """Why it was not restored for a test."""


def create(database: DatabaseUrl, contents: Contents, directory: Path, *, revision: str, keep: int) -> Backup:
    """Back up a database into a new file of `directory`, test it, and delete all but the newest `keep`.

    Blocks for as long as that takes. Raises ToolMissing, Unavailable (NoSpace among them), BackupFailed.
    """
    dump = tools.find("pg_dump", contents.major)
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(directory).free
    except OSError as error:
        told = msg("Backups cannot be written to {directory}: {why}.", directory=directory, why=error.strerror)
        raise Unavailable(told) from error
    needed = contents.bytes + MARGIN_BYTES
    if free < needed:
        raise NoSpace(directory, free, needed)
    started = datetime.now(UTC)
    stem = f"{_plain(contents.database)}-{revision}-{started:%Y%m%dT%H%M%S%fZ}"
    unfinished = directory / f"{stem}.part"
    try:
        # Created before pg_dump writes to it, so that at no time anybody else can read it.
        unfinished.touch(mode=0o600)
        options = ["--format=custom", "--no-password", f"--lock-wait-timeout={LOCK_WAIT}", *contents.selection]
        run([dump, *options, f"--file={unfinished}"], tools.environment(database, release.migration_name()))
        archive = restoring.opened(database, unfinished, contents.major)
        if archive.tables < contents.tables:
            raise BackupFailed(f"The backup has {archive.tables} of {contents.tables} tables; it was deleted.")
        rehearsal, why_not = _rehearse(database, archive, contents)
        path = unfinished.rename(directory / f"{stem}{SUFFIX}")
    finally:
        unfinished.unlink(missing_ok=True)
    _prune(directory, contents, keep)
    seconds = (datetime.now(UTC) - started).total_seconds()
    return Backup(path, path.stat().st_size, seconds, archive.tables, rehearsal, why_not)


def newest(directory: Path) -> list[Path]:
    """Return the backups of a directory, newest first."""
    return sorted(directory.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)


def rehearsal_database(database: str) -> str:
    """Name the database in which backups of this one are tested.

    It is always the same, so that what a process left behind that was killed is found by the next one.
    """
    return f"concierge_rehearsal_{hashlib.sha256(database.encode()).hexdigest()[:16]}"


def _rehearse(database: DatabaseUrl, archive: Archive, contents: Contents) -> tuple[Rehearsal, str]:
    """Restore into a database made for that, with the same role. Raises BackupFailed if that fails."""
    name = rehearsal_database(contents.database)
    whole = contents.bytes <= MAX_REHEARSED_BYTES
    rehearsal, why_not = (Rehearsal.COMPLETE if whole else Rehearsal.STRUCTURE), ""
    try:
        here = restoring.look(database)
        restoring.drop_database(database, name)
        restoring.make_database(database, here, archive, name)
    except (BotError, *DRIVER_ERRORS) as error:
        rehearsal, why_not = Rehearsal.NONE, _reason(error)
    else:
        target = database.with_database(name)
        try:
            restoring.fill(target, archive, *([] if whole else ["--schema-only"]), prefer=here.at.schema, is_new=True)
        except BackupFailed as error:
            raise BackupFailed(f"{here.role} could not restore the backup; it was deleted. {error}") from error
        except (BotError, *DRIVER_ERRORS) as error:
            rehearsal, why_not = Rehearsal.NONE, _reason(error)
        finally:
            restoring.drop_database(database, name)
    if rehearsal is not Rehearsal.COMPLETE:
        archive.read()
    return rehearsal, why_not


def _reason(error: BaseException) -> str:
    match error:
        case restoring.MayNotCreate(role=role):
            return f"the role {role} may not create databases"
        case restoring.NeedsExtension(extension=extension):
            return f"an administrator has to create the extension {extension} first"
        case BotError():
            return str(error)
        case _:
            return session.sentence(error)


def _prune(directory: Path, contents: Contents, keep: int) -> None:
    ours = re.compile(rf"{re.escape(_plain(contents.database))}-(\w+)-\d{{8}}T\d{{12}}Z{re.escape(SUFFIX)}")
    for old in [path for path in newest(directory) if ours.fullmatch(path.name)][max(keep, 1) :]:
        old.unlink(missing_ok=True)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)
