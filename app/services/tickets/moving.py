"""Where a ticket goes that is in the wrong place: to another type and its team, or into another ticket."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput
from app.core.records import record
from app.core.tickets.errors import AlreadyOpen, MemberJoins, StaffOfTicketOnly, TicketIsClosed
from app.core.tickets.events import EventKind
from app.core.tickets.limits import MAX_ADDED
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import TicketType
from app.models.support_ticket import SupportTicket, TicketStatus
from app.services.tickets.access import Which, is_staff_of
from app.services.tickets.closing import closed
from app.services.tickets.rows import WORKABLE, change, load

T = SupportTicket
NOBODYS: dict[Any, Any] = {
    T.status: TicketStatus.OPEN,
    T.snoozed_until: None,
    **dict.fromkeys((T.claimed_by, T.claimed_at, T.escalated_to)),
}


@record
class Moved:
    """A ticket of another type now, and whose roles came and went."""

    ticket: SupportTicket
    came: tuple[int, ...]
    went: tuple[int, ...]


class TicketMovingService:
    """Moves and merges tickets. Everything here is for the staff of the ticket only."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def move(self, actor: Actor, which: Which, kind: TicketType) -> Moved:
        """Make it a ticket of another type. With another team, nobody has claimed it any more.

        Targets that are running stay; the next ones are those of the new type. Raises Conflict, AlreadyOpen.
        """
        found = await load(self._session, actor, which)
        if found.type == kind.key and is_staff_of(actor, found):
            raise Conflict("Ticket #{number} is of this kind already.", number=found.number)
        before, after = (*found.team_role_ids, *filter(None, [found.escalated_to])), kind.team_role_ids
        values: dict[Any, Any] = {T.type: kind.key, T.type_name: kind.name, T.team_role_ids: list(after)}
        if set(found.team_role_ids) != set(after):
            values |= NOBODYS
        else:
            before = found.team_role_ids
        event = {"kind": EventKind.MOVED.value, "type": kind.key}
        as_read = (T.type.is_not_distinct_from(found.type), T.team_role_ids == found.team_role_ids)
        try:
            async with self._session.begin_nested():
                ticket = await change(
                    self._session, actor, Which(row_id=found.id), values, *as_read, event=event, now=self._clock()
                )
        except IntegrityError:
            raise AlreadyOpen(channel_id=None, number=found.number, of=found.user_id) from None
        kept = {*after, *ticket.added_role_ids}
        came = tuple(role for role in dict.fromkeys(after) if role not in before)
        return Moved(ticket, came, tuple(role for role in dict.fromkeys(before) if role not in kept))

    async def merge(
        self, actor: Actor, policy: TicketPolicy, which: Which, into: Which, *, let_in: bool = False
    ) -> tuple[SupportTicket, SupportTicket]:
        """Close one as a double of another, whose conversation its member joins. Staff of both only.

        Raises MemberJoins when that would be somebody who does not see the other one yet, unless `let_in`.
        """
        other = await load(self._session, actor, into)
        found = await load(self._session, actor, which)
        if found.id == other.id:
            raise InvalidInput("Those are the same ticket. Give the number of the one to keep.")
        if not (is_staff_of(actor, found) and is_staff_of(actor, other)):
            raise StaffOfTicketOnly
        # Two who merge the same two the other way round wait for each other here.
        both = select(T).where(T.id.in_([found.id, other.id])).order_by(T.id).with_for_update()
        await self._session.scalars(both.execution_options(populate_existing=True))
        if not {found.status, other.status} <= WORKABLE:
            raise TicketIsClosed
        joins = found.user_id not in {other.user_id, *other.added_user_ids}
        if joins and not let_in:
            raise MemberJoins(found.user_id, found.id, found.number, other.id, other.number)
        if joins and len(other.added_user_ids) >= MAX_ADDED:
            raise Conflict("Nobody else can be added to the other ticket.")
        now = self._clock()
        values = closed(policy, found, actor.user_id, None, now) | {T.merged_into: other.id}
        event = {"kind": EventKind.MERGED.value, "into": other.number}
        merged = await change(self._session, actor, Which(row_id=found.id), values, event=event, now=now)
        more: dict[Any, Any] = {T.added_user_ids: func.array_append(T.added_user_ids, found.user_id)} if joins else {}
        event = {"kind": EventKind.MERGED.value, "from": found.number}
        kept = await change(self._session, actor, Which(row_id=other.id), more, event=event, now=now)
        return merged, kept
