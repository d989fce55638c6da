"""The four statements by which processes share the work: claim, start, renew and give back.

A claim leases rows: it moves `wake_at` a lease ahead and changes nothing else. Most of what one process claims waits
in it for a while, because a channel gets one message after the other, and whatever people do to a row meanwhile simply
holds: nothing of it was sent.

`attempts` is counted when sending begins, by a statement of its own, and the request goes out after its commit. Whoever
takes over from a process that died therefore knows whether something may have arrived: with no attempt it makes the
message anew, and with one it sends the same message under the same nonce. The statement is also what decides between
two processes that hold the same row because the lease of one ran out: it counts only from the number that was seen
when the row was claimed, so that one of them begins and the other one lets go.

This takes no round trip per message: what begins within a few milliseconds begins in one statement.
Counting in the claim itself would save that statement. But then what is claimed and not sent, because it was given
back, paused, changed or only looked at, has to be uncounted wherever that happens, and what only waits looks as if it
might have arrived.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from app.core.reminders.delivery import LEASE, LEAST_AHEAD, DeliveryStep, StepKind
from app.models import Reminder, ReminderState
from app.services.reminders.due import Delivery
from app.services.reminders.lanes import NOTHING, chosen_of, not_busy


def claim_query(
    now: datetime, limit: int, under_way: Mapping[int, int] = NOTHING
) -> ReturningUpdate[tuple[Reminder, int]]:
    """Return the one statement that leases what is due, the longest due first, and no more of a lane than it takes."""
    due = (
        select(Reminder.id, Reminder.wake_at, Reminder.lane.label("lane"))
        .where(Reminder.wake_at.is_not(None), Reminder.wake_at <= now, *not_busy(under_way))
        .order_by(Reminder.wake_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    chosen = chosen_of(due, under_way)
    return (
        update(Reminder)
        .where(Reminder.id == chosen.c.id)
        .values(wake_at=_at_most_until_it_is_due(literal(now + LEASE), literal(now)))
        .returning(Reminder, chosen.c.lane)
    )


def _at_most_until_it_is_due(end: ColumnElement[datetime], now: ColumnElement[datetime]) -> ColumnElement[datetime]:
    """Let the lease of an early warning, or of a repetition, end when the next occurrence is due."""
    return func.least(end, case((Reminder.next_at > now, Reminder.next_at)))


_now = bindparam("in_now", type_=DateTime(timezone=True))
_in_a_lease = bindparam("in_a_lease", type_=DateTime(timezone=True))
_in_half_a_lease = bindparam("in_half_a_lease", type_=DateTime(timezone=True))


def _listed(**columns: TypeEngine[Any]) -> TableValuedAlias:
    """Return lists of equal length, the parameters `in_<column>`, as a table."""
    arrays = (cast(bindparam(f"in_{name}", type_=ARRAY(kind)), ARRAY(kind)) for name, kind in columns.items())
    names = (column(name, kind) for name, kind in columns.items())
    return func.unnest(*arrays).table_valued(*names, name="ours").render_derived()


def _locked(ours: TableValuedAlias, *conditions: ColumnElement[bool], **more: ColumnElement[Any]) -> CTE:
    """Lock rows in the same order as everywhere, so that nobody waits for somebody who waits for them."""
    return (
        select(Reminder.id, *(value.label(name) for name, value in more.items()))
        .join(ours, ours.c.id == Reminder.id)
        .where(Reminder.state == ReminderState.WAITING, *conditions)
        .order_by(Reminder.id)
        .with_for_update(of=Reminder)
        .cte("locked")
    )


def _start() -> ReturningUpdate[tuple[int, Reminder]]:
    moment = DateTime(timezone=True)
    ours = _listed(place=Integer(), id=Integer(), kind=Text(), at=moment, attempts=Integer(), through=moment)
    is_occurrence = ours.c.kind == StepKind.OCCURRENCE.value
    is_still_ahead = and_(Reminder.warned_for.is_distinct_from(ours.c.at), ours.c.at > _now + LEAST_AHEAD)
    is_due = and_(Reminder.next_at == ours.c.at, or_(is_occurrence, is_still_ahead))
    locked = _locked(
        ours,
        Reminder.deleted_at.is_(None),
        Reminder.attempts == ours.c.attempts,
        case((ours.c.kind == StepKind.REPEAT.value, Reminder.again_at == ours.c.at), else_=is_due),
        place=ours.c.place,
        through=case((is_occurrence, ours.c.through), else_=Reminder.through),
    )
    # A lease that still holds for long stays as it is: an update that changes no index is a cheap one.
    lease = case(
        (Reminder.wake_at > _in_half_a_lease, Reminder.wake_at), else_=_at_most_until_it_is_due(_in_a_lease, _now)
    )
    return (
        update(Reminder)
        .where(Reminder.id == locked.c.id)
        .values(attempts=Reminder.attempts + 1, through=locked.c.through, wake_at=lease)
        .returning(locked.c.place, Reminder)
    )


def _leased(wake_at: ColumnElement[datetime]) -> ReturningUpdate[tuple[int, datetime | None]]:
    ours = _listed(place=Integer(), id=Integer(), at=DateTime(timezone=True))
    is_ours = or_(Reminder.next_at == ours.c.at, Reminder.again_at == ours.c.at)
    locked = _locked(ours, Reminder.wake_at > _now, is_ours, place=ours.c.place)
    return (
        update(Reminder)
        .where(Reminder.id == locked.c.id)
        .values(wake_at=wake_at)
        .returning(locked.c.place, Reminder.wake_at)
    )


# Made once: making a statement takes longer than running it.
START = _start()
"""Count an attempt at each of some deliveries that is still due as it was claimed; return their places and their rows.

The rows as they are now: people may have changed words, place and pings while it waited.

What a message stands for is fixed with its first attempt.
"""

RENEW = _leased(func.greatest(Reminder.wake_at, _at_most_until_it_is_due(_in_a_lease, _now)))
"""Keep what is leased for another lease; what was settled or changed meanwhile is left alone.

Returns the places of those that were kept, and until when.

Not shortened by a clock that was set back: nobody is to take it before it is due again by that clock.
"""

GIVE_BACK = _leased(_now)
"""Let others take what is leased and was not started. What was changed meanwhile is left alone."""


def start_values(deliveries: Sequence[Delivery], now: datetime) -> dict[str, Any]:
    """Return the parameters of START."""
    return {
        "in_place": list(range(len(deliveries))),
        "in_id": [one.step.reminder_id for one in deliveries],
        "in_kind": [one.step.kind.value for one in deliveries],
        "in_at": [one.step.at for one in deliveries],
        "in_attempts": [one.reminder.attempts for one in deliveries],
        "in_through": [one.last for one in deliveries],
        "in_now": now,
        "in_a_lease": now + LEASE,
        "in_half_a_lease": now + LEASE / 2,
    }


def lease_values(steps: Sequence[DeliveryStep], now: datetime) -> dict[str, Any]:
    """Return the parameters of GIVE_BACK; RENEW takes the end of the lease, `in_a_lease`, as well."""
    return {
        "in_place": list(range(len(steps))),
        "in_id": [step.reminder_id for step in steps],
        "in_at": [step.at for step in steps],
        "in_now": now,
    }
