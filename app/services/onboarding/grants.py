"""Roles and channels that members are to get or lose, written down as intentions, and what became of each."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.onboarding.grants import Grant, grants_to_json, kept, read_grants
from app.core.onboarding.limits import FIRST_PAUSE, LONGEST_PAUSE, MAX_TRIES
from app.models import Onboarding
from app.services.onboarding.rows import announce

R = Onboarding
_KNOWN = text(
    """
    SELECT DISTINCT (one ->> 'id')::bigint
    FROM onboarding, jsonb_array_elements(grants) AS one
    WHERE guild_id = :guild_id AND user_id <> :user_id AND grant_tries > 0 AND next_at IS NOT NULL
      AND one ->> 'stage' = 'refused'
    """
)


class GrantService:
    """Writes down what is wanted and what became of it. No person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def record(self, guild_id: int, user_id: int, became: Sequence[Grant]) -> Onboarding | None:
        """Write down what became of intentions, except of those that a newer one has replaced meanwhile."""
        row = await self._locked(guild_id, user_id)
        if row is None:
            return None
        found = {(one.what, one.id, one.give): one for one in became}
        grants = [found.get((one.what, one.id, one.give), one) for one in read_grants(row.grants)]
        row.grants = grants_to_json(kept(grants))
        is_open = any(one.is_open for one in grants)
        row.grant_tries = min(row.grant_tries + 1, MAX_TRIES) if is_open else 0
        await self._session.flush()
        return row

    async def unreported(self, guild_id: int, user_id: int, ids: Collection[int]) -> set[int]:
        """Return which of these roles and channels nobody else in a server was refused yet, as far as it still is so.

        Staff are told of each once, and not for every member.
        """
        known = await self._session.scalars(_KNOWN, {"guild_id": guild_id, "user_id": user_id})
        return set(ids) - set(known)

    async def try_again(self, guild_id: int) -> None:
        """Carry out at once what was refused in a server: something about its roles has changed."""
        now = self._clock()
        waiting = (R.guild_id == guild_id, R.grant_tries > 0, R.next_at > now)
        found = await self._session.scalars(
            update(R).where(*waiting).values(next_at=now).returning(R.user_id),
            execution_options={"synchronize_session": False},
        )
        if found.first() is not None:
            await announce(self._session, now)

    async def _locked(self, guild_id: int, user_id: int) -> Onboarding | None:
        return await self._session.scalar(
            select(R)
            .where(R.guild_id == guild_id, R.user_id == user_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )


def next_try(row: Onboarding, now: datetime) -> datetime | None:
    """Return when what is still open of a row is tried again; each pause is four times as long as the one before."""
    if not any(one.is_open for one in read_grants(row.grants)):
        return None
    return now + min(FIRST_PAUSE * 4 ** min(max(row.grant_tries - 1, 0), 10), LONGEST_PAUSE)
