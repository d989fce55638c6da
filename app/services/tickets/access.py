"""Who may see a ticket and who may work on it, as conditions for a query: said once, so that no query differs."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    SQLColumnExpression,
    and_,
    bindparam,
    literal,
    literal_column,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import BindParameter

from app.core.actor import Actor
from app.core.records import record
from app.models import support_ticket
from app.models.support_ticket import SupportTicket, TicketStatus

FINAL = (TicketStatus.CLOSING, TicketStatus.CLOSED, TicketStatus.ARCHIVED)
# Word for word what the partial indexes say: with parameters, a plan that is kept could not use them.
UNFINISHED: ColumnElement[bool] = literal_column(f"support_tickets.{support_ticket.UNFINISHED}", Boolean)
IDS = ARRAY(BigInteger)


@record
class Which:
    """Which ticket somebody means: one of the three is given. Says nothing about who may see it."""

    row_id: int | None = None
    """What a button carries."""
    number: int | None = None
    """What people type."""
    channel_id: int | None = None
    """Where they are."""

    @property
    def by(self) -> str:
        """Name the one that is given."""
        for name in ("row_id", "number", "channel_id"):
            if getattr(self, name) is not None:
                return name
        raise ValueError("no ticket is meant")

    def matches(self) -> ColumnElement[bool]:
        """Match it. In a channel it is the one that is not over: the predecessor used channels again."""
        return _matches(self.by, literal(getattr(self, self.by), BigInteger))


class Rank(NamedTuple):
    """What of a person makes a query that is asked for them another one. All else about them are its parameters."""

    is_manager: bool
    is_staff: bool
    has_roles: bool

    @classmethod
    def of(cls, actor: Actor) -> "Rank":
        """Return that of a person."""
        return cls(actor.is_manager, actor.is_staff, bool(actor.role_ids))


class Asking(NamedTuple):
    """Who asks: a person, or parameters for a statement that is kept and executed for everybody of a rank."""

    rank: Rank
    guild_id: ColumnElement[int]
    user_id: ColumnElement[int]
    role_ids: ColumnElement[Any]

    @classmethod
    def of(cls, actor: Actor) -> "Asking":
        """Return this person."""
        return cls(Rank.of(actor), *(literal(value, kind) for value, kind in zip(_of(actor), _TYPES, strict=True)))

    @classmethod
    def anybody(cls, rank: Rank) -> "Asking":
        """Return parameters that have no values yet: `parameters` has them."""
        return cls(rank, *_PARAMETERS)


def parameters(actor: Actor, which: Which | None = None) -> dict[str, Any]:
    """Return the values for a statement about `Asking.anybody` and `anyone`."""
    values = {parameter.key: value for parameter, value in zip(_PARAMETERS, _of(actor), strict=True)}
    return values if which is None else values | {_WHICH.key: getattr(which, which.by)}


def anyone(by: str) -> ColumnElement[bool]:
    """Match the ticket that is said later, by what it is said."""
    return _matches(by, _WHICH)


def of_guild(guild_id: int) -> ColumnElement[bool]:
    """Match the tickets of a server."""
    return SupportTicket.guild_id == guild_id


def worked_by(actor: Actor | Asking) -> ColumnElement[bool]:
    """Match what this person may work on: as a manager all, else that of their teams, and of no team for all staff."""
    asking = Asking.of(actor) if isinstance(actor, Actor) else actor
    here = SupportTicket.guild_id == asking.guild_id
    if asking.rank.is_manager:
        return here
    mine = _of_team(asking, SupportTicket.team_role_ids)
    if asking.rank.has_roles:
        mine.append(is_escalated_to(asking))
    # Nobody is staff of their own ticket who could not see it otherwise.
    return and_(here, or_(*mine)) if mine else and_(here, ~true())


def is_of_team(asking: Asking, team: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Match the teams whose tickets this person works on, whatever else was escalated to them."""
    if asking.rank.is_manager:
        return team.is_not(None)
    return or_(*_of_team(asking, team), ~true())


def is_escalated_to(asking: Asking) -> ColumnElement[bool]:
    """Match what was escalated to a role of this person."""
    return SupportTicket.escalated_to == asking.role_ids.any_()


def visible_to(actor: Actor | Asking) -> ColumnElement[bool]:
    """Match what this person may see: what they opened, were added to, or may work on."""
    asking = Asking.of(actor) if isinstance(actor, Actor) else actor
    mine = [
        SupportTicket.user_id == asking.user_id,
        SupportTicket.added_user_ids.any_() == asking.user_id,
    ]
    if asking.rank.has_roles:
        mine.append(SupportTicket.added_role_ids.bool_op("&&")(asking.role_ids))
    return and_(SupportTicket.guild_id == asking.guild_id, or_(*mine, worked_by(asking)))


def is_staff_of(actor: Actor, ticket: SupportTicket) -> bool:
    """Tell the same as `worked_by` about one row."""
    if ticket.guild_id != actor.guild_id:
        return False
    if actor.is_manager or actor.role_ids & {*ticket.team_role_ids, ticket.escalated_to}:
        return True
    return actor.is_staff and not ticket.team_role_ids


def ids(given: Iterable[int]) -> ColumnElement[Any]:
    """Return ids as one parameter: so a query is the same however many there are."""
    return literal(sorted(given), IDS)


def _of_team(asking: Asking, team: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = []
    if asking.rank.has_roles:
        mine.append(team.bool_op("&&")(asking.role_ids))
    if asking.rank.is_staff:
        mine.append(team == literal_column("'{}'::bigint[]"))
    return mine


def _matches(by: str, value: ColumnElement[int]) -> ColumnElement[bool]:
    if by == "row_id":
        return SupportTicket.id == value
    if by == "number":
        return SupportTicket.number == value
    return and_(
        SupportTicket.channel_id == value, literal_column("support_tickets.status NOT IN ('closed', 'archived')")
    )


def _of(actor: Actor) -> tuple[Any, ...]:
    return actor.guild_id, actor.user_id, sorted(actor.role_ids)


_TYPES = (BigInteger(), BigInteger(), IDS)
_PARAMETERS: tuple[BindParameter[Any], ...] = tuple(
    bindparam(name, type_=kind) for name, kind in zip(("asking_in", "asking", "asking_with"), _TYPES, strict=True)
)
_WHICH: BindParameter[Any] = bindparam("meant", type_=BigInteger())
