"""/faq waiting: questions in the channels with suggested answers that nobody has answered."""

from datetime import timedelta

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog
from app.effects.faq import waiting
from app.ui.faq import waiting as ui
from app.ui.kit.context import present
from app.ui.kit.patience import answering

MAX_DAYS = 14


class WaitingCommands(FaqCog):
    """What staff may have overlooked."""

    @groups.faq.command(name="waiting", description="See which questions nobody has answered")
    @discord.option(
        "days", int, description="How far back (default: 3)", required=False, min_value=1, max_value=MAX_DAYS
    )
    async def waiting(self, ctx: discord.ApplicationContext, days: int = 3) -> None:
        async with answering(ctx.interaction):
            context, guild = await self._staff(ctx.interaction), present(ctx.guild)
            since = self._bot.clock() - timedelta(days=days)
            chosen = context.policy.automatic
            reader = ctx.interaction.user
            assert isinstance(reader, discord.Member), "a command of a server"
            found, is_all = await waiting.find(self._bot, guild, reader, chosen, since)
            reply = ui.listed(
                found, context.snapshot, chosen=bool(chosen), is_all=is_all, reads_content=self._bot.reads_content
            )
            await reply.send(ctx.interaction)
