"""Answering somebody's message with an entry of the FAQ: each message gets the same answer once."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict
from app.core.faq.errors import SearchNotFound
from app.models import FaqEntry
from app.models.faq_search_log import FaqSearchLog, SearchSource

L = FaqSearchLog
AGAIN_WITHIN = timedelta(seconds=90)
"""For as long Discord surely remembers a nonce: its documentation says "a few minutes"."""


class FaqMessageService:
    """Takes down which messages were answered with what."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def answered(self, actor: Actor, log_id: int, entry_id: int) -> tuple[int, int]:
        """Take down that the message of a search is answered with an entry; return its channel and the message.

        Done before it is posted, so that of two who do it at once one does. Whoever did can do so again within minutes:
        had the process been killed in between, it is posted now, and else Discord knows it by its nonce. Raises
        SearchNotFound, Conflict.
        """
        row = (
            await self._session.execute(
                select(L.channel_id, L.message_id, L.opened_id, L.opened_at)
                .where(
                    L.id == log_id,
                    L.guild_id == actor.guild_id,
                    L.source == SearchSource.MESSAGE,
                    L.user_id.is_(None) | (L.user_id == actor.user_id),
                    L.message_id.is_not(None),
                )
                .with_for_update()
            )
        ).first()
        if row is None or row.channel_id is None or row.message_id is None:
            raise SearchNotFound
        if row.opened_id is not None:
            is_recent = row.opened_at is not None and row.opened_at > self._clock() - AGAIN_WITHIN
            if row.opened_id == entry_id and is_recent:
                return row.channel_id, row.message_id
            raise Conflict("You have answered from here already. Choose **Answer from FAQ** again for another answer.")
        try:
            async with self._session.begin_nested():
                await self._session.execute(
                    update(L)
                    .where(L.id == log_id)
                    .values({L.opened_id: entry_id, L.opened_at: self._clock()})
                    .execution_options(synchronize_session=False)
                )
        except IntegrityError as error:
            raise Conflict("That message has this answer already.") from error
        await self._count(actor, entry_id, 1)
        return row.channel_id, row.message_id

    async def not_answered(self, actor: Actor, log_id: int, entry_id: int) -> None:
        """Take that back, because it could not be posted."""
        taken = await self._session.scalar(
            update(L)
            .where(L.id == log_id, L.guild_id == actor.guild_id, L.opened_id == entry_id)
            .values({L.opened_id: None, L.opened_at: None})
            .returning(L.id)
            .execution_options(synchronize_session=False)
        )
        if taken is not None:
            await self._count(actor, entry_id, -1)

    async def _count(self, actor: Actor, entry_id: int, more: int) -> None:
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == entry_id, FaqEntry.guild_id == actor.guild_id, FaqEntry.opened_count + more >= 0)
            .values({FaqEntry.opened_count: FaqEntry.opened_count + more})
            .execution_options(synchronize_session=False)
        )
