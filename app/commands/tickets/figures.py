"""/tickets stats: what the figures say."""

from collections.abc import Mapping
from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.errors import TypeNotFound
from app.core.tickets.figures import Figures, summed_up
from app.core.tickets.policy import TicketPolicy
from app.services.tickets.figures import TicketsOfPeriod
from app.services.tickets.targets import ALWAYS, hours_of
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.charts import Chart, pictures
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
                found = await work.tickets.figures.read(context.actor, policy, days=period, type_key=key)
            only = None if policy.figures_by_person else context.actor.user_id
            names = _names(found, ctx.guild) if export else None
            figures, charts, table = await composed(_figures, found, policy, only, names)
            reply = ui.report(
                figures,
                context.snapshot,
                hours=policy.hours or ALWAYS,
                only=None if key is None else policy.types[key].name,
                pictures=await pictures(charts),
                csv=table,
            )
            await reply.send(ctx.interaction)


def _figures(
    found: TicketsOfPeriod, policy: TicketPolicy, only_person: int | None, names: Mapping[int, str] | None
) -> tuple[Figures, list[Chart], bytes | None]:
    """Sum up what was read, with what is drawn of it, and a table with these names if it is wanted."""
    figures = summed_up(
        found.rows,
        found.counts,
        found.period,
        hours_of(policy),
        every=found.every,
        next_targets=frozenset(key for key, kind in policy.types.items() if kind.next_target),
        only_person=only_person,
    )
    return figures, ui.charts(figures), ui.table(figures, names) if names is not None else None


def _names(found: TicketsOfPeriod, guild: discord.Guild | None) -> dict[int, str]:
    """Return what roles and people are called, as far as the bot knows."""
    if guild is None:
        return {}
    roles = {role for row in found.rows for role in row.team}
    people = {one for row in found.rows for one in (row.handler, row.answered_by) if one is not None}
    known = [*map(guild.get_role, roles), *map(guild.get_member, people)]
    return {one.id: one.name if isinstance(one, discord.Role) else one.display_name for one in known if one is not None}
