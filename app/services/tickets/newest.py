"""The newest tickets that somebody works on, found by what each of their teams has, however few or many.

No planner can know whether a team has five of very many tickets or nearly all: it would walk from the newest on until
it has enough of them, which for five is through all. So the teams of a server are found first, each by one look into an
index that is ordered by team and number, and of each its newest. Who may see what is not decided here: whoever reads
these rows says `worked_by` as well.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, func, literal_column, or_, select, true, union
from sqlalchemy.orm import aliased

from app.core.actor import Actor
from app.models.support_ticket import SupportTicket
from app.services.tickets.access import ids, of_guild

T = SupportTicket


def newest(actor: Actor, limit: int, conditions: Sequence[ColumnElement[bool]] = ()) -> Subquery:
    """Select id and number of the newest that this person works on and that meet some conditions.

    A condition on a column that the index does not have makes it slow.
    """
    parts = [_of_teams(actor, limit, conditions)]
    if actor.role_ids and not actor.is_manager:
        parts.append(_escalated(actor, limit, conditions))
    found = union(*parts).subquery("of_all")
    return select(found.c.id, found.c.number).order_by(found.c.number.desc()).limit(limit).subquery("newest")


def _of_teams(actor: Actor, limit: int, conditions: Sequence[ColumnElement[bool]]) -> Any:
    teams = _teams(actor.guild_id)
    mine: list[ColumnElement[bool]] = []
    if actor.is_manager:
        mine.append(teams.c.team.is_not(None))
    elif actor.role_ids:
        mine.append(teams.c.team.op("&&", return_type=None)(ids(actor.role_ids)))
    if actor.is_staff and not actor.is_manager:
        mine.append(teams.c.team == literal_column("'{}'::bigint[]"))
    theirs = (
        select(T.id, T.number)
        .where(of_guild(actor.guild_id), T.team_role_ids == teams.c.team, *conditions)
        .order_by(T.number.desc())
        .limit(limit)
        .lateral("theirs")
    )
    return select(theirs.c.id, theirs.c.number).select_from(teams.join(theirs, true())).where(or_(*mine, ~true()))


def _teams(guild_id: int) -> Any:
    """Select what teams there are, by jumping in the index from each to the next."""
    first = select(T.team_role_ids).where(of_guild(guild_id)).order_by(T.team_role_ids).limit(1)
    teams = select(first.scalar_subquery().label("team")).cte("teams", recursive=True)
    other = aliased(T, name="other")
    following = (
        select(other.team_role_ids)
        .where(other.guild_id == guild_id, other.team_role_ids > teams.c.team)
        .order_by(other.team_role_ids)
        .limit(1)
        .correlate(teams)
        .scalar_subquery()
    )
    return teams.union_all(select(following).where(teams.c.team.is_not(None)))


def _escalated(actor: Actor, limit: int, conditions: Sequence[ColumnElement[bool]]) -> Any:
    roles = func.unnest(ids(actor.role_ids), type_=BigInteger).table_valued("id", name="roles").render_derived()
    to_them = (
        select(T.id, T.number)
        .where(of_guild(actor.guild_id), T.escalated_to == roles.c.id, *conditions)
        .order_by(T.number.desc())
        .limit(limit)
        .lateral("to_them")
    )
    return select(to_them.c.id, to_them.c.number).select_from(roles.join(to_them, true()))
