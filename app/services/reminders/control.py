"""What happens to a reminder as a whole: pause and resume, skip, leave out, delete, and each of them taken back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput
from app.core.records import record
from app.core.reminders.errors import ReminderDeleted, ReminderNotFound
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import INSTANT, Schedule
from app.core.scheduling.zones import WallTime, zone_info
from app.models import Reminder, ReminderState
from app.services.reminders import life_cycle
from app.services.reminders.access import owned_by
from app.services.reminders.quotas import check_quotas
from app.services.reminders.rows import announce, load_owned, load_unfinished, locked
from app.services.reminders.schedules import schedule_of


@record
class Deleted:
    """What was deleted together, and when: with that moment it can be brought back."""

    reminders: Sequence[Reminder]
    at: datetime


class ReminderControlService:
    """Stops reminders and lets them go on."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def pause(
        self, actor: Actor, reminder_id: int, *, until: datetime | None = None, by_clock: WallTime | None = None
    ) -> Reminder:
        """Send nothing until it is resumed, or until a moment if one is given; `by_clock` if it was a time of day.

        Raises ReminderNotFound, ItIsOver, InvalidInput for a moment that is past, and Conflict if it is paused like
        that already.
        """
        reminder = await load_unfinished(self._session, actor, reminder_id)
        if until is not None and until <= self._clock():
            raise InvalidInput("A pause has to end in the future, for example `monday 9am`.")
        if reminder.state is ReminderState.PAUSED and reminder.resume_at == until and not reminder.channel_paused:
            raise Conflict("That reminder is already paused.")
        life_cycle.pause(reminder, until, by_clock)
        await announce(self._session, [reminder])
        return reminder

    async def resume(self, actor: Actor, reminder_id: int) -> Reminder:
        """Go on. What a series would have sent meanwhile is left out; a single one that is past is sent at once.

        Raises ReminderNotFound, ItIsOver, and Conflict if it is neither paused nor set aside.
        """
        reminder = await load_unfinished(self._session, actor, reminder_id)
        if reminder.state is ReminderState.WAITING:
            raise Conflict("That reminder is not paused.")
        life_cycle.resume(reminder, self._clock())
        await announce(self._session, [reminder])
        return reminder

    async def skip(self, actor: Actor, reminder_id: int, *, shown: datetime | None = None) -> tuple[Reminder, datetime]:
        """Leave out the next occurrence of a series; return when that would have been as well.

        `shown` is which one the person saw: no other is skipped, so that asking twice skips once.
        Raises ReminderNotFound, ItIsOver, and Conflict for one that comes only once, or only once more, and for one
        that is being sent at this moment: whoever presses it does not mean what has just come.
        """
        reminder = await load_unfinished(self._session, actor, reminder_id)
        schedule, skipped, now = _series(reminder), reminder.next_at, self._clock()
        if shown is not None and shown != skipped:
            raise _not_next(shown, skipped, now)
        if reminder.under_way(now) is not None:
            raise Conflict("That reminder is being sent at this moment; try again in a minute to skip the next one.")
        after = schedule.next_after(skipped) if skipped is not None else None
        if skipped is None or after is None:
            raise Conflict("Only one occurrence is left of that reminder; delete or pause it instead.")
        life_cycle.jump_to(reminder, after)
        return reminder, skipped

    async def cancel(self, actor: Actor, reminder_id: int) -> tuple[Reminder, Deleted | None]:
        """Delete what was just made, if there is still something to cancel: None for one that was, or is being, sent.

        Raises ReminderNotFound.
        """
        reminder = await load_owned(self._session, actor, reminder_id)
        schedule = schedule_of(reminder)
        is_single = schedule is None or not schedule.recurs
        if not reminder.is_unfinished or (is_single and reminder.under_way(self._clock()) is not None):
            return reminder, None
        return reminder, await self.delete(actor, [reminder.id])

    async def unskip(self, actor: Actor, reminder_id: int, at: datetime) -> Reminder:
        """Take back that an occurrence was skipped. Raises ReminderNotFound, ItIsOver, Conflict if it is too late."""
        reminder = await load_unfinished(self._session, actor, reminder_id)
        if reminder.next_at == at:
            raise Conflict("That was undone already: it is sent then.")
        too_late = at <= self._clock() or reminder.next_at is None or at >= reminder.next_at
        if too_late or _series(reminder).next_from(at) != at:
            raise Conflict("It is too late to undo that: its time has passed, or the schedule has changed.")
        life_cycle.jump_to(reminder, at)
        await announce(self._session, [reminder])
        return reminder

    async def leave_out(self, actor: Actor, reminder_id: int, day: date) -> Reminder:
        """Let a series not come on one day, by the clock of the series.

        Raises ReminderNotFound, ItIsOver, InvalidInput at too many such days, and Conflict for one that comes only
        once, would not come on that day anyway, or would never come again.
        """
        reminder = await load_unfinished(self._session, actor, reminder_id)
        schedule, now = _series(reminder), self._clock()
        # What was skipped does not come anyway; what is due already comes all the same.
        coming = max(now + INSTANT, reminder.next_at or now)
        if _first_on(schedule, day, coming) is None:
            raise Conflict("It does not come on that day anyway.")
        since = min(now, reminder.next_at or now).astimezone(zone_info(schedule.zone)).date()
        other = schedule.forgetting(since).without(day)
        after = other.next_from(coming)
        if after is None:
            raise Conflict("Nothing would be left of that reminder; delete or pause it instead.")
        is_left_out = reminder.next_at is not None and reminder.next_at > now and after != reminder.next_at
        life_cycle.leave_out(reminder, other, after if is_left_out else None)
        return reminder

    async def put_back(self, actor: Actor, reminder_id: int, day: date) -> Reminder:
        """Let a series come on a day again that was left out.

        Raises ReminderNotFound, ItIsOver, and Conflict if that day was not left out, or is over.
        """
        reminder = await load_unfinished(self._session, actor, reminder_id)
        schedule, now = _series(reminder), self._clock()
        other = replace(schedule, except_dates=tuple(each for each in schedule.except_dates if each != day))
        first = _first_on(other, day, now + INSTANT)
        if day not in schedule.except_dates:
            raise Conflict("That was undone already: that day is not left out.")
        if first is None:
            raise Conflict("It is too late to undo that: that day is over, or the schedule has changed.")
        comes_first = reminder.next_at is None or first < reminder.next_at
        life_cycle.leave_out(reminder, other, first if comes_first else None)
        await announce(self._session, [reminder])
        return reminder

    async def delete(self, actor: Actor, ids: Sequence[int]) -> Deleted:
        """Delete some, all or none of them; for a day they can be brought back.

        Raises ReminderNotFound, and ReminderDeleted if that has happened already.
        """
        rows = await self._session.scalars(locked(Reminder.id.in_(ids), owned_by(actor)))
        found, now = rows.all(), self._clock()
        if not found or len(found) < len(set(ids)):
            gone = Reminder.id.in_(ids), owned_by(actor, deleted=True)
            if ids and not found and await self._session.scalar(select(Reminder.id).where(*gone).limit(1)) is not None:
                raise ReminderDeleted
            raise ReminderNotFound
        for reminder in found:
            life_cycle.delete(reminder, actor.user_id, now)
        return Deleted(found, now)

    async def restore(self, actor: Actor, policy: ReminderPolicy, at: datetime) -> Sequence[Reminder]:
        """Bring back what this person deleted at a moment. What would have been sent meanwhile is as after a pause.

        Raises Conflict when nothing is left to bring back, and LimitReached at a quota.
        """
        theirs = [] if actor.is_staff else [Reminder.created_by == actor.user_id]
        together = (Reminder.deleted_by == actor.user_id, Reminder.deleted_at == at)
        found = (await self._session.scalars(locked(Reminder.guild_id == actor.guild_id, *together, *theirs))).all()
        if not found:
            raise Conflict("There is nothing left to restore: it was restored already, or deleted more than a day ago.")
        own = [reminder for reminder in found if reminder.created_by == actor.user_id]
        await check_quotas(self._session, actor, policy, more=len(own), in_all=len(found))
        now = self._clock()
        # In a thread: of a rare rule it takes long to find when it comes next.
        await asyncio.to_thread(lambda: [life_cycle.restore(reminder, now) for reminder in found])
        await announce(self._session, found)
        return found


def _not_next(shown: datetime, next_at: datetime | None, now: datetime) -> Conflict:
    """Say why the time that somebody saw as the next one is not skipped."""
    if shown <= now:
        return Conflict("The time that this would have skipped has passed. `/reminder skip` skips the next one.")
    if next_at is not None and shown < next_at:
        return Conflict("That time is skipped already. `/reminder skip` skips the one after it as well.")
    return Conflict("That reminder has another time now. `/reminder skip` skips the next one.")


def _series(reminder: Reminder) -> Schedule:
    schedule = schedule_of(reminder)
    if schedule is None or not schedule.recurs:
        raise Conflict("That reminder comes only once; delete or pause it instead.")
    return schedule


def _first_on(schedule: Schedule, day: date, since: datetime) -> datetime | None:
    """Return when a series comes first on a day of its zone, from a moment on; None when it does not."""
    zone = zone_info(schedule.zone)
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    found = schedule.next_from(max(since, start))
    return found if found is not None and found.astimezone(zone).date() == day else None
