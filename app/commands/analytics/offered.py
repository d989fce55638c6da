"""Which commands there are in a server, what they are called, and who may use them."""

from collections.abc import Iterator
from typing import Any

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.interactions import InteractionKind
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics.unused import Offered, Who
from app.ui.help import walk
from app.ui.kit.interaction_names import name_of_route
from app.ui.kit.staff import offer_of

Command = discord.ApplicationCommand[Any, ..., Any]


def offered_in(bot: Bot, snapshot: SettingsSnapshot) -> list[Offered]:
    """Return the commands that a server offers to anybody, with whom."""
    found = list[Offered]()
    for command in _commands(bot, snapshot.guild_id):
        if (who := _who(command, snapshot)) is not None:
            found.append(Offered(command.qualified_name, _kind(command), who))
    return found


def known_in(bot: Bot, guild_id: int) -> list[str]:
    """Return the full names of the commands of a server, then the routes of buttons, selects and forms."""
    return [
        *sorted(one.qualified_name for one in _commands(bot, guild_id)),
        *sorted(set(map(name_of_route, bot.routes.all))),
    ]


def _commands(bot: Bot, guild_id: int) -> Iterator[Command]:
    for command in bot.pending_application_commands:
        if command.guild_ids and guild_id not in command.guild_ids:
            continue
        if isinstance(command, discord.SlashCommandGroup):
            yield from walk(command)
        else:
            yield command


def _outermost(command: Command) -> Any:
    """Return the command that this one is a part of, for Discord; it alone has an id and permissions."""
    outermost: Any = command
    while getattr(outermost, "parent", None) is not None:
        outermost = outermost.parent
    return outermost


def _kind(command: Command) -> str:
    if isinstance(command, discord.UserCommand):
        return InteractionKind.USER_MENU
    return InteractionKind.MESSAGE_MENU if isinstance(command, discord.MessageCommand) else InteractionKind.SLASH


def _who(command: Command, snapshot: SettingsSnapshot) -> Who | None:
    """Return who may use a command; None if the server offers it to nobody."""
    ranks = (
        (Who.EVERYBODY, Actor(snapshot.guild_id, 0)),
        (Who.STAFF, Actor(snapshot.guild_id, 0, is_staff=True)),
        (Who.MANAGERS, Actor(snapshot.guild_id, 0, is_staff=True, is_manager=True)),
        (Who.OPERATORS, Actor(snapshot.guild_id, 0, is_staff=True, is_manager=True, is_operator=True)),
    )
    offered = next((who for who, actor in ranks if offer_of(command, snapshot, actor) is not None), None)
    needed: discord.Permissions | None = _outermost(command).default_member_permissions
    if offered is None or needed is None:
        return offered
    shown = Who.OPERATORS if needed.administrator else Who.MANAGERS if needed.manage_guild else Who.STAFF
    return max(offered, shown)
