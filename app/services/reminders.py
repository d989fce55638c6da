"""Reminders on behalf of the people who make them and the people who get them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import durations
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, LimitReached, NotAllowed
from app.core.reminder_delivery import CHANNEL
from app.core.reminder_policy import ReminderPolicy
from app.core.reminder_refusals import ItIsOver, ReminderNotFound, RemindersOff, StaffOnly
from app.core.schedule import Schedule
from app.models import Reminder, ReminderState, TargetKind
from app.models.reminder_access import of_server, owned_by
from app.models.reminder_plan import go_on, schedule_of, set_schedule, wake_up

LONGEST_TEXT = 2000
LONGEST_NAME = 100
EVERYONE = ("@everyone", "@here")
UNFINISHED = (ReminderState.WAITING, ReminderState.PAUSED, ReminderState.ATTENTION)


@dataclass(frozen=True)
class Draft:
    """What a reminder shall be.

    `may_ping` is whether Discord lets the author ping the target, `may_ping_everyone` the same for @everyone.
    """

    text: str
    phrase: str
    schedule: Schedule
    channel_id: int
    direct: bool = False
    target_kind: TargetKind | None = None
    target_id: int | None = None
    may_ping: bool = True
    may_ping_everyone: bool = False
    warn: timedelta | None = None
    repeat_every: timedelta | None = None
    repeat_most: int | None = None
    escalate_role_id: int | None = None
    origin_channel_id: int | None = None
    origin_message_id: int | None = None


@dataclass(frozen=True)
class ReminderPage:
    """Some reminders, the next one due first."""

    entries: Sequence[Reminder]
    page: int
    pages: int
    total: int


class ReminderService:
    """Everything a member may do with a reminder. Together with its neighbours the only writer of reminders."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def create(self, actor: Actor, policy: ReminderPolicy, draft: Draft) -> Reminder:
        """Promise to say something later.

        Raises RemindersOff, NotAllowed for a ping that the author or the server's policy does not allow, InvalidInput
        for a text or a time that does not fit, LimitReached at a quota.
        """
        self._check_pings(actor, policy, draft)
        text = _checked_text(draft.text, everyone=draft.may_ping_everyone and policy.everyone)
        first = self._check_schedule(policy, draft.schedule, draft.warn)
        await self._check_quotas(actor, policy)
        reminder = Reminder(
            guild_id=actor.guild_id,
            created_by=actor.user_id,
            channel_id=draft.channel_id,
            name=_name_of(text),
            message=text,
            phrase=draft.phrase,
            direct=draft.direct,
            target_kind=draft.target_kind,
            target_id=draft.target_id,
            warn_seconds=_seconds(draft.warn),
            repeat_seconds=_seconds(draft.repeat_every),
            repeat_most=draft.repeat_most if draft.repeat_every is not None else None,
            escalate_role_id=draft.escalate_role_id,
            origin_channel_id=draft.origin_channel_id,
            origin_message_id=draft.origin_message_id,
            state=ReminderState.WAITING,
            subscribers=[],
            created_at=self._clock(),
        )
        set_schedule(reminder, draft.schedule, after=self._clock())
        assert reminder.next_at == first
        wake_up(reminder)
        self._session.add(reminder)
        await self._announce(reminder)
        return reminder

    async def get(self, actor: Actor, reminder_id: int) -> Reminder:
        """Return a reminder of theirs; staff may see all of the server. Raises ReminderNotFound."""
        return await self._get_one(actor, reminder_id, lock=False)

    async def list_page(
        self,
        actor: Actor,
        *,
        everybody: bool = False,
        channel_id: int | None = None,
        state: ReminderState | None = None,
        page: int = 0,
        page_size: int,
    ) -> ReminderPage:
        """Return one page of theirs, or for staff of everybody's, the next one due first; none that is over.

        A page beyond the last is the last. Raises StaffOnly when somebody else than staff asks for everybody's.
        """
        if everybody and not actor.is_staff:
            raise StaffOnly
        conditions: list[ColumnElement[bool]] = [of_server(actor.guild_id)]
        conditions.append(Reminder.state.in_(UNFINISHED) if state is None else Reminder.state == state)
        if not everybody:
            conditions.append(Reminder.created_by == actor.user_id)
        if channel_id is not None:
            conditions.append(Reminder.channel_id == channel_id)
        total = await self._session.scalar(select(func.count()).select_from(Reminder).where(*conditions)) or 0
        pages = max(1, -(-total // page_size))
        page = min(max(page, 0), pages - 1)
        rows = await self._session.scalars(
            select(Reminder)
            .where(*conditions)
            .order_by(Reminder.next_at.asc().nulls_last(), Reminder.id)
            .limit(page_size)
            .offset(page * page_size)
        )
        return ReminderPage(rows.all(), page, pages, total)

    async def list_matching(self, actor: Actor, typed: str, *, limit: int = 25) -> Sequence[Reminder]:
        """Return theirs (for staff: everybody's) that are not over and whose name or number holds what was typed."""
        typed = typed.strip().removeprefix("#")
        conditions: list[ColumnElement[bool]] = [
            owned_by(actor),
            Reminder.state.in_(UNFINISHED),
            or_(
                Reminder.name.icontains(typed, autoescape=True),
                Reminder.message.icontains(typed, autoescape=True),
                *([Reminder.id == int(typed)] if typed.isascii() and typed.isdigit() and len(typed) < 10 else []),
            ),
        ]
        mine_first = (Reminder.created_by == actor.user_id).desc()
        rows = await self._session.scalars(
            select(Reminder)
            .where(*conditions)
            .order_by(mine_first, Reminder.next_at.asc().nulls_last(), Reminder.id)
            .limit(limit)
        )
        return rows.all()

    async def edit(
        self,
        actor: Actor,
        policy: ReminderPolicy,
        reminder_id: int,
        *,
        text: str,
        may_ping_everyone: bool = False,
        phrase: str | None = None,
        schedule: Schedule | None = None,
    ) -> Reminder:
        """Change the words, and with a schedule the time as well; a reminder that was set aside waits again.

        Raises ReminderNotFound, ItIsOver, and InvalidInput as `create` does.
        """
        reminder = await self._get_one(actor, reminder_id)
        text = _checked_text(text, everyone=may_ping_everyone and policy.everyone)
        if schedule is not None:
            warn = timedelta(seconds=reminder.warn_seconds) if reminder.warn_seconds is not None else None
            self._check_schedule(policy, schedule, warn)
            set_schedule(reminder, schedule, after=self._clock())
            reminder.phrase = phrase
            if reminder.state is not ReminderState.PAUSED:
                reminder.state = ReminderState.WAITING
            reminder.problem = reminder.problem_at = None
        elif reminder.state is ReminderState.DONE:
            raise ItIsOver
        reminder.message, reminder.name = text, _name_of(text)
        wake_up(reminder)
        await self._announce(reminder)
        return reminder

    async def delete(self, actor: Actor, reminder_id: int) -> Reminder:
        """Remove it for good; what it was is returned. Raises ReminderNotFound."""
        reminder = await self._get_one(actor, reminder_id)
        await self._session.execute(
            delete(Reminder).where(Reminder.id == reminder.id).execution_options(synchronize_session=False)
        )
        return reminder

    async def pause(self, actor: Actor, reminder_id: int) -> Reminder:
        """Send nothing until it is resumed. Raises ReminderNotFound, ItIsOver, and Conflict if it is paused."""
        reminder = await self._get_unfinished(actor, reminder_id)
        if reminder.state is ReminderState.PAUSED:
            raise Conflict("That reminder is paused already.")
        reminder.state, reminder.again_at = ReminderState.PAUSED, None
        wake_up(reminder)
        return reminder

    async def resume(self, actor: Actor, reminder_id: int) -> Reminder:
        """Go on. What a series would have sent meanwhile is left out; a single one that is past is sent at once.

        Raises ReminderNotFound, ItIsOver, and Conflict if it is neither paused nor set aside.
        """
        reminder = await self._get_unfinished(actor, reminder_id)
        if reminder.state is ReminderState.WAITING:
            raise Conflict("That reminder is not paused.")
        go_on(reminder, self._clock())
        await self._announce(reminder)
        return reminder

    async def skip(self, actor: Actor, reminder_id: int) -> Reminder:
        """Leave out the next occurrence of a series. Raises ReminderNotFound, ItIsOver, Conflict for a single one."""
        reminder = await self._get_unfinished(actor, reminder_id)
        schedule = schedule_of(reminder)
        if schedule is None or not schedule.recurs or reminder.next_at is None:
            raise Conflict("That reminder comes only once; delete or pause it instead.")
        after = schedule.next_after(reminder.next_at)
        if after is None:
            raise Conflict("Only one occurrence is left of that reminder; delete or pause it instead.")
        reminder.next_at, reminder.attempts, reminder.through = after, 0, None
        wake_up(reminder)
        return reminder

    async def transfer(self, actor: Actor, policy: ReminderPolicy, reminder_id: int, *, member_id: int) -> Reminder:
        """Give it to another member, who owns it from now on.

        Raises ReminderNotFound, NotAllowed where members may not make reminders for others, LimitReached if the other
        has as many as they may have, Conflict if it is theirs already.
        """
        reminder = await self._get_unfinished(actor, reminder_id)
        if not policy.lets_ping_others(actor):
            raise NotAllowed("In this server you may not make or give reminders to others.")
        if reminder.created_by == member_id:
            raise Conflict("That reminder is theirs already.")
        await self._check_quotas(Actor(actor.guild_id, member_id), policy, moved=True)
        if reminder.target_kind is TargetKind.MEMBER and reminder.target_id == reminder.created_by:
            reminder.target_id = member_id
        reminder.created_by = member_id
        return reminder

    def _check_pings(self, actor: Actor, policy: ReminderPolicy, draft: Draft) -> None:
        if not policy.enabled:
            raise RemindersOff
        if draft.target_kind is TargetKind.EVERYONE and not (draft.may_ping_everyone and policy.everyone):
            raise NotAllowed("You may not mention everyone with a reminder here; mention a role or a member instead.")
        theirs = draft.target_kind is None or (
            draft.target_kind is TargetKind.MEMBER and draft.target_id == actor.user_id
        )
        if (not theirs or draft.escalate_role_id is not None) and not policy.lets_ping_others(actor):
            raise NotAllowed("In this server you may make reminders for yourself only.")
        if not draft.may_ping:
            raise NotAllowed("Discord does not let you mention that role; choose one that you may mention.")
        if draft.direct and draft.target_kind not in {None, TargetKind.MEMBER}:
            raise InvalidInput("A direct message goes to one member; choose a member, or a channel.")

    def _check_schedule(self, policy: ReminderPolicy, schedule: Schedule, warn: timedelta | None) -> datetime:
        now = self._clock()
        first = schedule.next_after(now)
        if first is None:
            raise InvalidInput("That would never come: all of it lies in the past. Choose a time to come.")
        if schedule.faster_than(policy.shortest):
            raise InvalidInput(f"In this server a reminder may come every {durations.spoken(policy.shortest)} at most.")
        if warn is not None and (warn < timedelta(minutes=1) or first - warn <= now):
            raise InvalidInput("The early warning would lie in the past; choose a shorter one.")
        if warn is not None and schedule.faster_than(warn):
            raise InvalidInput("The early warning has to be shorter than the time between two reminders.")
        return first

    async def _check_quotas(self, actor: Actor, policy: ReminderPolicy, *, moved: bool = False) -> None:
        # Whoever makes reminders in one server does so one after the other, so that a quota is exact.
        await self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended("reminders", actor.guild_id)))
        )
        unfinished = (of_server(actor.guild_id), Reminder.state.in_(UNFINISHED))
        count = select(func.count()).select_from(Reminder).where(*unfinished)
        if (await self._session.scalar(count.where(Reminder.created_by == actor.user_id)) or 0) >= policy.per_member:
            raise LimitReached(
                f"{'That member has' if moved else 'You have'} {policy.per_member} reminders waiting, which is as many "
                "as this server allows. Delete one first."
            )
        if not moved and (await self._session.scalar(count) or 0) >= policy.per_guild:
            raise LimitReached(f"This server has {policy.per_guild} reminders waiting, which is as many as it allows.")

    async def _get_unfinished(self, actor: Actor, reminder_id: int) -> Reminder:
        reminder = await self._get_one(actor, reminder_id)
        if reminder.state is ReminderState.DONE:
            raise ItIsOver
        return reminder

    async def _get_one(self, actor: Actor, reminder_id: int, *, lock: bool = True) -> Reminder:
        # The one door to a reminder that somebody wants to change: in their own server, their own, or for staff.
        query = select(Reminder).where(Reminder.id == reminder_id, owned_by(actor))
        reminder = await self._session.scalar(query.with_for_update() if lock else query)
        if reminder is None:
            raise ReminderNotFound
        return reminder

    async def _announce(self, reminder: Reminder) -> None:
        await self._session.flush()
        if reminder.wake_at is not None:
            await self._session.execute(select(func.pg_notify(CHANNEL, str(reminder.wake_at.timestamp()))))


def _checked_text(text: str, *, everyone: bool) -> str:
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_TEXT or "\0" in text:
        raise InvalidInput(f"A reminder says something, in up to {LONGEST_TEXT:,} characters.")
    if not everyone and any(word in text.casefold() for word in EVERYONE):
        raise InvalidInput("A reminder here may not mention everyone; leave that out, or mention a role instead.")
    return text


def _name_of(text: str) -> str:
    line = text.splitlines()[0].strip()
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
