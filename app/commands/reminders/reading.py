"""What a person asked for with a reminder, read from what they typed and checked against the server it is for."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord

from app.commands.reminders.options import Wishes
from app.commands.reminders.origin import origin_of
from app.commands.reminders.places import may_ping_everyone, place_changes, place_for, role_of, target_of
from app.core import durations, when
from app.core.errors import InvalidInput
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import Schedule
from app.models import Reminder
from app.services.reminders.draft import DEFAULT_TRIES, MAX_CATCH_UP, Changes, Draft
from app.services.reminders.schedules import schedule_of
from app.services.reminders.staff import MAX_SHIFT

MORNING_HOUR = 9
LONGEST_SPAN = timedelta(days=366)
NOTHING = frozenset({"0", "none", "no", "off", "never"})
"""What takes a length of time, or an end, away."""


class Reading:
    """By what an interaction's words are read: the moment, the person's clock and language, the server's policy."""

    def __init__(self, interaction: discord.Interaction, policy: ReminderPolicy, *, now: datetime, zone: str) -> None:
        self.interaction = interaction
        self.policy = policy
        self.now = now
        self.zone = zone

    async def schedule(self, phrase: str) -> Schedule:
        """Read when it shall come. Raises InvalidInput with a sentence that says what would work."""
        return await self._read(phrase, shortest=self.policy.shortest)

    async def moment(self, typed: str, refusal: str) -> datetime:
        """Read one moment to come. Raises InvalidInput, with `refusal` for what repeats."""
        found = await self._read(typed)
        at = found.next_after(self.now)
        if found.recurs or at is None:
            raise InvalidInput(refusal)
        return at

    async def end(self, typed: str) -> datetime:
        """Read when a series ends: a day counts with all of it. Raises InvalidInput."""
        try:
            whole = await self._read(f"every hour until {typed}", locale=None)
        except InvalidInput:
            whole = None
        if whole is not None and whole.until is not None:
            return whole.until
        return await self.moment(typed, "`until` takes a moment to come, such as `31 dec 23:59`.")

    async def day(self, typed: str) -> date:
        """Read one day. Raises InvalidInput."""
        refusal = "`on` takes one day to come, such as `24 dec`."
        try:
            at = await self.moment(f"{typed} 23:59", refusal)
        except InvalidInput:
            # It has a time of its own, or is no day at all.
            at = await self.moment(typed, refusal)
        return at.astimezone(ZoneInfo(self.zone)).date()

    async def _read(self, phrase: str, **options: Any) -> Schedule:
        # In a thread: the first phrase in a language that takes a library to read would hold up everybody.
        options = {"now": self.now, "zone": self.zone, "locale": self.interaction.locale, **options}
        return await asyncio.to_thread(when.read, phrase, **options)

    async def ended(self, schedule: Schedule, wishes: Wishes) -> Schedule:
        """Return the schedule with the end that was asked for, if any. Raises InvalidInput."""
        if wishes.until is None and wishes.times is None:
            return schedule
        if not schedule.recurs:
            raise InvalidInput("Only what repeats can end; leave out `until` and `times`, or say `every ...`.")
        until, count = schedule.until, schedule.count
        if wishes.until is not None:
            until = None if _is_nothing(wishes.until) else await self.end(wishes.until)
        if wishes.times is not None:
            count = wishes.times or None
        return schedule.ending(until=until, count=count)

    async def draft(self, wishes: Wishes) -> Draft:
        """Return the reminder that was asked for. Raises InvalidInput."""
        phrase = wishes.when or ""
        target = target_of(self.interaction, wishes.mention)
        if wishes.insist is None and (wishes.escalate is not None or wishes.tries is not None):
            raise InvalidInput("`tries` and `escalate` go with `insist`, which says how often it is repeated.")
        role = role_of(self.interaction, wishes.escalate)
        place = place_for(self.interaction, wishes, self.policy)
        channel, message = origin_of(self.interaction, wishes.message) if wishes.message is not None else (None, None)
        return Draft(
            text=wishes.what or "",
            phrase=phrase,
            schedule=await self.ended(await self.schedule(phrase), wishes),
            channel_id=place.channel_id,
            direct=place.direct,
            target_kind=target.kind,
            target_id=target.id,
            may_ping=target.may_ping and (role is None or role.may_ping),
            may_ping_everyone=may_ping_everyone(self.interaction),
            warn=span_of(wishes.early, "early"),
            repeat_every=span_of(wishes.insist, "insist"),
            repeat_most=wishes.tries or DEFAULT_TRIES,
            escalate_role_id=role.id if role is not None else None,
            catch_up=span_of(wishes.late, "late"),
            origin_channel_id=channel,
            origin_message_id=message,
        )

    async def changes(self, wishes: Wishes, reminder: Reminder) -> Changes:
        """Return what shall be different about a reminder. Raises InvalidInput."""
        insists = reminder.repeat_seconds is not None if wishes.insist is None else not _is_nothing(wishes.insist)
        if not insists and (wishes.escalate is not None or wishes.tries is not None):
            raise InvalidInput("`tries` and `escalate` go with `insist`, which says how often it is repeated.")
        schedule = schedule_of(reminder) if wishes.when is None else await self.schedule(wishes.when)
        if wishes.until is not None or wishes.times is not None:
            schedule = await self.ended(_known(schedule), wishes)
        elif wishes.when is None:
            schedule = None
        place = place_changes(self.interaction, wishes, self.policy)
        return Changes(
            text=wishes.what,
            phrase=wishes.when if wishes.when is not None else reminder.phrase,
            schedule=schedule,
            channel_id=place.channel_id,
            direct=place.direct,
            target_kind=place.target.kind if place.target is not None else None,
            target_id=place.target.id if place.target is not None else None,
            may_ping=place.may_ping,
            may_ping_everyone=may_ping_everyone(self.interaction),
            warn=span_of(wishes.early, "early", clears=True),
            repeat_every=span_of(wishes.insist, "insist", clears=True),
            repeat_most=wishes.tries,
            escalate_role_id=wishes.escalate.id if wishes.escalate is not None else None,
            catch_up=span_of(wishes.late, "late", clears=True),
        )


def _known(schedule: Schedule | None) -> Schedule:
    if schedule is None:
        raise InvalidInput("That reminder has no time yet; give it one with `when`.")
    return schedule


def _is_nothing(typed: str) -> bool:
    return typed.strip().casefold() in NOTHING


def span_of(typed: str | None, name: str, *, clears: bool = False) -> timedelta | None:
    """Read a length of time of at least a minute; with `clears`, words for nothing are zero. Raises InvalidInput."""
    if typed is None:
        return None
    if clears and _is_nothing(typed):
        return timedelta()
    try:
        span = durations.parse(typed)
    except ValueError:
        span = timedelta()
    longest, spoken = (MAX_CATCH_UP, f"{MAX_CATCH_UP.days} days") if name == "late" else (LONGEST_SPAN, "a year")
    if not timedelta(minutes=1) <= span <= longest:
        nothing = ", or `none`" if clears else ""
        raise InvalidInput(
            f"`{name}` takes a length of time from a minute to {spoken}, written like `15m` or `2h30m`{nothing}."
        )
    return span


def shift_of(typed: str) -> timedelta:
    """Read a length of time of up to 31 days that may be negative. Raises InvalidInput."""
    typed = typed.strip()
    try:
        span = durations.parse(typed.lstrip("+-"))
    except ValueError:
        span = MAX_SHIFT + timedelta(seconds=1)
    if span > MAX_SHIFT:
        raise InvalidInput("`by` takes a length of time of up to 31 days, as in `30m`, `-1h` or `2d`.")
    return -span if typed.startswith("-") else span


def tomorrow_morning(now: datetime, zone: str) -> datetime:
    """Return nine o'clock of the next day in a zone."""
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=1)
    at = Schedule.once_at(local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0), zone).at
    assert at is not None
    return at
