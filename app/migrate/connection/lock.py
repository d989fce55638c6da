"""The lock that lets one migration run at a time in a database.

A session-level advisory lock, taken on the connection that migrates: it lives exactly as long as that connection, so
no crash leaves it behind. It is polled in statements that end at once. A statement that waited for it would hold a
snapshot, and CREATE INDEX CONCURRENTLY in the holder waits for every snapshot: the two would wait for each other.
"""

import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import datetime

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import Conflict
from app.core.messages import msg
from app.core.records import record

KEY = (0x434F4E43, 0x5343484D)  # "CONC", "SCHM"
QUEUE = (0x434F4E43, 0x51554555)  # "CONC", "QUEU"
"""Held by the one process that is about to start a migration, so that the others need not get ready for it."""
MAX_PAUSE = 0.5

_TRY = text("SELECT pg_try_advisory_lock(:first, :second)")
_UNLOCK = text("SELECT pg_advisory_unlock(:first, :second)")
HOLDER = f"""
    SELECT l.pid, coalesce(a.application_name, ''), coalesce(host(a.client_addr), ''), a.backend_start
    FROM pg_catalog.pg_locks l
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = {KEY[0]} AND l.objid = {KEY[1]}
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
"""  # noqa: S608 -- two numbers
"""Asks for the parts of a Holder."""
_HOLDER = text(HOLDER)
_ARGUMENTS = {"first": KEY[0], "second": KEY[1]}


@record
class Holder:
    """The session that is migrating right now."""

    pid: int
    application_name: str
    address: str
    since: datetime | None

    def __str__(self) -> str:
        """Describe it for a person, in the words of pg_stat_activity."""
        where = f" from {self.address}" if self.address else ""
        since = f", connected since {self.since:%Y-%m-%d %H:%M:%S} UTC" if self.since else ""
        return f"process {self.pid} ({self.application_name or 'no name'}{where}{since})"


class AlreadyMigrating(Conflict):
    """Another session holds the lock and did not release it in time."""

    def __init__(self, holder: Holder | None, waited: float) -> None:
        super().__init__(
            "Another migration is running: {process}. Waited {seconds} s for it. Try again when it is done; "
            "`concierge migrate status` shows whether it still runs.",
            process=holder or msg("another session"),
            seconds=f"{waited:.0f}",
        )
        self.holder = holder


def try_queue(connection: Connection) -> bool:
    """Take the first place in the queue, without waiting. Closing the connection gives it back."""
    return bool(connection.scalar(_TRY, {"first": QUEUE[0], "second": QUEUE[1]}))


def holder(connection: Connection) -> Holder | None:
    """Return who holds the lock, without taking it."""
    row = connection.execute(_HOLDER).first()
    return None if row is None else Holder(row[0], row[1], row[2], row[3])


@contextmanager
def hold(
    connection: Connection, *, wait: float, on_wait: Callable[[Holder | None], None] | None = None
) -> Generator[None]:
    """Hold the lock on this connection for the length of the block.

    Tries for `wait` seconds and calls `on_wait` with the holder when it first has to wait. Leaves no transaction open
    on either end. Raises AlreadyMigrating.
    """
    started = time.monotonic()
    told = False
    while not _once(connection):
        waited = time.monotonic() - started
        blocking = holder(connection)
        connection.rollback()
        if waited >= wait:
            raise AlreadyMigrating(blocking, waited)
        if on_wait is not None and not told:
            on_wait(blocking)
            told = True
        # Blocking is fine: an event loop on this thread has nothing to do but this migration.
        time.sleep(min(random.uniform(MAX_PAUSE / 5, MAX_PAUSE), max(wait - waited, 0.01)))  # noqa: S311 -- jitter
    try:
        yield
    finally:
        # A session that was lost has given it back already.
        if not connection.closed and not connection.invalidated:
            with suppress(SQLAlchemyError):
                connection.rollback()
                connection.execute(_UNLOCK, _ARGUMENTS)
                connection.commit()


def _once(connection: Connection) -> bool:
    taken = bool(connection.scalar(_TRY, _ARGUMENTS))
    connection.commit()
    return taken
