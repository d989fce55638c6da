"""Whose a pressed button is, and which reminder it is about, read from its id."""

from dataclasses import dataclass
from typing import Any

import discord

from app.core.actor import Actor
from app.core.reminders.errors import ReminderNotFound
from app.core.settings.kinds import MAX_ID
from app.core.settings.snapshot import SettingsSnapshot
from app.services.reminders.rows import number_of
from app.ui.kit.context import actor_of


@dataclass(frozen=True)
class Pressed:
    """A button that is about something in a server, and who pressed it; perhaps in their direct messages."""

    about: str
    rest: str
    actor: Actor
    in_direct: bool

    @property
    def reminder_id(self) -> int:
        """The number of the reminder. Raises ReminderNotFound for what is none."""
        number = number_of(self.about)
        if number is None:
            raise ReminderNotFound
        return number

    @property
    def guild_if_direct(self) -> int | None:
        """The server, where a button has to name it."""
        return self.actor.guild_id if self.in_direct else None


def guild_of(interaction: discord.Interaction, argument: str) -> int:
    """Return the server that a button belongs to: the one it is in, or in a direct message the one it names."""
    if interaction.guild_id is not None:
        return interaction.guild_id
    named = argument.partition("@")[2]
    if not named.isascii() or not named.isdigit() or len(named) > 19 or int(named) > MAX_ID:
        raise ReminderNotFound
    return int(named)


def pressed(interaction: discord.Interaction, argument: str, snapshot: SettingsSnapshot) -> Pressed:
    """Read a button. In direct messages nobody is staff."""
    about, _, rest = argument.partition("@")[0].partition(":")
    if interaction.guild_id is not None:
        return Pressed(about, rest, actor_of(interaction, snapshot), in_direct=False)
    user: Any = interaction.user
    return Pressed(about, rest, Actor(snapshot.guild_id, user.id), in_direct=True)
