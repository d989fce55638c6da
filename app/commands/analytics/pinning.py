"""/stats pin and unpin: the message with figures that keeps itself up to date."""

import discord

from app.commands.analytics import groups
from app.commands.analytics.request import StatsCog, with_period
from app.core.actor import Actor
from app.core.analytics.pinned import Pinned
from app.core.checks import FIGURES, called
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics import pinned as ui
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.places import check_posting, require_permissions
from app.ui.kit.staff import offered_as

NEEDED = called(FIGURES.permissions)


def for_managers(_: SettingsSnapshot, actor: Actor) -> str | None:
    """Say nothing to managers; None to others."""
    return "" if actor.is_manager else None


class PinCommands(StatsCog):
    """Letting figures stand in a channel."""

    @groups.stats.command(name="pin", description="Show figures in a channel, always up to date")
    @discord.option(
        "channel",
        discord.SlashCommandOptionType.channel,
        description="Where",
        channel_types=[discord.ChannelType.text],
    )
    @with_period
    @offered_as(for_managers)
    async def pin(
        self, ctx: discord.ApplicationContext, channel: discord.abc.GuildChannel, period: int | None = None
    ) -> None:
        async with answering(ctx.interaction):
            guild = present(ctx.guild)
            place = check_posting(guild, channel.id)
            require_permissions(place, NEEDED)
            context = await self._context(ctx.interaction)
            pinned = Pinned(place.id, context.days(period))
            async with self._bot.uow() as work:
                done = await work.analytics.pinned.put(context.actor, context.snapshot, pinned)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            seen_by_all = place.permissions_for(guild.default_role).view_channel
            await ui.put(pinned, done, seen_by_all=seen_by_all).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)

    @groups.stats.command(name="unpin", description="Take the figures away from their channel")
    @offered_as(for_managers)
    async def unpin(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            async with self._bot.uow() as work:
                done = await work.analytics.pinned.remove(context.actor, context.snapshot)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.removed(done).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)
