"""/health incidents: what was not well, and for how much of the time the bot worked."""

from datetime import datetime, timedelta

import discord

from app.commands.health import groups
from app.commands.health.request import HealthCog, Sight
from app.core.health.trend import Incidents
from app.ui.health import incidents as ui
from app.ui.health.ids import IncidentsId
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.uow import UnitOfWork

KEPT = timedelta(days=731)
"""For how long it is written down what happened."""


class IncidentCommands(HealthCog):
    """Downtime and other times in which not all was well."""

    @for_staff
    @groups.health.command(name="incidents", description="See when the bot did not work, for how long, and why")
    async def incidents(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._page(ctx.interaction, 0)).send(ctx.interaction)

    @responds_to(IncidentsId)
    async def turn(self, interaction: discord.Interaction, pressed: IncidentsId) -> None:
        async with answering(interaction, update=True):
            await (await self._page(interaction, pressed.page)).replace(interaction)

    async def _page(self, interaction: discord.Interaction, page: int) -> Reply:
        sight = await self._sight(interaction)
        now = self._bot.clock()
        async with self._bot.uow.reading() as work:
            found = await self._found(work, sight, now, page)
            if page >= ui.pages_of(found):
                # There are fewer than when the button was made.
                page = ui.pages_of(found) - 1
                found = await self._found(work, sight, now, page)
            available = await work.health.reading.availability(shard=sight.shard)
        return ui.incidents(found, available, page=page, now=now, shard=sight.shard, is_operator=sight.is_operator)

    async def _found(self, work: UnitOfWork, sight: Sight, now: datetime, page: int) -> Incidents:
        return await work.health.reading.incidents(
            now - KEPT, shard=sight.shard, offset=page * ui.PAGE_SIZE, limit=ui.PAGE_SIZE
        )
