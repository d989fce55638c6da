"""How the list of commands looks."""

from collections.abc import Iterator, Sequence
from typing import Any

import discord

from app.ui.kit.reply import Reply
from app.ui.kit.text import shortened

# Discord's limits of an embed.
MOST_FIELDS = 25
LONGEST_FIELD = 1024

Command = discord.ApplicationCommand[Any, ..., Any]


def overview(commands: Sequence[Command], permissions: discord.Permissions, colour: discord.Colour) -> Reply:
    """List the commands that a person with these permissions may use, each ready to be clicked."""
    embed = discord.Embed(title="What I can do", colour=colour)
    menus: list[str] = []
    for command in sorted(commands, key=lambda command: command.name):
        if not offered(command, permissions):
            continue
        if isinstance(command, discord.SlashCommandGroup):
            lines = [f"{one.mention} {one.description}" for one in walk(command)]
            embed.add_field(
                name=shortened(f"/{command.name} · {command.description}", 256),
                value=shortened("\n".join(lines), LONGEST_FIELD),
                inline=False,
            )
        elif isinstance(command, discord.SlashCommand):
            embed.add_field(name=f"/{command.name}", value=f"{command.mention} {command.description}", inline=False)
        else:
            menus.append(f"**{command.name}**")
    if menus:
        embed.add_field(name="In the menu of a message or a person, under Apps", value="\n".join(menus), inline=False)
    return Reply(embed=embed)


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
