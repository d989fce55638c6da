"""/onboarding panel: the messages that members begin from, and keeping them as the server has set them up."""

import logging
from dataclasses import replace
from typing import Any

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.request import OnboardingCog, RequestContext
from app.core.errors import UserError
from app.core.onboarding.errors import PanelNotFound
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import POSTS, RULES, Post
from app.effects.onboarding import panels, posts
from app.models import SettingsHistory
from app.services.onboarding.managing import require_manager
from app.ui.kit.autocomplete import meant, offered, suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.forms import FilledIn
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.places import check_posting
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.onboarding import panel as ui
from app.ui.onboarding.panel_ids import PanelFormId, PostAgainId

log = logging.getLogger(__name__)


@suggesting
async def suggest_panels(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest panels by their titles."""
    bot: Any = ctx.bot
    wanted = str(ctx.value or "").casefold()
    policy = OnboardingPolicy.of(await bot.settings.get(actor_of(ctx.interaction).guild_id))
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


def _find(policy: OnboardingPolicy, typed: str) -> Post:
    found = policy.panels.get(meant(typed, lambda: ui.suggestions(policy)))
    if found is None:
        raise PanelNotFound
    return found


class PanelCog(OnboardingCog):
    """What the commands and the menus of panels share."""

    async def _again(self, interaction: discord.Interaction, context: RequestContext, was: Post, to: Post) -> Reply:
        """Post a panel whose message is gone, or that moves to another channel."""
        guild_id = context.actor.guild_id
        check_posting(present(interaction.guild), to.channel_id)
        body, moves = await panels.body_of(self._bot, to, guild_id), was.channel_id != to.channel_id
        if not moves and await posts.renew(self._bot, was, body):
            return ui.still_there(was, guild_id)
        message_id = await posts.post(self._bot, to, body, once=f"panel{interaction.id}")
        made = replace(to, message_id=message_id)
        async with self._bot.uow() as work:
            await work.onboarding.posts.change(context.actor, was.key, lambda _: made)
            work.after_commit(lambda: self._bot.settings.invalidate(guild_id))
        if moves:
            await self._delete(was)
        return ui.posted_again(made, guild_id)

    async def _delete(self, panel: Post) -> str:
        """Delete the message of a panel; return why it could not be."""
        try:
            await posts.delete(self._bot, panel)
        except UserError as error:
            log.info("the message of a panel was not deleted", extra={"panel": panel.key, "error": str(error)})
            return str(error)
        return ""


class PanelCommands(PanelCog):
    """The panels of a server."""

    @for_staff
    @groups.panels.command(name="post", description="Post a message that members begin from")
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
        to_form = PanelFormId(channel_id=place.id, panel_key=None)
        await ctx.interaction.response.send_modal(ui.panel_form(to_form, ui.new_panel()))

    @for_staff
    @groups.panels.command(name="edit", description="Change what a panel says")
    @panel_option("Which panel")
    async def edit_panel(self, ctx: discord.ApplicationContext, panel: str) -> None:
        context = await self._manager(ctx.interaction)
        found = _find(context.policy, panel)
        to_form = PanelFormId(channel_id=found.channel_id, panel_key=found.key)
        await ctx.interaction.response.send_modal(ui.panel_form(to_form, ui.panel_as_it_is(found)))

    @for_staff
    @groups.panels.command(name="remove", description="Remove a panel and its message")
    @panel_option("Which panel")
    async def remove_panel(self, ctx: discord.ApplicationContext, panel: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                found = _find(context.policy, panel)
                gone, done = await work.onboarding.posts.remove(context.actor, found.key)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            await ui.removed(gone, done, await self._delete(gone)).send(ctx.interaction)
        self._bot.dispatch("setting_followed", done)

    @for_staff
    @groups.panels.command(name="list", description="See the panels and where they are")
    async def list_panels(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            await ui.panel_list(context.policy, context.snapshot).send(ctx.interaction)


class BeginningPanels(PanelCog, discord.Cog):
    """The forms of panels, and their messages when something is changed or taken back elsewhere."""

    @responds_to(PanelFormId)
    async def filled_in(self, interaction: discord.Interaction, form: PanelFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction):
            context = await self._manager(interaction)
            with self._bot.kept_forms.keeping(interaction, lambda: ui.panel_form(form, given)):
                panel = ui.panel_from(form, given)
                check_posting(present(interaction.guild), form.channel_id)
                if form.panel_key is None:
                    panel, done = await panels.add(self._bot, context.actor, panel)
                else:
                    panel, done = await self._edit(context, form.panel_key, panel)
            await ui.posted(panel, done, context.policy, sees_members=self._bot.sees_members).send(interaction)
        self._bot.dispatch("setting_followed", done)

    async def _edit(self, context: RequestContext, key: str, panel: Post) -> tuple[Post, SettingsHistory]:
        def change(was: Post) -> Post:
            return replace(was, title=panel.title, text=panel.text)

        async with self._bot.uow() as work:
            made, done = await work.onboarding.posts.change(context.actor, key, change)
            work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
        return await panels.complete(self._bot, made, done), done

    @responds_to(PostAgainId)
    async def post_again(self, interaction: discord.Interaction, _: PostAgainId, key: str) -> None:
        async with answering(interaction):
            context = await self._manager(interaction)
            found = context.policy.panels.get(key)
            if found is None:
                raise PanelNotFound
            await (await self._again(interaction, context, found, found)).send(interaction)

    @discord.Cog.listener()
    async def on_setting_changed(self, change: SettingsHistory) -> None:
        """Keep the messages of panels in step with what was changed or taken back."""
        if change.scope != POSTS or change.key == RULES:
            return
        old, new = (
            None if value is None else Post.from_json(change.key, value)
            for value in (change.old_value, change.new_value)
        )
        try:
            if new is None:
                if old is not None:
                    await self._delete(old)
            else:
                shown = await panels.complete(self._bot, new, change)
                if old is not None and old.message_id != shown.message_id:
                    # It was somewhere else.
                    await self._delete(old)
        except UserError as error:
            log.warning("a panel was not kept in step", extra={"panel": change.key, "error": str(error)})
            self._bot.dispatch("setting_not_followed", change, error)
