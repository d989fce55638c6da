"""Everything about personal data that people type and press."""

import discord

from app.bot import Bot
from app.commands.privacy import groups
from app.commands.privacy.operators import ErasureButtons, OperatorCommands
from app.commands.privacy.personal import OwnDataButtons, PersonalCommands
from app.commands.privacy.request import PrivacyCog


class Privacy(PersonalCommands, OperatorCommands, PrivacyCog, discord.Cog):
    """The /privacy commands: one class for Discord, a file for each subject."""

    group = groups.privacy


def setup(bot: Bot) -> None:
    """Add the commands, and what the buttons do."""
    for cog in (Privacy, OwnDataButtons, ErasureButtons):
        bot.add_feature(cog(bot))
