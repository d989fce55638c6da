"""Loading the reminder that somebody wants to change, and telling the processes when one is due."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.reminders.delivery import REMINDERS_CHANNEL
from app.core.reminders.errors import ItIsOver, ReminderNotFound
from app.core.storable import MAX_KEY
from app.models.reminder import Reminder
from app.services.reminders.access import owned_by


def number_of(typed: str) -> int | None:
    """Read the number of a reminder, with or without `#`; None if it is not a number.

    One that is too large for any row becomes the largest possible, which is then not found.
    """
    typed = typed.removeprefix("#")
    return min(int(typed[:11]), MAX_KEY) if typed.isascii() and typed.isdigit() else None


def locked(*conditions: ColumnElement[bool]) -> Select[tuple[Reminder]]:
    """Select and lock, in the same order as everywhere, so that nobody waits for somebody who waits for them.

    Read again, should the same transaction have seen them before without a lock.
    """
    query = select(Reminder).where(*conditions).order_by(Reminder.id).with_for_update()
    return query.execution_options(populate_existing=True)


async def load_one(
    session: AsyncSession, reminder_id: int, *conditions: ColumnElement[bool], lock: bool = True
) -> Reminder:
    """Return a reminder for which the conditions hold, locked by default. Raises ReminderNotFound."""
    is_it = (Reminder.id == reminder_id, *conditions)
    reminder = await session.scalar(locked(*is_it) if lock else select(Reminder).where(*is_it))
    if reminder is None:
        raise ReminderNotFound
    return reminder


async def load_owned(session: AsyncSession, actor: Actor, reminder_id: int, *, lock: bool = True) -> Reminder:
    """Return a reminder that the person owns, for staff any of the server. Raises ReminderNotFound for any other."""
    return await load_one(session, reminder_id, owned_by(actor), lock=lock)


async def load_unfinished(session: AsyncSession, actor: Actor, reminder_id: int) -> Reminder:
    """Return a reminder that the person owns and that is not over, locked. Raises ReminderNotFound, ItIsOver."""
    reminder = await load_owned(session, actor, reminder_id)
    if not reminder.is_unfinished:
        raise ItIsOver
    return reminder


async def announce(session: AsyncSession, reminders: Sequence[Reminder]) -> None:
    """Notify every process, with the commit, of the earliest `wake_at` of these reminders."""
    await session.flush()
    wakes: list[datetime] = [reminder.wake_at for reminder in reminders if reminder.wake_at is not None]
    if wakes:
        await session.execute(select(func.pg_notify(REMINDERS_CHANNEL, str(min(wakes).timestamp()))))
