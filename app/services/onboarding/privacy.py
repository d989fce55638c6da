"""What `onboarding` and `guild_rules` hold about one person: for their export, and their erasure."""

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.onboarding.policy import OnboardingPolicy
from app.core.privacy.declared import TABLES
from app.core.privacy.pending import Part, Pending, Waits
from app.core.privacy.report import Erased, Stored
from app.core.privacy.tables import Fate
from app.models import GuildRule, Onboarding, OnboardingQuestion, OnboardingState
from app.models.base import NO_TIME
from app.models.onboarding import UNFINISHED
from app.services.onboarding.under_way import bare, is_under_way
from app.services.statements import (
    QUIETLY,
    among,
    find_rows,
    forget_some,
    here,
    told,
    without_person,
)
from app.services.structures import Settings

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

_IS_FINITE = [
    func.coalesce(func.isfinite(one), True)
    for one in (M.joined_at, M.asked_at, M.nudged_at, M.warned_at, M.completed_at, M.accept_by)
]
"""Nobody waits for what is written down for no moment, as somebody may have done by hand."""


class OnboardingPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    models = (M, R, OnboardingQuestion)

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self._settings = settings

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        is_about = or_(M.user_id == user_id, M.completed_by == user_id)
        rows = await find_rows(self._session, M, here(M, guild_ids), is_about)
        rules = await find_rows(self._session, R, here(R, guild_ids), R.published_by == user_id)
        return [*await told(TABLE, rows, user_id), *await told(RULES, rules, user_id)]

    async def waiting(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Pending]:
        """Return the servers in which something is still to happen to somebody."""
        rows = await self._under_way(here(M, guild_ids), M.user_id == user_id)
        return [Pending(Waits.ONBOARDING, row.guild_id, user_id) for row in rows]

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Leave of their way what is counted, under a number that nobody has, and of their work no name.

        Where something is still to happen to them, their row keeps what that needs until it is over, unless
        `is_complete`.
        """
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
        mine = (here(M, guild_ids), M.user_id == user_id)
        kept: Sequence[Onboarding] = () if is_complete else await self._under_way(*mine, lock=True)
        if kept:
            bared = [{"guild_id": row.guild_id, "user_id": row.user_id, **bare(row)} for row in kept]
            await self._session.execute(update(M), bared, execution_options=QUIETLY)
        waiting = [Pending(Waits.ONBOARDING, row.guild_id, user_id) for row in kept]
        theirs = await self._unname(*mine, M.guild_id.not_in([one.id for one in waiting]))
        rules = len((await self._session.scalars(published, execution_options=QUIETLY)).all())
        tables = [Erased(TABLE.name, changed=theirs + by_staff, kept=len(kept)), Erased(RULES.name, changed=rules)]
        return Part(tables, waiting)

    async def erase_later(self, waiting: Sequence[Pending], limit: int) -> Sequence[Pending]:
        """Erase some people to whom nothing more happens in a server; return whom and where."""
        under_way = await self._still(waiting)
        due = [one for one in waiting if one not in under_way][:limit]
        # Locked and looked at again, as they may have come back meanwhile.
        under_way = await self._still(due, lock=True)
        due = [one for one in due if one not in under_way]
        for person in {one.person for one in due}:
            where = [one.id for one in due if one.person == person]
            await self._unname(among(M.guild_id, where), M.user_id == person)
        return due

    async def _still(self, waiting: Sequence[Pending], *, lock: bool = False) -> Collection[Pending]:
        rows = await self._under_way(
            among(M.guild_id, [one.id for one in waiting]), among(M.user_id, [one.person for one in waiting]), lock=lock
        )
        return {Pending(Waits.ONBOARDING, row.guild_id, row.user_id) for row in rows}

    async def _under_way(self, *which: ColumnElement[bool], lock: bool = False) -> Sequence[Onboarding]:
        """Return those of some rows about whom something is still to happen; `lock` lets nobody change any of them."""
        query = select(M).where(*which, M.user_id > 0, *_IS_FINITE).order_by(M.guild_id, M.user_id)
        query = query.with_for_update() if lock else query
        rows = (await self._session.scalars(query, execution_options={"populate_existing": True})).all()
        snapshots = await self._settings.get_snapshots({row.guild_id for row in rows})
        now = self._clock()
        return [row for row in rows if is_under_way(row, OnboardingPolicy.of(snapshots[row.guild_id]), now)]

    async def _unname(self, *which: ColumnElement[bool]) -> int:
        gone = update(M).where(*which).values(_without_name()).returning(M.user_id)
        return len((await self._session.scalars(gone, execution_options=QUIETLY)).all())

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return sum([await forget_some(self._session, model, guild_id, limit) for model in self.models])


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
