"""Everything about how the bot is doing that people type and press."""

import discord

from app.bot import Bot
from app.commands.health import groups
from app.commands.health.alerts import AlertCommands
from app.commands.health.check import CheckCommands
from app.commands.health.incidents import IncidentCommands
from app.commands.health.now import NowCommands
from app.commands.health.request import HealthCog
from app.commands.health.trend import TrendCommands


class Health(AlertCommands, CheckCommands, IncidentCommands, NowCommands, TrendCommands, HealthCog, discord.Cog):
    """The /health commands: one class for Discord, a file for each subject."""

    group = groups.health


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons and selects do."""
    bot.add_feature(Health(bot))
