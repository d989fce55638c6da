"""/health alerts: where the people who run the bot are told that something is wrong."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import discord

from app.commands.health import groups
from app.commands.health.request import HealthCog
from app.core import durations
from app.core.errors import InvalidInput
from app.core.health.alerts import NO_GUILD, AlertPlace
from app.services.health.alerts import HealthAlertService
from app.ui.health import alerts as ui
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.places import check_posting
from app.ui.kit.staff import for_operators

MAX_LENGTH = 40


class AlertCommands(HealthCog):
    """Every method first requires that the person runs the bot."""

    @for_operators
    @groups.alerts.command(name="channel", description="Choose where to be told when something is wrong with the bot")
    @discord.option(
        "channel",
        discord.SlashCommandOptionType.channel,
        description="Where; choose one that only those see who run the bot",
        channel_types=[discord.ChannelType.text],
    )
    async def channel(self, ctx: discord.ApplicationContext, channel: discord.abc.GuildChannel) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            guild = present(ctx.guild)
            chosen = check_posting(guild, channel.id)
            place = AlertPlace(guild.id, chosen.id, str(guild.preferred_locale))
            async with self._alerts() as alerts:
                place = await alerts.choose(present(ctx.user).id, place)
            seen_by_all = chosen.permissions_for(guild.default_role).view_channel
            await ui.chosen(place, seen_by_all=seen_by_all).send(ctx.interaction)

    @for_operators
    @groups.alerts.command(name="pause", description="Be told nothing new for some time, as while you work on the bot")
    @discord.option("length", str, description="For how long, such as 2h or 1 day", max_length=MAX_LENGTH)
    async def pause(self, ctx: discord.ApplicationContext, length: str) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            read = _length(length)
            async with self._alerts() as alerts:
                place = await alerts.pause(present(ctx.user).id, read)
            await ui.paused(place).send(ctx.interaction)

    @for_operators
    @groups.alerts.command(name="resume", description="Be told again before the pause is over")
    async def resume(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            async with self._alerts() as alerts:
                await alerts.resume(present(ctx.user).id)
            await ui.resumed().send(ctx.interaction)

    @for_operators
    @groups.alerts.command(name="off", description="Be told nothing any more")
    async def off(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            async with self._alerts() as alerts:
                await alerts.turn_off(present(ctx.user).id)
            await ui.off().send(ctx.interaction)

    @for_operators
    @groups.alerts.command(name="show", description="See where alerts go, what was told, and how each process is")
    async def show(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            async with self._bot.uow.reading() as work:
                book = await work.health.alerts.read()
                processes = await work.health.reading.processes()
            reply = ui.state(book.place, [*book.told.values()], processes, self._bot.clock())
            await reply.send(ctx.interaction)

    @asynccontextmanager
    async def _alerts(self) -> AsyncGenerator[HealthAlertService]:
        """Open a transaction; afterwards every process knows of the change, and tells what has to be told."""
        async with self._bot.uow() as work:
            yield work.health.alerts
            work.after_commit(lambda: self._bot.settings.invalidate(NO_GUILD))


def _length(typed: str) -> timedelta:
    """Read a length of time. Raises InvalidInput."""
    try:
        return durations.parse(typed)
    except ValueError:
        raise InvalidInput("`length` takes a length of time, such as `30m`, `2h` or `1 day`.") from None
