"""How many reminders may be under way to one place, as conditions for a query: `Reminder.lane` says which place."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, bindparam, cast, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.reminders.delivery import MAX_DIRECT, MAX_IN_LANE
from app.models.reminder import lane_of
from app.services.reminders.copies import TABLE

LANE = lane_of(TABLE.c)
DIRECT = 0
"""Stands for all direct messages together; no channel has this id."""

_busy = cast(bindparam("in_busy", type_=ARRAY(BigInteger)), ARRAY(BigInteger))
_lanes = cast(bindparam("in_lanes", type_=ARRAY(BigInteger)), ARRAY(BigInteger))
_many = cast(bindparam("in_many", type_=ARRAY(Integer)), ARRAY(Integer))
_direct = bindparam("in_direct", type_=Integer())

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


def not_busy() -> list[ColumnElement[bool]]:
    """Match what goes to a lane that is given more, by the parameters that `lane_values` returns."""
    lane = LANE
    return [lane != func.all(_busy), or_(lane > 0, _direct <= MAX_DIRECT // 2)]


def chosen_of(due: CTE) -> CTE:
    """Choose of some rows (`id`, `wake_at`, `lane`) as many as each lane takes, those first that are due first."""
    order = (due.c.wake_at, due.c.id)
    place: ColumnElement[int] = func.row_number().over(partition_by=due.c.lane, order_by=order)
    direct = func.row_number().over(partition_by=due.c.lane < 0, order_by=order)
    used = (
        func.unnest(_lanes, _many)
        .table_valued(column("lane", BigInteger), column("many", Integer), name="used")
        .render_derived()
    )
    ranked = (
        select(
            due.c.id,
            due.c.lane,
            direct.label("direct"),
            (place + func.coalesce(used.c.many, 0)).label("place"),
        )
        .select_from(due.outerjoin(used, used.c.lane == due.c.lane))
        .subquery("ranked")
    )
    takes = or_(ranked.c.lane > 0, ranked.c.direct + _direct <= MAX_DIRECT)
    return select(ranked.c.id, ranked.c.lane).where(ranked.c.place <= MAX_IN_LANE, takes).cte("chosen")


def lane_values(under_way: Mapping[int, int]) -> dict[str, Any]:
    """Return the parameters of `not_busy` and `chosen_of`: how many are under way in each lane."""
    return {
        "in_busy": sorted(busy_lanes(under_way) - {DIRECT}),
        "in_lanes": list(under_way),
        "in_many": list(under_way.values()),
        "in_direct": direct_under_way(under_way),
    }
