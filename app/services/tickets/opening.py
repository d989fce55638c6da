"""Opening tickets: a row, then a channel, then the row again. What ends half-way is completed or taken back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.durations import Spoken
from app.core.errors import InvalidInput, LimitReached, NotAllowed
from app.core.storable import is_storable
from app.core.tickets.errors import AlreadyOpen, ChangedMeanwhile, IsBlocked, TooManyOpen, TypeNotFound
from app.core.tickets.events import EventKind
from app.core.tickets.limits import MAX_DESCRIPTION, OPENING_TAKES
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Place, TicketType
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from app.services.tickets.access import UNFINISHED
from app.services.tickets.rows import announce, noted
from app.services.tickets.targets import hours_of, targets_of


@dataclass(frozen=True)
class Request:
    """What somebody wants to open a ticket about, checked and complete."""

    type: TicketType
    description: str
    answers: tuple[dict[str, Any], ...] = ()
    for_user_id: int | None = None
    """The member for whom staff open it."""
    username: str | None = None
    source: dict[str, Any] = field(default_factory=dict[str, Any])
    """Where it came from, for the events: a panel, a command, a message."""


class TicketOpeningService:
    """Makes rows of tickets, and carries them to where there is a channel."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def check(
        self, actor: Actor, policy: TicketPolicy, type_key: str, *, for_user_id: int | None = None
    ) -> TicketType:
        """Return the type if this person could open such a ticket now: asked before a form is shown, and again after.

        Raises TypeNotFound, IsBlocked, AlreadyOpen, TooManyOpen, NotAllowed.
        """
        if not policy.enabled:
            raise NotAllowed("Tickets are switched off in this server.")
        found = policy.types.get(type_key)
        if found is None or not found.enabled:
            raise TypeNotFound
        opener = for_user_id or actor.user_id
        now = self._clock()
        by_staff = for_user_id is not None and for_user_id != actor.user_id
        if by_staff:
            if not (actor.is_staff or actor.role_ids & {*found.team_role_ids}):
                raise NotAllowed("Only staff may open a ticket for somebody else.")
        elif (blocked := policy.blocked.get(str(opener))) is not None and blocked.holds(now):
            raise IsBlocked
        if not by_staff and policy.refuses_outside_hours:
            hours = hours_of(policy)
            if not hours.is_open(now):
                raise NotAllowed(
                    "Tickets can be opened during business hours only. Staff are back <t:{moment}:R>.",
                    moment=int(hours.next_opening(now).timestamp()),
                )
        await self._check_limits(actor, policy, found, opener, now)
        return found

    async def begin(self, actor: Actor, policy: TicketPolicy, request: Request) -> SupportTicket:
        """Write the row of a ticket whose channel is to be made; it has its number from now on.

        Raises what `check` raises, and AlreadyOpen to all but one of those who open the same at once.
        """
        description = request.description.strip()
        if len(description) > MAX_DESCRIPTION or not is_storable(description):
            raise InvalidInput("A ticket has at most {count} characters.", count=MAX_DESCRIPTION)
        opener, now = request.for_user_id or actor.user_id, self._clock()
        # Numbers have no gaps: whoever comes next waits for this transaction.
        await self._session.execute(select(func.pg_advisory_xact_lock(NUMBERS, func.hashint8(actor.guild_id))))
        await self.check(actor, policy, request.type.key, for_user_id=request.for_user_id)
        kind = request.type
        number = select(func.coalesce(func.max(SupportTicket.number), 0) + 1).where(
            SupportTicket.guild_id == actor.guild_id
        )
        facts: dict[Any, Any] = {
            "guild_id": actor.guild_id,
            "user_id": opener,
            "username": request.username,
            "description": description,
            "status": TicketStatus.OPENING,
            "number": number.scalar_subquery(),
            "type": kind.key,
            "type_name": kind.name,
            "is_thread": kind.place is Place.THREAD,
            "opened_by": actor.user_id if opener != actor.user_id else None,
            "team_role_ids": list(kind.team_role_ids),
            "answers": list(request.answers),
            "priority": int(kind.priority),
            "created_at": now,
            "updated_at": now,
            "turn": Turn.STAFF,
            "turn_since": now,
            "next_at": now + OPENING_TAKES,
            "events": [{"at": now.isoformat(), "kind": EventKind.OPENED, "by": actor.user_id, **request.source}],
            **targets_of(policy, kind, now),
        }
        made = insert(SupportTicket).values(facts).on_conflict_do_nothing().returning(SupportTicket)
        ticket = await self._session.scalar(made)
        if ticket is None:
            raise await self._already_open(actor, kind.key, opener)
        return ticket

    async def complete(self, ticket: SupportTicket, channel_id: int) -> SupportTicket:
        """Write down the channel. Raises ChangedMeanwhile when another process was first, whose channel it is then."""
        now = self._clock()
        statement = (
            update(SupportTicket)
            .where(SupportTicket.id == ticket.id, SupportTicket.status == TicketStatus.OPENING)
            .values(
                {
                    SupportTicket.status: TicketStatus.OPEN,
                    SupportTicket.channel_id: channel_id,
                    SupportTicket.updated_at: now,
                    SupportTicket.next_at: now,
                }
            )
            .returning(SupportTicket)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        done = await self._session.scalar(statement)
        if done is None:
            raise ChangedMeanwhile
        await announce(self._session, now)
        return done

    async def headed(self, ticket: SupportTicket, message_id: int) -> None:
        """Remember the message that shows its state."""
        here = SupportTicket.id == ticket.id
        await self._session.execute(
            update(SupportTicket)
            .where(here)
            .values(header_message_id=message_id)
            .execution_options(synchronize_session=False)
        )

    async def take_back(self, ticket: SupportTicket) -> bool:
        """Remove a ticket whose channel could not be made; tell whether this was it, and nobody else's.

        One that had been open before is closed again.
        """
        opening = (SupportTicket.id == ticket.id, SupportTicket.status == TicketStatus.OPENING)
        now = self._clock()
        closed = await self._session.scalar(
            update(SupportTicket)
            .where(*opening, SupportTicket.reopened > 0)
            .values(
                {
                    SupportTicket.status: TicketStatus.CLOSED,
                    SupportTicket.next_at: None,
                    **noted({"kind": EventKind.TAKEN_BACK}, now),
                }
            )
            .returning(SupportTicket.id)
            .execution_options(synchronize_session=False)
        )
        if closed is not None:
            return True
        gone = delete(SupportTicket).where(*opening).returning(SupportTicket.id)
        return await self._session.scalar(gone.execution_options(synchronize_session=False)) is not None

    async def _check_limits(
        self, actor: Actor, policy: TicketPolicy, kind: TicketType, opener: int, now: datetime
    ) -> None:
        guild_id = actor.guild_id
        is_mine, is_type = SupportTicket.user_id == opener, SupportTicket.type == kind.key
        open_ones = select(
            func.count().label("all"),
            func.count().filter(is_mine).label("mine"),
            func.count().filter(is_type).label("of_type"),
            func.max(SupportTicket.id).filter(is_mine, is_type).label("same"),
        ).where(SupportTicket.guild_id == guild_id, UNFINISHED)
        row = (await self._session.execute(open_ones)).one()
        if row.same is not None:
            raise await self._already_open(actor, kind.key, opener)
        if row.all >= policy.per_server:
            raise TooManyOpen(
                "This server has {count} open tickets, and takes no more at the moment. Please try again later.",
                count=policy.per_server,
            )
        if kind.max_open and row.of_type >= kind.max_open:
            raise TooManyOpen("All places for this kind of ticket are taken at the moment. Please try again later.")
        if opener != actor.user_id:
            # Limits of members do not bind staff who act for them.
            return
        if row.mine >= policy.per_member:
            raise TooManyOpen(
                "You have {count} open tickets, which is as many as this server allows. Close one first.",
                count=policy.per_member,
            )
        if kind.cool_down:
            since = now - timedelta(seconds=kind.cool_down)
            last = await self._session.scalar(
                select(func.max(SupportTicket.closed_at)).where(
                    SupportTicket.guild_id == guild_id, is_mine, is_type, SupportTicket.closed_at > since
                )
            )
            if last is not None:
                raise LimitReached(
                    "You have just had a ticket of this kind. You can open the next one in {time}.",
                    time=Spoken(last + timedelta(seconds=kind.cool_down) - now),
                )

    async def _already_open(self, actor: Actor, type_key: str, opener: int) -> AlreadyOpen:
        if opener != actor.user_id:
            return AlreadyOpen(channel_id=None, number=0, of=opener)
        found = await self._session.scalar(
            select(SupportTicket)
            .where(
                SupportTicket.guild_id == actor.guild_id,
                SupportTicket.user_id == opener,
                SupportTicket.type == type_key,
                UNFINISHED,
            )
            .limit(1)
        )
        if found is None:
            return AlreadyOpen(channel_id=None, number=0)
        return AlreadyOpen(channel_id=found.channel_id, number=found.number)


NUMBERS = 0x7469636B
"""The first half of the key of the lock on a server's numbers."""
