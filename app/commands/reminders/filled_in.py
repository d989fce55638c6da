"""What a person changed in a form about a reminder, as the options that a command would have got."""

from collections.abc import Callable
from typing import cast

import discord

from app.commands.reminders.options import MAX_TRIES, Channel, Mentionable, ReminderOptions
from app.core.errors import InvalidInput
from app.core.messages import speaking
from app.models import Reminder
from app.ui.kit.context import present
from app.ui.kit.forms import FilledIn
from app.ui.reminders import forms as ui

NONE = "none"


def edited(interaction: discord.Interaction, filled_in: FilledIn, reminder: Reminder) -> ReminderOptions:
    """Return what was changed in the first form. Raises InvalidInput for what is not of this server."""
    was = _before(interaction, ui.as_it_is, reminder)
    when = filled_in.typed(ui.WHEN).strip()
    # The same words mean the same time, but for one that is over they mean it anew.
    is_new = bool(when) and (when != was.typed(ui.WHEN) or not reminder.is_unfinished)
    where, whom = filled_in.id_in(ui.WHERE), filled_in.id_in(ui.WHOM)
    how = filled_in.chosen(ui.HOW)
    return ReminderOptions(
        when=when if is_new else None,
        what=filled_in.typed(ui.WHAT),
        channel=_channel(interaction, where) if where is not None and where != was.id_in(ui.WHERE) else None,
        direct=how == [ui.DIRECT] if how and how != was.chosen(ui.HOW) else None,
        mention=_mentionable(interaction, filled_in, whom) if whom is not None and whom != was.id_in(ui.WHOM) else None,
    )


def extras(interaction: discord.Interaction, filled_in: FilledIn, reminder: Reminder) -> ReminderOptions:
    """Return what was changed in the second form. Raises InvalidInput for what does not fit."""
    was = _before(interaction, ui.extras_as_they_are, reminder)

    def changed(name: str) -> str | None:
        typed = filled_in.typed(name).strip()
        return (typed or NONE) if typed != was.typed(name) else None

    until, times = _end(changed(ui.ENDS))
    insist, tries = _insisting(changed(ui.INSIST))
    role = filled_in.id_in(ui.ESCALATE)
    return ReminderOptions(
        early=changed(ui.EARLY),
        until=until,
        times=times,
        insist=insist,
        tries=tries,
        escalate=_role(interaction, role) if role is not None and role != was.id_in(ui.ESCALATE) else None,
        late=changed(ui.LATE),
    )


def _before(
    interaction: discord.Interaction, made: Callable[[Reminder], dict[str, str | list[str]]], reminder: Reminder
) -> FilledIn:
    """Return what a form was filled in with, in the language in which it was opened: that of the person."""
    with speaking(interaction.locale):
        return FilledIn.of(made(reminder))


def drops_role(filled_in: FilledIn, reminder: Reminder) -> bool:
    """Tell whether the role that is pinged in the end was taken out of the second form."""
    had = reminder.escalate_role_id is not None
    return had and ui.ESCALATE in filled_in.values and not filled_in.chosen(ui.ESCALATE)


def _end(typed: str | None) -> tuple[str | None, int | None]:
    if typed is None:
        return None, None
    until, times = ui.split_times(typed)
    return until or NONE, times or 0


def _insisting(typed: str | None) -> tuple[str | None, int | None]:
    if typed is None:
        return None, None
    often, tries = ui.split_times(typed)
    if tries is not None and not 1 <= tries <= MAX_TRIES:
        raise InvalidInput("It can be sent again from 1 to {count} times, as in `10m, 3 times`.", count=MAX_TRIES)
    return often or None, tries


def _channel(interaction: discord.Interaction, channel_id: int) -> Channel:
    channel = present(interaction.guild).get_channel_or_thread(channel_id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server that I can see. Choose another one.")
    return cast("Channel", channel)


def _mentionable(interaction: discord.Interaction, filled_in: FilledIn, chosen: int) -> Mentionable:
    if ui.WHOM in filled_in.roles:
        return _role(interaction, chosen)
    # Only who it is matters, and Discord has made sure that they are there.
    return cast("Mentionable", discord.Object(chosen))


def _role(interaction: discord.Interaction, role_id: int) -> discord.Role:
    role = present(interaction.guild).get_role(role_id)
    if role is None:
        raise InvalidInput("That is not a role of this server. Choose one from the list.")
    return role
