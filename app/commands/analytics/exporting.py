"""/stats export: all figures as a table."""

import discord

from app.commands.analytics import groups
from app.commands.analytics.request import StatsCog, with_everywhere, with_period
from app.ui.analytics import table as ui
from app.ui.kit.composing import composed
from app.ui.kit.patience import answering
from app.ui.kit.staff import for_staff


class ExportCommands(StatsCog):
    """Taking figures elsewhere."""

    @groups.stats.command(name="export", description="Get all figures as a table for a spreadsheet")
    @with_period
    @with_everywhere
    @for_staff
    async def export(
        self, ctx: discord.ApplicationContext, period: int | None = None, everywhere: bool = False
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            days = context.days(period)
            async with self._bot.uow.snapshot() as work:
                figures = await work.analytics.figures.of(
                    context.actor, context.policy, days=days, everywhere=everywhere
                )
            await (await composed(ui.exported, figures, context.names)).send(ctx.interaction)
