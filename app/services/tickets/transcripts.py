"""What a transcript is made of, and how far the end of a ticket has come. The steps of a job: no person asks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.records import record
from app.core.tickets.events import EventKind
from app.core.tickets.limits import MAX_TRIES
from app.models.support_ticket import SupportTicket, TicketStatus
from app.services.tickets.rows import noted

T = SupportTicket
DONE = (TicketStatus.CLOSED.value, TicketStatus.ARCHIVED.value)
ENDING = T.status == TicketStatus.CLOSING


@record
class Kept:
    """What was written down about a ticket so far."""

    ticket: SupportTicket
    record: Any
    events: list[dict[str, Any]]

    def has_told_member(self) -> bool:
        """Tell whether the member was written to since it was closed, or could not be."""
        for event in reversed(self.events):
            if event.get("kind") == EventKind.TRANSCRIPT and "direct" in event:
                return True
            if event.get("kind") in {EventKind.CLOSED, EventKind.MERGED}:
                return False
        return False


class TicketTranscriptService:
    """Keeps what is said in tickets, and takes those that are closing to their end, step by step."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def kept(self, ticket: SupportTicket) -> Kept | None:
        """Return a ticket with its record and its events; None if it is gone."""
        query = select(T, T.record, T.events).where(T.id == ticket.id)
        row = (await self._session.execute(query, execution_options={"populate_existing": True})).one_or_none()
        return Kept(row[0], row[1], row[2]) if row is not None else None

    async def open_in(self, channel_ids: list[int]) -> Mapping[int, tuple[SupportTicket, Any]]:
        """Return the tickets that are not over in these channels, with their records, and lock them."""
        query = (
            select(T, T.record)
            .where(
                T.channel_id.in_(channel_ids), T.status.not_in([TicketStatus.CLOSED.value, TicketStatus.ARCHIVED.value])
            )
            .order_by(T.id)
            .with_for_update(of=T)
        )
        rows = await self._session.execute(query)
        return {ticket.channel_id: (ticket, record) for ticket, record in rows if ticket.channel_id is not None}

    async def keep(self, ticket: SupportTicket, record: Mapping[str, Any]) -> None:
        """Write down what was said so far."""
        await self._session.execute(
            update(T)
            .where(T.id == ticket.id)
            .values({T.record: dict(record)})
            .execution_options(synchronize_session=False)
        )

    async def save(self, ticket: SupportTicket, record: Mapping[str, Any], search_text: str) -> bool:
        """Write down everything that was said, and what can be searched; tell whether it is still closing."""
        return await self._change(ticket, {T.record: dict(record), T.search_text: search_text})

    async def posted(self, ticket: SupportTicket, channel_id: int, message_id: int) -> bool:
        """Write down where staff find the transcript."""
        return await self._change(
            ticket,
            {
                T.transcript_channel_id: channel_id,
                T.transcript_message_id: message_id,
                **noted({"kind": EventKind.TRANSCRIPT.value, "message": message_id}, self._clock()),
            },
        )

    async def told(self, ticket: SupportTicket, message_id: int | None) -> bool:
        """Write down that the member has it, or with None that they take no direct messages."""
        return await self._change(
            ticket, noted({"kind": EventKind.TRANSCRIPT.value, "direct": message_id}, self._clock())
        )

    async def failed(self, ticket: SupportTicket) -> int:
        """Count a try that failed, and return how many there were."""
        tries = await self._session.scalar(
            update(T)
            .where(T.id == ticket.id, T.transcript_tries < MAX_TRIES)
            .values({T.transcript_tries: T.transcript_tries + 1})
            .returning(T.transcript_tries)
            .execution_options(synchronize_session=False)
        )
        return tries if tries is not None else MAX_TRIES

    async def finish(self, ticket: SupportTicket) -> bool:
        """Say that the transcript is safe and the channel gone. The job says when it is looked at next."""
        return await self._change(ticket, {T.status: TicketStatus.CLOSED})

    async def _change(self, ticket: SupportTicket, values: dict[Any, Any]) -> bool:
        done = await self._session.scalar(
            update(T)
            .where(T.id == ticket.id, ENDING)
            .values(values)
            .returning(T.id)
            .execution_options(synchronize_session=False)
        )
        return done is not None
