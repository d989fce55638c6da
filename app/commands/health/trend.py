"""/health trend: how the bot was over some time."""

import discord

from app.commands.health import groups
from app.commands.health.request import HealthCog, Sight
from app.core.health.trend import Span
from app.core.scheduling.zones import zone_info
from app.core.settings import general
from app.ui.health import trend as ui
from app.ui.health.ids import MAX_SHARD, SPANS, SpanId, ViewId
from app.ui.health.views import FOR_STAFF, LOOKS, View
from app.ui.kit.charts import pictures
from app.ui.kit.composing import composed
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff

PERIODS = {"24 hours": "d", "7 days": "w", "30 days": "m", "A year": "y"}


class TrendCommands(HealthCog):
    """How the bot was: for staff the shard that serves their server, for operators all of it."""

    @for_staff
    @groups.health.command(name="trend", description="See how fast the bot was, and when it did not work")
    @discord.option(
        "period",
        str,
        description="The time before now, 7 days if left out",
        required=False,
        choices=[discord.OptionChoice(name, code) for name, code in PERIODS.items()],
    )
    @discord.option(
        "show",
        str,
        description="Which figures",
        required=False,
        choices=[discord.OptionChoice(LOOKS[view].title.text, view.value) for view in FOR_STAFF],
    )
    @discord.option(
        "shard",
        int,
        description="Only this shard (for the people who run the bot)",
        required=False,
        min_value=0,
        max_value=MAX_SHARD,
    )
    async def trend(
        self,
        ctx: discord.ApplicationContext,
        period: str = "w",
        show: str = View.ANSWERS,
        shard: int | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            reply = await self._trend(ctx.interaction, SPANS[period], View(show), shard)
            await reply.send(ctx.interaction)

    @responds_to(SpanId)
    async def show_span(self, interaction: discord.Interaction, pressed: SpanId) -> None:
        async with answering(interaction, update=True):
            reply = await self._trend(interaction, pressed.span, pressed.view, pressed.shard)
            await reply.replace(interaction)

    @responds_to(ViewId)
    async def show_view(self, interaction: discord.Interaction, chosen: ViewId, view: View) -> None:
        async with answering(interaction, update=True):
            reply = await self._trend(interaction, chosen.span, view, chosen.shard)
            await reply.replace(interaction)

    async def _trend(self, interaction: discord.Interaction, span: Span, view: View, shard: int | None) -> Reply:
        sight: Sight = await self._sight(interaction, shard)
        if view not in FOR_STAFF:
            self._bot.require_operator(interaction)
        _, snapshot = await self._bot.asked_by(interaction)
        async with self._bot.uow.reading() as work:
            found = await work.health.reading.trend(span, shard=sight.shard, figures=LOOKS[view].figures)
        chart = await composed(ui.chart, found, view, zone_info(snapshot[general.TIMEZONE]))
        drawn = await pictures([chart] if chart is not None else [])
        return ui.trend(found, view, is_operator=sight.is_operator, shard=shard, pictures=drawn)
