"""/faq auto: the channels in which answers are suggested, and what members do with a suggestion."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog
from app.core import durations
from app.core.errors import InvalidInput
from app.core.faq.automatic import MAX_COOLDOWN, MAX_WAIT, Automatic
from app.core.faq.policy import FaqPolicy
from app.core.messages import OptionName
from app.core.typed_words import is_nothing
from app.effects.sending import ERRORS
from app.services.faq.automatic import require_manager
from app.ui.faq import automatic as ui
from app.ui.faq.automatic_ids import DismissId, QuietId, ReadOnId
from app.ui.kit.autocomplete import offered, suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff

log = logging.getLogger(__name__)

MAX_TYPED = 40


@suggesting
async def suggest_places(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the channels in which answers are suggested."""
    bot: Any = ctx.bot
    wanted = str(ctx.value or "").casefold()
    policy = FaqPolicy.of(await bot.settings.get(actor_of(ctx.interaction).guild_id))
    found = ui.suggestions(present(ctx.interaction.guild), policy)
    return offered(one for one in found if wanted in one.label.casefold())


class AutoCommands(FaqCog):
    """Where answers are suggested."""

    @for_staff
    @groups.auto.command(name="set", description="Suggest answers in a channel, or change how")
    @discord.option(
        "channel",
        discord.SlashCommandOptionType.channel,
        description="Which channel; its threads and posts belong to it",
        channel_types=[discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum],
    )
    @discord.option(
        "threshold",
        int,
        description="How sure I have to be, in percent (default: 70)",
        required=False,
        min_value=1,
        max_value=100,
    )
    @discord.option(
        "cool_down",
        str,
        description="Before the same answer is suggested there again, such as 10m, or none (default: 10m)",
        required=False,
        max_length=MAX_TYPED,
    )
    @discord.option(
        "wait",
        str,
        description="How long others may answer first, such as 30s, or none (default: 5s)",
        required=False,
        max_length=MAX_TYPED,
    )
    async def set_place(
        self,
        ctx: discord.ApplicationContext,
        channel: discord.abc.GuildChannel,
        threshold: int | None = None,
        cool_down: str | None = None,
        wait: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            given: dict[str, int] = {}
            if threshold is not None:
                given["threshold"] = threshold
            if cool_down is not None:
                given["cooldown"] = _read("cool_down", cool_down, MAX_COOLDOWN)
            if wait is not None:
                given["wait"] = _read("wait", wait, MAX_WAIT)
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                place = ui.check_place(present(ctx.guild), channel.id)
                was = context.policy.automatic.get(place.id, Automatic(place.id))
                made = replace(was, **given)
                done = await work.faq.automatic.put(context.actor, context.policy, made)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.put(made, done, reads_content=self._bot.reads_content).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)

    @for_staff
    @groups.auto.command(name="off", description="Suggest nothing in a channel any more")
    @discord.option("channel", str, description="Which channel", autocomplete=suggest_places, max_length=MAX_CHOICE)
    async def switch_off(self, ctx: discord.ApplicationContext, channel: str) -> None:
        async with answering(ctx.interaction):
            guild = present(ctx.guild)
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                channel_id = ui.channel_meant(channel, guild, context.policy)
                done = await work.faq.automatic.remove(context.actor, context.policy, channel_id)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.removed(channel_id, done).send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)

    @for_staff
    @groups.auto.command(name="list", description="See in which channels answers are suggested, and what is wrong")
    async def list_places(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            require_manager(context.actor)
            guild, reads = present(ctx.guild), self._bot.reads_content
            await ui.overview(guild, context.policy, context.snapshot, reads_content=reads).send(ctx.interaction)


class SuggestionButtons(FaqCog, discord.Cog):
    """What members do with a suggestion."""

    @responds_to(ReadOnId)
    async def read_on(self, interaction: discord.Interaction, pressed: ReadOnId) -> None:
        async with answering(interaction):
            async with self._work(interaction) as (context, work):
                entry = await work.faq.reading.answer(context.actor, pressed.entry_id)
            await ui.whole(entry, pressed.log_id, context.snapshot).send(interaction)

    @responds_to(DismissId)
    async def dismiss(self, interaction: discord.Interaction, pressed: DismissId) -> None:
        async with answering(interaction):
            async with self._work(interaction) as (context, work):
                await work.faq.automatic.dismiss(context.actor, pressed.log_id, pressed.asker_id)
            await ui.dismissed(by_asker=context.actor.user_id == pressed.asker_id).send(interaction)
        try:
            await present(interaction.message).delete()
        except ERRORS as error:
            log.info("a suggestion was not deleted", extra={"error": str(error)})

    @responds_to(QuietId)
    async def choose_quiet(self, interaction: discord.Interaction, _: QuietId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                await work.member_quiet.wish(context.actor, wanted=True)
            await ui.quiet().replace(interaction)


def _read(name: str, typed: str, most: int) -> int:
    """Read a length of time in seconds; 0 for what says that there is none. Raises InvalidInput."""
    if is_nothing(typed):
        return 0
    try:
        seconds = durations.parse(typed).total_seconds()
    except ValueError:
        seconds = most + 1
    if seconds > most:
        raise InvalidInput(
            "`{name}` takes a length of time up to {most}, such as `30s` or `10m`, or `none`.",
            name=OptionName("faq", name),
            most=durations.Spoken(timedelta(seconds=most)),
        )
    return int(seconds)
