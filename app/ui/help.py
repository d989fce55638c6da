"""How the list of commands looks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from app.core.messages import called, t
from app.ui.kit.limits import MAX_EMBED, MAX_EMBED_FIELDS, MAX_FIELD_NAME, MAX_FIELD_VALUE
from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

Command = discord.ApplicationCommand[Any, ..., Any]
RESERVE = 100
"""Characters that are left for the title and the last line."""


def overview(
    commands: Sequence[Command],
    permissions: discord.Permissions,
    colour: discord.Colour,
    offer: Callable[[Command], str | None],
) -> Reply:
    """List the commands that a person with these permissions may use, each ready to be clicked.

    `offer` says what to add to a command, None for one that is not for them.
    """
    embed = discord.Embed(title=t("What I can do"), colour=colour)
    groups: list[_Group] = []
    menus: list[str] = []
    for command in sorted(commands, key=lambda command: command.name):
        if not offered(command, permissions):
            continue
        if isinstance(command, discord.SlashCommandGroup):
            found = [(one, said) for one in walk(command) if (said := offer(one)) is not None]
            title = f"/{_said(command, 'name')} · {_said(command, 'description')}"
            lines, short = [_line(*one) for one in found], [one.mention for one, _ in found]
            groups.append(_Group(title, f"/{_said(command, 'name')} …", lines, short))
        elif (said := offer(command)) is None:
            continue
        elif isinstance(command, discord.SlashCommand):
            groups.append(_Group(f"/{_said(command, 'name')}", "", [_line(command, said)], []))
        else:
            menus.append(f"**{_said(command, 'name')}**{f' · {said}' if said else ''}")
    if menus:
        groups.append(_Group(t("In the menu of a message or a person, under Apps"), "", menus, []))
    room = MAX_EMBED - RESERVE
    # What each command does gives way to naming them all, where there is most to read.
    for group in sorted(groups, key=_Group.saved, reverse=True):
        if sum(one.length for one in groups) <= room or not group.saved():
            break
        group.is_short = True
    for name, value in (field for group in groups for field in group.fields()):
        if len(embed.fields) < MAX_EMBED_FIELDS and len(embed) + len(name) + len(value) <= room:
            embed.add_field(name=name, value=value, inline=False)
        else:
            embed.set_footer(text=t("Type / to see the rest."))
    return Reply(embed=embed)


@dataclass
class _Group:
    """The commands of one group: a line each, or only their names one after another."""

    title: str
    more: str
    """The title of every part but the first."""
    lines: list[str]
    short: list[str]
    is_short: bool = False

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield titles and texts of fields."""
        title = self.title
        for part in _parts(self.short, " ") if self.is_short else _parts(self.lines, "\n"):
            yield shortened(title, MAX_FIELD_NAME), part
            title = self.more

    @property
    def length(self) -> int:
        """Return how many characters it takes."""
        return sum(len(name) + len(value) for name, value in self.fields())

    def saved(self) -> int:
        """Return how many characters names alone would save."""
        return sum(map(len, self.lines)) - sum(map(len, self.short)) if self.short else 0


def _parts(lines: Sequence[str], between: str) -> Iterator[str]:
    """Divide lines into texts of which each fits into a field."""
    part = ""
    for line in lines:
        if part and len(part) + len(line) + 1 > MAX_FIELD_VALUE:
            yield part
            part = ""
        part = f"{part}{between}{line}" if part else line
    if part:
        yield part


def _line(command: discord.SlashCommand, said: str) -> str:
    return " · ".join(part for part in (f"{command.mention} {_said(command, 'description')}", said) if part)


def _said(command: Any, field: str) -> str:
    """Return the name or the description of a command in the current language."""
    is_menu = isinstance(command, discord.ContextMenuCommand)
    top = command.name if is_menu else command.qualified_name.split()[0]
    return called(top, field, getattr(command, field))


def offered(command: Command, permissions: discord.Permissions) -> bool:
    """Tell whether Discord offers a command by default to somebody with these permissions."""
    needed = command.default_member_permissions
    return needed is None or permissions.administrator or permissions.is_superset(needed)


def walk(group: discord.SlashCommandGroup) -> Iterator[discord.SlashCommand]:
    """Yield every command of a group, those of its inner groups included."""
    for one in group.subcommands:
        if isinstance(one, discord.SlashCommandGroup):
            yield from walk(one)
        else:
            yield one
