"""Whose turn it is: what follows from what people write in a ticket. Bots and the system never come here.

Several messages of one side are one wait. It ends when the other side answers, and how long that took is written down
then, in business time by the hours that hold then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.clock import Clock
from app.core.records import record
from app.core.tickets.deadlines import Target
from app.core.tickets.events import EventKind
from app.core.tickets.policy import TicketPolicy
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus, Turn
from app.services.tickets.due import Share
from app.services.tickets.rows import WORKABLE, announce
from app.services.tickets.targets import business_seconds, due

T = SupportTicket
AWAY = timedelta(minutes=10)
"""After so long without a word of theirs, the opener counts as away."""


@record
class Heard:
    """Somebody wrote in a ticket."""

    ticket_id: int
    guild_id: int
    by: int
    is_staff: bool
    is_opener: bool
    at: datetime
    opener_seen_at: datetime | None = None
    """When the opener was last seen by this process."""


class TicketMessageService:
    """Keeps whose turn it is, and what follows from it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def conversations(self, share: Share) -> Sequence[SupportTicket]:
        """Return the tickets in whose channels people may write now, of the servers of a process."""
        found = select(T).where(*share.serves(), T.status.in_(sorted(WORKABLE)), T.channel_id.is_not(None))
        return (await self._session.scalars(found)).all()

    async def hear(self, heard: Sequence[Heard], policies: Mapping[int, TicketPolicy]) -> Sequence[SupportTicket]:
        """Take down what was written, in that order; return the tickets as they are now.

        `policies` are those of the servers. Tickets that are over are left out.
        """
        ids = {one.ticket_id for one in heard}
        rows = await self._session.scalars(
            select(T)
            .where(T.id.in_(ids), T.status.in_(sorted(WORKABLE)))
            .order_by(T.id)
            .with_for_update()
            .options(undefer(T.events))
            .execution_options(populate_existing=True)
        )
        tickets = {ticket.id: ticket for ticket in rows}
        now = self._clock()
        changed: set[int] = set()
        for one in heard:
            ticket = tickets.get(one.ticket_id)
            if ticket is not None and hear(ticket, one, policies[one.guild_id]):
                ticket.updated_at = ticket.next_at = now
                changed.add(ticket.id)
        if changed:
            await self._session.flush()
            await announce(self._session, now)
        return list(tickets.values())


def changes_nothing(ticket: SupportTicket, one: Heard) -> bool:
    """Tell whether this only goes on with what its side said before."""
    if one.is_staff:
        return ticket.turn is Turn.MEMBER and ticket.first_answered_at is not None
    is_declined = one.is_opener and ticket.close_requested_by is not None
    return ticket.turn is Turn.STAFF and ticket.status is not TicketStatus.SNOOZED and not is_declined


def hear(ticket: SupportTicket, one: Heard, policy: TicketPolicy) -> bool:
    """Change a row by what somebody wrote; tell whether that was anything."""
    if changes_nothing(ticket, one):
        return False
    if one.is_staff:
        _answered(ticket, one, policy)
    else:
        _asked(ticket, one, policy)
    return True


def _answered(ticket: SupportTicket, one: Heard, policy: TicketPolicy) -> None:
    if ticket.first_answered_at is None:
        ticket.first_answered_at, ticket.first_answered_by = one.at, one.by
        ticket.first_seconds = business_seconds(policy, ticket.created_at, one.at)
        miss(ticket, Target.FIRST, ticket.first_due_at, one.at)
    elif ticket.turn is Turn.STAFF and ticket.turn_since is not None:
        ticket.waits = [*ticket.waits, business_seconds(policy, ticket.turn_since, one.at)]
        miss(ticket, Target.NEXT, ticket.next_due_at, one.at)
    if ticket.turn is Turn.MEMBER:
        return
    seen = max((at for at in (ticket.turn_since, one.opener_seen_at) if at is not None), default=one.at - AWAY)
    begin_wait(ticket, Turn.MEMBER, one.at, policy)
    if ticket.opener_left_at is None:
        ticket.tell_at = max(one.at, seen + AWAY)


def _asked(ticket: SupportTicket, one: Heard, policy: TicketPolicy) -> None:
    if ticket.turn is not Turn.STAFF:
        begin_wait(ticket, Turn.STAFF, one.at, policy)
    if one.is_opener and ticket.close_requested_by is not None:
        # Whoever writes on is not done.
        ticket.close_requested_by = ticket.close_runs_out_at = None
        note(ticket, EventKind.CLOSE_DECLINED, one.at, by=one.by)
    if ticket.status is TicketStatus.SNOOZED:
        wake(ticket, one.at, by=one.by)


def begin_wait(ticket: SupportTicket, turn: Turn, at: datetime, policy: TicketPolicy) -> None:
    """Let the other side owe the next answer from now on."""
    for column, value in turned(ticket, turn, at, policy).items():
        setattr(ticket, column.key, value)


def turned(ticket: SupportTicket, turn: Turn, at: datetime, policy: TicketPolicy) -> dict[Any, Any]:
    """Return the columns of a wait that begins."""
    kind = policy.types.get(ticket.type or "")
    has_target = turn is Turn.STAFF and ticket.first_answered_at is not None and kind is not None
    return {
        T.turn: turn,
        T.turn_since: at,
        T.reminded_at: None,
        T.warned_at: None,
        T.tell_at: None,
        T.next_due_at: due(policy, at, kind.next_target) if has_target and kind is not None else None,
    }


def wake(ticket: SupportTicket, at: datetime, *, by: int | None = None) -> None:
    """Take up again what was put off."""
    ticket.status = TicketStatus.CLAIMED if ticket.claimed_by is not None else TicketStatus.OPEN
    ticket.snoozed_until = None
    note(ticket, EventKind.WOKEN, at, by=by)


def miss(ticket: SupportTicket, target: Target, due_at: datetime | None, now: datetime) -> None:
    """Note that a target was missed, if it was."""
    if due_at is not None and now > due_at and target.value not in ticket.missed:
        ticket.missed = [*ticket.missed, target.value]
        note(ticket, EventKind.MISSED, now, target=target.value)


def note(ticket: SupportTicket, kind: EventKind, at: datetime, **more: Any) -> None:
    """Add to what happened to a ticket, whose events were read with it."""
    event = {"kind": kind.value, **{name: value for name, value in more.items() if value is not None}}
    ticket.events = [*ticket.events, {"at": at.isoformat(), **event}]
