"""The four statements by which processes share the work: claim, start, renew and give back.

A claim leases rows: it moves `wake_at` a minute ahead and changes nothing else. Most of what one process claims waits
in it for a while, because a channel gets one message after the other, and whatever people do to a row meanwhile simply
holds: nothing of it was sent.

`attempts` is counted when sending begins, by a statement of its own, and the request goes out after its commit. Whoever
takes over from a process that died therefore knows whether something may have arrived: with no attempt it makes the
message anew, and with one it sends the same message under the same nonce. The statement is also what decides between
two processes that hold the same row because the lease of one ran out: it counts only from the number that was seen
when the row was claimed, so that one of them begins and the other one lets go.

This takes no round trip per message: all that begins while such a statement runs begins together with the next one.
Counting in the claim itself would save that statement, and was how it was done before; but then what is claimed and
not sent (because it was given back, paused, changed, or only looked at) has to be uncounted wherever that happens, and
what only waits looks as if it might have arrived.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, DateTime, Integer, Text, and_, case, cast, column, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import ReturningUpdate, Update
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from app.core.reminders.delivery import LEASE, DeliveryStep, StepKind
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
        .values(wake_at=now + LEASE)
        .returning(Reminder, chosen.c.lane)
    )


def start_query(deliveries: Sequence[Delivery], now: datetime) -> ReturningUpdate[tuple[int]]:
    """Count an attempt at each of these whose row is still as it was claimed; return their places in the list.

    What a message stands for is fixed with its first attempt.
    """
    ours = _listed(
        "ours",
        place=(list(range(len(deliveries))), Integer()),
        id=([one.step.reminder_id for one in deliveries], Integer()),
        kind=([one.step.kind.value for one in deliveries], Text()),
        at=([one.step.at for one in deliveries], DateTime(timezone=True)),
        attempts=([one.reminder.attempts for one in deliveries], Integer()),
        through=([one.last if one.missed else None for one in deliveries], DateTime(timezone=True)),
    )
    is_occurrence = ours.c.kind == StepKind.OCCURRENCE.value
    is_due = and_(Reminder.next_at == ours.c.at, or_(is_occurrence, Reminder.warned_for.is_distinct_from(ours.c.at)))
    locked = _locked(
        ours,
        Reminder.deleted_at.is_(None),
        Reminder.attempts == ours.c.attempts,
        case((ours.c.kind == StepKind.REPEAT.value, Reminder.again_at == ours.c.at), else_=is_due),
        place=ours.c.place,
        through=case((is_occurrence, ours.c.through), else_=Reminder.through),
    )
    return (
        update(Reminder)
        .where(Reminder.id == locked.c.id)
        .values(
            attempts=Reminder.attempts + 1,
            through=locked.c.through,
            wake_at=func.greatest(Reminder.wake_at, now + LEASE),
        )
        .returning(locked.c.place)
    )


def renew_query(steps: Sequence[DeliveryStep], now: datetime) -> Update:
    """Keep what is leased for another lease; what was settled or changed meanwhile is left alone."""
    # Not shortened by a clock that was set back: nobody is to take it before it is due again by that clock.
    return _leased(steps, now, wake_at=func.greatest(Reminder.wake_at, now + LEASE))


def give_back_query(steps: Sequence[DeliveryStep], now: datetime) -> Update:
    """Let others take what is leased and was not begun. What was changed meanwhile is left alone."""
    return _leased(steps, now, wake_at=now)


def _leased(steps: Sequence[DeliveryStep], now: datetime, **values: object) -> Update:
    ours = _listed(
        "ours",
        id=([step.reminder_id for step in steps], Integer()),
        at=([step.at for step in steps], DateTime(timezone=True)),
    )
    is_ours = or_(Reminder.next_at == ours.c.at, Reminder.again_at == ours.c.at)
    locked = _locked(ours, Reminder.wake_at > now, is_ours)
    return update(Reminder).where(Reminder.id == locked.c.id).values(**values)


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


def _listed(name: str, **columns: tuple[list[Any], TypeEngine[Any]]) -> TableValuedAlias:
    """Return lists of equal length as a table."""
    arrays = (cast(values, ARRAY(kind)) for values, kind in columns.values())
    names = (column(each, kind) for each, (_, kind) in columns.items())
    return func.unnest(*arrays).table_valued(*names, name=name).render_derived()
