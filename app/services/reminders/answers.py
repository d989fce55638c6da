"""What people do with a reminder that they got: put it off, say that it is done, join it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.records import record
from app.core.reminders.errors import ItIsOver, ReminderDeleted, ReminderNotFound, RemindersOff
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import shown_at, zone_info
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.access import addressed_to, delivered_in, of_server, owned_by
from app.services.reminders.life_cycle import acknowledge, delete, insist_again, plan
from app.services.reminders.rows import announce, load_one, locked

MAX_SUBSCRIBERS = 80
SAME = timedelta(minutes=1)
"""A snooze that ends by less than this later than the one before is the same again: nobody snoozes for seconds."""


@record
class Snoozed:
    """A snooze, until when it was before if it was moved, and when its reminder would have been repeated."""

    reminder: Reminder
    before: datetime | None = None
    again_at: datetime | None = None
    is_repeated: bool = False
    """Whether it was snoozed until then already."""


@record
class Rights:
    """A delivered reminder, and what somebody may do with it."""

    reminder: Reminder
    may_answer: bool = False
    may_change: bool = False
    may_join: bool = False
    has_joined: bool = False


@record
class Acknowledged:
    """A reminder that is done, and until when it had been snoozed by whoever does not need that any more."""

    reminder: Reminder
    cancelled: Sequence[datetime] = ()


class ReminderAnswerService:
    """Answers to delivered reminders, by whoever they are addressed to."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def get(self, actor: Actor, reminder_id: int, *, roles: frozenset[int]) -> Reminder:
        """Return a reminder that is theirs or meant for them. Raises ReminderNotFound."""
        return await self._load(actor, reminder_id, roles, lock=False)

    async def look(self, actor: Actor, reminder_id: int, *, roles: frozenset[int], channel_id: int | None) -> Rights:
        """Return a delivered reminder and what this person may do with it. Raises ReminderNotFound.

        `channel_id` is where they see it; None in a direct message.
        """
        # Not compared with None, which every reminder that was never delivered has.
        was_here = false() if channel_id is None else delivered_in(channel_id)
        may = [func.coalesce(each, false()) for each in (addressed_to(actor, roles), owned_by(actor), was_here)]
        found = await self._session.execute(
            select(Reminder, *may).where(Reminder.id == reminder_id, of_server(actor.guild_id), or_(*may))
        )
        row = found.one_or_none()
        if row is None:
            # Says why, if that is theirs to know.
            return Rights(await self._load(actor, reminder_id, roles, lock=False))
        reminder, may_answer, may_change, may_join = row
        may_join = may_join and reminder.is_unfinished and reminder.next_at is not None
        has_joined = actor.user_id in reminder.subscribers
        return Rights(reminder, may_answer, may_change, may_join, has_joined)

    async def snooze(
        self,
        actor: Actor,
        policy: ReminderPolicy,
        reminder_id: int,
        *,
        until: datetime,
        zone: str,
        local: datetime | None = None,
        roles: frozenset[int],
        in_direct: bool,
        message_id: int | None = None,
    ) -> Snoozed:
        """Say it again at a moment, as a reminder of its own that leaves the series alone.

        Its owner has everybody reminded again, anybody else only themselves. Who snoozes the same one twice moves it,
        unless that was the same press twice. `local` is what clocks in `zone` show then, if that was asked for.
        `message_id` is the message under which they said so.
        Raises ReminderNotFound, RemindersOff, and InvalidInput for a moment that is past.
        """
        if not policy.enabled:
            raise RemindersOff
        now = self._clock()
        if until <= now:
            raise InvalidInput("That is in the past. Choose a time in the future.")
        original = await self._load(actor, reminder_id, roles)
        again_at = original.again_at
        acknowledge(original, message_id, now)
        owns = original.created_by == actor.user_id
        snooze = await self._session.scalar(
            locked(
                of_server(actor.guild_id),
                Reminder.snooze_of == original.id,
                Reminder.created_by == actor.user_id,
                Reminder.state == ReminderState.WAITING,
            )
        )
        before = snooze.next_at if snooze is not None else None
        if snooze is not None and before is not None and abs(until - before) < SAME:
            return Snoozed(snooze, is_repeated=True)
        if snooze is None:
            snooze = Reminder(
                guild_id=original.guild_id,
                created_by=actor.user_id,
                channel_id=original.channel_id,
                name=original.name,
                message=original.message,
                location=original.location,
                phrase="snoozed",
                direct=original.direct or in_direct,
                target_kind=original.target_kind if owns and not in_direct else TargetKind.MEMBER,
                target_id=original.target_id if owns and not in_direct else actor.user_id,
                subscribers=list(original.subscribers) if owns and not in_direct else [],
                origin_channel_id=original.origin_channel_id,
                origin_message_id=original.origin_message_id,
                snooze_of=original.id,
                state=ReminderState.WAITING,
                created_at=now,
            )
            self._session.add(snooze)
        plan(snooze, Schedule.once(until, zone, local=local), after=now)
        await announce(self._session, [snooze])
        return Snoozed(snooze, before, again_at)

    async def unsnooze(
        self,
        actor: Actor,
        snooze_id: int,
        *,
        until: datetime,
        before: datetime | None = None,
        again_at: datetime | None = None,
    ) -> Snoozed:
        """Take back that this person snoozed something until a moment; return what is so now.

        `before` and `again_at` are what `snooze` returned: what was so before comes back if it is still to come.
        Raises ReminderNotFound, and Conflict if the snooze was sent, cancelled or moved meanwhile.
        """
        own = (Reminder.id == snooze_id, Reminder.guild_id == actor.guild_id, Reminder.created_by == actor.user_id)
        original_id = await self._session.scalar(select(Reminder.snooze_of).where(*own))
        # The original first, as whoever snoozes it again locks them.
        original = await self._session.scalar(locked(of_server(actor.guild_id), Reminder.id == original_id))
        snooze, now = await self._session.scalar(locked(*own)), self._clock()
        if snooze is None:
            raise ReminderNotFound
        if snooze.deleted_at is not None:
            raise Conflict("That snooze is cancelled already.")
        if not snooze.is_unfinished or snooze.under_way(now) is not None:
            raise Conflict("It is too late to undo that: the reminder has been sent again.")
        if snooze.next_at != until:
            raise Conflict("It was snoozed until another time after that. Undo that first, or snooze it again.")
        if before is not None and before > now:
            # Lengths of time from a press end within a minute, times of day with one.
            is_by_clock = not before.second and not before.microsecond
            local = shown_at(before, zone_info(snooze.timezone)) if is_by_clock else None
            plan(snooze, Schedule.once(before, snooze.timezone, local=local), after=now)
            await announce(self._session, [snooze])
            return Snoozed(snooze, before)
        delete(snooze, actor.user_id, now)
        if original is None or again_at is None or not insist_again(original, again_at, now):
            return Snoozed(snooze)
        await announce(self._session, [original])
        return Snoozed(snooze, again_at=original.again_at)

    async def acknowledge(
        self, actor: Actor, reminder_id: int, *, roles: frozenset[int], message_id: int | None = None
    ) -> Acknowledged:
        """Take note that it is done, so that it is not repeated; a series goes on. Raises ReminderNotFound.

        Whatever this person, or its owner, has snoozed of it is cancelled. `message_id` is the message under which they
        said so.
        """
        reminder, now = await self._load(actor, reminder_id, roles), self._clock()
        acknowledge(reminder, message_id, now)
        rows = await self._session.scalars(
            locked(
                of_server(actor.guild_id),
                Reminder.snooze_of == reminder.id,
                Reminder.created_by.in_([actor.user_id, reminder.created_by]),
                Reminder.state == ReminderState.WAITING,
            )
        )
        snoozes = rows.all()
        for snooze in snoozes:
            delete(snooze, actor.user_id, now)
        return Acknowledged(reminder, [snooze.next_at for snooze in snoozes if snooze.next_at is not None])

    async def get_delivered(self, actor: Actor, reminder_id: int, *, channel_id: int) -> Reminder:
        """Return one, whose ever it is, that everybody could see in this channel. Raises ReminderNotFound."""
        here = (of_server(actor.guild_id), delivered_in(channel_id))
        return await load_one(self._session, reminder_id, *here, lock=False)

    async def join(self, actor: Actor, reminder_id: int, *, channel_id: int, joins: bool) -> Reminder:
        """Be pinged as well from now on, or no more.

        `channel_id` is where it was delivered, and where only those are who may see it. Raises ReminderNotFound,
        ItIsOver, Conflict if that is so already, and LimitReached when too many have joined.
        """
        reminder = await load_one(self._session, reminder_id, of_server(actor.guild_id), delivered_in(channel_id))
        if not reminder.is_unfinished:
            raise ItIsOver
        others = [user for user in reminder.subscribers if user != actor.user_id]
        has_joined = len(others) < len(reminder.subscribers)
        if joins == has_joined:
            raise Conflict("You have joined that reminder already.") if joins else Conflict("You have left it already.")
        if not joins:
            reminder.subscribers = others
            return reminder
        if len(others) >= MAX_SUBSCRIBERS:
            raise LimitReached("{count} members have already joined that reminder.", count=MAX_SUBSCRIBERS)
        reminder.subscribers = [*others, actor.user_id]
        return reminder

    async def _load(self, actor: Actor, reminder_id: int, roles: frozenset[int], *, lock: bool = True) -> Reminder:
        try:
            return await load_one(self._session, reminder_id, addressed_to(actor, roles), lock=lock)
        except ReminderNotFound:
            was_theirs = (Reminder.id == reminder_id, addressed_to(actor, roles, deleted=True))
            if await self._session.scalar(select(Reminder.id).where(*was_theirs)) is None:
                raise
            raise ReminderDeleted from None
