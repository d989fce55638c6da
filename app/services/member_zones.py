"""By which clock a member lives: chosen once by themselves, for every server."""

from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.settings import general
from app.core.settings.members import NO_GUILD, SCOPE, zone_key
from app.models import BotSetting

CHANNEL = "concierge_member_zones"
"""Where changes are announced: PostgreSQL's NOTIFY, the member's id as payload, sent with the commit."""


class MemberZoneService:
    """Everything that may happen to a member's time zone. Sole writer of those rows of bot_settings."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, user_id: int) -> str | None:
        """Return the time zone that a member chose; None if they did not, or if it is no zone any more."""
        zone = await self._session.scalar(_FIND, {"in_key": zone_key(user_id)})
        return zone if general.TIMEZONE.allows(zone) else None

    async def set(self, actor: Actor, zone: str) -> None:
        """Remember a member's time zone. No history of it is kept. Raises InvalidInput for what is no zone."""
        general.TIMEZONE.check(zone)
        facts: dict[str, Any] = {
            "value": zone,
            "value_type": general.TIMEZONE.kind,
            "updated_by": actor.user_id,
            "updated_at": func.now(),
        }
        await self._session.execute(
            upsert(BotSetting)
            .values(guild_id=NO_GUILD, scope=SCOPE, key=zone_key(actor.user_id), **facts)
            .on_conflict_do_update(index_elements=["guild_id", "scope", "key"], set_=facts)
            .returning(func.pg_notify(CHANNEL, str(actor.user_id)))
        )

    async def forget(self, actor: Actor) -> bool:
        """Forget a member's time zone; tell whether there was one."""
        forget = _FORGET.returning(func.pg_notify(CHANNEL, str(actor.user_id)))
        forgotten = await self._session.execute(forget, {"in_key": zone_key(actor.user_id)})
        return forgotten.one_or_none() is not None


_IS_IT = (
    (BotSetting.guild_id == NO_GUILD)
    & (BotSetting.scope == SCOPE)
    & (BotSetting.key == bindparam("in_key", type_=BotSetting.key.type))
)
_FIND = select(BotSetting.value).where(_IS_IT)
_FORGET = delete(BotSetting).where(_IS_IT).execution_options(synchronize_session=False)
