"""Naming a command so that a click types it."""

from collections.abc import Callable, Iterable, Sequence

import discord

from app.ui.kit.command_tree import Command, typed

Mention = Callable[..., str]
"""Writes the command with these names, as in `mention("settings", "set")`."""


def written(*names: str) -> str:
    """Write a command as text, where nobody knows its id, as it is called in the current language."""
    return f"`/{typed(names)}`"


def clickable(commands: Iterable[Command]) -> Mention:
    """Return what writes these commands so that they can be clicked, once Discord has given them ids.

    Discord finds and shows a clickable command only by its name in English, whatever the language of the reader:
    https://github.com/discord/discord-api-docs/issues/5518
    """
    ids = _ids(commands)
    return lambda *names: _link(names, ids.get(names[0])) or written(*names)


def readable(commands: Iterable[Command]) -> Mention:
    """Return what writes these commands for somebody who reads them in the current language, as `named` does."""
    ids = _ids(commands)
    return lambda *names: named(names, ids.get(names[0]))


def named(names: Sequence[str], command_id: int | None) -> str:
    """Write a command for somebody who reads it in the current language, so that it can be clicked if it has an id.

    Where that language has another name for it than English, that name comes first, because a reader need not know
    English: `**/erinnerung erstellen** </reminder create:1>`. It is what they type, and what Discord offers them.
    """
    link, said = _link(names, command_id), typed(names)
    if not link:
        return f"`/{said}`"
    return link if said == " ".join(names) else f"**/{said}** {link}"


def _ids(commands: Iterable[Command]) -> dict[str, int | None]:
    slash = (discord.SlashCommandGroup, discord.SlashCommand)
    return {command.name: command.id for command in commands if isinstance(command, slash)}


def _link(names: Sequence[str], command_id: int | None) -> str:
    return f"</{' '.join(names)}:{command_id}>" if command_id else ""
