"""Opening tickets: a row, then a channel, then the row again. What ends half-way is completed or taken back."""

from dataclasses import field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.commits import SINGLY, note_nothing_written
from app.core.durations import Spoken
from app.core.errors import InvalidInput, LimitReached, NotAllowed, Overtaken
from app.core.messages import msgn
from app.core.records import record
from app.core.storable import is_storable
from app.core.tickets.errors import AlreadyOpen, ChangedMeanwhile, IsBlocked, TooManyOpen, TypeNotFound
from app.core.tickets.events import EventKind
from app.core.tickets.limits import MAX_DESCRIPTION, OPENING_TAKES
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Place, TicketType
from app.models.faq_entry import FaqEntry
from app.models.support_ticket import SupportTicket, TicketStatus, Turn
from app.services.statements import FRESHLY, WITHOUT_THE_DISK, first_of
from app.services.tickets.access import UNFINISHED
from app.services.tickets.rows import ANNOUNCED, announced, noted, within
from app.services.tickets.targets import hours_of, targets_of


@record
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
        now = self._clock()
        found = _allowed(actor, policy, type_key, for_user_id or actor.user_id, now)
        await self._check_limits(actor, policy, found, for_user_id or actor.user_id, now)
        return found

    async def begin(self, actor: Actor, policy: TicketPolicy, request: Request) -> SupportTicket:
        """Write the row of a ticket whose channel is to be made; it has its number from now on.

        Raises what `check` raises, AlreadyOpen to all but one of those who open the same at once, and Overtaken where
        that can only be told in a transaction.
        """
        opener, now = request.for_user_id or actor.user_id, self._clock()
        ticket = await self._made(actor, policy, request, now)
        if ticket is None:
            if SINGLY in self._session.info:
                raise Overtaken
            rules = _allowed(actor, policy, request.type.key, opener, now)
            await self._check_limits(actor, policy, rules, opener, now)
            raise await self._already_open(actor, request.type.key, opener)
        return ticket

    async def begin_without_faq(self, actor: Actor, policy: TicketPolicy, request: Request) -> SupportTicket | None:
        """Do the same where the server has no entry in its FAQ that might spare the ticket.

        Returns None, and has written nothing, where it has one, or something else is in the way.
        """
        ticket = await self._made(actor, policy, request, self._clock(), without_faq=True)
        if ticket is None:
            note_nothing_written(self._session.info)
        return ticket

    async def _made(
        self, actor: Actor, policy: TicketPolicy, request: Request, now: datetime, *, without_faq: bool = False
    ) -> SupportTicket | None:
        """Write the row if everything allows it. Raises what is known without a look at other tickets."""
        description = request.description.strip()
        if len(description) > MAX_DESCRIPTION or not is_storable(description):
            raise InvalidInput("A ticket has at most {count} characters.", count=MAX_DESCRIPTION)
        opener = request.for_user_id or actor.user_id
        rules, kind = _allowed(actor, policy, request.type.key, opener, now), request.type
        is_single = SINGLY in self._session.info
        if not is_single:
            # Numbers have no gaps: whoever comes next waits for this transaction.
            await self._session.execute(_LOCKING, {"guild_id": actor.guild_id})
        limits = _Limits(opener == actor.user_id, bool(rules.cool_down), is_single, without_faq)
        facts: dict[str, Any] = {
            "guild_id": actor.guild_id,
            "user_id": opener,
            "username": request.username,
            "description": description,
            "type": kind.key,
            "type_name": kind.name,
            "is_thread": kind.place is Place.THREAD,
            "opened_by": actor.user_id if opener != actor.user_id else None,
            "team_role_ids": list(kind.team_role_ids),
            "answers": list(request.answers),
            "priority": int(kind.priority),
            "created_at": now,
            "next_at": now + OPENING_TAKES,
            "events": [{"at": now.isoformat(), "kind": EventKind.OPENED, "by": actor.user_id, **request.source}],
            **targets_of(policy, kind, now),
        }
        bounds = {
            "per_server": policy.per_server,
            "per_type": rules.max_open or None,
            "per_member": policy.per_member,
            "since": now - timedelta(seconds=rules.cool_down),
        }
        made = {f"new_{name}": value for name, value in facts.items()} | bounds
        done = await first_of(self._session, SupportTicket, _making(limits), made)
        return done[0] if done is not None else None

    async def complete(self, ticket: SupportTicket, channel_id: int) -> SupportTicket:
        """Write down the channel. Raises ChangedMeanwhile when another process was first, whose channel it is then."""
        now = self._clock()
        facts = {"ticket": ticket.id, "channel": channel_id, "now": now, "announced": announced(now)}
        done = await first_of(self._session, SupportTicket, _COMPLETING, facts)
        if done is None:
            raise ChangedMeanwhile
        return done[0]

    async def headed(self, ticket: SupportTicket, message_id: int) -> None:
        """Remember the message that shows its state."""
        await self._session.execute(_HEADING, {"ticket": ticket.id, "message": message_id})

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
                msgn(
                    "This server has {count} open ticket, and takes no more at the moment. Please try again later.",
                    "This server has {count} open tickets, and takes no more at the moment. Please try again later.",
                    policy.per_server,
                )
            )
        if kind.max_open and row.of_type >= kind.max_open:
            raise TooManyOpen("All places for this kind of ticket are taken at the moment. Please try again later.")
        if opener != actor.user_id:
            # Limits of members do not bind staff who act for them.
            return
        if row.mine >= policy.per_member:
            raise TooManyOpen(
                msgn(
                    "You have {count} open ticket, which is as many as this server allows. Close it first.",
                    "You have {count} open tickets, which is as many as this server allows. Close one first.",
                    policy.per_member,
                )
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


def _allowed(actor: Actor, policy: TicketPolicy, type_key: str, opener: int, now: datetime) -> TicketType:
    """Return the type if nothing that the server chose is against it, whatever there is already."""
    if not policy.enabled:
        raise NotAllowed("Tickets are switched off in this server.")
    found = policy.types.get(type_key)
    if found is None or not found.enabled:
        raise TypeNotFound
    by_staff = opener != actor.user_id
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
    return found


NUMBERS = 0x7469636B
"""The first half of the key of the lock on a server's numbers."""
_LOCKING = select(func.pg_advisory_xact_lock(NUMBERS, func.hashint8(bindparam("guild_id", type_=BigInteger()))))
_FACTS = (
    "guild_id", "user_id", "username", "description", "type", "type_name", "is_thread", "opened_by", "team_role_ids",
    "answers", "priority", "created_at", "next_at", "events", "first_due_at", "resolution_due_at",
)  # fmt: skip
"""The columns of a new ticket that its opening says."""


class _Limits(NamedTuple):
    """Which limits an opening has: those of members do not bind staff who act for them."""

    is_own: bool
    cools_down: bool
    is_single: bool
    """Whether the statement is a transaction by itself, so that nobody waits."""
    without_faq: bool
    """Whether it holds only where the server has no entry in its FAQ."""


@lru_cache(maxsize=16)
def _making(limits: _Limits) -> ReturningInsert[tuple[SupportTicket]]:
    """Build the statement that makes a ticket with the next number if all limits allow it.

    One statement, and a condition of it: only one of two who come at once can have the last place. By itself, it takes
    the lock or makes nothing. If somebody else's ticket came after what it sees and before the lock, both have the same
    number, and it makes nothing either.
    """
    new = {name: bindparam(f"new_{name}", type_=getattr(SupportTicket, name).type) for name in _FACTS}
    is_mine, is_type = SupportTicket.user_id == new["user_id"], SupportTicket.type == new["type"]
    here = SupportTicket.guild_id == new["guild_id"]
    open_ones = (
        select(
            func.count().label("all"),
            func.count().filter(is_mine).label("mine"),
            func.count().filter(is_type).label("of_type"),
            func.count().filter(is_mine, is_type).label("same"),
        )
        .where(here, UNFINISHED)
        .subquery("open_ones")
    )
    per_type = bindparam("per_type", type_=Integer())
    allowed = [
        open_ones.c.same == 0,
        open_ones.c.all < bindparam("per_server", type_=Integer()),
        func.coalesce(open_ones.c.of_type < per_type, True),
    ]
    if limits.is_single:
        allowed.append(func.pg_try_advisory_xact_lock(NUMBERS, func.hashint8(new["guild_id"]), type_=Boolean()))
    if limits.without_faq:
        allowed.append(~select(FaqEntry.id).where(FaqEntry.guild_id == new["guild_id"]).exists())
    if limits.is_own:
        allowed.append(open_ones.c.mine < bindparam("per_member", type_=Integer()))
        if limits.cools_down:
            since = bindparam("since", type_=SupportTicket.closed_at.type)
            allowed.append(
                ~select(SupportTicket.id).where(here, is_mine, is_type, SupportTicket.closed_at > since).exists()
            )
    number = select(func.coalesce(func.max(SupportTicket.number), 0) + 1).where(here).scalar_subquery()
    row: dict[str, Any] = {
        **new,
        "number": number,
        "status": literal_column(f"'{TicketStatus.OPENING.value}'"),
        "turn": literal_column(f"'{Turn.STAFF.value}'"),
        "turn_since": new["created_at"],
        "updated_at": new["created_at"],
    }
    # As a part of the query, because SQLAlchemy keeps no compiled INSERT that has a conflict clause of its own.
    one = select(*row.values()).select_from(open_ones).where(*allowed).suffix_with("ON CONFLICT DO NOTHING")
    made = insert(SupportTicket).from_select(list(row), one, include_defaults=False).returning(SupportTicket)
    # Its parameters are no rows.
    return made.execution_options(dml_strategy="orm")


_TICKET = SupportTicket.id == bindparam("ticket", type_=BigInteger())
_NOW = bindparam("now", type_=SupportTicket.updated_at.type)
_COMPLETING = (
    update(SupportTicket)
    .where(_TICKET, within({TicketStatus.OPENING}))
    .values(
        {
            SupportTicket.status: TicketStatus.OPEN,
            SupportTicket.channel_id: bindparam("channel", type_=BigInteger()),
            SupportTicket.updated_at: _NOW,
            SupportTicket.next_at: _NOW,
        }
    )
    # If the database crashes just then, the job finds the same channel once more.
    .returning(SupportTicket, ANNOUNCED, WITHOUT_THE_DISK)
    .execution_options(**FRESHLY)
)
_HEADING = (
    update(SupportTicket)
    .where(_TICKET)
    .values({SupportTicket.header_message_id: bindparam("message", type_=BigInteger())})
    .execution_options(synchronize_session=False)
)
