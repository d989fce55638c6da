"""Everything about the FAQ that people type, press and fill in."""

import discord

from app.bot import Bot
from app.commands.faq import groups
from app.commands.faq.automatic import AutoCommands, SuggestionButtons
from app.commands.faq.request import FaqCog
from app.commands.faq.showing import ShowCommands


class Faq(AutoCommands, ShowCommands, FaqCog, discord.Cog):
    """The /faq commands: one class for Discord, a file for each subject."""

    group = groups.faq


COGS = (Faq, SuggestionButtons)


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons, selects and forms do."""
    for cog in COGS:
        bot.add_feature(cog(bot))
