"""What a ticket teaches: its question and answer, for staff who want others to find it."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.tickets.errors import StaffOfTicketOnly
from app.core.tickets.lesson import Lesson, lesson_of
from app.core.tickets.record import Record
from app.models.support_ticket import SupportTicket
from app.services.tickets.access import Which, is_staff_of
from app.services.tickets.rows import load

T = SupportTicket


class TicketLessonService:
    """Reads what was asked and answered."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lesson(self, actor: Actor, which: Which) -> Lesson:
        """Return what was asked in a ticket and answered last. Raises TicketNotFound, StaffOfTicketOnly."""
        ticket = await load(self._session, actor, which)
        if not is_staff_of(actor, ticket):
            raise StaffOfTicketOnly
        kept = await self._session.scalar(select(T.record).where(T.id == ticket.id))
        # In a thread: a ticket may have thousands of messages.
        return await asyncio.to_thread(
            lambda: lesson_of(Record.from_json(kept), ticket.description, opener_id=ticket.user_id)
        )
