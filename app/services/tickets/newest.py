"""The newest tickets that somebody works on, found by what each of their teams has, however few or many.

No planner can know whether a team has five of very many tickets or nearly all: it would walk from the newest on until
it has enough of them, which for five is through all. So the teams of a server are found first, and of each its newest,
in an index that is ordered by team and number. Who may see what is not decided here: whoever reads these rows says
`worked_by` as well.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, func, select, true, union

from app.core.actor import Actor
from app.models.support_ticket import SupportTicket
from app.services.tickets.access import Asking, ids, of_guild
from app.services.tickets.teams import teams_of

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
    teams = teams_of(Asking.of(actor))
    theirs = (
        select(T.id, T.number)
        .where(of_guild(actor.guild_id), T.team_role_ids == teams.c.team, *conditions)
        .order_by(T.number.desc())
        .limit(limit)
        .lateral("theirs")
    )
    return select(theirs.c.id, theirs.c.number).select_from(teams.join(theirs, true()))


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
