"""/health now: whether everything works at this moment."""

import math

import discord

from app.commands.health import groups
from app.commands.health.request import HealthCog
from app.core.health.now import Health, ShardHealth, WholeBot
from app.core.release import release
from app.core.scheduling import zone_data
from app.ui.health import now as ui
from app.ui.health.ids import LookAgainId
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff


class NowCommands(HealthCog):
    """How the bot is doing now: for staff what concerns their server, for operators all of it.

    Nothing here needs the database, which may be what is broken.
    """

    @groups.health.command(name="now", description="See whether the bot, its database and Discord work right now")
    @for_staff
    async def now(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await ui.now(await self._look(ctx.interaction)).send(ctx.interaction)

    @responds_to(LookAgainId)
    async def look_again(self, interaction: discord.Interaction, _: LookAgainId) -> None:
        async with answering(interaction, update=True):
            await ui.now(await self._look(interaction)).replace(interaction)

    async def _look(self, interaction: discord.Interaction) -> Health:
        is_operator = await self._is_operator(interaction)
        database = await self._bot.database.look()
        whole = await self._whole(database_answers=database.seconds is not None) if is_operator else None
        return Health(
            at=self._bot.clock(),
            started_at=self._bot.started_at,
            release=release(),
            zone_data=zone_data.used(),
            database=database,
            shard=self._shard(self._bot.shard_of(present(interaction.guild_id))),
            whole=whole,
        )

    async def _whole(self, *, database_answers: bool) -> WholeBot:
        return WholeBot(
            shards=tuple(map(self._shard, sorted(self._bot.shards))),
            servers=len(self._bot.guilds),
            hears_others=self._bot.listener is not None and self._bot.listener.is_connected,
            schema=await self._schema() if database_answers else None,
            newest=self._bot.vitals.latest,
        )

    def _shard(self, number: int) -> ShardHealth:
        shard = self._bot.shards.get(number)
        if shard is None:
            return ShardHealth(number, is_connected=False, seconds=None)
        return ShardHealth(number, not shard.is_closed(), shard.latency if math.isfinite(shard.latency) else None)
