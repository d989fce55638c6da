"""The settings of each server, remembered so that reading one costs no round trip."""

from app.core.cache import SnapshotCache
from app.core.settings.registry import SettingsSnapshot
from app.uow import UnitOfWorkFactory

LIFETIME_SECONDS = 300.0
"""A bound on staleness for the case that an announcement is lost; usually a change is known in milliseconds."""

CAPACITY = 20_000


class GuildSettings:
    """Reads snapshots through a cache that is invalidated by announcements from every process."""

    def __init__(self, uow: UnitOfWorkFactory) -> None:
        self._uow = uow
        self._cache: SnapshotCache[int, SettingsSnapshot] = SnapshotCache(
            lifetime_seconds=LIFETIME_SECONDS, capacity=CAPACITY
        )
        self._trusted = False

    async def get(self, guild_id: int) -> SettingsSnapshot:
        """Return what a server chose. Raises DatabaseUnavailable when it is not remembered and cannot be read."""
        if not self._trusted:
            # Nobody tells us of changes right now, so what we remember may be wrong.
            return await self._load(guild_id)
        return await self._cache.get(guild_id, self._load)

    def peek(self, guild_id: int) -> SettingsSnapshot | None:
        """Return what is remembered, without asking anybody; None if nothing is."""
        return self._cache.peek(guild_id)

    def invalidate(self, guild_id: int) -> None:
        """Forget one server."""
        self._cache.invalidate(guild_id)

    def announced(self, payload: str) -> None:
        """Forget the server whose id was announced."""
        self._cache.invalidate(int(payload))

    def trust(self, *, connected: bool) -> None:
        """Forget everything; remember again only while announcements arrive."""
        self._cache.clear()
        self._trusted = connected

    async def _load(self, guild_id: int) -> SettingsSnapshot:
        async with self._uow() as work:
            return await work.settings.get_snapshot(guild_id)
