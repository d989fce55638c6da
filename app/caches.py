"""What is remembered of the database, so that reading it costs no round trip."""

from app.core.cache import AnnouncedCache
from app.core.settings.snapshot import SettingsSnapshot
from app.uow import UnitOfWorkFactory

LIFETIME_SECONDS = 300.0
"""A bound on staleness for the case that an announcement is lost; usually a change is known in milliseconds."""

CAPACITY = 20_000

GuildSettings = AnnouncedCache[SettingsSnapshot]
MemberZones = AnnouncedCache[str | None]
MemberPrivacy = AnnouncedCache[bool]


def guild_settings(uow: UnitOfWorkFactory) -> GuildSettings:
    """Return the settings of each server by its id."""

    async def load(guild_id: int) -> SettingsSnapshot:
        async with uow.reading() as work:
            return await work.settings.get_snapshot(guild_id)

    return AnnouncedCache(load, lifetime_seconds=LIFETIME_SECONDS, capacity=CAPACITY)


def member_zones(uow: UnitOfWorkFactory) -> MemberZones:
    """Return the time zone of each member by their id; None for those who chose none."""

    async def load(user_id: int) -> str | None:
        async with uow.reading() as work:
            return await work.member_zones.find(user_id)

    return AnnouncedCache(load, lifetime_seconds=LIFETIME_SECONDS, capacity=CAPACITY)


def member_privacy(uow: UnitOfWorkFactory) -> MemberPrivacy:
    """Return of each member by their id whether they want nothing kept of what they search for."""

    async def load(user_id: int) -> bool:
        async with uow.reading() as work:
            return await work.member_privacy.find(user_id)

    return AnnouncedCache(load, lifetime_seconds=LIFETIME_SECONDS, capacity=CAPACITY)
