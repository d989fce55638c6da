"""Giving rows of the predecessor their schedules. After an upgrade, hundreds of thousands wait for it at once."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    bindparam,
    case,
    extract,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import Clock
from app.core.errors import InvalidInput
from app.core.records import record
from app.core.scheduling.zones import zone_info
from app.models import Reminder, ReminderState
from app.models.reminder import unplanned
from app.services.reminders import life_cycle
from app.services.reminders.copies import TABLE, VERSION, columns, copy_of, rewriting, values_of
from app.services.reminders.schedules import UNREADABLE
from app.services.statements import MOMENT, WITHOUT_THE_DISK, every, given_rows

_PLANNER = ThreadPoolExecutor(1, "reminders plan")
DAY = 24 * 60 * 60
READ = (
    *("id", "state", "time", "call_time", "days", "event_time", "timezone", "last_sent_at"),
    *(
        "starts_at",
        "local_start",
        "rrule",
        "interval_seconds",
        "until",
        "local_until",
        "next_at",
        "wake_at",
        "again_at",
    ),
    *("warn_seconds", "warned_for", "planned_local", "zone_rules", "problem", "problem_at", "deleted_at"),
)
WRITTEN = (
    *("state", "starts_at", "local_start", "rrule", "next_at", "wake_at", "warn_seconds", "warned_for"),
    *("planned_local", "zone_rules", "problem", "problem_at"),
)
_NOW = bindparam("in_now", type_=MOMENT)
_IS_WAITING = (
    TABLE.c.wake_at.is_not(None),
    unplanned(TABLE.c),
    TABLE.c.again_at.is_(None),
    TABLE.c.state == ReminderState.WAITING,
)
_ZONES = select(TABLE.c.timezone).distinct().where(*_IS_WAITING, TABLE.c.wake_at <= _NOW)


@record
class TakenOver:
    """How many rows got their schedules, which of them need attention, and when the first of all is due."""

    many: int
    aside: Sequence[int]
    next_wake: datetime | None


class ReminderTakeoverService:
    """What the job does with rows of the predecessor. No person stands behind it."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def find(self, limit: int) -> Sequence[int]:
        """Return some that have no schedule yet, those first that may come first."""
        now = self._clock()
        zones = (await self._session.scalars(_ZONES, {"in_now": now})).all()
        values = {
            "in_now": now,
            "in_zone": list(zones),
            "in_passed": [_passed(zone, now) for zone in zones],
            "in_limit": limit,
        }
        return (await self._session.scalars(_FIND, values)).all()

    async def plan(self, ids: Sequence[int]) -> TakenOver:
        """Give some rows the schedules that their old columns mean, in a single statement.

        One that cannot be understood is set aside as needing attention. What has a schedule by now, or is changed by
        somebody meanwhile, is passed over. Should the database crash just then, it is all done again.
        """
        now = self._clock()
        rows = await every(self._session, _READ, {"in_ids": ids})
        found = [(copy_of(READ, values), version) for version, *values in rows]
        # In a thread, so that what comes due meanwhile does not wait for it: one, as two would only take turns with it.
        copies = [reminder for reminder, _ in found]
        aside = await asyncio.get_running_loop().run_in_executor(_PLANNER, _plan, copies, now)
        if not found:
            return TakenOver(0, (), None)
        written = {row[0] for row in await every(self._session, _WRITE, values_of(WRITTEN, found))}
        wakes = [one.wake_at for one, _ in found if one.id in written and one.wake_at is not None]
        return TakenOver(len(written), [one for one in aside if one in written], min(wakes, default=None))


def _plan(reminders: Sequence[Reminder], now: datetime) -> list[int]:
    """Plan copies of rows; return the ids of those that need attention."""
    aside: list[int] = []
    for reminder in reminders:
        # What has no schedule at all is not looked at again and again.
        life_cycle.lease(reminder, now)
        try:
            life_cycle.plan_from_before(reminder, now)
        except UNREADABLE as error:
            life_cycle.set_aside_unreadable(reminder, error, now, leased=True)
            aside.append(reminder.id)
    return aside


def _passed(zone: str, now: datetime) -> int:
    """Return how many seconds of the day have passed by the clocks of a zone; of one that is unknown, by UTC."""
    try:
        local = now.astimezone(zone_info(zone))
    except InvalidInput:
        local = now.astimezone(UTC)
    return local.hour * 3600 + local.minute * 60 + local.second


def _how_soon() -> ColumnElement[Any]:
    """Return in how many seconds a row may come at the earliest, with what counts as missed by nobody before that."""
    back = int(life_cycle.LOOK_BACK.total_seconds())
    # On any day of the week, which is early enough.
    daily = func.mod(extract("epoch", TABLE.c.time) - _clocks.c.passed + DAY + back, DAY) - back
    ahead = case((TABLE.c.time.is_not(None), DAY), else_=0)
    single = func.greatest(extract("epoch", TABLE.c.event_time) - extract("epoch", _NOW) - ahead, -back)
    return case((TABLE.c.event_time.is_not(None), single), else_=daily)


_clocks = given_rows("clocks", zone=("in_zone", Text()), passed=("in_passed", Integer()))
_FIND = (
    select(TABLE.c.id)
    .outerjoin(_clocks, _clocks.c.zone == TABLE.c.timezone)
    .where(*_IS_WAITING, TABLE.c.wake_at <= _NOW)
    .order_by(_how_soon())
    .limit(bindparam("in_limit", type_=BigInteger()))
)
_READ = select(VERSION, *columns(READ)).where(
    TABLE.c.id == func.any(bindparam("in_ids", type_=ARRAY(BigInteger))), *_IS_WAITING
)
_WRITE = rewriting(WRITTEN, repeats=0, attempts=0, skipped=0, through=None).returning(
    select(WITHOUT_THE_DISK).scalar_subquery()
)
