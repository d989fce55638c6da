"""Looking whether the database answers, and how busy this process keeps it."""

import asyncio
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.connection_pool import TurnTakingPool
from app.core.errors import BotError
from app.core.health.now import DatabaseHealth
from app.driver_errors import DRIVER_ERRORS

PATIENCE_SECONDS = 1.5
"""For a look that somebody waits for, within Discord's three seconds."""
_QUERY = text("SELECT 1")
_REVISIONS = text("SELECT version_num FROM alembic_version ORDER BY version_num")

UNDEFINED_TABLE = "42P01"
INSUFFICIENT_PRIVILEGE = "42501"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""


class NoAnswer(BotError):
    """The database did not answer in time."""


class DatabaseProbe:
    """Looks at the database through the bot's own pool, as every command does."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._given_up: set[asyncio.Task[tuple[Any, ...]]] = set()

    @property
    def in_use(self) -> int:
        """Connections out of the pool."""
        return self._pool.checkedout()

    async def look(self, patience_seconds: float = PATIENCE_SECONDS) -> DatabaseHealth:
        """Ask the database something that it answers at once. Waits no longer than that, and raises nothing."""
        in_use, began = self.in_use, time.perf_counter()
        seconds: float | None = None
        with suppress(NoAnswer, *DRIVER_ERRORS):
            await self._ask(_QUERY, patience_seconds)
            seconds = time.perf_counter() - began
        return DatabaseHealth(seconds, in_use, self._pool.most)

    @property
    def waiting(self) -> int:
        """How many wait for a connection."""
        return self._pool.waiting

    @property
    def most(self) -> int:
        """How many connections there can be."""
        return self._pool.most

    async def revisions(self, patience_seconds: float = PATIENCE_SECONDS) -> tuple[str, ...] | None:
        """Return which revisions of the schema the database says it is at; None if that may not be read.

        Raises NoAnswer.
        """
        try:
            return await self._ask(_REVISIONS, patience_seconds)
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state == UNDEFINED_TABLE:
                return ()
            if state == INSUFFICIENT_PRIVILEGE:
                return None
            raise NoAnswer from error
        except DRIVER_ERRORS as error:
            raise NoAnswer from error

    async def _ask(self, query: TextClause, patience_seconds: float) -> tuple[Any, ...]:
        """Return the first column. Raises NoAnswer after that time, and what the driver raises."""
        asking = asyncio.create_task(self._answer(query), name="database probe")
        try:
            await asyncio.wait({asking}, timeout=patience_seconds)
        finally:
            if not asking.done():
                # To give a connection back to a server that hangs takes seconds more, for which nobody should wait.
                asking.cancel()
                self._given_up.add(asking)
                asking.add_done_callback(self._forget)
        if asking.done():
            return asking.result()
        raise NoAnswer

    def _forget(self, asking: "asyncio.Task[tuple[Any, ...]]") -> None:
        self._given_up.discard(asking)
        if not asking.cancelled():
            asking.exception()

    async def _answer(self, query: TextClause) -> tuple[Any, ...]:
        async with self._engine.connect() as connection:
            return tuple((await connection.scalars(query)).all())

    @property
    def _pool(self) -> TurnTakingPool:
        pool = self._engine.pool  # a new one after every `dispose`
        assert isinstance(pool, TurnTakingPool)
        return pool
