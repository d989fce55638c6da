"""Looking whether the database answers, and how busy this process keeps it."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.connection_pool import TurnTakingPool
from app.core.errors import BotError
from app.core.health.now import DatabaseHealth
from app.uow import DRIVER_ERRORS

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

    @property
    def in_use(self) -> int:
        """Connections out of the pool."""
        return self._pool.checkedout()

    async def look(self, patience_seconds: float = PATIENCE_SECONDS) -> DatabaseHealth:
        """Ask the database something that it answers at once. Waits no longer than that, and raises nothing."""
        in_use, began = self.in_use, time.perf_counter()
        seconds: float | None = None
        try:
            async with asyncio.timeout(patience_seconds), self._engine.connect() as connection:
                await connection.execute(_QUERY)
                seconds = time.perf_counter() - began
        except (*DRIVER_ERRORS, TimeoutError):
            pass
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
            async with asyncio.timeout(patience_seconds), self._engine.connect() as connection:
                return tuple((await connection.scalars(_REVISIONS)).all())
        except DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None)
            if state == UNDEFINED_TABLE:
                return ()
            if state == INSUFFICIENT_PRIVILEGE:
                return None
            raise NoAnswer from error
        except (*DRIVER_ERRORS, TimeoutError) as error:
            raise NoAnswer from error

    @property
    def _pool(self) -> TurnTakingPool:
        pool = self._engine.pool  # a new one after every `dispose`
        assert isinstance(pool, TurnTakingPool)
        return pool
