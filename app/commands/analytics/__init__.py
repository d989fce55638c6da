"""Everything about the use of the bot that people type, press and choose."""

import discord

from app.bot import Bot
from app.commands.analytics import groups
from app.commands.analytics.exporting import ExportCommands
from app.commands.analytics.mine import OwnUseButtons, OwnUseCommands
from app.commands.analytics.one import OneCommandButtons, OneCommandCommands
from app.commands.analytics.request import StatsCog
from app.commands.analytics.viewing import StatsButtons, ViewingCommands


class Stats(ViewingCommands, OneCommandCommands, OwnUseCommands, ExportCommands, StatsCog, discord.Cog):
    """The /stats commands: one class for Discord, a file for each subject."""

    group = groups.stats


COGS = (OneCommandButtons, OwnUseButtons, Stats, StatsButtons)


def setup(bot: Bot) -> None:
    """Add the commands, and what the selects and buttons do."""
    for cog in COGS:
        bot.add_feature(cog(bot))
