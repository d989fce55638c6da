"""How many tickets of somebody were opened and closed in each step of a period, counted exactly from indexes alone.

Whose a ticket is takes longer to tell than to count it. So for people who do not see all of a server, each of their
teams is counted by itself, in an index that is ordered by team and time, and beside them what was escalated to them
from others.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.tickets.figures import TYPE_OF_OLD
from app.models.support_ticket import UNFINISHED, Turn
from app.models.support_ticket import SupportTicket as T
from app.services.tickets.access import Asking, Rank, is_escalated_to, is_of_team, worked_by
from app.services.tickets.teams import teams_of

MOMENTS = ARRAY(DateTime(timezone=True))
SINCE = bindparam("since", type_=DateTime(timezone=True))
UNTIL = bindparam("until", type_=DateTime(timezone=True))
# As the index has it: with parameters, the planner could not tell that it is the same.
IS_OPEN: ColumnElement[bool] = literal_column(UNFINISHED)


class Whose(NamedTuple):
    """Whose tickets are counted, and whether of one type only."""

    rank: Rank
    has_type: bool

    @property
    def here(self) -> ColumnElement[bool]:
        """Match the tickets of the server."""
        return T.guild_id == self.asking.guild_id

    @property
    def asking(self) -> Asking:
        """Return who asks, as parameters."""
        return Asking.anybody(self.rank)

    @property
    def typed(self) -> list[ColumnElement[bool]]:
        """Match the type that is asked for."""
        return [type_of() == bindparam("type", type_=Text())] if self.has_type else []

    @property
    def mine(self) -> list[ColumnElement[bool]]:
        """Match all that is counted: what somebody works on, of one type if one is asked for."""
        return [worked_by(self.asking), *self.typed]

    @property
    def escalated(self) -> list[ColumnElement[bool]] | None:
        """Match what is counted beside the tickets of one's teams."""
        if self.rank.is_manager or not self.rank.has_roles:
            return None
        of_others = ~is_of_team(self.asking, T.team_role_ids)
        return [self.here, is_escalated_to(self.asking), of_others, *self.typed]


@lru_cache(maxsize=8)
def _teams(rank: Rank) -> CTE:
    """Select somebody's teams, the same for all parts of a statement."""
    return teams_of(Asking.anybody(rank))


def type_of() -> Any:
    """Return the key of a ticket's type; tickets of the predecessor have one for all of them."""
    return func.coalesce(T.type, literal_column(f"'{TYPE_OF_OLD}'"))


def ids_where(whose: Whose, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    """Select the ids of what somebody works on and what meets some conditions, in parts that each have their index."""
    if whose.rank.is_manager:
        return [select(T.id).where(whose.here, *whose.typed, *conditions)]
    teams = _teams(whose.rank)
    of_teams = select(T.id).select_from(teams.join(T, T.team_role_ids == teams.c.team))
    parts = [of_teams.where(whose.here, *whose.typed, *conditions)]
    if whose.escalated is not None:
        parts.append(select(T.id).where(*whose.escalated, *conditions))
    return parts


@lru_cache(maxsize=16)
def counting(whose: Whose) -> Any:
    """Select how many were opened and closed by the step's place, and since when staff are waited for by row.

    Of a step there may be several rows, or none.
    """
    firsts, lasts = bindparam("firsts", type_=MOMENTS), bindparam("lasts", type_=MOMENTS)
    steps = (
        func.unnest(firsts, lasts).table_valued("first", "last", with_ordinality="place", name="steps").render_derived()
    )

    def within(moment: Any, *of: ColumnElement[bool]) -> Any:
        counted = select(func.count()).select_from(T)
        counted = counted.where(whose.here, *of, *whose.typed, moment >= steps.c.first, moment < steps.c.last)
        return counted.scalar_subquery()

    if whose.rank.is_manager:
        counts = select(steps.c.place, null(), within(T.created_at), within(T.closed_at)).select_from(steps)
    else:
        teams = _teams(whose.rank)
        is_theirs = T.team_role_ids == teams.c.team
        each = (
            select(
                steps.c.place,
                within(T.created_at, is_theirs).label("opened"),
                within(T.closed_at, is_theirs).label("closed"),
            )
            .select_from(steps.join(teams, true()))
            .subquery("of_teams")
        )
        opened, closed = (cast(func.sum(one), BigInteger) for one in (each.c.opened, each.c.closed))
        counts = select(each.c.place, null(), opened, closed).group_by(each.c.place)
    since = case((T.first_seconds.is_(None), T.created_at), else_=T.turn_since)
    waiting = (IS_OPEN, T.turn == Turn.STAFF, T.created_at >= SINCE)
    parts = [counts, select(T.id, since, null(), null()).where(*whose.mine, *waiting)]
    if whose.escalated is not None:
        none = literal(0, BigInteger)
        for moment, numbers in ((T.created_at, (func.count(), none)), (T.closed_at, (none, func.count()))):
            place = func.width_bucket(moment, firsts, type_=BigInteger)
            of_step = select(place, null(), *numbers).where(*whose.escalated, moment >= SINCE, moment < UNTIL)
            parts.append(of_step.group_by(place))
    return union_all(*parts)
