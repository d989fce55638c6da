"""What staff do with everybody's reminders, and what anybody does with one that could not be delivered."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput
from app.core.records import record
from app.core.reminders.errors import StaffOnly
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.words import describe
from app.core.scheduling.zones import WallTime
from app.core.when import MAX_PHRASE
from app.models import Reminder, ReminderState
from app.services.reminders.access import of_server, owned_by
from app.services.reminders.draft import check_post, words_of
from app.services.reminders.life_cycle import move, pause, resume, resume_or_set_aside
from app.services.reminders.rows import announce, load_owned, locked
from app.services.reminders.schedules import AT_ONCE, moved_by, schedule_of

MAX_PROBLEMS = 25
MAX_SHIFT = timedelta(days=31)
STATES = 2**48
"""How many states `Shiftable.state` tells apart."""


@record
class Shiftable:
    """What would be moved: the first ones, how many those are, and a number that changes with any of their times."""

    first: Sequence[Reminder]
    total: int
    state: int


@record
class Shifted:
    """How many were moved, how many stayed, and one that was moved, with its new time: it tells if they still are.

    `due` is how many of those that were moved are sent now, because they would have come before now.
    """

    moved: int
    left: int
    last: tuple[int, datetime] | None = None
    due: int = 0

    @property
    def counts(self) -> tuple[int, int]:
        """How many were moved, and how many not."""
        return self.moved, self.left


class ReminderStaffService:
    """Repairs, and changes to many reminders at once."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def list_problems(self, actor: Actor) -> Sequence[Reminder]:
        """Return what needs attention: theirs, for staff everybody's; the newest first, up to 25."""
        rows = await self._session.scalars(
            select(Reminder)
            .where(owned_by(actor), Reminder.state == ReminderState.ATTENTION)
            .order_by(Reminder.problem_at.desc().nulls_last(), Reminder.id.desc())
            .limit(MAX_PROBLEMS)
        )
        return rows.all()

    async def repair(
        self, actor: Actor, policy: ReminderPolicy, reminder_id: int, *, channel_id: int | None = None
    ) -> Reminder:
        """Let one go on that was set aside, in another channel if one is given.

        A single one whose time is past is sent at once. Raises ReminderNotFound, Conflict when nothing is wrong with it
        or when it has no time, and NotAllowed or InvalidInput for what this person may not have posted in a channel.
        """
        reminder = await load_owned(self._session, actor, reminder_id)
        if reminder.state is not ReminderState.ATTENTION:
            raise Conflict("Nothing is wrong with that reminder any more.")
        if schedule_of(reminder) is None and not reminder.days and reminder.event_time is None:
            raise Conflict("That reminder has no time. Give it one with `/reminder edit`.")
        if channel_id is not None:
            check_post(actor, policy, words_of(reminder))
            reminder.channel_id, reminder.direct = channel_id, False
        resume(reminder, self._clock())
        await announce(self._session, [reminder])
        return reminder

    async def pause_channel(
        self, actor: Actor, channel_id: int, *, until: datetime | None = None, by_clock: WallTime | None = None
    ) -> int:
        """Pause all that waits for a channel, until a moment if one is given; return how many those are.

        What was paused with it before is paused until then as well.
        `by_clock` is what clocks show at that moment, if it was named as a time of day.
        Raises StaffOnly, and InvalidInput for a moment that is past.
        """
        if until is not None and until <= self._clock():
            raise InvalidInput("A pause has to end in the future, for example `monday 9am`.")
        rows = [
            one
            for one in await self._of(actor, None, channel_id)
            if one.state is ReminderState.WAITING or (one.channel_paused and one.resume_at != until)
        ]
        for reminder in rows:
            pause(reminder, until, by_clock, with_channel=True)
        await announce(self._session, rows)
        return len(rows)

    async def resume_channel(self, actor: Actor, channel_id: int) -> int:
        """Let all go on that was paused with a channel; return how many those are. Raises StaffOnly.

        What somebody paused by itself stays paused.
        """
        rows = await self._of(actor, ReminderState.PAUSED, channel_id, with_channel=True)
        now = self._clock()
        # In a thread: of a rare rule it takes long to find when it comes next.
        await asyncio.to_thread(lambda: [resume_or_set_aside(reminder, now) for reminder in rows])
        await announce(self._session, rows)
        return len(rows)

    async def list_shiftable(self, actor: Actor, *, channel_id: int | None = None, limit: int = 3) -> Shiftable:
        """Return what `shift` would move. Raises StaffOnly."""
        which = self._movable(actor, channel_id)
        total, state = (await self._session.execute(_summary(which))).one()
        query = select(Reminder).where(*which).order_by(Reminder.next_at, Reminder.id).limit(limit)
        return Shiftable((await self._session.scalars(query)).all(), total, int(state))

    async def shift(
        self,
        actor: Actor,
        by: timedelta,
        *,
        channel_id: int | None = None,
        state: int | None = None,
        back_from: datetime | None = None,
        last: tuple[int, datetime] | None = None,
    ) -> Shifted:
        """Move all that waits or is paused, whole series included.

        A single one that would lie in the past then comes at once; a series by months, or with several clocks, stays
        when it would leave its day. `back_from` is when they were moved the other way, if this takes that back: what
        was made since then stays. Raises StaffOnly, and InvalidInput for more than a month.

        Raises Conflict when they are not as they were when somebody was asked, which is `state`, or when the one that
        is `last` has been moved back already.
        """
        if not timedelta() < abs(by) <= MAX_SHIFT:
            raise InvalidInput("Reminders can be moved by up to 31 days, as in `30m`, `-1h` or `2d`.")
        now = self._clock()
        which = self._movable(actor, channel_id)
        since = [] if back_from is None else [Reminder.created_at <= back_from]
        rows = (await self._session.scalars(locked(*which, *since))).all()
        if state is not None and (await self._session.execute(_summary(which))).one().state != state:
            raise Conflict(
                "Nothing was moved: their times have changed since you were asked, or they have been moved already. "
                "Use `/reminder shift` again to see how they are."
            )
        if last is not None and any(one.id == last[0] and one.next_at == last[1] + by for one in rows):
            raise Conflict("That was undone already.")
        # As above.
        places = await asyncio.to_thread(lambda: [_place(reminder, by, now, back_from) for reminder in rows])
        moved = [reminder for reminder, place in zip(rows, places, strict=True) if _shift(reminder, place, now)]
        await announce(self._session, rows)
        # A single one goes as far as it should, and the farthest is not sent so soon.
        latest = max(moved, key=lambda one: (one.rrule is None, one.next_at or now), default=None)
        mark = (latest.id, latest.next_at) if latest is not None and latest.next_at is not None else None
        waiting = [one for one in moved if one.state is ReminderState.WAITING]
        due = [one for one in waiting if one.next_at is not None and one.next_at <= now + AT_ONCE]
        return Shifted(len(moved), len(rows) - len(moved), mark, len(due))

    async def _of(
        self,
        actor: Actor,
        state: ReminderState | None,
        channel_id: int | None,
        *,
        with_channel: bool = False,
    ) -> Sequence[Reminder]:
        conditions = self._which(actor, state, channel_id)
        if with_channel:
            conditions.append(Reminder.channel_paused.is_(True))
        return (await self._session.scalars(locked(*conditions))).all()

    def _movable(self, actor: Actor, channel_id: int | None) -> list[ColumnElement[bool]]:
        # What was sent for the last time, and is only repeated until somebody answers, has no time that could move.
        is_sent = and_(Reminder.next_at.is_(None), Reminder.again_at.is_not(None))
        return [*self._which(actor, None, channel_id), not_(is_sent)]

    def _which(self, actor: Actor, state: ReminderState | None, channel_id: int | None) -> list[ColumnElement[bool]]:
        if not actor.is_staff:
            raise StaffOnly
        states = (ReminderState.WAITING, ReminderState.PAUSED) if state is None else (state,)
        here = [] if channel_id is None else [Reminder.channel_id == channel_id, Reminder.direct.is_(False)]
        return [of_server(actor.guild_id), Reminder.state.in_(states), *here]


def _summary(which: Sequence[ColumnElement[bool]]) -> Select[tuple[int, int]]:
    """Select how many there are and the state of all of them. Moved the same way, no two can make up for each other."""
    micros = func.extract("epoch", Reminder.next_at) * 1_000_000
    state = func.mod(func.coalesce(func.sum(micros), 0), STATES)
    return select(func.count().label("total"), cast(state, BigInteger).label("state")).where(*which)


class _Place(NamedTuple):
    """Where a reminder is moved to: its schedule, also in words, and its next time."""

    schedule: Schedule
    words: str
    next_at: datetime


def _place(reminder: Reminder, by: timedelta, now: datetime, back_from: datetime | None) -> _Place | None:
    moved = moved_by(reminder, by, now, back_from=back_from)
    return _Place(moved[0], describe(moved[0]), moved[1]) if moved is not None else None


def _shift(reminder: Reminder, place: _Place | None, now: datetime) -> bool:
    if place is None:
        return False
    move(reminder, place.schedule, place.next_at, now)
    if reminder.phrase is not None:
        # The form is filled in with it: it has to say what is so now, in words that can be read again.
        reminder.phrase = place.words.removesuffix(f" ({place.schedule.zone})")[:MAX_PHRASE]
    return True
