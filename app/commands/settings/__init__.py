"""The settings of a server, who changed them, and undoing a change."""

import discord

from app.bot import Bot
from app.commands.settings import groups
from app.commands.settings.announcing import Announcing
from app.commands.settings.check import CheckCommands
from app.commands.settings.exchange import ExchangeCommands, SettingsImportButtons
from app.commands.settings.pressed import SettingsButtons
from app.commands.settings.request import SettingsCog
from app.commands.settings.restoring import RestoreButtons, RestoreCommands
from app.commands.settings.slash import SettingsCommands


class Settings(CheckCommands, ExchangeCommands, RestoreCommands, SettingsCommands, SettingsCog, discord.Cog):
    """The /settings commands: one class for Discord, a file for each subject."""

    group = groups.settings


COGS = (Announcing, RestoreButtons, SettingsImportButtons, Settings, SettingsButtons)


def setup(bot: Bot) -> None:
    """Add the commands and what their buttons do."""
    for cog in COGS:
        bot.add_feature(cog(bot))
