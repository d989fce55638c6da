"""How many reminders may be under way to one place, as conditions for a query: `Reminder.lane` says which place."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import CTE, BigInteger, ColumnElement, FromClause, Integer, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.reminders.delivery import MAX_DIRECT, MAX_IN_LANE
from app.models.reminder import Reminder

DIRECT = 0
"""Stands for all direct messages together; no channel has this id."""

NOTHING: Mapping[int, int] = MappingProxyType({})


def direct_under_way(under_way: Mapping[int, int]) -> int:
    """Return how many direct messages are under way, by how many are in each lane."""
    return sum(many for number, many in under_way.items() if number < 0)


def busy_lanes(under_way: Mapping[int, int]) -> set[int]:
    """Return the lanes that are given nothing more for now, DIRECT among them if that is so for all direct messages.

    These are all that are more than half full. A lane that is as quick as it is refilled would otherwise always be the
    first to have room, and whoever waits behind its thousands would wait for all of them.
    """
    busy = {number for number, many in under_way.items() if many > MAX_IN_LANE // 2}
    return busy | {DIRECT} if direct_under_way(under_way) > MAX_DIRECT // 2 else busy


def not_busy(under_way: Mapping[int, int]) -> list[ColumnElement[bool]]:
    """Match what goes to a lane that is given more."""
    busy = busy_lanes(under_way)
    conditions: list[ColumnElement[bool]] = [Reminder.lane > 0] if DIRECT in busy else []
    busy.discard(DIRECT)
    return [*conditions, Reminder.lane != func.all(cast(sorted(busy), ARRAY(BigInteger)))] if busy else conditions


def chosen_of(due: CTE, under_way: Mapping[int, int]) -> CTE:
    """Choose of some rows (`id`, `wake_at`, `lane`) as many as each lane takes, those first that are due first."""
    order = (due.c.wake_at, due.c.id)
    place: ColumnElement[int] = func.row_number().over(partition_by=due.c.lane, order_by=order)
    direct = func.row_number().over(partition_by=due.c.lane < 0, order_by=order)
    rows: FromClause = due
    if under_way:
        busy = (
            func.unnest(cast(list(under_way), ARRAY(BigInteger)), cast(list(under_way.values()), ARRAY(Integer)))
            .table_valued(column("lane", BigInteger), column("many", Integer), name="busy")
            .render_derived()
        )
        place = place + func.coalesce(busy.c.many, 0)
        rows = due.outerjoin(busy, busy.c.lane == due.c.lane)
    ranked = (
        select(due.c.id, due.c.lane, direct.label("direct"), place.label("place")).select_from(rows).subquery("ranked")
    )
    takes = (ranked.c.lane > 0) | (ranked.c.direct <= MAX_DIRECT - direct_under_way(under_way))
    return select(ranked.c.id, ranked.c.lane).where(ranked.c.place <= MAX_IN_LANE, takes).cte("chosen")
