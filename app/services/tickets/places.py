"""What becomes of tickets when something of theirs in Discord goes: their channel, their member, a role."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.tickets.events import EventKind
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus
from app.services.statements import FRESHLY
from app.services.tickets.access import UNFINISHED
from app.services.tickets.rows import WORKABLE, announce, noted

T = SupportTicket


class TicketPlacesService:
    """Takes down what was noticed of the places and people of open tickets. No person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def in_channel(self, guild_id: int, channel_id: int) -> Sequence[SupportTicket]:
        """Return the open tickets of a channel: one, or several of the predecessor."""
        return await self._open(guild_id, T.channel_id == channel_id)

    async def in_channels(self, guild_id: int, channel_ids: Collection[int]) -> dict[int, int]:
        """Return the numbers of open tickets by their channels, of those channels that hold one."""
        if not channel_ids:
            return {}
        found = await self._open(guild_id, T.channel_id.in_(channel_ids))
        return {one.channel_id: one.number for one in found if one.channel_id is not None}

    async def of_member(self, guild_id: int, user_id: int, *, left: bool) -> Sequence[SupportTicket]:
        """Return the open tickets of a member: of somebody who has `left`, as far as that is known, or who has not.

        Those of the predecessor are left as they are.
        """
        known = T.opener_left_at.is_not(None) if left else T.opener_left_at.is_(None)
        return await self._open(guild_id, T.user_id == user_id, T.type.is_not(None), known)

    async def opener_left(self, ticket: SupportTicket) -> bool:
        """Write down that the opener has left; tell whether that is news."""
        values: dict[Any, Any] = {T.opener_left_at: self._clock(), T.tell_at: None}
        return await self._change(ticket, values, EventKind.LEFT, T.opener_left_at.is_(None), T.type.is_not(None))

    async def opener_came_back(self, ticket: SupportTicket) -> bool:
        """Write down that the opener is back; tell whether that is news."""
        return await self._change(ticket, {T.opener_left_at: None}, EventKind.CAME_BACK, T.opener_left_at.is_not(None))

    async def back_at(self, ticket: SupportTicket) -> datetime | None:
        """Return when the opener came back last, None if they never were away."""
        events: list[dict[str, Any]] = await self._session.scalar(select(T.events).where(T.id == ticket.id)) or []
        moments = [one["at"] for one in events if one.get("kind") == EventKind.CAME_BACK]
        return datetime.fromisoformat(moments[-1]) if moments else None

    async def channel_gone(self, ticket: SupportTicket, reopen_within: timedelta) -> None:
        """Note that the channel of a ticket is gone; one of the predecessor, which nobody waits for, is over then."""
        now, gone = self._clock(), {"kind": EventKind.CHANNEL_GONE.value}
        values: dict[Any, Any] = noted(gone, now)
        if ticket.type is None:
            values |= {T.status: TicketStatus.CLOSED, T.closed_at: now, T.next_at: now + reopen_within}
            values |= dict.fromkeys((T.turn, T.turn_since, T.snoozed_until, T.close_requested_by, T.close_runs_out_at))
        await self._session.execute(
            update(T).where(T.id == ticket.id, UNFINISHED).values(values).execution_options(**FRESHLY)
        )

    async def roles_gone(self, guild_id: int, role_ids: Collection[int]) -> Sequence[SupportTicket]:
        """Take roles that are no more from the open tickets of a server; return those that this concerned.

        A ticket without any role left is everybody's on the staff.
        """
        ids = [literal(one, BigInteger) for one in sorted(role_ids)]
        named = or_(*(_named(one) for one in ids)) if ids else None
        if named is None:
            return ()
        now = self._clock()
        team, added = T.team_role_ids, T.added_role_ids
        for one in ids:
            team, added = func.array_remove(team, one), func.array_remove(added, one)
        values: dict[Any, Any] = {
            T.team_role_ids: team,
            T.added_role_ids: added,
            T.escalated_to: case((T.escalated_to.in_(ids), None), else_=T.escalated_to),
            T.updated_at: now,
            # Whoever opens one at this moment keeps the lease.
            T.next_at: case((T.status == TicketStatus.OPENING, T.next_at), else_=now),
        }
        changed = await self._session.scalars(
            update(T)
            .where(T.guild_id == guild_id, UNFINISHED, named)
            .values(values)
            .returning(T)
            .execution_options(**FRESHLY)
        )
        tickets = changed.all()
        if tickets:
            await announce(self._session, now)
        return tickets

    async def renewed(self, ticket: SupportTicket) -> SupportTicket:
        """Return a ticket as it is now, or as it was if it is gone."""
        query = select(T).where(T.id == ticket.id).execution_options(populate_existing=True)
        return await self._session.scalar(query) or ticket

    async def _open(self, guild_id: int, *conditions: ColumnElement[bool]) -> Sequence[SupportTicket]:
        found = select(T).where(T.guild_id == guild_id, T.status.in_(sorted(WORKABLE)), *conditions)
        return (await self._session.scalars(found)).all()

    async def _change(
        self, ticket: SupportTicket, values: dict[Any, Any], kind: EventKind, *conditions: ColumnElement[bool]
    ) -> bool:
        now = self._clock()
        done = await self._session.scalar(
            update(T)
            .where(T.id == ticket.id, T.status.in_(sorted(WORKABLE)), *conditions)
            .values({**values, **noted({"kind": kind.value}, now), T.next_at: now})
            .returning(T.id)
            .execution_options(**FRESHLY)
        )
        if done is not None:
            await announce(self._session, now)
        return done is not None


def missing_roles(tickets: Iterable[SupportTicket], known: Collection[int]) -> set[int]:
    """Return the roles that tickets name and a server does not have."""
    named = {
        one
        for ticket in tickets
        for one in (*ticket.team_role_ids, *ticket.added_role_ids, ticket.escalated_to)
        if one is not None
    }
    return named - set(known)


def _named(role_id: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(role_id == func.any(T.team_role_ids), role_id == func.any(T.added_role_ids), T.escalated_to == role_id)
