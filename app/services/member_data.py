"""What one member chose for themselves in all servers, together: for their export, and their erasure."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.exporting import plain
from app.core.privacy.report import Erased, Stored
from app.core.settings.members import NO_GUILD, SCOPE, privacy_key, quiet_key, zone_key
from app.models import BotSetting
from app.services.statements import QUIETLY, find_rows

S = BotSetting
TABLE = TABLES["bot_settings"]
KEYS = (zone_key, privacy_key, quiet_key)
"""What makes the keys of a member's rows."""


class MemberDataService:
    """Exports and erases what members chose for themselves. `channels` is where that is announced."""

    def __init__(self, session: AsyncSession, channels: Sequence[str]) -> None:
        self._session = session
        self._channels = channels

    async def export(self, user_id: int) -> Sequence[Stored]:
        """Return what somebody chose."""
        rows = await find_rows(self._session, S, _is_of(user_id))
        return [
            Stored(
                TABLE.name,
                NO_GUILD,
                {
                    "key": row["key"].partition(":")[0],
                    "value": plain(row["value"]),
                    "updated_at": plain(row["updated_at"]),
                },
            )
            for row in rows
        ]

    async def erase(self, user_id: int) -> Sequence[Erased]:
        """Forget it; every process hears of that with the commit."""
        gone = await self._session.scalars(delete(S).where(_is_of(user_id)).returning(S.key), execution_options=QUIETLY)
        many = len(gone.all())
        if many:
            for channel in self._channels:
                await self._session.execute(select(func.pg_notify(channel, str(user_id))))
        return [Erased(TABLE.name, deleted=many)]


def _is_of(user_id: int) -> ColumnElement[bool]:
    return (S.guild_id == NO_GUILD) & (S.scope == SCOPE) & S.key.in_([key(user_id) for key in KEYS])
