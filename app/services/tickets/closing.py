"""The end of a ticket: asking whether it can be closed, closing, reopening, and what its member thought of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.privacy.documents import NOBODY
from app.core.storable import is_storable
from app.core.tickets.errors import ChangedMeanwhile, TicketIsClosed, TicketIsOpen, TicketNotFound
from app.core.tickets.events import EventKind
from app.core.tickets.limits import MAX_COMMENT, MAX_REASON
from app.core.tickets.policy import TicketPolicy
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from app.services.tickets.access import Which, is_staff_of, visible_to
from app.services.tickets.messages import turned
from app.services.tickets.rows import OVER, WORKABLE, announce, change, load, noted
from app.services.tickets.targets import business_seconds

T = SupportTicket
NO_REQUEST: dict[Any, Any] = {T.close_requested_by: None, T.close_runs_out_at: None}


class TicketClosingService:
    """Takes tickets to their end, and back."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def request(self, actor: Actor, policy: TicketPolicy, which: Which) -> SupportTicket:
        """Ask the member whether it can be closed; without an answer it will be. Staff only."""
        now = self._clock()
        values: dict[Any, Any] = {
            T.close_requested_by: actor.user_id,
            T.close_runs_out_at: now + policy.close_request,
        }
        event = {"kind": EventKind.CLOSE_REQUESTED.value}
        try:
            return await change(
                self._session, actor, which, values, T.close_requested_by.is_(None), event=event, now=now
            )
        except ChangedMeanwhile:
            raise Conflict("The member has been asked already whether this ticket can be closed.") from None

    async def decline(self, actor: Actor, policy: TicketPolicy, which: Which) -> SupportTicket:
        """Say that it is not done yet: the member, or staff who take the question back."""
        now = self._clock()
        event = {"kind": EventKind.CLOSE_DECLINED.value}
        asked = T.close_requested_by.is_not(None)
        found, values = await load(self._session, actor, which), dict(NO_REQUEST)
        is_of_member = actor.user_id == found.user_id or not is_staff_of(actor, found)
        if is_of_member and found.turn is not Turn.STAFF:
            values |= turned(found, Turn.STAFF, now, policy)
        try:
            return await change(self._session, actor, which, values, asked, event=event, now=now, staff_only=False)
        except ChangedMeanwhile:
            raise Conflict("Nobody asks any more whether this ticket can be closed.") from None

    async def check(self, actor: Actor, policy: TicketPolicy, which: Which) -> SupportTicket:
        """Return the ticket if this person may close it now. Raises NotAllowed, TicketIsClosed, TicketNotFound."""
        found = await load(self._session, actor, which)
        if not is_staff_of(actor, found):
            is_asked = found.close_requested_by is not None
            if found.user_id != actor.user_id:
                raise NotAllowed("Only the member who opened this ticket and its staff can close it.")
            if not is_asked and (found.locked or not policy.members_close):
                raise NotAllowed("Only staff can close this ticket. Ask them here when you need it no more.")
        if found.status not in WORKABLE:
            raise TicketIsClosed
        return found

    async def close(
        self, actor: Actor, policy: TicketPolicy, which: Which, *, reason: str | None = None
    ) -> SupportTicket:
        """Close it: staff always, its member unless it is locked or the server leaves that to staff.

        What the member was asked to agree to, they may always close. Raises NotAllowed, TicketIsClosed, InvalidInput.
        """
        reason, now = _checked(reason), self._clock()
        found = await self.check(actor, policy, which)
        event = {"kind": EventKind.CLOSED.value} | ({"reason": reason} if reason else {})
        values = closed(policy, found, actor.user_id, reason, now)
        try:
            return await change(
                self._session, actor, Which(row_id=found.id), values, event=event, now=now, staff_only=False
            )
        except ChangedMeanwhile:
            raise TicketIsClosed from None

    async def change_reason(self, actor: Actor, which: Which, reason: str) -> SupportTicket:
        """Say anew why it was closed. Staff only."""
        reason = _checked(reason) or ""
        event = {"kind": EventKind.REASON.value, "reason": reason}
        # Nothing is to be done about it: it stays as it is otherwise.
        found = await load(self._session, actor, which)
        return await change(
            self._session,
            actor,
            Which(row_id=found.id),
            {T.close_reason: reason or None},
            event=event,
            now=self._clock(),
            among=OVER,
        )

    async def reopen(self, actor: Actor, policy: TicketPolicy, which: Which) -> SupportTicket:
        """Begin to open a closed ticket again: its member or staff, for some time. A channel has to be made for it.

        Raises TicketIsOpen, Conflict when it is too late or the member has another one of its type.
        """
        now = self._clock()
        found = await load(self._session, actor, which)
        if found.status is TicketStatus.CLOSING:
            raise Conflict("This ticket is just being closed. Please try again in a minute.")
        if found.status not in OVER:
            raise TicketIsOpen
        is_late = found.closed_at is None or found.closed_at + policy.reopen_within < now
        is_erased = found.user_id == NOBODY
        if found.status is TicketStatus.ARCHIVED or is_late or is_erased or found.merged_into is not None:
            raise Conflict("This ticket can no longer be opened again. Please open a new one with `/ticket open`.")
        if (
            found.user_id == actor.user_id
            and (blocked := policy.blocked.get(str(actor.user_id)))
            and blocked.holds(now)
        ):
            raise NotAllowed("You cannot open tickets in this server.")
        values: dict[Any, Any] = {
            T.status: TicketStatus.OPENING,
            T.channel_id: found.channel_id if found.is_thread else None,
            T.header_message_id: None,
            T.reopened: T.reopened + 1,
            T.turn: Turn.STAFF,
            T.turn_since: now,
            **dict.fromkeys(
                (
                    T.claimed_by,
                    T.claimed_at,
                    T.closed_at,
                    T.closed_by,
                    T.close_reason,
                    T.resolved_seconds,
                    T.reminded_at,
                )
            ),
            **dict.fromkeys((T.warned_at, T.snoozed_until, T.escalated_to, T.opener_left_at, T.transcript_message_id)),
            **NO_REQUEST,
            T.transcript_tries: 0,
            **noted({"kind": EventKind.REOPENED.value, "by": actor.user_id}, now),
            T.next_at: now,
        }
        statement = (
            update(T)
            .where(visible_to(actor), T.id == found.id, T.status == TicketStatus.CLOSED)
            .values(values)
            .returning(T)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        try:
            async with self._session.begin_nested():
                ticket = await self._session.scalar(statement)
        except IntegrityError:
            raise Conflict("There is another open ticket of this kind, so this one cannot be opened again.") from None
        if ticket is None:
            raise ChangedMeanwhile
        await announce(self._session, now)
        return ticket

    async def rate(self, actor: Actor, which: Which, stars: int, comment: str | None = None) -> SupportTicket:
        """Take down what the member thought of it. Raises TicketNotFound to everybody else, TicketIsOpen."""
        if not 1 <= stars <= 5 or (comment is not None and (len(comment) > MAX_COMMENT or not is_storable(comment))):
            raise InvalidInput(
                "A rating is 1 to 5 stars, with a comment of at most {count} characters.", count=MAX_COMMENT
            )
        now = self._clock()
        values: dict[Any, Any] = {T.rating: stars, T.rated_at: now}
        if comment is not None:
            values[T.rating_comment] = comment.strip() or None
        statement = (
            update(T)
            .where(
                T.guild_id == actor.guild_id,
                which.matches(),
                T.user_id == actor.user_id,
                or_(T.status.in_(sorted(OVER)), and_(T.reopened > 0, T.rating.is_not(None))),
            )
            .values({**values, **noted({"kind": EventKind.RATED.value, "stars": stars}, now)})
            .returning(T)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        ticket = await self._session.scalar(statement)
        if ticket is not None:
            return ticket
        found = await load(self._session, actor, which)
        if found.user_id != actor.user_id:
            raise TicketNotFound
        raise TicketIsOpen

    async def close_by_bot(self, ticket: SupportTicket, policy: TicketPolicy, why: str) -> bool:
        """Close it because of what happened, or did not; tell whether it was open until now."""
        now = self._clock()
        values = closed(policy, ticket, None, why, now)
        event = {"kind": EventKind.CLOSED.value, "reason": why}
        done = await self._session.scalar(
            update(T)
            .where(T.id == ticket.id, T.status.in_(sorted(WORKABLE | {TicketStatus.OPENING})))
            .values({**values, **noted(event, now), T.next_at: now})
            .returning(T.id)
            .execution_options(synchronize_session=False)
        )
        if done is not None:
            await announce(self._session, now)
        return done is not None


def closed(
    policy: TicketPolicy, ticket: SupportTicket, by: int | None, reason: str | None, now: datetime
) -> dict[Any, Any]:
    """Return the columns of a ticket that begins to close."""
    is_late = ticket.resolution_due_at is not None and now > ticket.resolution_due_at
    missed = [*ticket.missed, "resolution"] if is_late and "resolution" not in ticket.missed else ticket.missed
    return {
        T.status: TicketStatus.CLOSING,
        T.closed_at: now,
        T.closed_by: by,
        T.close_reason: reason,
        T.resolved_seconds: business_seconds(policy, ticket.created_at, now),
        T.missed: missed,
        T.turn: None,
        T.turn_since: None,
        T.snoozed_until: None,
        **NO_REQUEST,
    }


def _checked(reason: str | None) -> str | None:
    reason = (reason or "").strip()
    if len(reason) > MAX_REASON or not is_storable(reason):
        raise InvalidInput("A reason has at most {count} characters.", count=MAX_REASON)
    return reason or None
