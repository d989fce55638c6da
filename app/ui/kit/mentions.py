"""Naming a command so that a click types it."""

from collections.abc import Callable, Iterable
from typing import Any

import discord

from app.core.messages import called

Command = discord.ApplicationCommand[Any, ..., Any]
Mention = Callable[..., str]
"""Writes the command with these names, as in `mention("settings", "set")`."""


def written(*names: str) -> str:
    """Write a command as text, where nobody knows its id, as it is called in the current language."""
    return f"`/{' '.join(called(names[0], 'name', name) for name in names)}`"


def clickable(commands: Iterable[Command]) -> Mention:
    """Return what writes these commands so that they can be clicked, once Discord has given them ids.

    Discord finds and shows a clickable command only by its name in English.
    """
    slash = (discord.SlashCommandGroup, discord.SlashCommand)
    ids = {command.name: command.id for command in commands if isinstance(command, slash)}

    def mention(*names: str) -> str:
        found = ids.get(names[0])
        return f"</{' '.join(names)}:{found}>" if found else written(*names)

    return mention
