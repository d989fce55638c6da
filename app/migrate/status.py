"""The state of a database, compared with the revision files: read-only, and found in a few milliseconds.

Creates nothing, runs nothing of Alembic and takes no lock that a migration could wait for, so it may be asked at any
time, also while revisions are being applied. The terminal, Discord, the log and the documentation all use the sentences
and commands from here.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text

from app.core.messages import Message, msg, msgn
from app.core.records import record
from app.db import DatabaseUrl
from app.migrate.connection import lock, place, session
from app.migrate.connection.place import Place
from app.migrate.revisions.scripts import Defect, Problem, Revisions

VERSION_TABLE = "alembic_version"
SHOWN_TABLES = 5


class State(StrEnum):
    """How a database and the revision files can relate."""

    AT_HEAD = "at head"
    BEHIND = "behind"
    EMPTY = "empty"
    UNMANAGED = "unmanaged"
    UNKNOWN = "unknown revision"
    SEVERAL_VERSIONS = "several versions"
    SEVERAL_HEADS = "several heads"
    DUPLICATE = "duplicate number"
    MISNUMBERED = "wrong number"
    GAP = "gap"
    EDITED = "edited after release"
    DRIFTED = "drifted"
    WRONG_ENCODING = "wrong encoding"
    NO_SCHEMA = "no schema"


NO_PLACE = frozenset({State.WRONG_ENCODING, State.NO_SCHEMA})
"""States in which the bot cannot work whatever the revision is."""


@record
class Wording:
    """What to say about a state, and the command that fixes it. Both may have placeholders."""

    sentence: Message
    fix: str


WORDINGS: Mapping[State, Wording] = {
    State.AT_HEAD: Wording(msg("The database is at the newest revision, {head}."), ""),
    State.BEHIND: Wording(msg("The database is at {current}, {behind} behind {head}."), "concierge migrate apply"),
    State.EMPTY: Wording(msg("The database is empty."), "concierge migrate apply"),
    State.UNMANAGED: Wording(
        msg("The database has tables ({tables}) but no version: it was not set up by these migrations."),
        "concierge migrate adopt",
    ),
    State.UNKNOWN: Wording(
        msg(
            "The database is at {current}, which this release does not know: a newer release has been here. "
            "Deploy that release or a later one. This command finds it."
        ),
        'git log --all --oneline -- "migrations/versions/{current}_*"',
    ),
    State.SEVERAL_VERSIONS: Wording(
        msg("The database claims to be at several revisions at once: {versions}."), "concierge migrate adopt"
    ),
    State.SEVERAL_HEADS: Wording(
        msg("{problem} Renumber the one that is not released yet, or merge them."), 'alembic merge heads -m "Join"'
    ),
    State.DUPLICATE: Wording(
        msg("{problem} Give the one that is not released yet the next number, in its name and inside."),
        "git mv migrations/versions/{file} migrations/versions/{next}_{slug}",
    ),
    State.MISNUMBERED: Wording(msg("{problem}"), "git log --oneline -- migrations/versions"),
    State.GAP: Wording(
        msg("{problem} A file is missing here. This command shows when it was deleted."),
        "git log --all --oneline --diff-filter=D -- migrations/versions",
    ),
    State.EDITED: Wording(
        msg("{problem} Databases that have it already would not get the change: put it into a new revision."),
        "git checkout origin/main -- migrations/versions/{file}",
    ),
    State.DRIFTED: Wording(
        msg("The database says it is at {current}, but its schema is a different one."), "concierge migrate check"
    ),
    State.WRONG_ENCODING: Wording(place.WRONG_ENCODING, place.RIGHT_DATABASE),
    State.NO_SCHEMA: Wording(place.NO_SCHEMA, "{statement}"),
}

_STATE_OF: Mapping[Defect, State] = {
    Defect.DUPLICATE: State.DUPLICATE,
    Defect.NAME: State.MISNUMBERED,
    Defect.ORPHAN: State.MISNUMBERED,
    Defect.GAP: State.GAP,
    Defect.MISSING: State.GAP,
    Defect.HEADS: State.SEVERAL_HEADS,
    Defect.EDITED: State.EDITED,
}

TABLES = f"""
    SELECT c.relname::text FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = {place.NAMESPACE}
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1
"""  # noqa: S608 -- a constant
VERSIONS = f"SELECT version_num FROM {VERSION_TABLE} ORDER BY version_num"  # noqa: S608 -- a constant


@record
class SchemaStatus:
    """The state of a database; `sentence` and `fix` are for people, the rest for programs."""

    state: State
    sentence: Message
    fix: str
    """The command that fixes it; empty where nothing needs fixing."""
    current: str | None
    head: str | None
    pending: tuple[str, ...]
    versions: tuple[str, ...]
    """Every row of the version table."""
    tables: int
    """How many tables there are besides the version table."""
    running: lock.Holder | None
    """Who is migrating at this moment."""

    @property
    def is_at_head(self) -> bool:
        """Whether the bot may work with this schema."""
        return self.state is State.AT_HEAD

    def as_json(self) -> dict[str, Any]:
        """Return plain values for `--json`."""
        return {
            **vars(self),
            "state": self.state.value,
            "sentence": str(self.sentence),
            "pending": list(self.pending),
            "versions": list(self.versions),
            "running": str(self.running) if self.running else None,
        }


async def fetch(database: DatabaseUrl, revisions: Revisions) -> SchemaStatus:
    """Look at a database over a connection of its own. Raises NoConnection.

    Asks the driver directly, because every start waits for this, and making SQLAlchemy's engine takes longer.
    """
    connection = await session.connect(database)
    try:
        async with connection.transaction(readonly=True):
            at = Place(*await connection.fetchrow(place.QUERY))
            tables = [row[0] for row in await connection.fetch(TABLES)]
            versions = [row[0] for row in await connection.fetch(VERSIONS)] if VERSION_TABLE in tables else []
            running = await connection.fetchrow(lock.HOLDER)
    finally:
        await connection.close()
    return _answer(revisions, tables, versions, lock.Holder(*running) if running is not None else None, at)


async def require_place(database: DatabaseUrl) -> None:
    """Raise NoPlace for a database that could not hold the bot's tables, and NoConnection."""
    connection = await session.connect(database)
    try:
        at = Place(*await connection.fetchrow(place.QUERY))
    finally:
        await connection.close()
    place.require(at)


def read(connection: Connection, revisions: Revisions, *, ask_who_runs: bool = True) -> SchemaStatus:
    """Look at the database behind `connection`. Leaves its transaction to the caller.

    Whoever holds the lock need not ask who does.
    """
    at = place.look(connection)
    tables = list(connection.scalars(text(TABLES)))
    versions = list(connection.scalars(text(VERSIONS))) if VERSION_TABLE in tables else []
    return _answer(revisions, tables, versions, lock.holder(connection) if ask_who_runs else None, at)


def _answer(
    revisions: Revisions, tables: list[str], versions: list[str], running: lock.Holder | None, at: Place
) -> SchemaStatus:
    others = tuple(name for name in tables if name != VERSION_TABLE)
    return describe(revisions, versions=tuple(versions), tables=others, running=running, at=at)


def describe(
    revisions: Revisions,
    *,
    versions: tuple[str, ...],
    tables: tuple[str, ...],
    running: lock.Holder | None = None,
    at: Place | None = None,
) -> SchemaStatus:
    """Name the state.

    A place where no tables of ours can be comes first, then what is wrong with the files: until that is fixed, nothing
    is certain.
    """
    problem = next(iter(revisions.problems), None)
    pending = tuple(file.revision for file in revisions.pending(versions))
    state = _unfit(at) or _state(revisions, problem, versions, tables, pending)
    heads = revisions.heads
    shown: Message | str = ", ".join(tables[:SHOWN_TABLES])
    if tables[SHOWN_TABLES:]:
        shown = msg("{tables} and {number} more", tables=shown, number=len(tables) - SHOWN_TABLES)
    file = problem.file if problem is not None else ""
    numbers = [int(known.revision) for known in revisions.files if known.revision.isdigit()]
    filled: dict[str, object] = {
        "head": ", ".join(heads),
        "current": _unknown_first(revisions, versions),
        "behind": msgn("1 revision", "{count} revisions", len(pending)),
        "tables": shown,
        "versions": ", ".join(versions),
        "problem": problem.sentence if problem is not None else "",
        "file": file,
        "slug": file.partition("_")[2],
        "next": str(max(numbers, default=0) + 1).zfill(3),
        **(at.values if at is not None else {}),
    }
    wording = WORDINGS[state]
    return SchemaStatus(
        state=state,
        sentence=replace(wording.sentence, values=filled),
        fix=wording.fix.format(**filled),
        current=versions[0] if len(versions) == 1 else None,
        head=heads[0] if len(heads) == 1 else None,
        pending=pending,
        versions=versions,
        tables=len(tables),
        running=running,
    )


def _unfit(at: Place | None) -> State | None:
    if at is not None and not at.can_hold_text:
        return State.WRONG_ENCODING
    return State.NO_SCHEMA if at is not None and at.schema is None else None


def _state(
    revisions: Revisions,
    problem: Problem | None,
    versions: tuple[str, ...],
    tables: tuple[str, ...],
    pending: tuple[str, ...],
) -> State:
    if problem is not None and problem.defect is not Defect.EDITED:
        return _STATE_OF[problem.defect]
    if any(revisions.find(version) is None for version in versions):
        return State.UNKNOWN
    if len(versions) > 1:
        return State.SEVERAL_VERSIONS
    if not versions:
        return State.UNMANAGED if tables else State.EMPTY
    if problem is not None:
        return State.EDITED
    if not tables:
        # A version without a single table: somebody has stamped an empty database.
        return State.DRIFTED
    return State.BEHIND if pending else State.AT_HEAD


def _unknown_first(revisions: Revisions, versions: tuple[str, ...]) -> str:
    unknown = [version for version in versions if revisions.find(version) is None]
    return (unknown or list(versions) or ["nothing"])[0]
