"""What a person typed about a reminder, read and checked against the server it is for."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import discord

from app.commands.reminders.options import ReminderOptions
from app.commands.reminders.origin import origin_of
from app.commands.reminders.places import may_ping_everyone, place_changes, place_for, role_of, target_of
from app.core import durations, when
from app.core.errors import InvalidInput
from app.core.messages import Message, OptionName, msg
from app.core.reminders.policy import ReminderPolicy
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import zone_info
from app.core.typed_words import is_nothing
from app.models import Reminder
from app.services.reminders.draft import DEFAULT_TRIES, MAX_CATCH_UP, Changes, Draft, check_insisting
from app.services.reminders.schedules import schedule_of
from app.services.reminders.staff import MAX_SHIFT

MORNING_HOUR = 9
MAX_SPAN = timedelta(days=366)
NEEDS_INSIST = msg("`tries` and `escalate` need `insist`, which says how often to send it again.")


class Reading:
    """Reads what was typed at a moment, by the person's time zone and language and the server's policy."""

    def __init__(self, interaction: discord.Interaction, policy: ReminderPolicy, *, now: datetime, zone: str) -> None:
        self.interaction = interaction
        self.policy = policy
        self.now = now
        self.zone = zone
        self.remarks = when.Remarks()

    async def schedule(self, phrase: str) -> Schedule:
        """Read when to send it. Raises InvalidInput."""
        return await self._read(phrase, shortest=self.policy.shortest, remarks=self.remarks)

    async def moment(self, typed: str, refusal: Message) -> datetime:
        """Read one moment in the future. Raises InvalidInput, with `refusal` for what repeats."""
        return (await self.once(typed, refusal)).instant

    async def once(self, typed: str, refusal: Message) -> Schedule:
        """Read the same as a schedule, which knows what clocks show then."""
        try:
            found = await self._read(typed)
        except InvalidInput as error:
            raise InvalidInput(_for_one_moment(error.message, refusal)) from error
        if found.recurs or found.next_after(self.now) is None:
            raise InvalidInput(refusal)
        return found

    async def end(self, typed: str, zone: str) -> datetime:
        """Read when a series in a time zone ends: a day counts with all of it. Raises InvalidInput.

        What was said as a time of day in that zone is naive.
        """
        try:
            whole = await self._read(f"every 1h until {typed}", locale=None)
        except InvalidInput:
            whole = None
        if whole is not None and whole.end is not None and whole.until is not None:
            return whole.end if whole.zone == zone else whole.until
        once = await self.once(typed, msg("`until` takes a time in the future, such as `31 dec 23:59`."))
        return once.local_start if once.local_start is not None and once.zone == zone else once.instant

    async def day(self, typed: str) -> date:
        """Read one day. Raises InvalidInput."""
        refusal = msg("`on` takes one day in the future, such as `24 dec`.")
        try:
            at = await self.moment(f"{typed} 23:59", refusal)
        except InvalidInput:
            # It has a time of its own, or is no day at all.
            try:
                at = await self.moment(typed, refusal)
            except InvalidInput as error:
                # Advice for a whole time, such as `in 2h30m`, is none for a day.
                raise (InvalidInput(refusal) if "examples" in error.message.values else error) from error
        return at.astimezone(zone_info(self.zone)).date()

    async def _read(self, phrase: str, **options: Any) -> Schedule:
        # In a thread: for some languages the first phrase loads a library, which would hold up everybody.
        options = {"now": self.now, "zone": self.zone, "locale": self.interaction.locale, **options}
        return await asyncio.to_thread(lambda: _tried(when.read(phrase, **options), self.now))

    async def ended(self, schedule: Schedule, options: ReminderOptions) -> Schedule:
        """Return the schedule with the end that the options name, if they do. Raises InvalidInput."""
        if options.until is None and options.times is None:
            return schedule
        if not schedule.recurs:
            raise InvalidInput(
                "Only a repeating reminder can end. Leave out `until` and `times`, or write `every ...`."
            )
        until, count = schedule.end, schedule.count
        if options.until is not None:
            until = None if is_nothing(options.until) else await self.end(options.until, schedule.zone)
        if options.times is not None:
            count = options.times or None
        return await self.ending(schedule, until=until, count=count)

    async def ending(self, schedule: Schedule, *, until: datetime | None, count: int | None) -> Schedule:
        """Return the schedule with another end, as `Schedule.ending` takes it. Raises InvalidInput for 100 years."""
        return await asyncio.to_thread(_tried, schedule.ending(until=until, count=count), self.now)

    async def draft(self, options: ReminderOptions) -> Draft:
        """Return the reminder that the options describe. Raises InvalidInput."""
        phrase = options.when or ""
        target = target_of(self.interaction, options.mention)
        if options.insist is None and (options.escalate is not None or options.tries is not None):
            raise InvalidInput(NEEDS_INSIST)
        role = role_of(self.interaction, options.escalate)
        place = place_for(self.interaction, options, self.policy)
        schedule = await self.ended(await self.schedule(phrase), options)
        every, tries = span_of(options.insist, "insist"), options.tries or DEFAULT_TRIES
        if every is not None:
            await asyncio.to_thread(check_insisting, schedule, every, tries, escalates=role is not None)
        channel, message = origin_of(self.interaction, options.message) if options.message is not None else (None, None)
        return Draft(
            text=options.what or "",
            phrase=phrase,
            schedule=schedule,
            channel_id=place.channel_id,
            direct=place.direct,
            target_kind=target.kind,
            target_id=target.id,
            may_ping=target.may_ping and (role is None or role.may_ping),
            may_ping_everyone=may_ping_everyone(self.interaction),
            warn=span_of(options.early, "early"),
            repeat_every=every,
            repeat_most=tries,
            escalate_role_id=role.id if role is not None else None,
            catch_up=span_of(options.late, "late"),
            origin_channel_id=channel,
            origin_message_id=message,
        )

    async def changes(self, options: ReminderOptions, reminder: Reminder) -> Changes:
        """Return the changes to a reminder. Raises InvalidInput."""
        insists = reminder.repeat_seconds is not None if options.insist is None else not is_nothing(options.insist)
        if not insists and (options.escalate is not None or options.tries is not None):
            raise InvalidInput(NEEDS_INSIST)
        schedule = None if options.when is None else await self.schedule(options.when)
        if options.until is not None or options.times is not None:
            schedule = await self.ended(_known(schedule or schedule_of(reminder)), options)
        every = span_of(options.insist, "insist", clears=True)
        if schedule is not None or every is not None or options.tries is not None or options.escalate is not None:
            await self._check_insisting(reminder, schedule, every, options)
        place = place_changes(self.interaction, options, self.policy)
        return Changes(
            text=options.what,
            phrase=options.when if options.when is not None else reminder.phrase,
            schedule=schedule,
            channel_id=place.channel_id,
            direct=place.direct,
            target_kind=place.target.kind if place.target is not None else None,
            target_id=place.target.id if place.target is not None else None,
            may_ping=place.may_ping,
            may_ping_everyone=may_ping_everyone(self.interaction),
            warn=span_of(options.early, "early", clears=True),
            repeat_every=every,
            repeat_most=options.tries,
            escalate_role_id=options.escalate.id if options.escalate is not None else None,
            catch_up=span_of(options.late, "late", clears=True),
        )

    async def _check_insisting(
        self, reminder: Reminder, schedule: Schedule | None, every: timedelta | None, options: ReminderOptions
    ) -> None:
        every = reminder.repeat_every if every is None else every
        known = schedule or schedule_of(reminder)
        if every and known is not None:
            tries = options.tries or reminder.repeat_most or DEFAULT_TRIES
            escalates = options.escalate is not None or reminder.escalate_role_id is not None
            await asyncio.to_thread(check_insisting, known, every, tries, escalates=escalates)


def _tried(schedule: Schedule, now: datetime) -> Schedule:
    """Compute here, in a thread, what is asked of a schedule later and what a rare rule is searched long for."""
    schedule.check_length(now)
    schedule.shortest_gap()
    return schedule


def _for_one_moment(said: Message, refusal: Message) -> Message:
    """Return a refusal without advice to repeat it, which would be refused next."""
    if said.values.get("examples") == when.EXAMPLES:
        return replace(said, values={**said.values, "examples": when.EXAMPLES_ONCE})
    return refusal if "`every" in said.english else said


def _known(schedule: Schedule | None) -> Schedule:
    if schedule is None:
        raise InvalidInput("That reminder has no time yet. Set one with `when`.")
    return schedule


def span_of(typed: str | None, name: str, *, clears: bool = False) -> timedelta | None:
    """Read a length of time of at least a minute; with `clears`, words for nothing are zero. Raises InvalidInput."""
    if typed is None:
        return None
    if clears and is_nothing(typed):
        return timedelta()
    if name == "early" and "," in typed:
        raise InvalidInput("There is one early warning: `early` takes `1d` or `1h`, or `1d1h` for the two added up.")
    try:
        span = durations.parse(typed)
    except ValueError:
        span = timedelta()
    longest, spoken = MAX_SPAN, msg("a year")
    if name == "late":
        longest, spoken = MAX_CATCH_UP, msg("{days} days", days=MAX_CATCH_UP.days)
    if timedelta(minutes=1) <= span <= longest:
        return span
    if clears:
        raise InvalidInput(
            "`{name}` takes a length of time from one minute to {longest}, such as `15m` or `2h30m`, or `none`.",
            name=OptionName("reminder", name),
            longest=spoken,
        )
    raise InvalidInput(
        "`{name}` takes a length of time from one minute to {longest}, such as `15m` or `2h30m`.",
        name=OptionName("reminder", name),
        longest=spoken,
    )


def shift_of(typed: str) -> timedelta:
    """Read a length of time of up to 31 days that may be negative. Raises InvalidInput."""
    typed = typed.strip()
    try:
        span = durations.parse(typed.lstrip("+-"))
    except ValueError:
        span = MAX_SHIFT + timedelta(seconds=1)
    if span > MAX_SHIFT:
        raise InvalidInput(
            "`by` takes a length of time of up to {days} days, such as `30m`, `-1h` or `2d`.",
            days=MAX_SHIFT.days,
        )
    return -span if typed.startswith("-") else span


def tomorrow_morning(now: datetime, zone: str) -> Schedule:
    """Return nine o'clock of the next day in a zone."""
    local = now.astimezone(zone_info(zone)).replace(tzinfo=None) + timedelta(days=1)
    return Schedule.once_at(local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0), zone)
