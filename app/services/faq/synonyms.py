"""What was searched for in vain and then found with other words: words that an entry lacks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.faq.errors import GapNotFound
from app.core.faq.gaps import Handled, Pair, PairPage
from app.models.faq_entry import FaqEntry
from app.models.faq_search_log import FaqSearchLog
from app.services.faq.gaps import handle, in_vain
from app.services.faq.staff import require_staff
from app.services.statements import QUIETLY

E = FaqEntry
FAILED, FOUND = aliased(FaqSearchLog, name="failed"), aliased(FaqSearchLog, name="found")
MIN_TIMES = 2
"""As often it has to be so, unless somebody said that the answer helped."""
PER_PAGE = 4
"""Each has a row of buttons, and the last row turns the page."""


class SynonymService:
    """Shows staff such pairs, and takes down what they decide. Raises SearchesNotAllowed."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def page(self, actor: Actor, page: int) -> PairPage:
        """Return a page of the pairs that nobody has decided about, or the last one if there are fewer."""
        require_staff(actor)
        pairs = _pairs(actor.guild_id)
        counted = pairs.subquery()
        total = await self._session.scalar(select(func.count()).select_from(counted)) or 0
        pages = max(-(-total // PER_PAGE), 1)
        page = min(max(page, 0), pages - 1)
        rows = await self._session.execute(
            pairs.order_by(
                func.count(FAILED.id.distinct()).desc(), func.max(FAILED.searched_at).desc(), func.max(FAILED.id)
            )
            .offset(page * PER_PAGE)
            .limit(PER_PAGE)
        )
        return PairPage(_read(rows.all()), page, pages, total)

    async def count(self, actor: Actor) -> int:
        """Return how many pairs wait for a decision."""
        require_staff(actor)
        pairs = _pairs(actor.guild_id).subquery()
        return await self._session.scalar(select(func.count()).select_from(pairs)) or 0

    async def one(self, actor: Actor, log_id: int, entry_id: int) -> Pair:
        """Return the pair of what a search was about and an entry. Raises GapNotFound."""
        require_staff(actor)
        key = await self._key(actor, log_id)
        rows = await self._session.execute(
            _pairs(actor.guild_id).where(FAILED.query_key == key, FOUND.opened_id == entry_id)
        )
        for pair in _read(rows.all()):
            return pair
        raise GapNotFound

    async def confirm(self, actor: Actor, log_id: int, entry_id: int) -> Handled:
        """Take down that the entry answers what was searched for in vain; the word itself is added by the entries."""
        pair = await self.one(actor, log_id, entry_id)
        key = await self._key(actor, log_id)
        return await handle(self._session, actor, self._clock(), [key], entry_id, wording=pair.wording)

    async def dismiss(self, actor: Actor, log_id: int, entry_id: int) -> Handled:
        """Take down that the two have nothing to do with each other. What was not found stays without an answer."""
        pair, now = await self.one(actor, log_id, entry_id), self._clock()
        key = await self._key(actor, log_id)
        failed = select(FAILED.id).where(FAILED.guild_id == actor.guild_id, FAILED.query_key == key)
        done = await self._session.scalars(
            update(FaqSearchLog)
            .where(
                FaqSearchLog.guild_id == actor.guild_id,
                FaqSearchLog.opened_id == entry_id,
                FaqSearchLog.after_id.in_(failed),
                FaqSearchLog.handled_at.is_(None),
            )
            .values({FaqSearchLog.handled_at: now, FaqSearchLog.handled_by: actor.user_id})
            .returning(FaqSearchLog.id)
            .execution_options(**QUIETLY)
        )
        return Handled(now, actor.user_id, len(done.all()), pair.wording)

    async def undo(self, actor: Actor, at: datetime) -> int:
        """Take back what this person dismissed at that moment. Raises GapNotFound."""
        require_staff(actor)
        undone = await self._session.scalars(
            update(FaqSearchLog)
            .where(
                FaqSearchLog.guild_id == actor.guild_id,
                FaqSearchLog.handled_at == at,
                FaqSearchLog.handled_by == actor.user_id,
                FaqSearchLog.opened_id.is_not(None),
            )
            .values({FaqSearchLog.handled_at: None, FaqSearchLog.handled_by: None})
            .returning(FaqSearchLog.id)
            .execution_options(**QUIETLY)
        )
        count = len(undone.all())
        if not count:
            raise GapNotFound
        return count

    async def _key(self, actor: Actor, log_id: int) -> str:
        key = await self._session.scalar(
            select(FAILED.query_key).where(FAILED.id == log_id, FAILED.guild_id == actor.guild_id, in_vain(FAILED))
        )
        if key is None:
            raise GapNotFound
        return key


def _pairs(guild_id: int) -> Any:
    """Select what was not found with what was found right after it by the same person, unless that was dismissed.

    Once may be chance: whoever searches goes on to something else. So it takes two, or one whose answer helped.
    """
    helped: ColumnElement[bool] = FOUND.is_helpful.is_(True)
    times = func.count(FAILED.id.distinct())
    return (
        select(
            func.max(FAILED.id).label("log_id"),
            func.mode().within_group(FAILED.query).label("wording"),
            FOUND.opened_id.label("entry_id"),
            func.max(E.title).label("title"),
            times.label("times"),
            func.count(FAILED.user_id.distinct()).label("people"),
            func.max(FAILED.searched_at).label("last_at"),
        )
        .select_from(FOUND)
        .join(FAILED, and_(FAILED.id == FOUND.after_id, FAILED.guild_id == FOUND.guild_id))
        .join(E, and_(E.id == FOUND.opened_id, E.guild_id == FOUND.guild_id))
        .where(
            FOUND.guild_id == guild_id,
            FOUND.after_id.is_not(None),
            FOUND.opened_id.is_not(None),
            FOUND.query_key != FAILED.query_key,
            FOUND.is_helpful.is_not(False),
            in_vain(FAILED),
            E.deleted_at.is_(None),
        )
        .group_by(FAILED.query_key, FOUND.opened_id)
        .having(~func.bool_or(FOUND.handled_at.is_not(None)), or_(times >= MIN_TIMES, func.bool_or(helped)))
    )


def _read(rows: Sequence[Any]) -> list[Pair]:
    return [Pair(*row) for row in rows]
