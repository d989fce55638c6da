"""/tickets panel: the messages that members open tickets from, and keeping them as the server has set them up."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import discord

from app.bot import Bot
from app.commands.tickets import groups
from app.commands.tickets.questions import SetupCog
from app.commands.tickets.request import RequestContext
from app.core.errors import UserError
from app.core.tickets.errors import NoSuchPanel
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import PANELS, TYPES, Panel
from app.effects.tickets import panels as messages
from app.models import SettingsHistory
from app.services.tickets.managing import require_manager
from app.ui.kit.autocomplete import meant, offered, suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.forms import FilledIn
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.places import check_posting
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.tickets import panel as ui
from app.ui.tickets import setup_forms as forms
from app.ui.tickets.setup_ids import PanelFormId, PostAgainId

log = logging.getLogger(__name__)

SHOWN = ("name", "emoji", "description", "enabled")
"""What a panel shows of a type."""


@suggesting
async def suggest_panels(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest panels by their titles."""
    bot: Any = ctx.bot
    wanted = str(ctx.value or "").casefold()
    policy = TicketPolicy.of(await bot.settings.get(actor_of(ctx.interaction).guild_id))
    return offered(one for one in ui.suggestions(policy) if wanted in one.label.casefold())


def panel_option(description: str, *, required: bool = True) -> Any:
    """Declare the option that names a panel."""
    return discord.option(
        "panel",
        str,
        description=description,
        required=required,
        autocomplete=suggest_panels,
        max_length=MAX_CHOICE,
    )


def _find(policy: TicketPolicy, typed: str) -> Panel:
    found = policy.panels.get(meant(typed, lambda: ui.suggestions(policy)))
    if found is None:
        raise NoSuchPanel
    return found


class PanelCog(SetupCog):
    """What the commands and the menus of panels share."""

    async def _again(self, interaction: discord.Interaction, context: RequestContext, was: Panel, to: Panel) -> Reply:
        """Post a panel whose message is gone, or that moves to another channel."""
        guild_id = context.actor.guild_id
        check_posting(present(interaction.guild), to.channel_id)
        moves = was.channel_id != to.channel_id
        if not moves and await messages.renew(self._bot, was, context.snapshot):
            return ui.still_there(was, guild_id)
        message_id = await messages.post(self._bot, to, context.snapshot, nonce=f"panel{interaction.id}")
        made = replace(to, message_id=message_id)
        async with self._bot.uow() as work:
            await work.tickets.setup.change_panel(context.actor, was.key, lambda _: made)
            work.after_commit(lambda: self._bot.settings.invalidate(guild_id))
        if moves:
            await self._delete(was)
        return ui.posted_again(made, guild_id)

    async def _delete(self, panel: Panel) -> None:
        try:
            await messages.delete(self._bot, panel)
        except UserError as error:
            log.info("the message of a panel was not deleted", extra={"panel": panel.key, "error": str(error)})


class PanelCommands(PanelCog):
    """The panels of a server."""

    @for_staff
    @groups.panels.command(name="post", description="Post a message that members open tickets from")
    @discord.option(
        "channel",
        discord.SlashCommandOptionType.channel,
        description="Where (default: here)",
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        required=False,
    )
    @panel_option("Post this one again, instead of a new one", required=False)
    async def post_panel(
        self, ctx: discord.ApplicationContext, channel: discord.abc.GuildChannel | None = None, panel: str | None = None
    ) -> None:
        context = await self._manager(ctx.interaction)
        if panel is not None:
            async with answering(ctx.interaction):
                found = _find(context.policy, panel)
                to = replace(found, channel_id=found.channel_id if channel is None else channel.id)
                await (await self._again(ctx.interaction, context, found, to)).send(ctx.interaction)
            return
        place = check_posting(present(ctx.guild), present(ctx.channel_id) if channel is None else channel.id)
        form = PanelFormId(channel_id=place.id, panel_key=None)
        await ctx.interaction.response.send_modal(
            forms.panel_form(form, context.policy, forms.new_panel(context.policy))
        )

    @for_staff
    @groups.panels.command(name="edit", description="Change what a panel says and offers")
    @panel_option("Which panel")
    async def edit_panel(self, ctx: discord.ApplicationContext, panel: str) -> None:
        context = await self._manager(ctx.interaction)
        found = _find(context.policy, panel)
        form = PanelFormId(channel_id=found.channel_id, panel_key=found.key)
        await ctx.interaction.response.send_modal(forms.panel_form(form, context.policy, forms.panel_as_it_is(found)))

    @for_staff
    @groups.panels.command(name="remove", description="Remove a panel and its message")
    @panel_option("Which panel")
    async def remove_panel(self, ctx: discord.ApplicationContext, panel: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                found = _find(context.policy, panel)
                gone, done = await work.tickets.setup.remove_panel(context.actor, found.key)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            problem = ""
            try:
                await messages.delete(self._bot, gone)
            except UserError as error:
                problem = str(error)
            await ui.removed(gone, done, problem).send(ctx.interaction)
        self._bot.dispatch("setting_followed", done)

    @for_staff
    @groups.panels.command(name="list", description="See the panels and where they are")
    async def list_panels(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            await ui.panel_list(context.policy, context.snapshot).send(ctx.interaction)


class PanelUpkeep(PanelCog, discord.Cog):
    """The forms of panels, and their messages when something is changed or taken back elsewhere."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._to_renew: dict[int, set[str]] = {}
        """The keys of types by server, of which panels are about to show something else."""

    @responds_to(PanelFormId)
    async def filled_in(self, interaction: discord.Interaction, form: PanelFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction):
            context = await self._manager(interaction)
            with self._bot.kept_forms.keeping(interaction, lambda: forms.panel_form(form, context.policy, given)):
                panel = forms.panel_from(form, given)
                check_posting(present(interaction.guild), form.channel_id)
                if form.panel_key is None:
                    panel, done = await messages.add(self._bot, context.actor, panel)
                else:
                    panel, done = await self._edit(context, form.panel_key, panel)
            await ui.posted(panel, done).send(interaction)
        self._bot.dispatch("setting_followed", done)

    async def _edit(self, context: RequestContext, key: str, panel: Panel) -> tuple[Panel, SettingsHistory]:
        def change(was: Panel) -> Panel:
            return replace(panel, key=was.key, channel_id=was.channel_id, message_id=was.message_id)

        async with self._bot.uow() as work:
            made, done = await work.tickets.setup.change_panel(context.actor, key, change)
            work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
        return await messages.complete(self._bot, made, done), done

    @responds_to(PostAgainId)
    async def post_again(self, interaction: discord.Interaction, _: PostAgainId, key: str) -> None:
        async with answering(interaction):
            context = await self._manager(interaction)
            found = context.policy.panels.get(key)
            if found is None:
                raise NoSuchPanel
            reply = await self._again(interaction, context, found, found)
            await reply.send(interaction)

    @discord.Cog.listener()
    async def on_setting_changed(self, change: SettingsHistory) -> None:
        """Keep the messages of panels in step with what was changed or taken back."""
        if change.scope == PANELS:
            await self._follow_panel(change)
        elif change.scope == TYPES and _looks(change.old_value) != _looks(change.new_value):
            await self._follow_type(change.guild_id, change.key)

    async def _follow_type(self, guild_id: int, type_key: str) -> None:
        """Show a type as it is now on the panels that offer it; those of several that change together once."""
        if guild_id in self._to_renew:
            self._to_renew[guild_id].add(type_key)
            return
        self._to_renew[guild_id] = {type_key}
        # What was changed together is heard of together.
        await asyncio.sleep(0)
        changed = self._to_renew.pop(guild_id)
        snapshot = await self._bot.settings.get(guild_id)
        for panel in TicketPolicy.of(snapshot).panels.values():
            if changed & set(panel.type_keys):
                await self._renew(panel, guild_id)

    async def _follow_panel(self, change: SettingsHistory) -> None:
        old, new = (
            None if value is None else Panel.from_json(change.key, value)
            for value in (change.old_value, change.new_value)
        )
        try:
            if new is None:
                if old is not None:
                    await messages.delete(self._bot, old)
            else:
                posted = await messages.complete(self._bot, new, change)
                if old is not None and old.message_id != posted.message_id:
                    # It was somewhere else.
                    await self._delete(old)
        except UserError as error:
            log.warning("a panel was not kept in step", extra={"panel": change.key, "error": str(error)})
            self._bot.dispatch("setting_not_followed", change, error)

    async def _renew(self, panel: Panel, guild_id: int) -> None:
        try:
            await messages.renew(self._bot, panel, await self._bot.settings.get(guild_id))
        except UserError as error:
            log.warning("a panel was not kept in step", extra={"panel": panel.key, "error": str(error)})


def _looks(value: Any) -> list[Any] | None:
    return None if value is None else [value.get(name) for name in SHOWN]
