"""/stats command: one of them."""

from typing import Any

import discord

from app.bot import Bot
from app.commands.analytics import groups
from app.commands.analytics.offered import known_in
from app.commands.analytics.request import StatsCog, with_everywhere, with_period
from app.commands.analytics.viewing import drawn
from app.core.errors import NotFound
from app.core.storable import is_storable
from app.ui.analytics import one as ui
from app.ui.analytics.ids import CommandPeriodId
from app.ui.analytics.names import as_suggestion, named, nearest
from app.ui.kit.autocomplete import meant, offered, suggesting
from app.ui.kit.composing import composed
from app.ui.kit.context import actor_of
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff


class CommandNotFound(NotFound):
    """There is no such command, and nobody ever used one of that name here."""

    def __init__(self, typed: str, alike: str | None) -> None:
        shown = typed[:50].replace("`", "'")
        if alike is not None:
            super().__init__("There is no command called `{name}`. Did you mean `{alike}`?", name=shown, alike=alike)
        else:
            super().__init__(
                "There is no command called `{name}`. Choose one from the list that appears as you type.", name=shown
            )


@suggesting
async def suggest_commands(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest commands, then buttons and forms, by any part of their names."""
    bot: Any = ctx.bot
    wanted = named(str(ctx.value or "")).casefold()
    found = map(as_suggestion, known_in(bot, actor_of(ctx.interaction).guild_id))
    return offered(one for one in found if wanted in one.name.casefold() or wanted in one.value.casefold())


class OneCommandCog(StatsCog):
    """What the command and its select share."""

    async def _command(self, interaction: discord.Interaction, name: str, days: int | None, everywhere: bool) -> Reply:
        if len(name) > MAX_CHOICE or not is_storable(name):
            raise CommandNotFound(name, None)
        context = await self._context(interaction)
        days = context.days(days)
        async with self._bot.uow.snapshot() as work:
            figures = await work.analytics.figures.command(
                context.actor, context.policy, name, days=days, everywhere=everywhere
            )
        snapshot, names = context.snapshot, context.names
        if figures is not None:
            chart = await composed(ui.chart, figures, names)
            return await composed(ui.view, figures, snapshot, names, picture=await drawn(chart))
        known = known_in(self._bot, context.actor.guild_id)
        if name not in known:
            alike = nearest(name, known)
            raise CommandNotFound(name, None if alike is None else as_suggestion(alike).name)
        return ui.unused(name, snapshot, names, days=days, everywhere=everywhere)


class OneCommandCommands(OneCommandCog):
    """Seeing one command."""

    @groups.stats.command(name="command", description="See how one command does: how often, how fast, what breaks")
    @discord.option(
        "name", str, description="The command, or a button or form", autocomplete=suggest_commands,
        max_length=MAX_CHOICE,
    )  # fmt: skip
    @with_period
    @with_everywhere
    @for_staff
    async def command(
        self, ctx: discord.ApplicationContext, name: str, period: int | None = None, everywhere: bool = False
    ) -> None:
        async with answering(ctx.interaction):
            known = known_in(self._bot, actor_of(ctx.interaction).guild_id)
            wanted = named(meant(named(name), lambda: map(as_suggestion, known)))
            await (await self._command(ctx.interaction, wanted, period, everywhere)).send(ctx.interaction)


class OneCommandButtons(OneCommandCog, discord.Cog):
    """What the select under a command's figures does."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)

    @responds_to(CommandPeriodId)
    async def change_period(self, interaction: discord.Interaction, chosen: CommandPeriodId, days: int) -> None:
        async with answering(interaction, update=True):
            await (await self._command(interaction, chosen.name, days, chosen.everywhere)).replace(interaction)
