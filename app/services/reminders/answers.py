"""What people do with a reminder that they got: put it off, say that it is done, join it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import InvalidInput, LimitReached
from app.core.reminders.errors import ItIsOver, RemindersOff
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import Schedule
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.access import addressed_to, delivered_in, of_server
from app.services.reminders.life_cycle import acknowledge, plan
from app.services.reminders.rows import announce, load_one, locked

MAX_SUBSCRIBERS = 80


class ReminderAnswerService:
    """Answers to delivered reminders, by whoever they are addressed to."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def get(self, actor: Actor, reminder_id: int, *, roles: frozenset[int]) -> Reminder:
        """Return a reminder that is theirs or meant for them. Raises ReminderNotFound."""
        return await load_one(self._session, reminder_id, addressed_to(actor, roles), lock=False)

    async def snooze(
        self,
        actor: Actor,
        policy: ReminderPolicy,
        reminder_id: int,
        *,
        until: datetime,
        zone: str,
        roles: frozenset[int],
        in_direct: bool,
        message_id: int | None = None,
    ) -> Reminder:
        """Say it again at a moment, as a reminder of its own that leaves the series alone; return that one.

        Its owner has everybody reminded again, anybody else only themselves. Who snoozes the same one twice moves it.
        `message_id` is the message under which they said so.
        Raises ReminderNotFound, RemindersOff, and InvalidInput for a moment that is past.
        """
        if not policy.enabled:
            raise RemindersOff
        now = self._clock()
        if until <= now:
            raise InvalidInput("That is in the past. Choose a time in the future.")
        original = await load_one(self._session, reminder_id, addressed_to(actor, roles))
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
        plan(snooze, Schedule.once(until, zone), after=now)
        await announce(self._session, [snooze])
        return snooze

    async def acknowledge(
        self, actor: Actor, reminder_id: int, *, roles: frozenset[int], message_id: int | None = None
    ) -> Reminder:
        """Take note that it is done, so that it is not repeated; a series goes on. Raises ReminderNotFound.

        `message_id` is the message under which they said so.
        """
        reminder = await load_one(self._session, reminder_id, addressed_to(actor, roles))
        acknowledge(reminder, message_id, self._clock())
        return reminder

    async def get_delivered(self, actor: Actor, reminder_id: int, *, channel_id: int) -> Reminder:
        """Return one, whose ever it is, that everybody could see in this channel. Raises ReminderNotFound."""
        here = (of_server(actor.guild_id), delivered_in(channel_id))
        return await load_one(self._session, reminder_id, *here, lock=False)

    async def join(self, actor: Actor, reminder_id: int, *, channel_id: int) -> tuple[Reminder, bool]:
        """Be pinged as well from now on, or no more if one was; return the reminder and whether one is now.

        `channel_id` is where it was delivered, and where only those are who may see it. Raises ReminderNotFound,
        ItIsOver, and LimitReached when too many have joined.
        """
        reminder = await load_one(self._session, reminder_id, of_server(actor.guild_id), delivered_in(channel_id))
        if not reminder.is_unfinished:
            raise ItIsOver
        others = [user for user in reminder.subscribers if user != actor.user_id]
        if len(others) < len(reminder.subscribers):
            reminder.subscribers = others
            return reminder, False
        if len(others) >= MAX_SUBSCRIBERS:
            raise LimitReached("{count} members have already joined that reminder.", count=MAX_SUBSCRIBERS)
        reminder.subscribers = [*others, actor.user_id]
        return reminder, True
