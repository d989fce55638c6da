"""Which entries have to be looked at again, and what their owners were told."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict
from app.core.faq.errors import EntryNotFound
from app.models import FaqEntry
from app.services.faq.rows import present_in, require_editor
from app.services.statements import QUIETLY, Shards, served

HALF_A_YEAR = timedelta(days=182)
WAITING = and_(
    FaqEntry.verify_by.is_not(None),
    FaqEntry.verify_told_at.is_(None),
    FaqEntry.deleted_at.is_(None),
    FaqEntry.enabled,
)
"""Those of which nobody was told yet. Nobody has to look at what is switched off."""


class FaqVerifyingService:
    """Sees to it that somebody looks at an entry again when it was said."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def servers(self, shards: Shards | None) -> Sequence[int]:
        """Return the servers of these shards with entries of which somebody is to be told now."""
        due = select(FaqEntry.guild_id).where(
            WAITING, FaqEntry.verify_by <= self._clock(), *served(FaqEntry.guild_id, shards)
        )
        return (await self._session.scalars(due.distinct())).all()

    async def due(self, guild_ids: Collection[int], limit: int, but: Collection[int] = ()) -> Sequence[FaqEntry]:
        """Return some entries of each of these servers of which somebody is to be told now, the oldest first.

        At most `limit` of each server, without those with the ids `but`.
        """
        order = (FaqEntry.verify_by, FaqEntry.id)
        place = func.row_number().over(partition_by=FaqEntry.guild_id, order_by=order)
        wanted = [WAITING, FaqEntry.guild_id.in_(list(guild_ids)), FaqEntry.verify_by <= self._clock()]
        if but:
            wanted.append(FaqEntry.id.not_in(list(but)))
        ranked = select(FaqEntry.id, place.label("place")).where(*wanted).subquery()
        first = select(ranked.c.id).where(ranked.c.place <= limit)
        rows = await self._session.scalars(
            select(FaqEntry).where(FaqEntry.id.in_(first)).order_by(FaqEntry.guild_id, *order)
        )
        return rows.all()

    async def next_at(self, shards: Shards | None) -> datetime | None:
        """Return when the next one of the servers of these shards will be due."""
        later = (WAITING, FaqEntry.verify_by > self._clock(), *served(FaqEntry.guild_id, shards))
        return await self._session.scalar(select(func.min(FaqEntry.verify_by)).where(*later))

    async def told(self, entry: FaqEntry) -> None:
        """Write down that somebody was told, unless another day was chosen meanwhile."""
        await self._session.execute(
            update(FaqEntry)
            .where(FaqEntry.id == entry.id, FaqEntry.verify_by == entry.verify_by, FaqEntry.verify_told_at.is_(None))
            .values(verify_told_at=self._clock())
            .execution_options(**QUIETLY)
        )

    async def still_true(self, actor: Actor, entry_id: int, verify_by: datetime) -> FaqEntry:
        """Say that an entry is still true; it is to be looked at again in half a year.

        `verify_by` is the day that was shown. Raises EntryNotFound, StaffOnly, and Conflict if somebody was faster.
        """
        entry = await self._session.scalar(
            select(FaqEntry).where(present_in(actor.guild_id), FaqEntry.id == entry_id).with_for_update()
        )
        if entry is None:
            raise EntryNotFound
        require_editor(actor, entry)
        if entry.verify_by != verify_by:
            raise Conflict("Somebody has dealt with that already.")
        entry.verify_by, entry.verify_told_at = self._clock() + HALF_A_YEAR, None
        await self._session.flush()
        return entry
