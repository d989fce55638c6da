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

    Discord finds and shows a clickable command only by its name in English, whatever the language of the reader:
    https://github.com/discord/discord-api-docs/issues/5518
    """
    slash = (discord.SlashCommandGroup, discord.SlashCommand)
    ids = {command.name: command.id for command in commands if isinstance(command, slash)}

    def mention(*names: str) -> str:
        found = ids.get(names[0])
        return f"</{' '.join(names)}:{found}>" if found else written(*names)

    return mention


def readable(commands: Iterable[Command]) -> Mention:
    """Return what writes these commands for somebody who reads them in the current language.

    They can be clicked where that language calls them as English does; else they are text, by the names that are typed
    and that Discord offers, because a reader need not know English.
    """
    click = clickable(commands)

    def mention(*names: str) -> str:
        is_english = all(called(names[0], "name", name) == name for name in names)
        return click(*names) if is_english else written(*names)

    return mention
