"""What is kept of what a member searched for: for the member, and nobody else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.records import record
from app.models.faq_search_log import FaqSearchLog
from app.services.faq.retention import FORGOTTEN
from app.services.statements import QUIETLY, here

L = FaqSearchLog
PER_PAGE = 10


@record
class Own:
    """One search of one's own."""

    query: str | None
    searched_at: datetime
    results: int
    wants_answer: bool
    """Whether they are waiting to be told of an answer."""


@record
class OwnPage:
    """Some of one's own searches, the latest first. `page` counts from 0."""

    searches: Sequence[Own]
    page: int
    pages: int
    total: int


class SearchPrivacyService:
    """Shows a member their own searches in this server, and forgets them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page(self, actor: Actor, page: int) -> OwnPage:
        """Return a page, or the last one if there are fewer."""
        mine = (L.guild_id == actor.guild_id, L.user_id == actor.user_id)
        total = await self._session.scalar(select(func.count()).select_from(L).where(*mine)) or 0
        pages = max(-(-total // PER_PAGE), 1)
        page = min(max(page, 0), pages - 1)
        rows = await self._session.execute(
            select(L.query, L.searched_at, L.results_count, L.to_tell & L.told_at.is_(None))
            .where(*mine)
            .order_by(L.searched_at.desc(), L.id.desc())
            .offset(page * PER_PAGE)
            .limit(PER_PAGE)
        )
        searches = [Own(query, at, results or 0, bool(wants)) for query, at, results, wants in rows]
        return OwnPage(searches, page, pages, total)

    async def forget(self, actor: Actor) -> int:
        """Forget what somebody searched for in this server, and that it was them; return how many searches."""
        return await self.forget_in(actor.user_id, [actor.guild_id])

    async def forget_in(self, user_id: int, guild_ids: Sequence[int]) -> int:
        """Do the same in some servers."""
        mine = (here(L, guild_ids), L.user_id == user_id)
        done = await self._session.scalars(
            update(L).where(*mine).values(dict(FORGOTTEN)).returning(L.id), execution_options=QUIETLY
        )
        # What they wrote for a ticket that is not open yet names them also where nobody keeps who searched.
        await self._session.execute(
            update(L)
            .where(here(L, guild_ids), L.draft.is_not(None), L.draft["user"].astext == str(user_id))
            .values({L.draft: None}),
            execution_options=QUIETLY,
        )
        return len(done.all())
