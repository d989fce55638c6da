"""Figures about tickets: what is read of them. How it is summed up is in `app.core.tickets.figures`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, cast, func, select, type_coerce, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import NotAllowed
from app.core.scheduling.zones import zone_info
from app.core.tickets.figures import MAX_ROWS, TYPE_OF_OLD, Period, TicketRow, last_days
from app.core.tickets.policy import TicketPolicy
from app.models.support_ticket import SupportTicket as T
from app.services.tickets.access import UNFINISHED, worked_by

WEEKLY_FROM = 100
"""Days: longer periods are shown by week."""


class FiguresNotAllowed(NotAllowed):
    """Only staff see figures."""

    def __init__(self) -> None:
        super().__init__("Only staff see the figures about tickets.")


@dataclass(frozen=True)
class TicketsOfPeriod:
    """What figures are made of, as `app.core.tickets.figures.summed_up` takes it."""

    rows: Sequence[TicketRow]
    counts: Sequence[tuple[int, int]]
    period: Period
    every: int


class TicketFiguresService:
    """Reads what figures are made of, in two queries however many tickets there are."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def read(
        self, actor: Actor, policy: TicketPolicy, *, days: int, type_key: str | None = None
    ) -> TicketsOfPeriod:
        """Read the tickets of the last days that this person may work on, of one type if one is given.

        Raises FiguresNotAllowed for people who are staff of no ticket.
        """
        zone = zone_info(policy.timezone)
        period = last_days(days, 1 if days < WEEKLY_FROM else 7, zone, self._clock())
        mine = [worked_by(actor), *([_type() == type_key] if type_key is not None else [])]
        counts = await self._counts(period, mine)
        most = max(sum(numbers) for numbers in zip(*counts, strict=True))
        every = -(-most // MAX_ROWS) or 1
        rows = await self._rows(period, mine, every)
        if not (rows or actor.is_staff or actor.role_ids & _teams(policy)):
            raise FiguresNotAllowed
        return TicketsOfPeriod(rows, counts, period, every)

    async def _counts(self, period: Period, mine: list[Any]) -> list[tuple[int, int]]:
        """Count how many were opened and how many closed in each step."""
        moments = ARRAY(DateTime(timezone=True))
        steps = (
            func.unnest(cast(list(period.bounds[:-1]), moments), cast(list(period.bounds[1:]), moments))
            .table_valued("first", "last", with_ordinality="place", name="steps")
            .render_derived()
        )

        def within(moment: Any) -> Any:
            counted = select(func.count()).select_from(T).where(*mine, moment >= steps.c.first, moment < steps.c.last)
            return counted.scalar_subquery()

        counted = select(within(T.created_at), within(T.closed_at)).select_from(steps).order_by(steps.c.place)
        return [(opened, closed) for opened, closed in await self._session.execute(counted)]

    async def _rows(self, period: Period, mine: list[Any], every: int) -> list[TicketRow]:
        """Read those that are open, and those of a sample that were opened or closed in the period."""
        sampled = [*mine, T.number % every == 0] if every > 1 else mine
        ids = union(
            select(T.id).where(*sampled, T.created_at >= period.since, T.created_at < period.until),
            select(T.id).where(*sampled, T.closed_at >= period.since, T.closed_at < period.until),
            select(T.id).where(*mine, UNFINISHED),
        ).cte("ids")
        found = select(*_COLUMNS).join_from(ids, T, ids.c.id == T.id)
        return [TicketRow(*row) for row in await self._session.execute(found)]


def _teams(policy: TicketPolicy) -> set[int]:
    """Return the roles that work on the tickets of some type."""
    kinds = [kind for one in policy.types.values() for kind in (one, *one.routes)]
    return {role for kind in kinds for role in kind.team_role_ids}


def _type() -> Any:
    return func.coalesce(T.type, TYPE_OF_OLD)


_COLUMNS = (
    T.number,
    _type(),
    func.coalesce(T.type_name, ""),
    type_coerce(T.team_role_ids, ARRAY(BigInteger, as_tuple=True)),
    UNFINISHED,
    T.merged_into.is_not(None),
    T.created_at,
    T.closed_at,
    # Read as they are: thousands of them are not made members of an enumeration.
    type_coerce(T.turn, Text),
    T.turn_since,
    T.claimed_by,
    T.first_answered_by,
    T.first_seconds,
    T.waits,
    T.resolved_seconds,
    T.first_due_at,
    T.next_due_at,
    T.resolution_due_at,
    T.missed,
    T.reopened,
    T.rating,
)
