"""What staff do with a ticket: each a single statement that only one of two clicks can win."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, not_
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.storable import is_storable
from app.core.tickets import limits
from app.core.tickets.errors import AlreadyClaimed, ChangedMeanwhile, StaffOfTicketOnly
from app.core.tickets.events import EventKind
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Priority
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from app.services.tickets.access import Which, is_staff_of
from app.services.tickets.messages import turned
from app.services.tickets.rows import WORKABLE, Condition, change, load

T = SupportTicket
ACTIVE = case((T.claimed_by.is_not(None), literal("claimed", T.status.type)), else_=literal("open", T.status.type))
"""What a ticket is that is neither put off nor over: claimed if somebody has it."""
NOBODYS = Condition(T.claimed_by.is_(None))


class TicketWorkService:
    """Changes what staff decide about a ticket. Everything here is for the staff of that ticket only."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def get(self, actor: Actor, which: Which) -> SupportTicket:
        """Return a ticket that this person may see. Raises TicketNotFound, NoTicketHere."""
        return await load(self._session, actor, which)

    async def get_as_staff(self, actor: Actor, which: Which) -> SupportTicket:
        """Return a ticket that this person works on. Raises what `get` raises, and StaffOfTicketOnly."""
        ticket = await load(self._session, actor, which)
        if not is_staff_of(actor, ticket):
            raise StaffOfTicketOnly
        return ticket

    async def claim(self, actor: Actor, which: Which) -> SupportTicket:
        """Take a ticket. Raises AlreadyClaimed to all but the first."""
        now = self._clock()
        values = {T.status: TicketStatus.CLAIMED, T.claimed_by: actor.user_id, T.claimed_at: now, T.snoozed_until: None}
        try:
            return await self._change(actor, which, values, EventKind.CLAIMED, NOBODYS, now=now)
        except ChangedMeanwhile:
            found = await load(self._session, actor, which)
            if found.claimed_by is None:
                raise
            if found.claimed_by == actor.user_id:
                raise Conflict("You have claimed this ticket already.") from None
            raise AlreadyClaimed(by=found.claimed_by) from None

    async def unclaim(self, actor: Actor, which: Which) -> SupportTicket:
        """Give a ticket back to everybody: one's own, as a manager anybody's. Raises Conflict."""
        mine = T.claimed_by.is_not(None) if actor.is_manager else T.claimed_by == actor.user_id
        values = {T.status: TicketStatus.OPEN, T.claimed_by: None, T.claimed_at: None, T.snoozed_until: None}
        try:
            return await self._change(actor, which, values, EventKind.UNCLAIMED, mine)
        except ChangedMeanwhile:
            raise Conflict("You have not claimed this ticket.") from None

    async def transfer(self, actor: Actor, which: Which, to: Actor) -> SupportTicket:
        """Give it to another person of its staff, whoever has it now. Raises Conflict, NotAllowed."""
        now, to_user_id = self._clock(), to.user_id
        found = await load(self._session, actor, which)
        if to_user_id == found.user_id or not is_staff_of(to, found):
            raise NotAllowed("<@{person}> is not of the staff of this ticket.", person=to_user_id)
        values = {T.status: TicketStatus.CLAIMED, T.claimed_by: to_user_id, T.claimed_at: now, T.snoozed_until: None}
        other = T.claimed_by.is_distinct_from(to_user_id)
        try:
            return await self._change(actor, which, values, EventKind.TRANSFERRED, other, now=now, to=to_user_id)
        except ChangedMeanwhile:
            raise Conflict("<@{person}> has this ticket already.", person=to_user_id) from None

    async def set_priority(self, actor: Actor, which: Which, priority: Priority) -> SupportTicket:
        """Say how urgent it is."""
        values = {T.priority: int(priority)}
        return await self._change(actor, which, values, EventKind.PRIORITY, priority=int(priority))

    async def set_labels(self, actor: Actor, which: Which, labels: Sequence[str]) -> SupportTicket:
        """Replace its labels. Raises InvalidInput."""
        words = list(dict.fromkeys(word.strip().lower() for word in labels if word.strip()))
        if len(words) > limits.MAX_LABELS or any(
            len(word) > limits.MAX_LABEL_WORD or not is_storable(word) for word in words
        ):
            raise InvalidInput(
                "A ticket has up to {count} labels of up to {length} characters each, separated by commas.",
                count=limits.MAX_LABELS,
                length=limits.MAX_LABEL_WORD,
            )
        return await self._change(actor, which, {T.labels: words}, EventKind.LABELS, labels=words)

    async def set_turn(self, actor: Actor, policy: TicketPolicy, which: Which, turn: Turn) -> SupportTicket:
        """Say by hand whose turn it is."""
        now = self._clock()
        values = turned(await load(self._session, actor, which), turn, now, policy)
        other = T.turn.is_distinct_from(turn)
        try:
            return await self._change(actor, which, values, EventKind.TURN, other, now=now, turn=turn.value)
        except ChangedMeanwhile:
            raise Conflict("That is so already.") from None

    async def snooze(self, actor: Actor, which: Which, until: datetime | None) -> SupportTicket:
        """Put it off until a moment, or until the member writes; it comes back by itself. Raises InvalidInput."""
        now = self._clock()
        if until is not None and not now < until <= now + limits.MAX_SNOOZE:
            raise InvalidInput("A ticket can be put off for up to a year, as in `tomorrow 9am`, `3 days` or `monday`.")
        values = {T.status: TicketStatus.SNOOZED, T.snoozed_until: until}
        text = until.isoformat() if until is not None else None
        return await self._change(actor, which, values, EventKind.SNOOZED, now=now, until=text)

    async def wake(self, actor: Actor, which: Which) -> SupportTicket:
        """Take up again what was put off. Raises Conflict."""
        values = {T.status: ACTIVE, T.snoozed_until: None}
        try:
            return await self._change(actor, which, values, EventKind.WOKEN, T.status == TicketStatus.SNOOZED)
        except ChangedMeanwhile:
            raise Conflict("This ticket is not put off.") from None

    async def escalate(self, actor: Actor, which: Which, role_id: int) -> SupportTicket:
        """Call another role for help, which sees and works on it from now on."""
        values = {T.status: TicketStatus.ESCALATED, T.escalated_to: role_id, T.snoozed_until: None}
        return await self._change(actor, which, values, EventKind.ESCALATED, role=role_id)

    async def set_locked(self, actor: Actor, which: Which, *, locked: bool) -> SupportTicket:
        """Let only staff close it, or its member as well."""
        kind = EventKind.LOCKED if locked else EventKind.UNLOCKED
        try:
            return await self._change(actor, which, {T.locked: locked}, kind, T.locked.is_(not locked))
        except ChangedMeanwhile:
            raise Conflict("That is so already.") from None

    async def note(self, actor: Actor, which: Which, text: str) -> SupportTicket:
        """Write down what only staff see. Raises InvalidInput."""
        text = text.strip()
        if not 1 <= len(text) <= limits.MAX_NOTE or not is_storable(text):
            raise InvalidInput("A note has 1 to {count} characters.", count=limits.MAX_NOTE)
        return await self._change(actor, which, {}, EventKind.NOTE, among=frozenset(TicketStatus), text=text)

    async def add(
        self, actor: Actor, which: Which, *, user_id: int | None = None, role_id: int | None = None
    ) -> SupportTicket:
        """Let a person, or everybody with a role, see it and write in it. Raises Conflict, InvalidInput."""
        column, one = (T.added_user_ids, user_id) if user_id is not None else (T.added_role_ids, role_id)
        values = {column: func.array_append(column, one)}
        missing = not_(column.contains([one]))
        few = func.cardinality(column) < limits.MAX_ADDED
        try:
            return await self._change(actor, which, values, EventKind.ADDED, missing, few, user=user_id, role=role_id)
        except ChangedMeanwhile:
            raise Conflict("They have been added already, or nobody else can be.") from None

    async def remove(
        self, actor: Actor, which: Which, *, user_id: int | None = None, role_id: int | None = None
    ) -> SupportTicket:
        """Take that back. Raises Conflict for who was not added."""
        column, one = (T.added_user_ids, user_id) if user_id is not None else (T.added_role_ids, role_id)
        values = {column: func.array_remove(column, one)}
        try:
            return await self._change(
                actor, which, values, EventKind.REMOVED, column.contains([one]), user=user_id, role=role_id
            )
        except ChangedMeanwhile:
            raise Conflict("They were not added to this ticket.") from None

    async def _change(
        self,
        actor: Actor,
        which: Which,
        values: dict[Any, Any],
        kind: EventKind,
        *conditions: Any,
        now: datetime | None = None,
        among: frozenset[TicketStatus] = WORKABLE,
        **more: Any,
    ) -> SupportTicket:
        event = {"kind": kind.value, **{name: value for name, value in more.items() if value is not None}}
        return await change(
            self._session, actor, which, values, *conditions, event=event, now=now or self._clock(), among=among
        )
