"""Watching the server while it builds an index."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from sqlalchemy import text

from app.core.errors import BotError
from app.core.formats import Percent
from app.core.messages import msg
from app.db import DatabaseUrl
from app.driver_errors import DRIVER_ERRORS
from app.migrate.connection.session import opened
from app.migrate.run.apply import Gathered
from app.migrate.run.progress import Progress, Stage

EVERY_SECONDS = 1.0

_BUILDING = text(
    """
    SELECT phase, greatest(blocks_done, tuples_done), greatest(blocks_total, tuples_total)
    FROM pg_catalog.pg_stat_progress_create_index WHERE pid = :pid
    """
)


@asynccontextmanager
async def indexes(database: DatabaseUrl, running: Gathered) -> AsyncGenerator[None]:
    """Report, once a second, how long a revision has been running and how far its index is."""
    watching = asyncio.create_task(_watch(database, running))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch(database: DatabaseUrl, running: Gathered) -> None:
    seen: Progress | None = None
    since = time.monotonic()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        current = running.current
        if current is not seen:
            seen, since = current, time.monotonic()
        if current is None or current.backend is None:
            continue
        phase, percent = "", None
        # Whatever the server cannot tell us now is not worth disturbing a migration.
        with suppress(BotError, *DRIVER_ERRORS):
            phase, percent = await _ask(database, current.backend)
        seconds = time.monotonic() - since
        values = {
            "revision": current.revision,
            "seconds": f"{seconds:.0f}",
            "phase": phase,
            "percent": Percent(percent or 0),
        }
        running(
            replace(
                current,
                stage=Stage.RUNNING,
                sentence=msg("Revision {revision}: {phase}, {percent} ({seconds} s).", **values)
                if percent is not None
                else msg("Revision {revision}: working ({seconds} s).", **values),
                seconds=seconds,
                percent=percent,
            )
        )


async def _ask(database: DatabaseUrl, backend: int) -> tuple[str, float | None]:
    async with opened(database, autocommit=True) as connection:
        row = (await connection.execute(_BUILDING, {"pid": backend})).first()
    if row is None:
        return "", None
    phase, done, total = row
    return str(phase), 100.0 * done / total if total else 0.0
