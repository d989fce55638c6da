"""Everything about one reminder, with what can be done with it. All of it pure."""

from datetime import datetime, timedelta
from typing import Any

import discord

from app.core import durations
from app.core.reminders import settings as reminders
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.draft import has_title
from app.ui.kit.colours import colour_of
from app.ui.kit.components import Item, button
from app.ui.kit.limits import MAX_CONTENT, MAX_FIELD_VALUE
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.reminders.ids import DeleteId, EditId, PauseId, Place, ResumeId, RetryId, SkipHereId, UnskipId
from app.ui.reminders.lines import (
    MARKS,
    coming,
    firing,
    insisting_of,
    place_of,
    problem_of,
    rhythm_of,
    schedule_or_none,
    stamp,
)
from app.ui.reminders.list_filter import ListFilter
from app.ui.reminders.lists import back_to
from app.ui.reminders.message import said
from app.ui.reminders.replies import shown_day

MAX_DAYS = 12
BESIDE_EACH_OTHER = frozenset({"Where", "State", "Early warning"})

STATES = {
    ReminderState.WAITING: "waiting",
    ReminderState.PAUSED: "paused",
    ReminderState.ATTENTION: "needs attention",
    ReminderState.DONE: "over",
}


def details(
    reminder: Reminder,
    snapshot: SettingsSnapshot,
    *,
    place: Place = None,
    note: str | None = None,
    undo: datetime | None = None,
) -> Reply:
    """Show everything about a reminder; `place` is where they are shown, `note` what was just done with it.

    `undo` is the moment that was just skipped, to take that back.
    """
    title = f"**{plain(reminder.name)}**\n" if has_title(reminder) else ""
    embed = discord.Embed(
        title=f"{MARKS[reminder.state]} Reminder #{reminder.id}",
        description=shortened(f"{title}{said(reminder)}", MAX_CONTENT) or None,
        colour=colour_of(snapshot),
    )
    for name, value in _facts(reminder, snapshot):
        embed.add_field(name=name, value=shortened(value, MAX_FIELD_VALUE), inline=name in BESIDE_EACH_OTHER)
    if reminder.state is ReminderState.DONE and reminder.next_at is None:
        embed.set_footer(text="It is over. A new time brings it back to life.")
    return Reply(note, embed=embed, items=_buttons(reminder, place, undo))


def _facts(reminder: Reminder, snapshot: SettingsSnapshot) -> list[tuple[str, str]]:
    facts = [("When", _when(reminder))]
    schedule = schedule_or_none(reminder)
    if schedule is not None and schedule.except_dates:
        days = [shown_day(day) for day in schedule.except_dates]
        more = f" and {len(days) - MAX_DAYS} more" if len(days) > MAX_DAYS else ""
        facts.append(("Not on", ", ".join(days[:MAX_DAYS]) + more))
    facts += [("Where", place_of(reminder)), ("State", _state(reminder))]
    if reminder.warn_seconds is not None:
        facts.append(("Early warning", f"{durations.spoken(timedelta(seconds=reminder.warn_seconds))} before"))
    if insisting := insisting_of(reminder):
        facts.append(("Insists", insisting))
    facts.append(("Lateness", _lateness(reminder, snapshot)))
    if reminder.subscribers:
        facts.append(("Joined by", f"{len(reminder.subscribers)} with **Me too**"))
    if reminder.origin_message_id is not None and reminder.origin_channel_id is not None:
        link = link_to(reminder.guild_id, reminder.origin_channel_id, reminder.origin_message_id)
        facts.append(("About", link))
    if reminder.location:
        facts.append(("Place", plain(reminder.location)))
    made = f"made {stamp(reminder.created_at)}"
    # Whoever got it from somebody else did not make it.
    owner = f"<@{reminder.created_by}>, {made}" if reminder.created_by is not None else f"nobody, {made}"
    facts.append(("Owner", owner))
    return facts


def _when(reminder: Reminder) -> str:
    lines = [rhythm_of(reminder)]
    if reminder.snooze_of is not None:
        lines.append(f"put off, from #{reminder.snooze_of}")
    lines += [firing(one) for one in coming(reminder)] or ["no time"]
    lines.append(f"-# By the clock of `{reminder.timezone}`")
    return "\n".join(line for line in lines if line)


def _lateness(reminder: Reminder, snapshot: SettingsSnapshot) -> str:
    seconds, whose = reminder.catch_up_seconds, ""
    if seconds is None:
        seconds, whose = snapshot[reminders.CATCH_UP], " (the server's choice)"
    return f"up to {durations.spoken(timedelta(seconds=seconds))}, after that it is left out{whose}"


def _state(reminder: Reminder) -> str:
    said = STATES[reminder.state]
    if reminder.resume_at is not None:
        said += f" until {stamp(reminder.resume_at)}"
    if reminder.problem:
        since = f" (since {stamp(reminder.problem_at)})" if reminder.problem_at is not None else ""
        said += f": {problem_of(reminder)}{since}"
    return f"{said}\nlast sent {stamp(reminder.last_sent_at)}" if reminder.last_sent_at is not None else said


def _buttons(reminder: Reminder, place: Place, undo: datetime | None) -> list[Item]:
    about: Any = {"reminder_id": reminder.id, "place": place, "is_details": True}
    items: list[Item] = [button("Edit", EditId(**about))]
    schedule = schedule_or_none(reminder)
    if reminder.state is ReminderState.WAITING:
        items.append(button("Pause", PauseId(**about)))
    elif reminder.state is ReminderState.PAUSED:
        items.append(button("Resume", ResumeId(**about)))
    elif reminder.state is ReminderState.ATTENTION:
        items.append(button("Try again", RetryId(**about)))
    if (
        reminder.state is not ReminderState.DONE
        and schedule is not None
        and schedule.recurs
        and len(coming(reminder, 2)) > 1
    ):
        items.append(button("Skip next", SkipHereId(**about)))
    items.append(button("Delete", DeleteId(**about), style=discord.ButtonStyle.danger))
    if undo is not None:
        items.append(button("Undo", UnskipId(at=undo, **about)))
    if isinstance(place, ListFilter):
        items.append(back_to(place, row=1))
    return items
