"""Reminders on behalf of the people who make them: making, finding and changing."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, NotAllowed
from app.core.messages import msg
from app.core.records import record
from app.core.reminders.errors import ItIsOver, ReminderNotFound, StaffOnly
from app.core.reminders.policy import ReminderPolicy
from app.core.typed_words import is_all
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.access import called, of_server, owned_by
from app.services.reminders.draft import (
    DEFAULT_TRIES,
    Changes,
    Draft,
    check_pings,
    check_post,
    check_schedule,
    check_warning,
    checked_catch_up,
    checked_text,
    has_title,
    name_of,
    seconds,
    warning_of,
    words_of,
)
from app.services.reminders.life_cycle import change_warning, plan, resume, set_wake_at, stop_repeating
from app.services.reminders.quotas import check_quotas
from app.services.reminders.rows import announce, load_owned, load_unfinished, number_of
from app.services.reminders.schedules import schedule_of
from app.services.statements import first, rows_of

ALL = "all"
MAX_NAMED = 25
"""How many reminders somebody may name in one go."""


@record
class ReminderPage:
    """Some reminders, the next one due first."""

    entries: Sequence[Reminder]
    page: int
    pages: int
    total: int


class ReminderService:
    """Everything a member may do with what a reminder says and when."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def create(self, actor: Actor, policy: ReminderPolicy, draft: Draft) -> Reminder:
        """Promise to say something later.

        Raises RemindersOff, NotAllowed for what the server's policy does not let this person do or a ping that Discord
        does not, InvalidInput for a text, a time or a length that does not fit, LimitReached at a quota.
        """
        check_pings(actor, policy, draft, kind=draft.target_kind, target_id=draft.target_id, direct=draft.direct)
        if not policy.lets_create(actor):
            raise NotAllowed("Only staff can make reminders in this server.")
        text = checked_text(draft.text, everyone=draft.may_ping_everyone and policy.everyone)
        if not draft.direct:
            check_post(actor, policy, text)
        check_schedule(policy, draft.schedule, draft.warn, self._clock())
        catch_up = checked_catch_up(draft.catch_up)
        await check_quotas(self._session, actor, policy)
        reminder = Reminder(
            guild_id=actor.guild_id,
            created_by=actor.user_id,
            channel_id=draft.channel_id,
            name=name_of(text),
            message=text,
            phrase=draft.phrase,
            direct=draft.direct,
            target_kind=draft.target_kind,
            target_id=draft.target_id,
            warn_seconds=seconds(draft.warn),
            repeat_seconds=seconds(draft.repeat_every),
            repeat_most=draft.repeat_most if draft.repeat_every is not None else None,
            escalate_role_id=draft.escalate_role_id,
            catch_up_seconds=catch_up,
            origin_channel_id=draft.origin_channel_id,
            origin_message_id=draft.origin_message_id,
            state=ReminderState.WAITING,
            subscribers=[],
            created_at=self._clock(),
        )
        plan(reminder, draft.schedule, after=self._clock())
        self._session.add(reminder)
        await announce(self._session, [reminder])
        return reminder

    async def has_any(self, actor: Actor) -> bool:
        """Tell whether they have ever made a reminder in this server that is still known."""
        own = select(Reminder.id).where(Reminder.guild_id == actor.guild_id, Reminder.created_by == actor.user_id)
        return await self._session.scalar(own.limit(1)) is not None

    async def get(self, actor: Actor, reminder_id: int) -> Reminder:
        """Return a reminder of theirs; staff may see all of the server. Raises ReminderNotFound."""
        return await load_owned(self._session, actor, reminder_id, lock=False)

    async def find(self, actor: Actor, typed: str) -> Reminder:
        """Return the one that was meant, by its number (`#12`) or its words.

        Raises ReminderNotFound, and InvalidInput when several say it.
        """
        typed = typed.strip()
        if (number := number_of(typed)) is not None:
            return await self.get(actor, number)
        if not typed.strip("#"):
            raise ReminderNotFound
        found = await self.list_matching(actor, typed, limit=2)
        if len(found) > 1:
            raise InvalidInput("Several reminders say that. Choose one from the list that appears as you type.")
        if not found:
            raise ReminderNotFound
        return found[0]

    async def find_many(self, actor: Actor, typed: str) -> Sequence[Reminder]:
        """Return those that were meant: several numbers (`3, 5 8`), `all` of their own, or the one that `find` finds.

        Raises ReminderNotFound if one of them is not theirs or there is none, InvalidInput for more than 25 numbers.
        """
        if is_all(typed):
            return await self._all_of(actor)
        words = typed.replace(",", " ").split()
        numbers = {number for word in words if (number := number_of(word)) is not None}
        if len(words) < 2 or any(number_of(word) is None for word in words):
            return [await self.find(actor, typed)]
        if len(numbers) > MAX_NAMED:
            raise InvalidInput("You can name up to {count} reminders at once.", count=MAX_NAMED)
        rows = await self._session.scalars(
            select(Reminder).where(Reminder.id.in_(numbers), owned_by(actor)).order_by(Reminder.id)
        )
        found = rows.all()
        if len(found) < len(numbers):
            raise ReminderNotFound
        return found

    async def _all_of(self, actor: Actor) -> Sequence[Reminder]:
        own = (of_server(actor.guild_id), Reminder.is_unfinished, Reminder.created_by == actor.user_id)
        found = (await self._session.scalars(select(Reminder).where(*own).order_by(Reminder.id))).all()
        if not found:
            raise ReminderNotFound
        return found

    async def list_page(
        self,
        actor: Actor,
        *,
        everybody: bool = False,
        member_id: int | None = None,
        channel_id: int | None = None,
        state: ReminderState | None = None,
        typed: str = "",
        page: int = 0,
        page_size: int,
    ) -> ReminderPage:
        """Return one page of theirs, or for staff of everybody's or a member's, the next one due first.

        Those that are over only if asked for by their state. A page beyond the last is the last. Raises StaffOnly when
        somebody else than staff asks for more than their own.
        """
        if (everybody or member_id not in {None, actor.user_id}) and not actor.is_staff:
            raise StaffOnly
        chosen = {
            "in_by": None if everybody and member_id is None else member_id or actor.user_id,
            "in_channel": channel_id,
            "in_state": state,
        }
        given = {name: value for name, value in chosen.items() if value is not None}
        # What people typed is not to stay here.
        is_kept = not typed.strip()
        statement = _remembered_page_of(*given) if is_kept else _page_of(*given, typed=typed.strip())
        given |= {"in_guild": actor.guild_id, "in_limit": page_size, "in_offset": max(page, 0) * page_size}
        rows = await rows_of(self._session, Reminder, statement, given, is_kept=is_kept)
        if not rows and page > 0:
            # Beyond the last.
            beyond = given | {"in_limit": 1, "in_offset": 0}
            row = await first(self._session, statement, beyond, is_kept=is_kept)
            if row is not None:
                page = -(-row.total // page_size) - 1
                given["in_offset"] = page * page_size
                rows = await rows_of(self._session, Reminder, statement, given, is_kept=is_kept)
        if not rows:
            return ReminderPage([], 0, 1, 0)
        total = rows[0][1].total
        return ReminderPage([found for found, _ in rows], max(page, 0), -(-total // page_size), total)

    async def list_matching(self, actor: Actor, typed: str, *, limit: int = 25) -> Sequence[Reminder]:
        """Return theirs (for staff: everybody's) that are not over and whose words or number hold what was typed."""
        typed = typed.strip().removeprefix("#")
        number = number_of(typed)
        rows = await self._session.scalars(
            select(Reminder)
            .where(
                owned_by(actor),
                Reminder.is_unfinished,
                or_(called(typed), Reminder.id == number) if number is not None else called(typed),
            )
            .order_by((Reminder.created_by == actor.user_id).desc(), Reminder.next_at.asc().nulls_last(), Reminder.id)
            .limit(limit)
        )
        return rows.all()

    async def edit(self, actor: Actor, policy: ReminderPolicy, reminder_id: int, changes: Changes) -> Reminder:
        """Change what was asked for; with another time or place, one that was set aside waits again.

        Raises ReminderNotFound, ItIsOver unless it gets another time, and what `create` raises.
        """
        reminder = await load_owned(self._session, actor, reminder_id)
        if not reminder.is_unfinished and changes.schedule is None:
            raise ItIsOver
        said = reminder.message
        self._change_place(actor, policy, reminder, changes)
        if changes.text is not None:
            text = checked_text(changes.text, everyone=changes.may_ping_everyone and policy.everyone)
            if not has_title(reminder):
                reminder.name = name_of(text)
            reminder.message = text
        says_more = reminder.message != said or changes.channel_id is not None or changes.direct is not None
        if not reminder.direct and says_more:
            check_post(actor, policy, words_of(reminder))
        if changes.catch_up is not None:
            reminder.catch_up_seconds = checked_catch_up(changes.catch_up) if changes.catch_up else None
        self._change_insisting(reminder, changes)
        self._change_time(policy, reminder, changes)
        moves = changes.schedule is not None or changes.channel_id is not None or changes.direct is not None
        if reminder.state in {ReminderState.ATTENTION, ReminderState.DONE} and moves:
            resume(reminder, self._clock())
        elif any(one is not None for one in (changes.schedule, changes.warn, changes.repeat_every)):
            set_wake_at(reminder)
        else:
            # Nobody has to look earlier or later; whoever is sending it at this moment keeps their lease.
            return reminder
        await announce(self._session, [reminder])
        return reminder

    async def transfer(self, actor: Actor, policy: ReminderPolicy, reminder_id: int, *, member_id: int) -> Reminder:
        """Give it to another member, who owns it from now on.

        Raises ReminderNotFound, NotAllowed where members may not make reminders for others, LimitReached if the other
        has as many as they may have, Conflict if it is theirs already.
        """
        reminder = await load_unfinished(self._session, actor, reminder_id)
        if not policy.lets_ping_others(actor):
            raise NotAllowed("In this server you cannot make reminders for others, or give them yours.")
        if reminder.created_by == member_id:
            yours = msg("That reminder is already yours.")
            raise Conflict(yours if member_id == actor.user_id else msg("That reminder is already theirs."))
        await check_quotas(self._session, Actor(actor.guild_id, member_id), policy, in_all=0, is_other=True)
        if reminder.target_kind is TargetKind.MEMBER and reminder.target_id == reminder.created_by:
            reminder.target_id = member_id
        reminder.created_by = member_id
        return reminder

    def _change_place(self, actor: Actor, policy: ReminderPolicy, reminder: Reminder, changes: Changes) -> None:
        kind = changes.target_kind or reminder.target_kind
        target_id = changes.target_id if changes.target_kind is not None else reminder.target_id
        direct = reminder.direct if changes.direct is None else changes.direct
        if changes.pings:
            check_pings(actor, policy, changes, kind=kind, target_id=target_id, direct=direct)
        reminder.target_kind, reminder.target_id, reminder.direct = kind, target_id, direct
        if changes.channel_id is not None:
            reminder.channel_id = changes.channel_id

    def _change_insisting(self, reminder: Reminder, changes: Changes) -> None:
        if changes.repeat_every is not None:
            reminder.repeat_seconds = seconds(changes.repeat_every)
        if reminder.repeat_seconds is None:
            stop_repeating(reminder)
            return
        reminder.repeat_most = changes.repeat_most or reminder.repeat_most or DEFAULT_TRIES
        role = changes.escalate_role_id or (None if changes.drops_role else reminder.escalate_role_id)
        # Moved to direct messages, where no role can be pinged, it insists without one.
        reminder.escalate_role_id = None if reminder.direct else role

    def _change_time(self, policy: ReminderPolicy, reminder: Reminder, changes: Changes) -> None:
        now, warn = self._clock(), warning_of(reminder, changes.warn)
        if changes.schedule is not None:
            check_schedule(policy, changes.schedule, warn, now)
            plan(reminder, changes.schedule, after=now)
            reminder.phrase = changes.phrase or reminder.phrase
        elif changes.warn is not None and (schedule := schedule_of(reminder)) is not None:
            check_warning(schedule, reminder.next_at, warn, now)
        if changes.warn is not None:
            change_warning(reminder, warn)


def _page_of(*by: str, typed: str = "") -> Select[Any]:
    """Return the statement for a page that is chosen `by` some of what is given, with how many there are of all."""
    conditions = [
        Reminder.guild_id == bindparam("in_guild"),
        Reminder.deleted_at.is_(None),
        Reminder.state == bindparam("in_state") if "in_state" in by else Reminder.is_unfinished,
    ]
    if "in_by" in by:
        conditions.append(Reminder.created_by == bindparam("in_by"))
    if "in_channel" in by:
        conditions.append(Reminder.channel_id == bindparam("in_channel"))
    if typed:
        conditions.append(called(typed))
    total = select(func.count()).select_from(Reminder).where(*conditions).correlate(None).scalar_subquery()
    return (
        select(Reminder, total.label("total"))
        .where(*conditions)
        .order_by(Reminder.next_at.asc().nulls_last(), Reminder.id)
        .limit(bindparam("in_limit", type_=BigInteger))
        .offset(bindparam("in_offset", type_=BigInteger))
    )


_remembered_page_of = lru_cache(_page_of)
