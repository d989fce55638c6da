"""Reminders in a line or two, as every list, suggestion and confirmation shows them. All of it pure."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import discord

from app.core import durations, formats
from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.messages import msg, t, tn
from app.core.reminders.problems import problem_from
from app.core.scheduling import calendar_words as words
from app.core.scheduling.schedule import INSTANT, Occurrence, Schedule
from app.core.scheduling.zones import zone_info
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.schedules import schedule_of
from app.ui.kit.autocomplete import Suggestion, meant
from app.ui.kit.limits import MAX_CHOICE, MAX_OPTION
from app.ui.kit.text import plain, shortened
from app.ui.reminders.ids import OpenId
from app.ui.reminders.rhythm import repeats

MARKS = {
    ReminderState.WAITING: "🔔",
    ReminderState.PAUSED: "⏸️",
    ReminderState.ATTENTION: "⚠️",
    ReminderState.DONE: "✅",
}
STATES = {
    ReminderState.WAITING: msg("waiting"),
    ReminderState.PAUSED: msg("paused"),
    ReminderState.ATTENTION: msg("needs attention"),
    ReminderState.DONE: msg("over"),
}
LABELLED = re.compile(r"#([0-9]{1,10}) \S")
"""How the label of a suggestion begins: a number, and the mark of a state."""
PREVIEW = 3
"""How many of the next times are shown."""


def stamp(moment: datetime, style: discord.utils.TimestampStyle = "f") -> str:
    """Write a moment, which Discord shows in each reader's time zone, and how far away it is."""
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


def can_be_skipped(reminder: Reminder) -> bool:
    """Tell whether it is a series that goes on after its next time."""
    schedule = schedule_or_none(reminder)
    recurs = schedule is not None and schedule.recurs
    return recurs and reminder.is_unfinished and len(coming(reminder, 2)) > 1


def firing(one: Occurrence, *, is_certain: bool = True) -> str:
    """Write one of the next times, how far away it is if it `is_certain`, and what a clock change does to it."""
    when = f"• {discord.utils.format_dt(one.at, 'F')}"
    if is_certain:
        when += f" · {discord.utils.format_dt(one.at, 'R')}"
    return f"{when}\n-# {one.note}" if one.note else when


def rhythm_of(reminder: Reminder) -> str:
    """Say how a reminder repeats; nothing for one that does not."""
    schedule = schedule_or_none(reminder)
    return _rhythm(schedule) if schedule is not None else ""


def _rhythm(schedule: Schedule) -> str:
    return f"*{plain(repeats(schedule), 300)}*" if schedule.recurs else ""


def _rhythm_or_why_not(reminder: Reminder) -> str:
    """Say how a reminder repeats, or that its schedule cannot be read; nothing for one that comes once."""
    try:
        schedule = schedule_of(reminder)
    except InvalidInput:
        return unreadable_of(reminder)
    return _rhythm(schedule) if schedule is not None else ""


def unreadable_of(reminder: Reminder) -> str:
    """Say that the columns of a reminder make no schedule; nothing for one that is fine."""
    try:
        schedule_of(reminder)
    except InvalidInput:
        return t("its schedule cannot be read: give it a new time with `/reminder edit`, or delete it")
    return ""


def insisting_of(reminder: Reminder) -> str:
    """Say how a reminder is repeated until someone presses Done; nothing for one that is not."""
    if reminder.repeat_every is None:
        return ""
    count, length = reminder.repeat_most or 0, durations.spoken(reminder.repeat_every)
    if reminder.escalate_role_id is None:
        return tn(
            "Repeated once after {length}, unless someone presses **Done**.",
            "Repeated up to {count} times, {length} apart, until someone presses **Done**.",
            count,
            length=length,
        )
    return tn(
        "Repeated once after {length}, also for {role}, unless someone presses **Done**.",
        "Repeated up to {count} times, {length} apart, until someone presses **Done**; the last time also for {role}.",
        count,
        length=length,
        role=f"<@&{reminder.escalate_role_id}>",
    )


def lateness_of(reminder: Reminder, default: timedelta | None = None) -> str:
    """Say how late a reminder may be sent; nothing if it leaves that to the server and no default is given."""
    if reminder.catch_up is not None:
        return t("Sent up to {length} late, after that not at all.", length=durations.spoken(reminder.catch_up))
    if default is None:
        return ""
    return t("Sent up to {length} late, after that not at all (server default).", length=durations.spoken(default))


def place_of(reminder: Reminder) -> str:
    """Say where a reminder goes and whom it pings. Shown without pinging."""
    recipient = reminder.recipient
    place = f"<#{reminder.channel_id}>"
    if recipient is not None:
        place = t("direct message to {member}", member=f"<@{recipient}>")
    if reminder.target_kind is TargetKind.EVERYONE:
        return t("{place} for everyone", place=place)
    if reminder.target_kind is TargetKind.ROLE:
        return t("{place} for {target}", place=place, target=f"<@&{reminder.target_id}>")
    if reminder.target_kind is TargetKind.MEMBER and recipient is None and reminder.target_id != reminder.created_by:
        return t("{place} for {target}", place=place, target=f"<@{reminder.target_id}>")
    return place


def problem_of(reminder: Reminder) -> str:
    """Say what is wrong with a reminder. Shown in embeds only, where the mentions in it ping nobody."""
    return discord.utils.escape_markdown(shortened(str(problem_from(reminder.problem or "")), 300))


def title_of(reminder: Reminder, longest: int = 80) -> str:
    """Write the words and the number of a reminder."""
    return f"**{plain(reminder.name, longest) or t('untitled')}** · #{reminder.id}"


def line_of(reminder: Reminder, *, with_author: bool = False) -> str:
    """Write a reminder in two lines, for lists."""
    title = f"{MARKS[reminder.state]} {title_of(reminder)}"
    if with_author and reminder.created_by:
        title += " · " + t("by {member}", member=f"<@{reminder.created_by}>")
    facts = [_next_or_state(reminder), place_of(reminder), _rhythm_or_why_not(reminder)]
    return f"{title}\n-# {' · '.join(fact for fact in facts if fact)}"


def _next_or_state(reminder: Reminder) -> str:
    match reminder.state:
        case ReminderState.WAITING if reminder.next_at is not None:
            return stamp(reminder.next_at)
        case ReminderState.WAITING if reminder.again_at is not None:
            return t("sent again {time}, unless someone presses **Done**", time=stamp(reminder.again_at))
        case ReminderState.WAITING:
            return t("no time yet")
        case ReminderState.PAUSED if reminder.resume_at is not None:
            return t("paused until {time}", time=stamp(reminder.resume_at))
        case ReminderState.ATTENTION if reminder.problem_at is not None:
            return t("needs attention since {time}", time=stamp(reminder.problem_at))
        case ReminderState.DONE if reminder.last_sent_at is not None:
            return t("over since {time}", time=stamp(reminder.last_sent_at))
        case state:
            return str(STATES[state])


def shown_clock(reminder: Reminder, now: datetime) -> str:
    """Write when a reminder comes next where Discord shows no timestamps: in the reminder's own time zone."""
    at = reminder.next_at or reminder.again_at
    if at is None:
        return t("over") if reminder.state is ReminderState.DONE else t("no time yet")
    try:
        local = at.astimezone(zone_info(reminder.timezone))
    except (InvalidInput, OverflowError):
        # A zone that no longer exists must not break the list, nor one that cannot show the moment.
        local = at
    return f"{shown_day(local, short=local.year == now.astimezone(local.tzinfo).year)} {local:%H:%M}"


def needless_exceptions(reminder: Reminder) -> str:
    """Say which days a series leaves out although it would not come on them anyway; of a range, only all of it."""
    schedule = schedule_or_none(reminder)
    if schedule is None or not schedule.except_dates:
        return ""
    whole, zone, needless = replace(schedule, except_dates=()), zone_info(schedule.zone), list[str]()
    runs: list[list[date]] = [[]]
    for day in schedule.except_dates:
        if runs[-1] and day - runs[-1][-1] > timedelta(days=1):
            runs.append([])
        runs[-1].append(day)
    for run in runs:
        if not any(_comes_on(whole, day, zone) for day in run):
            needless += [shown_day(run[0])] if len(run) == 1 else [f"{shown_day(run[0])} – {shown_day(run[-1])}"]
    if not needless:
        return ""
    return t("Leaving out {days} changes nothing: it would not be sent then anyway.", days=formats.AllOf(needless))


def _comes_on(schedule: Schedule, day: date, zone: ZoneInfo) -> bool:
    found = schedule.next_from(datetime.combine(day, time(), zone).astimezone(UTC))
    return found is not None and found.astimezone(zone).date() == day


def shown_day(day: date, *, short: bool = False) -> str:
    """Write a day: `Thursday 24 December 2026`, without its year if it is to be `short`."""
    weekday, date_ = words.DAY_NAMES[day.weekday()], words.day(day)
    if short:
        return t("{weekday} {date}", weekday=weekday, date=date_)
    return t("{weekday} {date} {year}", weekday=weekday, date=date_, year=day.year)


def suggestion(reminder: Reminder, actor: Actor, now: datetime) -> Suggestion:
    """Offer a reminder while somebody types: its number, state and words, when it comes, and its owner if not theirs.

    Discord shows neither mentions nor timestamps there, and the bot knows no names.
    """
    owner = ""
    if reminder.created_by not in {None, actor.user_id}:
        owner = " · " + t("by {member}", member=reminder.created_by)
    name, after = f"#{reminder.id} {MARKS[reminder.state]}", f" · {shown_clock(reminder, now)}{owner}"
    words = shortened(_one_line(reminder), MAX_CHOICE - len(name) - len(after) - 1)
    return Suggestion(name, str(reminder.id), f"{words}{after}", " ")


def reminder_meant(typed: str) -> str:
    """Return the number of the reminder that a suggestion is for; what is no suggestion as it was typed."""
    number = LABELLED.match(typed.strip())
    if number is None:
        return typed
    marked = [Suggestion(f"#{number[1]} {mark}", number[1], separator=" ") for mark in MARKS.values()]
    return meant(typed, lambda: marked)


def select_option(reminder: Reminder, now: datetime) -> discord.SelectOption:
    """Offer a reminder in a select."""
    return discord.SelectOption(
        label=shortened(f"#{reminder.id} {_one_line(reminder)}", MAX_OPTION),
        value=OpenId.pack_value(reminder.id),
        description=shown_clock(reminder, now),
        emoji=MARKS[reminder.state],
    )


def _one_line(reminder: Reminder) -> str:
    return " ".join(reminder.name.split()) or t("untitled")
