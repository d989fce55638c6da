"""Reminders in a line or two, as every list, suggestion and confirmation writes them. All of it pure."""

from datetime import datetime

import discord

from app.core import durations
from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.reminders.problems import problem_from
from app.core.scheduling.schedule import INSTANT, Occurrence, Schedule
from app.core.scheduling.words import describe
from app.core.scheduling.zones import zone_info
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.schedules import schedule_of
from app.ui.kit.limits import MAX_CHOICE, MAX_OPTION
from app.ui.kit.text import plain, shortened
from app.ui.reminders.ids import OpenId

MARKS = {
    ReminderState.WAITING: "🔔",
    ReminderState.PAUSED: "⏸️",
    ReminderState.ATTENTION: "⚠️",
    ReminderState.DONE: "✅",
}
PREVIEW = 3
"""How many of the next times are shown."""


def stamp(moment: datetime, style: discord.utils.TimestampStyle = "f") -> str:
    """Write a moment so that everybody reads it by their own clock, and how far away it is."""
    return f"{discord.utils.format_dt(moment, style)} ({discord.utils.format_dt(moment, 'R')})"


def schedule_or_none(reminder: Reminder) -> Schedule | None:
    """Return the schedule of a reminder; None for a row that has none, or whose columns make none."""
    try:
        return schedule_of(reminder)
    except InvalidInput:
        return None


def coming(reminder: Reminder, count: int = PREVIEW) -> list[Occurrence]:
    """Return the next times of a reminder, without those that were skipped or fall into a pause."""
    schedule = schedule_or_none(reminder)
    if schedule is None or reminder.next_at is None:
        return []
    since = reminder.next_at - INSTANT
    if reminder.resume_at is not None and schedule.recurs:
        since = max(since, reminder.resume_at)
    return schedule.upcoming(since, count)


def firing(one: Occurrence) -> str:
    """Write one of the next times, with what a change of the clocks does to it."""
    when = f"• {discord.utils.format_dt(one.at, 'F')} · {discord.utils.format_dt(one.at, 'R')}"
    return f"{when}\n-# {one.note}" if one.note else when


def rhythm_of(reminder: Reminder) -> str:
    """Say how a reminder repeats; nothing for one that does not."""
    schedule = schedule_or_none(reminder)
    return f"*{plain(describe(schedule), 300)}*" if schedule is not None and schedule.recurs else ""


def insisting_of(reminder: Reminder) -> str:
    """Say how a reminder insists; nothing for one that does not."""
    if reminder.repeat_every is None:
        return ""
    every = durations.spoken(reminder.repeat_every)
    one = every.removeprefix("1 ")
    times = "once" if reminder.repeat_most == 1 else f"up to {reminder.repeat_most} times"
    role = f", the last time for <@&{reminder.escalate_role_id}> as well" if reminder.escalate_role_id else ""
    return f"every {every if ' ' in one else one}, {times}{role}, until somebody presses **Done**"


def place_of(reminder: Reminder) -> str:
    """Say where a reminder goes and whom it pings. Shown without pinging."""
    recipient = reminder.recipient
    place = f"<#{reminder.channel_id}>" if recipient is None else f"direct message to <@{recipient}>"
    if reminder.target_kind is TargetKind.EVERYONE:
        return f"{place} for everyone"
    if reminder.target_kind is TargetKind.ROLE:
        return f"{place} for <@&{reminder.target_id}>"
    if reminder.target_kind is TargetKind.MEMBER and recipient is None and reminder.target_id != reminder.created_by:
        return f"{place} for <@{reminder.target_id}>"
    return place


def problem_of(reminder: Reminder) -> str:
    """Say what is wrong with a reminder. Shown in embeds only, where the mentions in it ping nobody."""
    return discord.utils.escape_markdown(shortened(str(problem_from(reminder.problem or "")), 300))


def title_of(reminder: Reminder, longest: int = 80) -> str:
    """Write the words and the number of a reminder."""
    return f"**{plain(reminder.name, longest) or 'without a name'}** · #{reminder.id}"


def line_of(reminder: Reminder, *, with_author: bool = False) -> str:
    """Write a reminder in two lines, for lists."""
    when = stamp(reminder.next_at) if reminder.next_at is not None else "no time yet"
    if reminder.state is ReminderState.PAUSED:
        when = f"paused until {stamp(reminder.resume_at)}" if reminder.resume_at is not None else "paused"
    elif reminder.state is ReminderState.ATTENTION:
        when = f"stopped {stamp(reminder.problem_at)}" if reminder.problem_at is not None else "stopped"
    elif reminder.state is ReminderState.DONE:
        when = f"over since {stamp(reminder.last_sent_at)}" if reminder.last_sent_at is not None else "over"
    author = f" · by <@{reminder.created_by}>" if with_author and reminder.created_by else ""
    rhythm = rhythm_of(reminder)
    return (
        f"{MARKS[reminder.state]} {title_of(reminder)}{author}\n"
        f"-# {when} · {place_of(reminder)}{' · ' + rhythm if rhythm else ''}"
    )


def shown_clock(reminder: Reminder, now: datetime) -> str:
    """Write when a reminder comes next where Discord shows no timestamps: by the clock it was made by."""
    if reminder.next_at is None:
        return "over" if reminder.state is ReminderState.DONE else "no time yet"
    try:
        local = reminder.next_at.astimezone(zone_info(reminder.timezone))
    except InvalidInput:
        # Zones come and go; the list shall not go with them.
        local = reminder.next_at
    year = "" if local.year == now.astimezone(local.tzinfo).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def suggestion(reminder: Reminder, actor: Actor, now: datetime) -> discord.OptionChoice:
    """Offer a reminder while somebody types: its number, state and words, when it comes, and whose it is if not theirs.

    Discord shows neither mentions nor timestamps there, and the bot knows no names.
    """
    owner = "" if reminder.created_by in {None, actor.user_id} else f" · of {reminder.created_by}"
    before, after = f"#{reminder.id} {MARKS[reminder.state]} ", f" · {shown_clock(reminder, now)}{owner}"
    words = " ".join(reminder.name.split()) or "without a name"
    label = before + shortened(words, MAX_CHOICE - len(before) - len(after)) + after
    return discord.OptionChoice(label, str(reminder.id))


def select_option(reminder: Reminder, now: datetime) -> discord.SelectOption:
    """Offer a reminder in a select."""
    words = " ".join(reminder.name.split()) or "without a name"
    return discord.SelectOption(
        label=shortened(f"#{reminder.id} {words}", MAX_OPTION),
        value=OpenId.pack_value(reminder.id),
        description=shown_clock(reminder, now),
        emoji=MARKS[reminder.state],
    )
