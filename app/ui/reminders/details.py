"""Everything about one reminder, with what can be done with it. All of it pure."""

from datetime import timedelta
from typing import Any

import discord

from app.core import durations
from app.core.reminders import settings as reminders
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.draft import has_title
from app.ui.kit.colours import colour_of
from app.ui.kit.links import link_to
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
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
from app.ui.reminders.lists import DROP, RETRY, back_to
from app.ui.reminders.message import EDIT, said
from app.ui.reminders.replies import UNSKIP, button, micros, shown_day

HOLD = "reminder:v1:hold"
GO_ON = "reminder:v1:go_on"
SKIP_HERE = "reminder:v1:skip_here"

MARK = "~"
"""In an id of the details, before the list they were opened from. Always there: forms have to know their place."""
LONGEST_FIELD = 1024
LONGEST_TEXT = 2000
MOST_DAYS = 12
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
    back: ListFilter | None = None,
    note: str | None = None,
    undo: Any = None,
    in_direct: bool = False,
) -> Reply:
    """Show everything about a reminder; `back` is the list it was opened from, `note` what was just done with it.

    `undo` is the moment that was just skipped, to take that back.
    """
    title = f"**{plain(reminder.name)}**\n" if has_title(reminder) else ""
    embed = discord.Embed(
        title=f"{MARKS[reminder.state]} Reminder #{reminder.id}",
        description=shortened(f"{title}{said(reminder)}", LONGEST_TEXT) or None,
        colour=colour_of(snapshot),
    )
    for name, value in _facts(reminder, snapshot):
        embed.add_field(name=name, value=shortened(value, LONGEST_FIELD), inline=name in BESIDE_EACH_OTHER)
    if reminder.state is ReminderState.DONE and reminder.next_at is None:
        embed.set_footer(text="It is over. A new time brings it back to life.")
    return Reply(note, embed=embed, items=_buttons(reminder, back, undo, in_direct=in_direct))


def marked(back: ListFilter | None) -> str:
    """Write, for an id of the details, the list they were opened from."""
    return MARK + (back.argument() if back is not None else "")


def read_mark(argument: str) -> tuple[str, bool, ListFilter | None]:
    """Split an id into what it is about, whether it is one of the details, and the list those were opened from.

    Raises InvalidInput for a list that is none.
    """
    about, mark, rest = argument.partition(MARK)
    return about, bool(mark), ListFilter.read(rest) if rest else None


def _facts(reminder: Reminder, snapshot: SettingsSnapshot) -> list[tuple[str, str]]:
    facts = [("When", _when(reminder))]
    schedule = schedule_or_none(reminder)
    if schedule is not None and schedule.except_dates:
        days = [shown_day(day) for day in schedule.except_dates]
        more = f" and {len(days) - MOST_DAYS} more" if len(days) > MOST_DAYS else ""
        facts.append(("Not on", ", ".join(days[:MOST_DAYS]) + more))
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


def _buttons(
    reminder: Reminder, back: ListFilter | None, undo: Any, *, in_direct: bool
) -> list[discord.ui.ViewItem[Any]]:
    def act(label: str, route: str, *rest: object, **look: Any) -> discord.ui.Button[Any]:
        about = ":".join(str(part) for part in (reminder.id, *rest))
        server = f"@{reminder.guild_id}" if in_direct else ""
        return button(label, route, f"{about}{server}{marked(back)}", **look)

    items: list[discord.ui.ViewItem[Any]] = [act("Edit", EDIT)]
    schedule = schedule_or_none(reminder)
    if reminder.state is ReminderState.WAITING:
        items.append(act("Pause", HOLD))
    elif reminder.state is ReminderState.PAUSED:
        items.append(act("Resume", GO_ON))
    elif reminder.state is ReminderState.ATTENTION:
        items.append(act("Try again", RETRY))
    if (
        reminder.state is not ReminderState.DONE
        and schedule is not None
        and schedule.recurs
        and len(coming(reminder, 2)) > 1
    ):
        items.append(act("Skip next", SKIP_HERE))
    items.append(act("Delete", DROP, style=discord.ButtonStyle.danger))
    if undo is not None:
        items.append(act("Undo", UNSKIP, micros(undo)))
    if (link := back_to(back)) is not None:
        link.row = 1
        items.append(link)
    return items
