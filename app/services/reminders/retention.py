"""Deleting for good what was deleted by somebody, or over, for long."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Reminder, ReminderState
from app.services.statements import once


class ReminderRetentionService:
    """What the job does that keeps the table from growing. No person stands behind it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def forget_deleted(self, *, before: datetime, limit: int = 1000) -> int:
        """Delete for good what somebody deleted before a moment; return how many rows that were."""
        gone = (
            select(Reminder.id)
            .where(Reminder.deleted_at < before)
            .order_by(Reminder.deleted_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return await self._forget(Reminder.id.in_(once(gone)))

    async def forget_finished(
        self, *, before: datetime, after: int = 0, look_at: int = 10_000
    ) -> tuple[int, int | None]:
        """Delete what was over before a moment, but nothing of the former bot's.

        Looks at so many rows, those after an id, since nothing else would find them without reading the whole table.
        Returns how many were deleted, and the last id that was looked at: where to go on, None at the end.
        """
        looked_at = select(Reminder.id).where(Reminder.id > after).order_by(Reminder.id).limit(look_at).subquery()
        last, many = (
            await self._session.execute(select(func.max(looked_at.c.id), func.count()).select_from(looked_at))
        ).one()
        if last is None:
            return 0, None
        over = (
            select(Reminder.id)
            .where(
                Reminder.id > after,
                Reminder.id <= last,
                Reminder.state == ReminderState.DONE,
                Reminder.phrase.is_not(None),
                func.coalesce(Reminder.last_sent_at, Reminder.created_at) < before,
            )
            .with_for_update(skip_locked=True)
        )
        return await self._forget(Reminder.id.in_(once(over))), last if many == look_at else None

    async def _forget(self, which: ColumnElement[bool]) -> int:
        gone = await self._session.execute(
            delete(Reminder).where(which).returning(Reminder.id).execution_options(synchronize_session=False)
        )
        return len(gone.all())
