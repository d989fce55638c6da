"""The /help command."""

import discord

from app.bot import Bot
from app.ui import help as ui
from app.ui.kit.patience import answering
from app.ui.kit.staff import offer_of
from app.ui.settings.replies import colour_of


class Help(discord.Cog):
    """What there is to use."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @discord.slash_command(name="help", description="See what this bot can do for you")
    async def help(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            actor, snapshot = await self._bot.asked_by(ctx.interaction)
            here = [
                command
                for command in self._bot.pending_application_commands
                if not command.guild_ids or actor.guild_id in command.guild_ids
            ]
            permissions, colour = ctx.interaction.permissions, colour_of(snapshot)
            listed = ui.overview(here, permissions, colour, lambda command: offer_of(command, snapshot, actor))
            await listed.send(ctx.interaction)


def setup(bot: Bot) -> None:
    """Add the command."""
    bot.add_feature(Help(bot))
