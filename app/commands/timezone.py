"""The /timezone commands."""

import asyncio
from typing import Any

import discord

from app.bot import Bot
from app.core.messages import t
from app.core.scheduling.zone_search import read_zone
from app.core.settings import general
from app.ui.kit import zones as ui
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply


@suggesting
async def suggest_zones(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest time zones by what people call them."""
    bot: Any = ctx.bot
    own = await _own_zone(bot, ctx.interaction)
    return await ui.suggest_zones(str(ctx.value or ""), bot.clock(), own=own)


async def _own_zone(bot: Any, interaction: discord.Interaction) -> str:
    """Return the time zone in which what somebody types is read so far."""
    actor = actor_of(interaction)
    snapshot = await bot.settings.get(actor.guild_id)
    return await bot.member_zones.get(actor.user_id) or snapshot[general.TIMEZONE]


class Timezone(discord.Cog):
    """A member's own time zone, in which the bot reads the times they type, in every server."""

    group = discord.SlashCommandGroup("timezone", "The time zone in which the bot reads the times you type")

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @group.command(name="set", description="Set your time zone")
    @discord.option(
        "zone", str, description="Your city, or an offset such as +2", autocomplete=suggest_zones, max_length=64
    )
    async def set(self, ctx: discord.ApplicationContext, zone: str) -> None:
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            own = await _own_zone(self._bot, ctx.interaction)
            chosen = await asyncio.to_thread(read_zone, zone, own=own, now=self._bot.clock())
            async with self._bot.uow() as work:
                await work.member_zones.set(actor, chosen)
                work.after_commit(lambda: self._bot.member_zones.invalidate(actor.user_id))
            await ui.known(chosen, self._bot.clock()).send(ctx.interaction)

    @group.command(name="show", description="See in which time zone the bot reads the times you type")
    async def show(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            snapshot = await self._bot.settings.get(actor.guild_id)
            zone = await self._bot.member_zones.get(actor.user_id)
            server = snapshot[general.TIMEZONE]
            now = self._bot.clock()
            await (ui.known(zone, now) if zone is not None else ui.unknown(server, now)).send(ctx.interaction)

    @group.command(name="forget", description="Use the server's time zone again")
    async def forget(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            async with self._bot.uow() as work:
                had = await work.member_zones.forget(actor)
                work.after_commit(lambda: self._bot.member_zones.invalidate(actor.user_id))
            await Reply(t("Forgotten.") if had else t("You have not set a time zone.")).send(ctx.interaction)


def setup(bot: Bot) -> None:
    """Add the commands."""
    bot.add_feature(Timezone(bot))
