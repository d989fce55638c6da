"""The one way to everything that concerns the schema: for the terminal, for Discord, for the boot."""

import asyncio
from pathlib import Path

from app.db import DatabaseUrl
from app.migrate import scripts, status
from app.migrate.order import KEPT_BACKUPS
from app.migrate.status import SchemaStatus


class Migrator:
    """Looks after the schema of one database.

    Opens connections of its own, one at a time and never one of the bot's pool, and never blocks the event loop.
    """

    def __init__(
        self,
        database: DatabaseUrl,
        *,
        backups: Path,
        migrations: Path = scripts.MIGRATIONS,
        keep: int = KEPT_BACKUPS,
    ) -> None:
        self._database = database
        self._backups = backups
        self._migrations = migrations
        self._keep = keep

    async def status(self) -> SchemaStatus:
        """Look where the database stands. Creates nothing, and answers while revisions are being applied.

        Raises the driver's error when the database cannot be reached, and ValueError for a file that is no revision.
        """
        return await status.fetch(self._database, await self._revisions())

    async def _revisions(self) -> scripts.Revisions:
        return await asyncio.to_thread(scripts.read, self._migrations)
