"""Finding the ticket that somebody means, and changing it in one statement that only one of two clicks can win."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.tickets.errors import (
    ChangedMeanwhile,
    NoTicketHere,
    StaffOfTicketOnly,
    TicketIsClosed,
    TicketIsOpen,
    TicketNotFound,
)
from app.core.tickets.events import TICKETS_CHANNEL
from app.models.support_ticket import SupportTicket, TicketStatus
from app.services.tickets.access import FINAL, Which, is_staff_of, visible_to, worked_by

WORKABLE = frozenset(TicketStatus) - {*FINAL, TicketStatus.OPENING}
"""In which people can do something with it."""
OVER = frozenset({TicketStatus.CLOSED, TicketStatus.ARCHIVED, TicketStatus.CLOSING})


async def load(session: AsyncSession, actor: Actor, which: Which) -> SupportTicket:
    """Return a ticket that this person may see. Raises TicketNotFound, or NoTicketHere for the channel they are in."""
    query = select(SupportTicket).where(visible_to(actor), which.matches()).order_by(SupportTicket.id.desc()).limit(1)
    ticket = await session.scalar(query)
    if ticket is None:
        raise NoTicketHere if which.channel_id is not None else TicketNotFound
    return ticket


async def change(
    session: AsyncSession,
    actor: Actor,
    which: Which,
    values: dict[Any, Any],
    *conditions: ColumnElement[bool],
    event: dict[str, Any],
    now: datetime,
    among: frozenset[TicketStatus] = WORKABLE,
    staff_only: bool = True,
) -> SupportTicket:
    """Change a ticket if it is in one of these states and the conditions hold, and note what happened.

    A process looks at it at once. Raises what says why not: TicketNotFound, StaffOfTicketOnly, TicketIsClosed,
    TicketIsOpen, or ChangedMeanwhile when it was one of the conditions.
    """
    may = worked_by(actor) if staff_only else visible_to(actor)
    statement = (
        update(SupportTicket)
        .where(may, which.matches(), SupportTicket.status.in_(sorted(among)), *conditions)
        .values({**values, **noted(event | {"by": actor.user_id}, now), SupportTicket.next_at: now})
        .returning(SupportTicket)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    ticket = await session.scalar(statement)
    if ticket is not None:
        await announce(session, now)
        return ticket
    found = await load(session, actor, which)
    if staff_only and not is_staff_of(actor, found):
        raise StaffOfTicketOnly
    if found.status not in among:
        raise TicketIsOpen if among <= OVER else TicketIsClosed
    raise ChangedMeanwhile


def noted(event: dict[str, Any], now: datetime) -> dict[Any, Any]:
    """Return the columns that change with everything that happens: the list of events, and when it was."""
    entry = cast([{"at": now.isoformat(), **event}], JSONB)
    return {SupportTicket.events: SupportTicket.events.op("||", return_type=None)(entry), SupportTicket.updated_at: now}


async def announce(session: AsyncSession, at: datetime) -> None:
    """Tell every process, with the commit, that a ticket has to be looked at at that moment."""
    await session.execute(select(func.pg_notify(TICKETS_CHANNEL, str(at.timestamp()))))
