"""What members want of the bot in every server, each by saying so once: rows of bot_settings that no server has."""

from collections.abc import Callable

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.settings.members import NO_GUILD, SCOPE, privacy_key
from app.models import BotSetting

PRIVACY_CHANNEL = "concierge_member_privacy"
"""Where is announced who wants nothing kept: PostgreSQL's NOTIFY, the member's id as payload, sent with the commit."""


class MemberWishService:
    """One kind of wish: who has it, and everything that may happen to it. Sole writer of those rows of bot_settings.

    `key_of` returns the key of a member's row. Changes are announced on `channel`, if there is one, with the member's
    id as payload.
    """

    def __init__(self, session: AsyncSession, key_of: Callable[[int], str], channel: str | None = None) -> None:
        self._session = session
        self._key_of = key_of
        self._channel = channel

    async def find(self, user_id: int) -> bool:
        """Tell whether a member has this wish."""
        return await self._session.scalar(_FIND, {"in_key": self._key_of(user_id)}) is not None

    async def wish(self, actor: Actor, *, wanted: bool) -> bool:
        """Remember or forget that wish; tell whether that changed anything. No history of it is kept."""
        key = self._key_of(actor.user_id)
        told = [func.pg_notify(self._channel, str(actor.user_id))] if self._channel is not None else []
        if wanted:
            wish = upsert(BotSetting).values(
                guild_id=NO_GUILD,
                scope=SCOPE,
                key=key,
                value=True,
                value_type="toggle",
                updated_by=actor.user_id,
                updated_at=func.now(),
            )
            made = await self._session.execute(wish.on_conflict_do_nothing().returning(BotSetting.key, *told))
            return made.one_or_none() is not None
        gone = await self._session.execute(_FORGET.returning(BotSetting.key, *told), {"in_key": key})
        return gone.one_or_none() is not None


class MemberPrivacyService(MemberWishService):
    """Members who want nothing kept of what they search for."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session, privacy_key, PRIVACY_CHANNEL)

    async def set(self, actor: Actor, *, private: bool) -> bool:
        """Remember or forget that wish; tell whether that changed anything."""
        return await self.wish(actor, wanted=private)


_IS_IT = (
    (BotSetting.guild_id == NO_GUILD)
    & (BotSetting.scope == SCOPE)
    & (BotSetting.key == bindparam("in_key", type_=BotSetting.key.type))
)
_FIND = select(BotSetting.value).where(_IS_IT)
_FORGET = delete(BotSetting).where(_IS_IT).execution_options(synchronize_session=False)
