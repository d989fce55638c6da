"""Tickets that an answer may spare: what was written is kept while the member reads, and until they decide."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.faq.errors import DraftIsGone
from app.models.faq_search_log import FaqSearchLog, SearchSource
from app.services.statements import once

L = FaqSearchLog
KEEP_DRAFTS = timedelta(days=1)
"""As long as the addresses hold under which Discord has the files of a form."""
BATCH = 500


class FaqDeflectionService:
    """Keeps drafts of tickets beside the searches that were made for them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def keep(self, actor: Actor, log_id: int, draft: Mapping[str, Any]) -> None:
        """Keep what somebody wrote, for them alone."""
        await self._session.execute(
            update(L)
            .where(L.id == log_id, L.guild_id == actor.guild_id, L.source == SearchSource.TICKET)
            .values({L.draft: {**draft, "user": str(actor.user_id)}})
            .execution_options(synchronize_session=False)
        )

    async def take(self, actor: Actor, log_id: int) -> Mapping[str, Any]:
        """Return what somebody wrote, and forget it with the commit. Raises DraftIsGone, also for who comes second."""
        found: Mapping[str, Any] | None = await self._session.scalar(
            select(L.draft)
            .where(
                L.id == log_id,
                L.guild_id == actor.guild_id,
                L.draft["user"].astext == str(actor.user_id),
                L.searched_at > self._clock() - KEEP_DRAFTS,
            )
            .with_for_update()
        )
        if found is None:
            raise DraftIsGone
        await self._forget(actor, log_id)
        return found

    async def solved(self, actor: Actor, log_id: int) -> None:
        """Take down that the answers made the ticket needless. Raises DraftIsGone."""
        await self.take(actor, log_id)
        await self._session.execute(
            update(L)
            .where(L.id == log_id, L.guild_id == actor.guild_id)
            .values({L.is_helpful: True})
            .execution_options(synchronize_session=False)
        )

    async def forget_old(self) -> int:
        """Forget some drafts that nobody came back to; return how many."""
        old = (
            select(L.id)
            .where(L.draft.is_not(None), L.searched_at <= self._clock() - KEEP_DRAFTS)
            .order_by(L.searched_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        forgotten = await self._session.scalars(
            update(L)
            .where(L.id.in_(once(old)))
            .values({L.draft: None})
            .returning(L.id)
            .execution_options(synchronize_session=False)
        )
        return len(forgotten.all())

    async def _forget(self, actor: Actor, log_id: int) -> None:
        await self._session.execute(
            update(L)
            .where(L.id == log_id, L.guild_id == actor.guild_id)
            .values({L.draft: None})
            .execution_options(synchronize_session=False)
        )
