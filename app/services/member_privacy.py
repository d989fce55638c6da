"""Members who want nothing kept of what they search for, in any server."""

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.settings.members import NO_GUILD, SCOPE, privacy_key
from app.models import BotSetting

CHANNEL = "concierge_member_privacy"
"""Where changes are announced: PostgreSQL's NOTIFY, the member's id as payload, sent with the commit."""


class MemberPrivacyService:
    """Everything that may happen to that wish. Sole writer of those rows of bot_settings."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, user_id: int) -> bool:
        """Tell whether a member wants nothing kept."""
        return await self._session.scalar(_FIND, {"in_key": privacy_key(user_id)}) is not None

    async def set(self, actor: Actor, *, private: bool) -> bool:
        """Remember or forget that wish; tell whether that changed anything. No history of it is kept."""
        told = func.pg_notify(CHANNEL, str(actor.user_id))
        if private:
            wish = upsert(BotSetting).values(
                guild_id=NO_GUILD,
                scope=SCOPE,
                key=privacy_key(actor.user_id),
                value=True,
                value_type="toggle",
                updated_by=actor.user_id,
                updated_at=func.now(),
            )
            made = await self._session.execute(wish.on_conflict_do_nothing().returning(told))
            return made.one_or_none() is not None
        gone = await self._session.execute(_FORGET.returning(told), {"in_key": privacy_key(actor.user_id)})
        return gone.one_or_none() is not None


_IS_IT = (
    (BotSetting.guild_id == NO_GUILD)
    & (BotSetting.scope == SCOPE)
    & (BotSetting.key == bindparam("in_key", type_=BotSetting.key.type))
)
_FIND = select(BotSetting.value).where(_IS_IT)
_FORGET = delete(BotSetting).where(_IS_IT).execution_options(synchronize_session=False)
