"""The button under a form that was refused, of whatever feature."""

import discord

from app.bot import Bot
from app.ui.kit.context import present
from app.ui.kit.forms import TryAgainId
from app.ui.kit.routes import responds_to


class RefusedForms(discord.Cog):
    """Opens them again."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @responds_to(TryAgainId)
    async def try_again(self, interaction: discord.Interaction, pressed: TryAgainId) -> None:
        """Open the form with what was typed."""
        modal = self._bot.kept_forms.reopen(pressed.kept, present(interaction.user).id)
        await interaction.response.send_modal(modal)


def setup(bot: Bot) -> None:
    """Add what the button does."""
    bot.add_feature(RefusedForms(bot))
