"""What happens to a ticket by itself, written down: each step only if it is still due once the row is locked."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.clock import Clock
from app.core.tickets.deadlines import Facts, Plan, Rules, Step, Target, plan
from app.core.tickets.events import EventKind
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import seconds
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus, Turn
from app.services.tickets.messages import miss, note, wake
from app.services.tickets.rows import WORKABLE
from app.services.tickets.targets import hours_of

T = SupportTicket


class TicketTimingService:
    """Takes the steps that are due. No person stands behind them."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def take(self, ticket: SupportTicket, step: Step, policy: TicketPolicy) -> SupportTicket | None:
        """Write down that a step was taken, and return the row as it is now; None if it was no longer due.

        The steps that end a ticket are the business of the service for that: of these it is only told whether they are
        due, and the row stays locked.
        """
        now = self._clock()
        found = await self._session.scalar(
            select(T)
            .where(T.id == ticket.id, T.status.in_(sorted(WORKABLE)))
            .with_for_update()
            .options(undefer(T.events))
            .execution_options(populate_existing=True)
        )
        if found is None or step not in plan_of(found, policy, now).due:
            return None
        _take(found, step, now)
        await self._session.flush()
        return found

    async def archive(self, ticket: SupportTicket, policy: TicketPolicy) -> datetime | None:
        """Put a closed ticket away once it cannot be opened again; until then, return when that is."""
        now = self._clock()
        ends = (ticket.closed_at or now) + policy.reopen_within
        if ends > now:
            return ends
        await self._session.execute(
            update(T)
            .where(
                T.id == ticket.id, T.status == TicketStatus.CLOSED, T.closed_at.is_not_distinct_from(ticket.closed_at)
            )
            .values(status=TicketStatus.ARCHIVED)
            .execution_options(synchronize_session=False)
        )
        return None


def plan_of(ticket: SupportTicket, policy: TicketPolicy, now: datetime) -> Plan:
    """Return what is due about an open ticket, and when the next thing is."""
    kind = policy.types.get(ticket.type or "")
    rules = Rules(
        clock=hours_of(policy),
        keep_left=policy.keep_left,
        remind_after=seconds(kind.remind_after) if kind is not None else None,
        warn_after=seconds(kind.warn_after) if kind is not None else None,
        close_after=seconds(kind.close_after) if kind is not None else None,
    )
    return plan(facts_of(ticket), rules, now)


def facts_of(ticket: SupportTicket) -> Facts:
    """Return what is written down about it."""
    return Facts(
        created_at=ticket.created_at,
        is_snoozed=ticket.status is TicketStatus.SNOOZED,
        snoozed_until=ticket.snoozed_until,
        staff_owe=None if ticket.turn is None else ticket.turn is Turn.STAFF,
        turn_since=ticket.turn_since,
        reminded_at=ticket.reminded_at,
        warned_at=ticket.warned_at,
        tell_at=ticket.tell_at,
        is_answered=ticket.first_answered_at is not None,
        first_due_at=ticket.first_due_at,
        next_due_at=ticket.next_due_at,
        resolution_due_at=ticket.resolution_due_at,
        target_warned_at=ticket.sla_warned_at,
        missed=frozenset(ticket.missed),
        close_runs_out_at=ticket.close_runs_out_at,
        opener_left_at=ticket.opener_left_at,
    )


def _take(ticket: SupportTicket, step: Step, now: datetime) -> None:
    match step:
        case Step.WAKE:
            wake(ticket, now)
            if ticket.turn is Turn.STAFF:
                # What was said on that occasion is the reminder of this wait.
                ticket.reminded_at = now
            elif ticket.turn is Turn.MEMBER:
                ticket.turn_since = now
            ticket.updated_at = now
        case Step.MISS_FIRST | Step.MISS_NEXT | Step.MISS_RESOLUTION:
            target, due_at = {
                Step.MISS_FIRST: (Target.FIRST, ticket.first_due_at),
                Step.MISS_NEXT: (Target.NEXT, ticket.next_due_at),
                Step.MISS_RESOLUTION: (Target.RESOLUTION, ticket.resolution_due_at),
            }[step]
            # At that very moment it can still be met, but by nobody who is not here yet.
            miss(ticket, target, due_at, now + timedelta(microseconds=1))
        case Step.TELL:
            ticket.tell_at = None
        case Step.WARN_TARGET:
            ticket.sla_warned_at = now
        case Step.REMIND_STAFF | Step.REMIND_MEMBER:
            ticket.reminded_at = now
            note(ticket, EventKind.REMINDED, now, side=ticket.turn.value if ticket.turn is not None else None)
        case Step.WARN_IDLE:
            ticket.warned_at = now
            note(ticket, EventKind.WARNED, now)
        case Step.CLOSE_LEFT | Step.CLOSE_REQUEST | Step.CLOSE_IDLE:
            pass
