"""What becomes of entries that were removed and not brought back."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.faq.limits import KEEP_DELETED
from app.models import FaqEntry
from app.services.statements import once


class FaqPurgeService:
    """Deletes for good what can be brought back no more."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def purge(self, limit: int) -> int:
        """Delete some entries that were removed more than 30 days ago, and return how many."""
        due = (
            select(FaqEntry.id)
            .where(FaqEntry.deleted_at < self._clock() - KEEP_DELETED)
            .order_by(FaqEntry.deleted_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        gone = await self._session.scalars(
            delete(FaqEntry)
            .where(FaqEntry.id.in_(once(due)))
            .returning(FaqEntry.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())
