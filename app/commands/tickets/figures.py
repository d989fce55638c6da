"""/tickets stats: what the figures say."""

from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets import hours
from app.core.tickets.errors import TypeNotFound
from app.core.tickets.figures import Figures
from app.core.tickets.policy import TicketPolicy
from app.services.tickets.targets import ALWAYS
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.charts import pictures
from app.ui.kit.composing import composed
from app.ui.kit.context import actor_of
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.staff import for_staff
from app.ui.tickets import figures as ui

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90, "A year": 365}
DAYS = 30


@suggesting
async def suggest_types(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest types of tickets by their names."""
    bot: Any = ctx.bot
    wanted = str(ctx.value or "").casefold()
    snapshot = await bot.settings.get(actor_of(ctx.interaction).guild_id)
    return offered(one for one in _types(snapshot) if wanted in one.name.casefold())


def _types(snapshot: SettingsSnapshot) -> list[Suggestion]:
    return [Suggestion(kind.name, key) for key, kind in TicketPolicy.of(snapshot).types.items()]


class FiguresCommands(TicketCog):
    """What is counted about tickets."""

    @for_staff
    @groups.tickets.command(
        name="stats", description="See how many tickets there were, and how fast they were answered"
    )
    @discord.option(
        "period",
        int,
        description="The time before now, 30 days if left out",
        required=False,
        choices=[discord.OptionChoice(name, days) for name, days in PERIODS.items()],
    )
    @discord.option(
        "type", str, description="Only this kind of ticket", required=False, autocomplete=suggest_types,
        max_length=MAX_CHOICE, parameter_name="kind",
    )  # fmt: skip
    @discord.option("export", bool, description="Add a table for a spreadsheet", required=False)
    async def stats(
        self, ctx: discord.ApplicationContext, period: int = DAYS, kind: str | None = None, export: bool = False
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            policy = context.policy
            key = None if kind is None else meant(kind, lambda: _types(context.snapshot))
            if key is not None and key not in policy.types:
                raise TypeNotFound
            async with self._bot.uow() as work:
                figures = await work.tickets.figures.of(context.actor, policy, days=period, type_key=key)
            charts = await composed(ui.charts, figures)
            reply = ui.report(
                figures,
                context.snapshot,
                hours=hours.shown(policy.hours or ALWAYS),
                only=None if key is None else policy.types[key].name,
                pictures=await pictures(charts),
                csv=ui.table(figures, _names(figures, ctx.guild)) if export else None,
            )
            await reply.send(ctx.interaction)


def _names(figures: Figures, guild: discord.Guild | None) -> dict[int, str]:
    """Return what roles and people are called, as far as the bot knows."""
    if guild is None:
        return {}
    roles = {role for team in figures.by_team for role in team}
    known = [*map(guild.get_role, roles), *map(guild.get_member, figures.by_person)]
    return {one.id: one.name if isinstance(one, discord.Role) else one.display_name for one in known if one is not None}
