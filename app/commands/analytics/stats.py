"""The /stats commands, put together."""

import discord

from app.commands.analytics import groups
from app.commands.analytics.exporting import ExportCommands
from app.commands.analytics.mine import OwnUseCommands
from app.commands.analytics.one import OneCommandCommands
from app.commands.analytics.pinning import PinCommands
from app.commands.analytics.request import StatsCog
from app.commands.analytics.viewing import ViewingCommands


class Stats(ViewingCommands, OneCommandCommands, OwnUseCommands, ExportCommands, PinCommands, StatsCog, discord.Cog):
    """One class for Discord, a file for each subject."""

    group = groups.stats
