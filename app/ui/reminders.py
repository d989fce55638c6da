"""How reminders look to those who manage them: confirmations, lists, problems and forms. All of it pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from app.core import durations
from app.core.errors import InvalidInput
from app.core.schedule import Occurrence
from app.core.settings import SettingsSnapshot
from app.models import Reminder, ReminderState, TargetKind
from app.models.reminder_plan import schedule_of
from app.services.reminders import ReminderPage
from app.ui.forms import form
from app.ui.reminder_message import recipient_of
from app.ui.reply import Reply
from app.ui.routes import custom_id
from app.ui.settings import colour_of
from app.ui.text import plain, shortened
from app.ui.zones import zone_options

CHANGE = "reminder:v1:change"
CANCEL = "reminder:v1:cancel"
ZONE = "reminder:v1:zone"
PAGE = "reminder:v1:page"
EDITED = "reminder:v1:edited"
ABOUT = "reminder:v1:about"
SNOOZED_OWN = "reminder:v1:snoozed_own"
RETRY = "reminder:v1:retry"
HERE = "reminder:v1:here"
DROP = "reminder:v1:drop"

WHEN, WHAT = "when", "what"
PREVIEW = 3
LONGEST_DESCRIPTION = 4096
# A message has five rows, one for each problem.
MOST_WITH_BUTTONS = 5
MARKS = {
    ReminderState.WAITING: "🔔",
    ReminderState.PAUSED: "⏸️",
    ReminderState.ATTENTION: "⚠️",
    ReminderState.DONE: "✅",
}


def created(reminder: Reminder, coming: Sequence[Occurrence], *, ask_zone: datetime | None = None) -> Reply:
    """Confirm a reminder with its next firings; `ask_zone` is the time at which to ask what the clock shows."""
    lines = [f"🔔 **{plain(reminder.name, 100)}** · #{reminder.id} · {place_of(reminder)}", rhythm_of(reminder)]
    lines += [_firing(one) for one in coming]
    if reminder.warn_seconds is not None:
        lines.append(f"With a warning {durations.spoken(timedelta(seconds=reminder.warn_seconds))} before.")
    if reminder.repeat_seconds is not None:
        every = durations.spoken(timedelta(seconds=reminder.repeat_seconds))
        lines.append(f"Repeated every {every}, up to {reminder.repeat_most} times, until somebody presses **Done**.")
    items: list[discord.ui.ViewItem[Any]] = [
        _button("Change", CHANGE, reminder.id),
        _button("Cancel it", CANCEL, reminder.id, style=discord.ButtonStyle.danger),
    ]
    if ask_zone is not None:
        lines.append(f"-# I took the clock of `{reminder.timezone}`. What does yours show right now?")
        options = zone_options(ask_zone, first=reminder.timezone)
        items.append(
            discord.ui.Select(
                placeholder="My clock shows …", options=options, custom_id=custom_id(ZONE, reminder.id), row=1
            )
        )
    return Reply("\n".join(line for line in lines if line), items=items)


def _firing(one: Occurrence) -> str:
    when = f"• {discord.utils.format_dt(one.at, 'F')} · {discord.utils.format_dt(one.at, 'R')}"
    return f"{when}\n-# {one.note}" if one.note else when


def rhythm_of(reminder: Reminder) -> str:
    """Say how a reminder repeats; nothing for one that does not."""
    try:
        schedule = schedule_of(reminder)
    except InvalidInput:
        return ""
    return f"*{plain(schedule.describe(), 200)}*" if schedule is not None and schedule.recurs else ""


def place_of(reminder: Reminder) -> str:
    """Say where a reminder goes and whom it pings. Shown without pinging."""
    recipient = recipient_of(reminder)
    place = f"<#{reminder.channel_id}>" if recipient is None else f"direct message to <@{recipient}>"
    if reminder.target_kind is TargetKind.EVERYONE:
        return f"{place} for everyone"
    if reminder.target_kind is TargetKind.ROLE:
        return f"{place} for <@&{reminder.target_id}>"
    if reminder.target_kind is TargetKind.MEMBER and recipient is None and reminder.target_id != reminder.created_by:
        return f"{place} for <@{reminder.target_id}>"
    return place


def line_of(reminder: Reminder, *, with_author: bool = False) -> str:
    """Write a reminder in two lines, for lists."""
    when = discord.utils.format_dt(reminder.next_at, "f") if reminder.next_at is not None else "no time yet"
    until = f" ({discord.utils.format_dt(reminder.next_at, 'R')})" if reminder.next_at is not None else ""
    author = f" · by <@{reminder.created_by}>" if with_author and reminder.created_by else ""
    rhythm = rhythm_of(reminder)
    return (
        f"{MARKS[reminder.state]} **{plain(reminder.name, 80) or 'without a name'}** · #{reminder.id}{author}\n"
        f"-# {when}{until} · {place_of(reminder)}{' · ' + rhythm if rhythm else ''}"
    )


def changed(reminder: Reminder, what: str) -> Reply:
    """Confirm that something was done with a reminder."""
    return Reply(f"{what}\n{line_of(reminder)}")


def deleted(reminder: Reminder) -> Reply:
    """Confirm that a reminder is gone, with its words, so that it can be made again."""
    return Reply(f"Deleted: **{plain(reminder.name, 100)}** (#{reminder.id}). Nothing will be sent.")


def overview(found: ReminderPage, snapshot: SettingsSnapshot, *, everybody: bool, channel_id: int, state: str) -> Reply:
    """Show one page of reminders, with buttons to turn it."""
    embed = discord.Embed(title="Everybody's reminders" if everybody else "Your reminders", colour=colour_of(snapshot))
    filters = [f"<#{channel_id}>"] * bool(channel_id) + [state] * bool(state)
    only = f"Only {', '.join(filters)}\n\n" if filters else ""
    if not found.entries:
        embed.description = f"{only}There are none. `/reminder create` makes one."
        return Reply(embed=embed)
    lines = [line_of(reminder, with_author=everybody) for reminder in found.entries]
    embed.description = shortened(only + "\n".join(lines), LONGEST_DESCRIPTION)
    embed.set_footer(text=f"Page {found.page + 1} of {found.pages} · {found.total} in all")
    items: list[discord.ui.ViewItem[Any]] = []
    if found.pages > 1:
        rest = f"{int(everybody)}:{channel_id or ''}:{state}"
        items = [
            _button("Sooner", PAGE, f"{found.page - 1}:{rest}", disabled=found.page == 0),
            _button("Later", PAGE, f"{found.page + 1}:{rest}", disabled=found.page + 1 >= found.pages),
        ]
    return Reply(embed=embed, items=items)


def problems(found: Sequence[Reminder], snapshot: SettingsSnapshot) -> Reply:
    """Show what could not be delivered and why, with what can be done."""
    embed = discord.Embed(title="Reminders that need attention", colour=colour_of(snapshot))
    if not found:
        embed.description = "There are none: everything could be delivered."
        return Reply(embed=embed)
    lines = [f"{line_of(reminder, with_author=True)}\n{plain(reminder.problem or '', 300)}" for reminder in found]
    while len("\n\n".join(lines)) > LONGEST_DESCRIPTION:
        lines.pop()
    embed.description = "\n\n".join(lines)
    items: list[discord.ui.ViewItem[Any]] = []
    for row, reminder in enumerate(found[:MOST_WITH_BUTTONS]):
        items += [
            _button(f"#{reminder.id}: try again", RETRY, reminder.id, row=row),
            _button("Send it here", HERE, reminder.id, row=row),
            _button("Delete", DROP, reminder.id, row=row, style=discord.ButtonStyle.danger),
        ]
    return Reply(embed=embed, items=items)


def edit_form(reminder: Reminder, argument: str) -> discord.ui.Modal:
    """Make the form that changes a reminder, filled in with what it is."""
    return form(
        "Change the reminder",
        custom_id(EDITED, argument),
        _when(reminder.phrase or "", required=False, hint="Leave it as it is to keep the time"),
        _what(reminder.message or reminder.name),
    )


def about_form(message: discord.Message) -> discord.ui.Modal:
    """Make the form that makes a reminder about a message."""
    excerpt = shortened(message.content.strip(), 200) or f"A message by {message.author.display_name}"
    return form(
        "Remind me about this",
        custom_id(ABOUT, f"{message.channel.id}:{message.id}"),
        _when("", hint="tomorrow 9am, in 2h, next friday at 17:00"),
        _what(excerpt),
    )


def snooze_form(argument: str) -> discord.ui.Modal:
    """Make the form that asks until when."""
    return form("Snooze until …", custom_id(SNOOZED_OWN, argument), _when("", hint="in 45m, tonight at 8, monday 9am"))


def snoozed(snooze: Reminder) -> Reply:
    """Confirm a snooze."""
    assert snooze.next_at is not None
    when = discord.utils.format_dt(snooze.next_at, "f")
    return Reply(f"Snoozed until {when} ({discord.utils.format_dt(snooze.next_at, 'R')}).")


def joined(reminder: Reminder, *, joins: bool) -> Reply:
    """Confirm that somebody joined, or left."""
    if not joins:
        return Reply("You are out: you will not be pinged any more.")
    when = discord.utils.format_dt(reminder.next_at, "f") if reminder.next_at is not None else "next time"
    return Reply(f"You are in: you will be pinged as well, {when}. Press it again to get out.")


def _button(label: str, route: str, argument: object, **look: Any) -> discord.ui.Button[Any]:
    look.setdefault("style", discord.ButtonStyle.secondary)
    return discord.ui.Button(label=label, custom_id=custom_id(route, argument), **look)


def _when(value: str, *, hint: str, required: bool = True) -> discord.ui.InputText:
    return discord.ui.InputText(
        label="When", custom_id=WHEN, placeholder=hint, value=value or None, max_length=200, required=required
    )


def _what(value: str) -> discord.ui.InputText:
    return discord.ui.InputText(
        label="What", custom_id=WHAT, style=discord.InputTextStyle.long, value=value[:2000], max_length=2000
    )
