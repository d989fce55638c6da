"""The message with figures of a server: that there is one, where, and of how many days."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.analytics.errors import ManagersOnly
from app.core.analytics.pinned import KEY, PINNED, Pinned
from app.core.errors import NotFound
from app.core.settings.snapshot import SettingsSnapshot
from app.models import BotSetting, SettingsHistory
from app.services.structures import Settings, structure


class PinnedFiguresService:
    """Keeps where the figures of a server are pinned."""

    def __init__(self, session: AsyncSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings

    async def put(self, actor: Actor, snapshot: SettingsSnapshot, pinned: Pinned) -> SettingsHistory:
        """Let there be such a message, or move the one that there is. Raises ManagersOnly, AlreadySo."""
        _require_manager(actor)
        found = Pinned.of(snapshot)
        if found is not None and found.channel_id == pinned.channel_id:
            pinned = replace(pinned, message_id=found.message_id)
        return await self._settings.change(actor, structure(PINNED, KEY), pinned.to_json())

    async def remove(self, actor: Actor, snapshot: SettingsSnapshot) -> SettingsHistory:
        """Let there be none any more. Raises ManagersOnly, NotFound."""
        _require_manager(actor)
        if Pinned.of(snapshot) is None:
            raise NotFound("No figures are pinned in this server. `/stats pin` pins some.")
        return await self._settings.reset(actor, structure(PINNED, KEY))

    async def posted(self, guild_id: int, pinned: Pinned, message_id: int) -> bool:
        """Write down its message, unless it was moved meanwhile.

        The message is nothing that anybody chose: it becomes a part of the change that made it.
        """
        made = replace(pinned, message_id=message_id)
        return await self._settings.amend(guild_id, structure(PINNED, KEY), pinned.to_json(), made.to_json())

    async def made_by(self, guild_id: int) -> int | None:
        """Return the id of the change that made it as it is."""
        here = (SettingsHistory.guild_id == guild_id, SettingsHistory.scope == PINNED, SettingsHistory.key == KEY)
        return await self._session.scalar(select(func.max(SettingsHistory.id)).where(*here))

    async def servers(self, guild_ids: Collection[int]) -> set[int]:
        """Return which of some servers have one."""
        here = BotSetting.guild_id == func.any(bindparam("guilds", type_=ARRAY(BigInteger)))
        query = select(BotSetting.guild_id).where(here, BotSetting.scope == PINNED, BotSetting.key == KEY)
        return set(await self._session.scalars(query, {"guilds": list(guild_ids)}))


def _require_manager(actor: Actor) -> None:
    if not actor.is_manager:
        raise ManagersOnly
