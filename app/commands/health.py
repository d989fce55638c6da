"""The /health commands."""

import math

import discord

from app.bot import Bot
from app.core.errors import NotAllowed, UserError
from app.core.health.now import Health, ShardHealth, WholeBot
from app.core.messages import Message
from app.core.release import release
from app.core.scheduling import zone_data
from app.ui import health as ui
from app.ui.kit.context import actor_of, present
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff


class HealthNotShown(NotAllowed):
    """This person is no staff of the server and does not run the bot."""

    def __init__(self) -> None:
        super().__init__("Only staff can see how the bot is doing.")


class HealthCommands(discord.Cog):
    """How the bot is doing: for staff what concerns their server, for operators all of it.

    Nothing here needs the database, which may be what is broken.
    """

    # Offered to everybody: Discord cannot know who is staff by the server's own setting, or who runs the bot.
    group = discord.SlashCommandGroup("health", "See how the bot is doing (for staff)")

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @group.command(name="now", description="See whether the bot, its database and Discord work right now")
    @for_staff
    async def now(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await ui.now(await self._look(ctx.interaction)).send(ctx.interaction)

    @responds_to(ui.LookAgainId)
    async def look_again(self, interaction: discord.Interaction, _: ui.LookAgainId) -> None:
        async with answering(interaction, update=True):
            await ui.now(await self._look(interaction)).replace(interaction)

    async def _look(self, interaction: discord.Interaction) -> Health:
        is_operator = self._bot.is_operator(interaction)
        if not is_operator:
            await self._require_staff(interaction)
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

    async def _require_staff(self, interaction: discord.Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        if actor_of(interaction, self._bot.settings.peek(guild_id)).is_staff:
            return
        # Only who may be staff by a role has to wait for the settings.
        if not actor_of(interaction, await self._bot.settings.get(guild_id)).is_staff:
            raise HealthNotShown

    async def _whole(self, *, database_answers: bool) -> WholeBot:
        return WholeBot(
            shards=tuple(map(self._shard, sorted(self._bot.shards))),
            servers=len(self._bot.guilds),
            hears_others=self._bot.listener is not None and self._bot.listener.is_connected,
            schema=await self._schema() if database_answers else None,
        )

    async def _schema(self) -> Message:
        try:
            return (await self._bot.migrator.status()).sentence
        except UserError as error:
            return error.message

    def _shard(self, number: int) -> ShardHealth:
        shard = self._bot.shards.get(number)
        if shard is None:
            return ShardHealth(number, is_connected=False, seconds=None)
        return ShardHealth(number, not shard.is_closed(), shard.latency if math.isfinite(shard.latency) else None)


def setup(bot: Bot) -> None:
    """Add the commands."""
    bot.add_feature(HealthCommands(bot))
