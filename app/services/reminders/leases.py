"""The four statements by which processes share the work: claim, start, renew and give back.

A claim leases rows: it moves `wake_at` a lease ahead and changes nothing else. Most of what one process claims waits
in it for a while, because a channel gets one message after the other, and whatever people do to a row meanwhile simply
holds: nothing of it was sent.

`attempts` is counted when sending begins, by a statement of its own, and the request goes out after its commit. Whoever
takes over from a process that died therefore knows whether something may have arrived: with no attempt it makes the
message anew, and with one it sends the same message under the same nonce. The statement is also what decides between
two processes that hold the same row because the lease of one ran out: it counts only from the number that was seen
when the row was claimed, so that one of them begins and the other one lets go.

This takes no round trip per message: what begins within a few milliseconds begins in one statement, and with it the
message that follows in each place that is quick.
Counting in the claim itself would save that statement. But then what is claimed and not sent, because it was given
back, paused, changed or only looked at, has to be uncounted wherever that happens, and what only waits looks as if it
might have arrived.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.reminders.delivery import LEASE, LEAST_AHEAD, DeliveryStep, StepKind
from app.models import ReminderState
from app.models.reminder import unplanned
from app.services.reminders.copies import TABLE, VERSION, columns, listed, row_of
from app.services.reminders.due import Delivery
from app.services.reminders.lanes import LANE, NOTHING, chosen_of, lane_values, not_busy
from app.services.statements import WITHOUT_THE_DISK

SCHEDULE = (
    *("timezone", "starts_at", "local_start", "rrule", "interval_seconds", "until", "most_times", "except_dates"),
    "local_until",
)
"""What `schedule_of` reads."""
CLAIMED = (
    *("id", "state", "next_at", "wake_at", "again_at", "warn_seconds", "warned_for", "attempts", "through"),
    *SCHEDULE,
)
"""What of a row says which message is due, and what it stands for."""
STARTED = tuple(one.key for one in TABLE.c if one.key != "legacy")
"""What a message is made of, and what is needed to settle it: all that a Reminder is loaded with."""

_now = bindparam("in_now", type_=DateTime(timezone=True))
_in_a_lease = bindparam("in_a_lease", type_=DateTime(timezone=True))
_in_half_a_lease = bindparam("in_half_a_lease", type_=DateTime(timezone=True))


def _at_most_until_it_is_due(end: ColumnElement[datetime], now: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Let the lease of an early warning, or of a repetition, end when the next occurrence is due."""
    return func.least(end, case((TABLE.c.next_at > now, TABLE.c.next_at)))


def _open() -> list[ColumnElement[bool]]:
    """Match what is claimed: in lanes that are given more, and with `in_planned` only what has its schedule."""
    planned_only = bindparam("in_planned", type_=Boolean())
    return [TABLE.c.wake_at.is_not(None), *not_busy(), or_(not_(planned_only), not_(unplanned(TABLE.c)))]


def _claim() -> ReturningUpdate[Any]:
    due = (
        select(TABLE.c.id, TABLE.c.wake_at, LANE.label("lane"))
        .where(TABLE.c.wake_at <= _now, *_open())
        .order_by(TABLE.c.wake_at)
        .limit(bindparam("in_limit", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    chosen = chosen_of(due)
    return (
        update(TABLE)
        .where(TABLE.c.id == chosen.c.id)
        .values(wake_at=_at_most_until_it_is_due(_in_a_lease, _now))
        # Should the database crash just then, somebody else leases it, and one of the two may start it.
        .returning(chosen.c.lane, *columns(CLAIMED), select(WITHOUT_THE_DISK).scalar_subquery())
    )


def _start() -> ReturningUpdate[Any]:
    moment = DateTime(timezone=True)
    ours = listed(id=Integer(), place=Integer(), kind=Text(), at=moment, attempts=Integer(), through=moment)
    names = ("state", "deleted_at", "attempts", "again_at", "next_at", "warned_for", "through")
    row = row_of(ours, **{name: TABLE.c[name] for name in names})
    is_occurrence = ours.c.kind == StepKind.OCCURRENCE.value
    is_still_ahead = and_(row.c.warned_for.is_distinct_from(ours.c.at), ours.c.at > _now + LEAST_AHEAD)
    is_due = and_(row.c.next_at == ours.c.at, or_(is_occurrence, is_still_ahead))
    through = case((is_occurrence, ours.c.through), else_=row.c.through)
    locked = (
        select(row.c.id, ours.c.place, through.label("through"))
        .select_from(ours.join(row, true()))
        .where(
            row.c.state == ReminderState.WAITING,
            row.c.deleted_at.is_(None),
            row.c.attempts == ours.c.attempts,
            case((ours.c.kind == StepKind.REPEAT.value, row.c.again_at == ours.c.at), else_=is_due),
        )
        .cte("locked")
    )
    # A lease that still holds for long stays as it is: an update that changes no index is a cheap one.
    lease = case(
        (TABLE.c.wake_at > _in_half_a_lease, TABLE.c.wake_at), else_=_at_most_until_it_is_due(_in_a_lease, _now)
    )
    return (
        update(TABLE)
        .where(TABLE.c.id == locked.c.id)
        .values(attempts=TABLE.c.attempts + 1, through=locked.c.through, wake_at=lease)
        .returning(locked.c.place, VERSION, *columns(STARTED))
    )


def _leased(wake_at: ColumnElement[datetime]) -> ReturningUpdate[tuple[int, datetime | None]]:
    ours = listed(id=Integer(), place=Integer(), at=DateTime(timezone=True))
    row = row_of(ours, **{name: TABLE.c[name] for name in ("state", "next_at", "again_at", "wake_at")})
    locked = (
        select(row.c.id, ours.c.place)
        .select_from(ours.join(row, true()))
        .where(
            row.c.state == ReminderState.WAITING,
            row.c.wake_at > _now,
            or_(row.c.next_at == ours.c.at, row.c.again_at == ours.c.at),
        )
        .cte("locked")
    )
    return (
        update(TABLE)
        .where(TABLE.c.id == locked.c.id)
        .values(wake_at=wake_at)
        .returning(locked.c.place, TABLE.c.wake_at)
    )


# Made once: making a statement takes longer than running it.
NEXT_WAKE: Select[tuple[datetime | None]] = select(func.min(TABLE.c.wake_at)).where(*_open())
"""When the next row has to be looked at, of those that are claimed."""

CLAIM = _claim()
"""Lease what is due, the longest due first, and no more of a lane than it takes; return lanes and CLAIMED."""

START = _start()
"""Count an attempt at each of some deliveries that is still due as it was claimed.

Returns their places, versions, and STARTED.

The rows as they are now: people may have changed words, place and pings while it waited.

What a message stands for is fixed with its first attempt.
"""

RENEW = _leased(func.greatest(TABLE.c.wake_at, _at_most_until_it_is_due(_in_a_lease, _now)))
"""Keep what is leased for another lease; what was settled or changed meanwhile is left alone.

Returns the places of those that were kept, and until when.

Not shortened by a clock that was set back: nobody is to take it before it is due again by that clock.
"""

GIVE_BACK = _leased(_now)
"""Let others take what is leased and was not started. What was changed meanwhile is left alone."""


def wake_values(under_way: Mapping[int, int] = NOTHING, *, planned_only: bool = False) -> dict[str, Any]:
    """Return the parameters of NEXT_WAKE."""
    return {**lane_values(under_way), "in_planned": planned_only}


def claim_values(
    now: datetime, limit: int, under_way: Mapping[int, int] = NOTHING, *, planned_only: bool = False
) -> dict[str, Any]:
    """Return the parameters of CLAIM."""
    others = wake_values(under_way, planned_only=planned_only)
    return {"in_now": now, "in_a_lease": now + LEASE, "in_limit": limit, **others}


def start_values(deliveries: Sequence[Delivery], now: datetime) -> dict[str, Any]:
    """Return the parameters of START."""
    places = sorted(range(len(deliveries)), key=lambda place: deliveries[place].step.reminder_id)
    found = [deliveries[place] for place in places]
    return {
        "in_place": places,
        "in_id": [one.step.reminder_id for one in found],
        "in_kind": [one.step.kind.value for one in found],
        "in_at": [one.step.at for one in found],
        "in_attempts": [one.reminder.attempts for one in found],
        "in_through": [one.last for one in found],
        "in_now": now,
        "in_a_lease": now + LEASE,
        "in_half_a_lease": now + LEASE / 2,
    }


def lease_values(steps: Sequence[DeliveryStep], now: datetime) -> dict[str, Any]:
    """Return the parameters of GIVE_BACK; RENEW takes the end of the lease, `in_a_lease`, as well."""
    places = sorted(range(len(steps)), key=lambda place: steps[place].reminder_id)
    return {
        "in_place": places,
        "in_id": [steps[place].reminder_id for place in places],
        "in_at": [steps[place].at for place in places],
        "in_now": now,
    }
