"""The /timezone commands."""

from typing import Any

import discord

from app.bot import Bot
from app.core.settings import general
from app.ui.kit import zones as ui
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply


@suggesting
async def suggest_zones(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest time zones by city and by offset."""
    bot: Any = ctx.bot
    return ui.zone_choices(str(ctx.value or ""), bot.clock())


class Timezone(discord.Cog):
    """A member's own clock, by which the bot reads the times they type. It holds in every server."""

    group = discord.SlashCommandGroup("timezone", "Your own clock, by which times you type are read")

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @group.command(name="set", description="Say by which clock you live")
    @discord.option(
        "zone", str, description="Your city, or an offset as in +2", autocomplete=suggest_zones, max_length=64
    )
    async def set(self, ctx: discord.ApplicationContext, zone: str) -> None:
        """Remember it."""
        async with answering(ctx.interaction):
            chosen = ui.read_zone(zone)
            actor = actor_of(ctx.interaction)
            async with self._bot.uow() as work:
                await work.member_zones.set(actor, chosen)
                work.after_commit(lambda: self._bot.member_zones.invalidate(actor.user_id))
            await ui.known(chosen, self._bot.clock()).send(ctx.interaction)

    @group.command(name="show", description="See which clock the bot reads your times by")
    async def show(self, ctx: discord.ApplicationContext) -> None:
        """Show it."""
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            snapshot = await self._bot.settings.get(actor.guild_id)
            zone = await self._bot.member_zones.get(actor.user_id)
            server = snapshot[general.TIMEZONE]
            now = self._bot.clock()
            await (ui.known(zone, now) if zone is not None else ui.unknown(server, now)).send(ctx.interaction)

    @group.command(name="forget", description="Let the bot read your times by the server's clock again")
    async def forget(self, ctx: discord.ApplicationContext) -> None:
        """Forget it."""
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            async with self._bot.uow() as work:
                had = await work.member_zones.forget(actor)
                work.after_commit(lambda: self._bot.member_zones.invalidate(actor.user_id))
            await Reply("Forgotten." if had else "I did not know your time zone.").send(ctx.interaction)


def setup(bot: Bot) -> None:
    """Add the commands."""
    bot.add_feature(Timezone(bot))
