"""What every command and button about the bot's health begins with: who asks, and whether they may."""

import discord

from app.bot import Bot
from app.core.errors import NotAllowed
from app.ui.kit.context import actor_of


class HealthNotShown(NotAllowed):
    """This person is no staff of the server and does not run the bot."""

    def __init__(self) -> None:
        super().__init__("Only staff can see how the bot is doing.")


class HealthCog:
    """What the commands and buttons about the bot's health share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _is_operator(self, interaction: discord.Interaction) -> bool:
        """Tell whether this person runs the bot. Raises HealthNotShown if they are not even staff of the server."""
        if self._bot.is_operator(interaction):
            return True
        guild_id = actor_of(interaction).guild_id
        # Without the database, if that is enough: it may be what is broken.
        if actor_of(interaction, self._bot.settings.peek(guild_id)).is_staff:
            return False
        # Only who may be staff by a role has to wait for the settings.
        if not actor_of(interaction, await self._bot.settings.get(guild_id)).is_staff:
            raise HealthNotShown
        return False
