"""Since when the bot is not in a server any more: rows of `bot_settings` that no server has."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.settings.members import NO_GUILD
from app.core.value_kind import ValueKind
from app.models import BotSetting
from app.services.statements import QUIETLY

S = BotSetting
SCOPE = "gone_servers"


class GoneGuildService:
    """Sole writer of these rows."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def all(self) -> Mapping[int, datetime]:
        """Return since when which servers are gone, as far as that was noticed."""
        rows = await self._session.execute(select(S.key, S.value).where(S.guild_id == NO_GUILD, S.scope == SCOPE))
        return {int(key): datetime.fromisoformat(value["since"]) for key, value in rows}

    async def note(self, guild_ids: Collection[int]) -> None:
        """Write down that servers are gone; those of which that is known stay as they are."""
        since = {"since": self._clock().isoformat()}
        rows = [
            {
                "guild_id": NO_GUILD,
                "scope": SCOPE,
                "key": str(guild_id),
                "value": since,
                "value_type": ValueKind.STRUCTURE,
                "updated_at": func.now(),
            }
            for guild_id in sorted(guild_ids)
        ]
        if rows:
            await self._session.execute(upsert(S).values(rows).on_conflict_do_nothing())

    async def came_back(self, guild_ids: Collection[int]) -> Sequence[int]:
        """Forget that servers were gone; return those of which it was known."""
        keys = [str(guild_id) for guild_id in guild_ids]
        gone = delete(S).where(S.guild_id == NO_GUILD, S.scope == SCOPE, S.key.in_(keys)).returning(S.key)
        return [int(key) for key in (await self._session.scalars(gone, execution_options=QUIETLY)).all()]
