"""Finding the ticket that somebody means, and changing it in one statement that only one of two clicks can win.

What is built for every command is kept, as building a statement takes SQLAlchemy longer than PostgreSQL takes for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ClauseElement,
    ColumnElement,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

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
from app.services.statements import FRESHLY, first_of
from app.services.tickets import access
from app.services.tickets.access import FINAL, Asking, Rank, Which, is_staff_of

WORKABLE = frozenset(TicketStatus) - {*FINAL, TicketStatus.OPENING}
"""In which people can do something with it."""
OVER = frozenset({TicketStatus.CLOSED, TicketStatus.ARCHIVED, TicketStatus.CLOSING})


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition of a change that is the same for everybody, so that the statement can be kept."""

    sql: ColumnElement[bool]


async def load(session: AsyncSession, actor: Actor, which: Which) -> SupportTicket:
    """Return a ticket that this person may see. Raises TicketNotFound, or NoTicketHere for the channel they are in."""
    loading = _loading(Rank.of(actor), which.by)
    found = await first_of(session, SupportTicket, loading, access.parameters(actor, which))
    if found is None:
        raise NoTicketHere if which.channel_id is not None else TicketNotFound
    return found[0]


async def change(
    session: AsyncSession,
    actor: Actor,
    which: Which,
    values: Mapping[Any, Any],
    *conditions: ColumnElement[bool] | Condition,
    event: dict[str, Any],
    now: datetime,
    among: frozenset[TicketStatus] = WORKABLE,
    staff_only: bool = True,
) -> SupportTicket:
    """Change a ticket if it is in one of these states and the conditions hold, and note what happened.

    A process looks at it at once. Raises what says why not: TicketNotFound, StaffOfTicketOnly, TicketIsClosed,
    TicketIsOpen, or ChangedMeanwhile when it was one of the conditions.
    """
    plain = {column.key: value for column, value in values.items() if not isinstance(value, ClauseElement)}
    computed = {column: value for column, value in values.items() if isinstance(value, ClauseElement)}
    kept = tuple(one for one in conditions if isinstance(one, Condition))
    own = [one for one in conditions if not isinstance(one, Condition)]
    statement = _changing(Rank.of(actor), which.by, tuple(plain), kept, among, staff_only)
    if computed:
        statement = statement.values(computed)
    if own:
        statement = statement.where(*own)
    happened = {"at": now.isoformat(), **event, "by": actor.user_id}
    done = await first_of(
        session,
        SupportTicket,
        statement,
        access.parameters(actor, which)
        | {f"new_{key}": value for key, value in plain.items()}
        | {"happened": [happened], "now": now, "announced": announced(now)},
        is_kept=not (computed or own),
    )
    if done is not None:
        return done[0]
    found = await load(session, actor, which)
    if staff_only and not is_staff_of(actor, found):
        raise StaffOfTicketOnly
    if found.status not in among:
        raise TicketIsOpen if among <= OVER else TicketIsClosed
    raise ChangedMeanwhile


def within(statuses: Iterable[TicketStatus]) -> ColumnElement[bool]:
    """Match tickets in some states, which are a part of the statement: a plan that is kept knows them."""
    listed = ", ".join(f"'{one.value}'" for one in sorted(statuses))
    return literal_column(f"support_tickets.status IN ({listed})", Boolean)


def noted(event: dict[str, Any], now: datetime) -> dict[Any, Any]:
    """Return the columns that change with everything that happens: the list of events, and when it was."""
    entry = cast([{"at": now.isoformat(), **event}], JSONB)
    return {SupportTicket.events: SupportTicket.events.op("||", return_type=None)(entry), SupportTicket.updated_at: now}


async def announce(session: AsyncSession, at: datetime) -> None:
    """Tell every process, with the commit, that a ticket has to be looked at at that moment."""
    await session.execute(_ANNOUNCING, {"announced": announced(at)})


def announced(at: datetime) -> str:
    """Return what is announced about a moment: the value of the parameter of ANNOUNCED."""
    return str(at.timestamp())


ANNOUNCED: ColumnElement[Any] = func.pg_notify(TICKETS_CHANNEL, bindparam("announced", type_=Text()))
"""What a statement returns to do what `announce` does, without another round trip."""
_ANNOUNCING = select(ANNOUNCED)


@lru_cache(maxsize=64)
def _loading(rank: Rank, by: str) -> Select[tuple[SupportTicket]]:
    is_meant = (access.visible_to(Asking.anybody(rank)), access.anyone(by))
    return select(SupportTicket).where(*is_meant).order_by(SupportTicket.id.desc()).limit(1)


@lru_cache(maxsize=512)
def _changing(
    rank: Rank,
    by: str,
    columns: tuple[str, ...],
    conditions: tuple[Condition, ...],
    among: frozenset[TicketStatus],
    staff_only: bool,
) -> ReturningUpdate[tuple[SupportTicket, Any]]:
    asking = Asking.anybody(rank)
    may = access.worked_by(asking) if staff_only else access.visible_to(asking)
    now = bindparam("now", type_=SupportTicket.updated_at.type)
    happened = SupportTicket.events.op("||", return_type=None)(bindparam("happened", type_=JSONB()))
    values = {
        getattr(SupportTicket, key): bindparam(f"new_{key}", type_=getattr(SupportTicket, key).type) for key in columns
    }
    return (
        update(SupportTicket)
        .where(may, access.anyone(by), within(among), *(one.sql for one in conditions))
        .values({**values, SupportTicket.events: happened, SupportTicket.updated_at: now, SupportTicket.next_at: now})
        .returning(SupportTicket, ANNOUNCED)
        .execution_options(**FRESHLY)
    )
