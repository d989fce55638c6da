"""Walking through the bot's commands, and what each is called in the language of the task."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import discord

from app.core.messages import called
from app.ui.kit.kept import kept

Command = discord.ApplicationCommand[Any, ..., Any]


def walk(group: discord.SlashCommandGroup) -> Iterator[discord.SlashCommand]:
    """Yield every command of a group, those of its inner groups included."""
    for one in group.subcommands:
        if isinstance(one, discord.SlashCommandGroup):
            yield from walk(one)
        else:
            yield one


def usable(commands: Iterable[Command], guild_id: int | None) -> Iterator[Command]:
    """Yield what can be used in a server, or with None in a direct message: each command of a group by itself."""
    for command in commands:
        if guild_id is None and not _is_for_messages(command):
            continue
        if command.guild_ids and guild_id not in command.guild_ids:
            continue
        if isinstance(command, discord.SlashCommandGroup):
            yield from walk(command)
        else:
            yield command


def outermost(command: Command) -> Any:
    """Return the command that this one is a part of, for Discord; it alone has an id and permissions."""
    top: Any = command
    while getattr(top, "parent", None) is not None:
        top = top.parent
    return top


def word_of(command: Command, field: str) -> str:
    """Return the name or the description of a command in the current language."""
    return called(outermost(command).name, field, getattr(command, field))


def typed_name(command: Command) -> str:
    """Return all names of a command as people type them, in the current language: `reminder erstellen`."""
    if isinstance(command, discord.ContextMenuCommand):
        return word_of(command, "name")
    return typed(command.qualified_name.split())


def typed(names: Sequence[str]) -> str:
    """Return what people type in the current language for a command with these names, the outermost first."""
    return _typed(*names)


@kept
def _typed(*names: str) -> str:
    # A list has a hundred of them and looks each up several times.
    return " ".join(called(names[0], "name", name) for name in names)


def _is_for_messages(command: Command) -> bool:
    contexts: Any = getattr(command, "contexts", None) or ()
    return not command.guild_ids and discord.InteractionContextType.bot_dm in contexts
