"""Everything about tickets that people type, press and fill in."""

import discord

from app.bot import Bot
from app.commands.tickets import groups
from app.commands.tickets.handling import HandlingCommands
from app.commands.tickets.request import TicketCog


class Ticket(HandlingCommands, TicketCog, discord.Cog):
    """The /ticket commands: one class for Discord, a file for each subject."""

    group = groups.ticket


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    for cog in (Ticket,):
        bot.add_feature(cog(bot))
