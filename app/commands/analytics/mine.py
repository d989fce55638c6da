"""/stats mine: what somebody uses themselves."""

import discord

from app.commands.analytics import groups
from app.commands.analytics.request import StatsCog, with_period
from app.ui.analytics import mine as ui
from app.ui.analytics.ids import MinePeriodId
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to


class OwnUseCog(StatsCog):
    """What the command and its select share."""

    async def _mine(self, interaction: discord.Interaction, days: int | None) -> Reply:
        context = await self._context(interaction)
        days = context.days(days)
        async with self._bot.uow.snapshot() as work:
            own = await work.analytics.figures.mine(context.actor, context.policy, days=days)
        return ui.view(own, context.snapshot, context.names)


class OwnUseCommands(OwnUseCog):
    """Seeing one's own line."""

    @groups.stats.command(name="mine", description="See what you use yourself; nobody else is shown that")
    @with_period
    async def mine(self, ctx: discord.ApplicationContext, period: int | None = None) -> None:
        async with answering(ctx.interaction):
            await (await self._mine(ctx.interaction, period)).send(ctx.interaction)


class OwnUseButtons(OwnUseCog, discord.Cog):
    """What the select under it does."""

    @responds_to(MinePeriodId)
    async def change_period(self, interaction: discord.Interaction, _: MinePeriodId, days: int) -> None:
        async with answering(interaction, update=True):
            await (await self._mine(interaction, days)).replace(interaction)
