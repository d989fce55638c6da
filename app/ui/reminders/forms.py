"""The forms of reminders. All of it pure."""

import discord

from app.core.messages import t
from app.models import Reminder
from app.ui.kit.components import form
from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.text import shortened
from app.ui.reminders.ids import AboutFormId, ChangeFormId, EditFormId, SnoozeFormId

WHEN, WHAT = "when", "what"


def edit_form(reminder: Reminder, to: EditFormId | ChangeFormId) -> discord.ui.Modal:
    """Make the form that changes a reminder, filled in with what it is."""
    return form(
        t("Edit reminder"),
        to,
        _when(reminder.phrase or "", required=False, hint=t("Leave this as it is to keep the time")),
        _what(reminder.message or reminder.name),
    )


def about_form(message: discord.Message) -> discord.ui.Modal:
    """Make the form that makes a reminder about a message."""
    excerpt = shortened(message.content.strip(), 200) or t("A message by {author}", author=message.author.display_name)
    return form(
        t("Remind me about this"),
        AboutFormId(channel_id=message.channel.id, message_id=message.id),
        _when("", hint=t("tomorrow 9am, in 2h, next friday at 17:00")),
        _what(excerpt),
    )


def snooze_form(to: SnoozeFormId) -> discord.ui.Modal:
    """Make the form that asks until when."""
    return form(t("Snooze until …"), to, _when("", hint=t("in 45m, tonight at 8, monday 9am")))


def _when(value: str, *, hint: str, required: bool = True) -> discord.ui.InputText:
    return discord.ui.InputText(
        label=t("When"), custom_id=WHEN, placeholder=hint, value=value or None, max_length=200, required=required
    )


def _what(value: str) -> discord.ui.InputText:
    return discord.ui.InputText(
        label=t("What"),
        custom_id=WHAT,
        style=discord.InputTextStyle.long,
        value=value[:MAX_CONTENT],
        max_length=MAX_CONTENT,
    )
