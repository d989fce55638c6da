"""/faq stats: what the FAQ achieves."""

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog
from app.ui.faq import figures as ui
from app.ui.kit.charts import pictures
from app.ui.kit.composing import composed
from app.ui.kit.patience import answering
from app.ui.kit.staff import for_staff

PERIODS = {"30 days": 30, "90 days": 90, "A year": 365}
DAYS = 30


class FiguresCommands(FaqCog):
    """What is counted about the FAQ."""

    @for_staff
    @groups.faq.command(name="stats", description="See what people search for, and how often they find it (staff only)")
    @discord.option(
        "period",
        int,
        description="The time before now, 30 days if left out",
        required=False,
        choices=[discord.OptionChoice(name, days) for name, days in PERIODS.items()],
    )
    @discord.option("export", bool, description="Add a table for a spreadsheet", required=False)
    async def stats(self, ctx: discord.ApplicationContext, period: int = DAYS, export: bool = False) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                figures = await work.faq.figures.of(context.actor, context.policy, days=period)
            charts = await composed(ui.charts, figures)
            reply = ui.report(
                figures,
                context.snapshot,
                pictures=await pictures(charts),
                csv=ui.table(figures) if export else None,
            )
            await reply.send(ctx.interaction)
