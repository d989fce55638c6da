"""Looking whether the database answers, and how busy this process keeps it."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.connection_pool import TurnTakingPool
from app.core.health.now import DatabaseHealth
from app.uow import DRIVER_ERRORS

PATIENCE_SECONDS = 1.5
"""For a look that somebody waits for, within Discord's three seconds."""
_QUERY = text("SELECT 1")


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
    def _pool(self) -> TurnTakingPool:
        pool = self._engine.pool  # a new one after every `dispose`
        assert isinstance(pool, TurnTakingPool)
        return pool
