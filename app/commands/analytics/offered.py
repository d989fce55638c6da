"""Which commands there are in a server, what they are called, and who may use them."""

import discord

from app.bot import Bot
from app.core.interactions import InteractionKind
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics.unused import Offered
from app.ui.kit.command_tree import Command, usable
from app.ui.kit.interaction_names import name_of_route
from app.ui.kit.staff import who_may


def offered_in(bot: Bot, snapshot: SettingsSnapshot) -> list[Offered]:
    """Return the commands that a server offers to anybody, with whom."""
    found = list[Offered]()
    for command in usable(bot.pending_application_commands, snapshot.guild_id):
        if (who := who_may(command, snapshot)) is not None:
            found.append(Offered(command.qualified_name, _kind(command), who))
    return found


def known_in(bot: Bot, guild_id: int) -> list[str]:
    """Return the full names of the commands of a server, then the routes of buttons, selects and forms."""
    return [
        *sorted(one.qualified_name for one in usable(bot.pending_application_commands, guild_id)),
        *sorted(set(map(name_of_route, bot.routes.all))),
    ]


def _kind(command: Command) -> str:
    if isinstance(command, discord.UserCommand):
        return InteractionKind.USER_MENU
    return InteractionKind.MESSAGE_MENU if isinstance(command, discord.MessageCommand) else InteractionKind.SLASH
