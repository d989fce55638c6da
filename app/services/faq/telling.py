"""Telling people that what they searched for in vain is answered now: who is to be told, and that it was done."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.records import record
from app.models.faq_entry import FaqEntry
from app.models.faq_search_log import FaqSearchLog
from app.services.statements import QUIETLY, Shards, served

E, L = FaqEntry, FaqSearchLog
TELL_AFTER = timedelta(seconds=60)
"""Whoever answers may take it back for so long before anybody hears of it."""
HOUR = timedelta(hours=1)
_WAITS: ColumnElement[bool] = and_(
    L.to_tell,
    L.answered_id.is_not(None),
    L.told_at.is_(None),
    L.user_id.is_not(None),
    L.user_id.is_distinct_from(L.handled_by),
    L.handled_at.is_not(None),
)
"""Whoever answered it themselves need not be told."""


@record
class Telling:
    """One person who is to be told of one answer, however often they asked."""

    guild_id: int
    user_id: int
    entry_id: int
    wording: str
    """What they searched for last."""
    language: str | None
    """In which they searched, as Discord calls it."""
    due_at: datetime
    log_id: int
    """The latest of their searches that it answers."""


class TellingService:
    """The steps of the job that tells them. No person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def due(
        self, *, shards: Shards | None, but: Collection[int], limit: int, without: Collection[int] = ()
    ) -> Sequence[Telling]:
        """Return who is told next, those who have waited longest first, in the servers of these shards but some.

        An entry that was removed or switched off meanwhile waits to be there again; `without` are entries to leave out.
        """
        count = self._clock() - TELL_AFTER
        mine = served(L.guild_id, shards)
        if but:
            mine.append(L.guild_id.not_in(list(but)))
        if without:
            mine.append(L.answered_id.not_in(list(without)))
        due_at = func.min(L.handled_at)
        query = (
            select(
                L.guild_id,
                L.user_id,
                L.answered_id,
                _latest(L.query),
                _latest(L.language),
                due_at,
                func.max(L.id),
            )
            .join(E, and_(E.id == L.answered_id, E.guild_id == L.guild_id))
            .where(_WAITS, E.deleted_at.is_(None), E.enabled, L.handled_at <= count, *mine)
            .group_by(L.guild_id, L.user_id, L.answered_id)
            .order_by(due_at, L.guild_id, L.user_id)
            .limit(limit)
        )
        rows = (await self._session.execute(query)).all()
        return [
            Telling(guild_id, user_id, entry_id, wording or "", language, at + TELL_AFTER, log_id)
            for guild_id, user_id, entry_id, wording, language, at, log_id in rows
        ]

    async def entry(self, one: Telling) -> FaqEntry | None:
        """Return the answer, as long as members see it."""
        query = select(E).where(E.id == one.entry_id, E.guild_id == one.guild_id, E.enabled, E.deleted_at.is_(None))
        return await self._session.scalar(query)

    async def next_at(self, shards: Shards | None) -> datetime | None:
        """Return when the next person is due who is not yet, in the servers of these shards; None if nobody waits."""
        waits = (_WAITS, L.handled_at > self._clock() - TELL_AFTER, *served(L.guild_id, shards))
        found = await self._session.scalar(select(func.min(L.handled_at)).where(*waits))
        return found + TELL_AFTER if found is not None else None

    async def told_within_an_hour(self, guild_ids: Collection[int]) -> dict[int, int]:
        """Return how many were told lately in each of these servers."""
        told = (
            select(L.guild_id, L.user_id, L.answered_id)
            .where(L.guild_id.in_(list(guild_ids)), L.told_at > self._clock() - HOUR)
            .distinct()
            .subquery()
        )
        rows = await self._session.execute(select(told.c.guild_id, func.count()).group_by(told.c.guild_id))
        return {row[0]: row[1] for row in rows}

    async def told(self, one: Telling) -> None:
        """Write down that somebody was told."""
        await self._settle(one, {L.told_at: self._clock()})

    async def give_up(self, one: Telling) -> None:
        """Write down that somebody cannot be told: they take no direct messages of the bot. Nobody tries again."""
        await self._settle(one, {L.to_tell: False})

    async def _settle(self, one: Telling, values: dict[Any, Any]) -> None:
        theirs = (L.guild_id == one.guild_id, L.user_id == one.user_id, L.answered_id == one.entry_id)
        await self._session.execute(update(L).where(*theirs, _WAITS).values(values), execution_options=QUIETLY)


def _latest(value: Any) -> Any:
    return func.array_agg(aggregate_order_by(value, L.searched_at.desc(), L.id.desc()))[1]
