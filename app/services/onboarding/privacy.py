"""What `onboarding` and `guild_rules` hold about one person: for their export, and their erasure."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, or_, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.report import Erased, Stored
from app.core.privacy.tables import Fate
from app.models import GuildRule, Onboarding, OnboardingQuestion, OnboardingState
from app.models.base import NO_TIME
from app.models.onboarding import UNFINISHED
from app.services.statements import QUIETLY, Shards, find_rows, forget_some, guilds_in, here, told, without_person

M, R = Onboarding, GuildRule
TABLE, RULES = TABLES["onboarding"], TABLES["guild_rules"]
BITS = 62
"""Of the number that a row is told apart by once nobody is behind it."""
EMPTY: dict[Any, Any] = {
    **dict.fromkeys((M.responses, M.direct_at, M.asked_version, M.accept_by, M.prompt_channel_id)),
    **dict.fromkeys((M.prompt_message_id, M.next_at, M.legacy)),
    M.acceptances: [],
    M.grants: [],
    M.to_tell: [],
    M.grant_tries: 0,
}


class OnboardingPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        is_about = or_(M.user_id == user_id, M.completed_by == user_id)
        rows = await find_rows(self._session, M, here(M, guild_ids), is_about)
        rules = await find_rows(self._session, R, here(R, guild_ids), R.published_by == user_id)
        return [*await told(TABLE, rows, user_id), *await told(RULES, rules, user_id)]

    async def erase(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Erased]:
        """Leave of their way what is counted, under a number that nobody has, and of their work no name."""
        own = update(M).where(here(M, guild_ids), M.user_id == user_id).values(_without_name()).returning(M.user_id)
        others = (
            update(M)
            .where(here(M, guild_ids), M.completed_by == user_id)
            .values(without_person([M.completed_by], user_id))
            .returning(M.user_id)
        )
        published = (
            update(R)
            .where(here(R, guild_ids), R.published_by == user_id)
            .values(without_person([R.published_by], user_id))
            .returning(R.id)
        )
        # Those that somebody let in first: the own row may be one of them.
        by_staff = len((await self._session.scalars(others, execution_options=QUIETLY)).all())
        theirs = len((await self._session.scalars(own, execution_options=QUIETLY)).all())
        rules = len((await self._session.scalars(published, execution_options=QUIETLY)).all())
        return [Erased(TABLE.name, changed=theirs + by_staff), Erased(RULES.name, changed=rules)]

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers that have members, questions or rules."""
        found = [await guilds_in(self._session, model, shards) for model in (M, R, OnboardingQuestion)]
        return sorted({guild_id for part in found for guild_id in part})

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return sum([await forget_some(self._session, model, guild_id, limit) for model in (M, R, OnboardingQuestion)])


def _without_name() -> dict[Any, Any]:
    """Return the values of a row that nobody is behind any more.

    Discord shows when somebody joined, to the second; so all moments are moved by what the first is after the beginning
    of its day. How long each step took stays.
    """
    first = func.coalesce(M.joined_at, M.answered_at)
    # Nothing can be taken from infinity, which somebody may have written by hand.
    moved = case((func.isfinite(first), first - func.date_trunc("day", first, "UTC")), else_=NO_TIME)
    moments = [one.name for one in TABLE.columns if one.fate is Fate.COARSE]
    by_column = {column.name: getattr(M, attribute) for attribute, column in _columns()}
    return {
        **EMPTY,
        **{by_column[name]: by_column[name] - moved for name in moments},
        M.user_id: -secrets.randbits(BITS) - 1,
        M.state: case((text(UNFINISHED), OnboardingState.LEFT.value), else_=M.state),
        M.completed_by: None,
    }


def _columns() -> list[tuple[str, Any]]:
    return [(attribute.key, attribute.columns[0]) for attribute in M.__mapper__.column_attrs]
