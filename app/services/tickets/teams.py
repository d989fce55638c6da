"""The teams whose tickets somebody works on, so that an index which is ordered by team is asked for each of them."""

from sqlalchemy import CTE, select
from sqlalchemy.orm import aliased

from app.models.support_ticket import SupportTicket
from app.services.tickets.access import Asking, is_of_team

T = SupportTicket


def teams_of(asking: Asking) -> CTE:
    """Select each team of a server whose tickets this person works on, as `team`.

    Found by jumping in the index from each team of the server to the next, whoever is in it.
    """
    first = select(T.team_role_ids).where(T.guild_id == asking.guild_id).order_by(T.team_role_ids).limit(1)
    all_of_them = select(first.scalar_subquery().label("team")).cte("all_teams", recursive=True)
    other = aliased(T, name="other")
    following = (
        select(other.team_role_ids)
        .where(other.guild_id == asking.guild_id, other.team_role_ids > all_of_them.c.team)
        .order_by(other.team_role_ids)
        .limit(1)
        .correlate(all_of_them)
        .scalar_subquery()
    )
    every = all_of_them.union_all(select(following).where(all_of_them.c.team.is_not(None)))
    return select(every.c.team).where(is_of_team(asking, every.c.team)).cte("teams").prefix_with("MATERIALIZED")
