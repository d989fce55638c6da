"""/stats overview, commands, people, errors and unused, and the selects that lead from one to another."""

from dataclasses import replace
from typing import Any

import discord

from app.commands.analytics import groups
from app.commands.analytics.offered import offered_in
from app.commands.analytics.request import RequestContext, StatsCog, one_of, with_everywhere, with_period
from app.core.analytics.figures import UsagePart
from app.core.errors import NotFound
from app.ui.analytics import commands, errors, overview, people, unused
from app.ui.analytics.frame import StatsPage
from app.ui.analytics.ids import (
    BackId,
    ErrorId,
    Kinds,
    KindsId,
    LookId,
    PeriodId,
    Shown,
    Sort,
    SortId,
    TurnId,
    View,
    ViewId,
)
from app.ui.kit.charts import Chart, pictures
from app.ui.kit.composing import composed
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff

SORTS = {"Used most": Sort.USED, "Slowest": Sort.SLOWEST, "Failed most often": Sort.FAILURES, "Rising": Sort.RISING}
KINDS = {"Commands": Kinds.COMMANDS, "Buttons, choices and forms": Kinds.PARTS, "All of them": Kinds.ALL}


PARTS = {
    View.OVERVIEW: frozenset(UsagePart),
    View.COMMANDS: frozenset({UsagePart.DURATIONS}),
    View.PEOPLE: frozenset({UsagePart.PEOPLE}),
    View.ERRORS: frozenset({UsagePart.ERRORS}),
    View.UNUSED: frozenset[UsagePart](),
}
"""What each view shows beside what was used."""


class ErrorIsGone(NotFound):
    """An error did not happen in this time."""

    def __init__(self) -> None:
        super().__init__("That did not break in this time. Choose an error from `/stats errors`.")


class ViewingCog(StatsCog):
    """What commands and selects share that show figures."""

    async def _show(self, interaction: discord.Interaction, shown: Shown) -> Reply:
        """Make a view. Raises StatisticsNotAllowed, NotAnOperator."""
        context, page = await self._page(interaction, shown)
        match shown.view:
            case View.OVERVIEW:
                return await composed(overview.view, page, await drawn(await composed(overview.chart, page)))
            case View.COMMANDS:
                return await composed(commands.view, page, await drawn(await composed(commands.chart, page)))
            case View.PEOPLE:
                return await composed(people.view, page, await drawn(await composed(people.chart, page)))
            case View.ERRORS:
                return await composed(errors.view, page)
            case View.UNUSED:
                return await composed(unused.view, page, offered_in(self._bot, context.snapshot))

    async def _page(self, interaction: discord.Interaction, shown: Shown) -> tuple[RequestContext, StatsPage]:
        async with self._work(interaction) as (context, work):
            figures = await work.analytics.figures.of(
                context.actor, context.policy, days=shown.days, everywhere=shown.everywhere, parts=PARTS[shown.view]
            )
        return context, StatsPage(figures, context.snapshot, context.names, shown)

    async def _send(
        self,
        interaction: discord.Interaction,
        view: View,
        period: int | None,
        everywhere: bool,
        **more: Any,
    ) -> None:
        async with answering(interaction):
            days = (await self._context(interaction)).days(period)
            await (await self._show(interaction, Shown(view, days, everywhere, **more))).send(interaction)


async def drawn(chart: Chart | None) -> bytes | None:
    """Draw a chart, if there is one and it can be drawn."""
    return next(iter(await pictures([chart])), None) if chart is not None else None


class ViewingCommands(ViewingCog):
    """Seeing how much the bot is used."""

    @groups.stats.command(name="overview", description="See how much the bot is used, how fast it is and what fails")
    @with_period
    @with_everywhere
    @for_staff
    async def overview(
        self, ctx: discord.ApplicationContext, period: int | None = None, everywhere: bool = False
    ) -> None:
        await self._send(ctx.interaction, View.OVERVIEW, period, everywhere)

    @groups.stats.command(name="commands", description="See which commands are used most, are slowest or fail")
    @discord.option(
        "sort",
        str,
        description="What comes first, the most used if left out",
        required=False,
        choices=[discord.OptionChoice(name, sort.value) for name, sort in SORTS.items()],
    )
    @discord.option(
        "kinds",
        str,
        description="Of what, commands if left out",
        required=False,
        choices=[discord.OptionChoice(name, kinds.value) for name, kinds in KINDS.items()],
    )
    @with_period
    @with_everywhere
    @for_staff
    async def commands(
        self,
        ctx: discord.ApplicationContext,
        sort: str = Sort.USED,
        kinds: str = Kinds.COMMANDS,
        period: int | None = None,
        everywhere: bool = False,
    ) -> None:
        more = {"sort": one_of(Sort, sort), "kinds": one_of(Kinds, kinds)}
        await self._send(ctx.interaction, View.COMMANDS, period, everywhere, **more)

    @groups.stats.command(name="people", description="See how many people use the bot, and how many of them are new")
    @with_period
    @with_everywhere
    @for_staff
    async def people(
        self, ctx: discord.ApplicationContext, period: int | None = None, everywhere: bool = False
    ) -> None:
        await self._send(ctx.interaction, View.PEOPLE, period, everywhere)

    @groups.stats.command(name="errors", description="See what broke, how often, and since which release")
    @with_period
    @with_everywhere
    @for_staff
    async def errors(
        self, ctx: discord.ApplicationContext, period: int | None = None, everywhere: bool = False
    ) -> None:
        await self._send(ctx.interaction, View.ERRORS, period, everywhere)

    @groups.stats.command(name="unused", description="See which commands nobody uses, and whom they are for")
    @with_period
    @with_everywhere
    @for_staff
    async def unused(
        self, ctx: discord.ApplicationContext, period: int | None = None, everywhere: bool = False
    ) -> None:
        await self._send(ctx.interaction, View.UNUSED, period, everywhere)


class StatsButtons(ViewingCog, discord.Cog):
    """What the selects and buttons under figures do."""

    @responds_to(ViewId)
    async def show(self, interaction: discord.Interaction, chosen: ViewId, view: View) -> None:
        await self._replace(interaction, replace(chosen.shown, view=view))

    @responds_to(PeriodId)
    async def change_period(self, interaction: discord.Interaction, chosen: PeriodId, days: int) -> None:
        await self._replace(interaction, replace(chosen.shown, days=days))

    @responds_to(SortId)
    async def sort(self, interaction: discord.Interaction, chosen: SortId, sort: Sort) -> None:
        await self._replace(interaction, replace(chosen.shown, sort=sort))

    @responds_to(KindsId)
    async def change_kinds(self, interaction: discord.Interaction, chosen: KindsId, kinds: Kinds) -> None:
        await self._replace(interaction, replace(chosen.shown, kinds=kinds))

    @responds_to(LookId)
    async def look_closer(self, interaction: discord.Interaction, pressed: LookId) -> None:
        # Under a message for all: what more there is to see is for whoever asked.
        async with answering(interaction):
            await (await self._show(interaction, Shown(View.OVERVIEW, pressed.days))).send(interaction)

    @responds_to(TurnId)
    async def turn(self, interaction: discord.Interaction, pressed: TurnId) -> None:
        await self._replace(interaction, pressed.shown)

    @responds_to(BackId)
    async def go_back(self, interaction: discord.Interaction, pressed: BackId) -> None:
        await self._replace(interaction, pressed.shown)

    @responds_to(ErrorId)
    async def show_error(self, interaction: discord.Interaction, chosen: ErrorId, fingerprint: str) -> None:
        async with answering(interaction, update=True):
            _, page = await self._page(interaction, chosen.shown)
            error = next((one for one in page.figures.errors if one.fingerprint == fingerprint), None)
            if error is None:
                raise ErrorIsGone
            await errors.one(page, error).replace(interaction)

    async def _replace(self, interaction: discord.Interaction, shown: Shown) -> None:
        async with answering(interaction, update=True):
            await (await self._show(interaction, shown)).replace(interaction)
