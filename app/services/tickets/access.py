"""Who may see a ticket and who may work on it, as conditions for a query: said once, so that no query differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, and_, cast, literal_column, or_, true
from sqlalchemy.dialects.postgresql import ARRAY, array

from app.core.actor import Actor
from app.models import support_ticket
from app.models.support_ticket import SupportTicket, TicketStatus

FINAL = (TicketStatus.CLOSING, TicketStatus.CLOSED, TicketStatus.ARCHIVED)
# Word for word what the partial indexes say: with parameters, a plan that is kept could not use them.
UNFINISHED: ColumnElement[bool] = literal_column(f"support_tickets.{support_ticket.UNFINISHED}", Boolean)


@dataclass(frozen=True)
class Which:
    """Which ticket somebody means: one of the three is given. Says nothing about who may see it."""

    row_id: int | None = None
    """What a button carries."""
    number: int | None = None
    """What people type."""
    channel_id: int | None = None
    """Where they are."""

    def matches(self) -> ColumnElement[bool]:
        """Match it. In a channel it is the one that is not over: the predecessor used channels again."""
        if self.row_id is not None:
            return SupportTicket.id == self.row_id
        if self.number is not None:
            return SupportTicket.number == self.number
        if self.channel_id is None:
            raise ValueError("no ticket is meant")
        return and_(
            SupportTicket.channel_id == self.channel_id,
            SupportTicket.status.not_in([TicketStatus.CLOSED.value, TicketStatus.ARCHIVED.value]),
        )


def of_guild(guild_id: int) -> ColumnElement[bool]:
    """Match the tickets of a server."""
    return SupportTicket.guild_id == guild_id


def worked_by(actor: Actor) -> ColumnElement[bool]:
    """Match what this person may work on: as a manager all, else that of their teams, and of no team for all staff."""
    here = of_guild(actor.guild_id)
    if actor.is_manager:
        return here
    mine: list[ColumnElement[bool]] = []
    if actor.role_ids:
        mine = [
            SupportTicket.team_role_ids.op("&&", return_type=None)(_ids(actor.role_ids)),
            SupportTicket.escalated_to.in_(sorted(actor.role_ids)),
        ]
    if actor.is_staff:
        mine.append(SupportTicket.team_role_ids == _ids(()))
    # Nobody is staff of their own ticket who could not see it otherwise.
    return and_(here, or_(*mine)) if mine else and_(here, ~true())


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Match what this person may see: what they opened, were added to, or may work on."""
    mine = [
        SupportTicket.user_id == actor.user_id,
        SupportTicket.added_user_ids.op("@>", return_type=None)(_ids([actor.user_id])),
    ]
    if actor.role_ids:
        mine.append(SupportTicket.added_role_ids.op("&&", return_type=None)(_ids(actor.role_ids)))
    return and_(of_guild(actor.guild_id), or_(*mine, worked_by(actor)))


def is_staff_of(actor: Actor, ticket: SupportTicket) -> bool:
    """Tell the same as `worked_by` about one row."""
    if ticket.guild_id != actor.guild_id:
        return False
    if actor.is_manager or actor.role_ids & {*ticket.team_role_ids, ticket.escalated_to}:
        return True
    return actor.is_staff and not ticket.team_role_ids


def _ids(ids: Iterable[int]) -> ColumnElement[Any]:
    return cast(array(sorted(ids), type_=BigInteger), ARRAY(BigInteger))
