"""/rules publish, history and status: making versions, keeping their post, and asking members again."""

import logging

import discord

from app.commands.onboarding.request import OnboardingCog, RequestContext
from app.commands.onboarding.rules import groups
from app.commands.onboarding.rules.drafts import preview
from app.core.actor import Actor
from app.core.errors import UserError
from app.core.onboarding.posts import POSTS, RULES, Post
from app.core.onboarding.rules import Version, shown, text_hash
from app.core.onboarding.runs import RUNS
from app.effects.onboarding.rules import count_holders, delete_post, show_rules
from app.models import SettingsHistory
from app.ui.kit.context import present
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.places import check_posting
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.onboarding import rules as ui
from app.ui.onboarding import rules_forms as forms
from app.ui.onboarding import rules_run
from app.ui.onboarding.rules_ids import (
    ContinueRunId,
    HistoryPageId,
    PublishId,
    ShowVersionId,
    StopRunId,
    WherePublishFormId,
    WherePublishId,
)
from app.uow import UnitOfWork

log = logging.getLogger(__name__)


class PublishingCog(OnboardingCog):
    """What the commands and the buttons of versions share."""

    async def _history(self, interaction: discord.Interaction, page: int) -> Reply:
        context = await self._manager(interaction)
        async with self._bot.uow() as work:
            versions, total = await work.onboarding.versions.history(context.actor, page=page, page_size=ui.PAGE_SIZE)
        return ui.history(versions, total, page, context.snapshot)

    async def _version(self, interaction: discord.Interaction, number: int) -> Reply:
        """Show what was published, which everybody could read."""
        context = await self._context(interaction)
        async with self._bot.uow.reading() as work:
            version = await work.onboarding.versions.get(context.actor.guild_id, number)
        return ui.one_version(version, context.snapshot)

    async def _status(self, context: RequestContext) -> Reply:
        actor, policy = context.actor, context.policy
        async with self._bot.uow() as work:
            drafts = await work.onboarding.rules.drafts(actor)
            newest = await work.onboarding.versions.newest(actor.guild_id)
            run = policy.run
            progress = await work.onboarding.runs.progress(actor.guild_id, run) if run is not None else None
        lines, items = [], []
        if run is not None and progress is not None:
            lines, items = rules_run.status(run, progress, policy, self._bot.clock())
        return ui.status(drafts, newest, policy.rules_post, lines, items, context.snapshot)

    async def _place(self, work: UnitOfWork, actor: Actor, was: Post | None, channel_id: int) -> SettingsHistory | None:
        """Write down where the post of the rules is; None if it is there already."""
        if was is None:
            return (await work.onboarding.posts.add(actor, Post(RULES, channel_id)))[1]
        if was.channel_id == channel_id:
            return None
        moved = Post(RULES, channel_id)
        return (await work.onboarding.posts.change(actor, RULES, lambda _: moved))[1]

    async def _show(self, guild_id: int, was: Post | None) -> tuple[Post | None, str]:
        """Bring the post in step; return it, or why that could not be done."""
        try:
            post = await show_rules(self._bot, guild_id)
        except UserError as error:
            return None, str(error)
        if was is not None and post is not None and was.channel_id != post.channel_id:
            await delete_post(self._bot, was)
        return post, ""

    async def _to_publish(self, interaction: discord.Interaction, chosen: int | None) -> Reply:
        """Show what would be published, where was chosen, else where the rules are or here; or post what holds."""
        context = await self._manager(interaction)
        actor, policy = context.actor, context.policy
        was = policy.rules_post
        channel_id = present(interaction.channel_id) if chosen is None else chosen
        if chosen is None and was is not None:
            channel_id = was.channel_id
        check_posting(present(interaction.guild), channel_id)
        async with self._bot.uow() as work:
            drafts = await work.onboarding.rules.drafts(actor)
            newest = await work.onboarding.versions.newest(actor.guild_id)
            done = await work.onboarding.runs.concerned(actor.guild_id)
        rules = shown(drafts)
        if newest is not None and text_hash(rules) == newest.hash:
            return await self._again(context, newest, channel_id)
        preview(rules, 1 if newest is None else newest.number + 1, self._bot.clock(), context.snapshot)
        holding = await count_holders(self._bot, actor.guild_id, policy.completion_role_id)
        return ui.confirmation(drafts, newest, ui.Concerned(done, holding), channel_id, policy, context.snapshot)

    async def _again(self, context: RequestContext, version: Version, channel_id: int) -> Reply:
        """Post the version that holds where it is to be, if it is not there."""
        actor, was = context.actor, context.policy.rules_post
        async with self._bot.uow() as work:
            change = await self._place(work, actor, was, channel_id)
            work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
        post, problem = await self._show(actor.guild_id, was)
        if change is not None:
            self._bot.dispatch("setting_followed", change)
        if problem or post is None:
            return ui.published(version, post, actor.guild_id, problem, asked=0)
        if was == post:
            return ui.nothing_new(version, post, actor.guild_id)
        return ui.posted(post, actor.guild_id)


class PublishingCommands(PublishingCog):
    """Versions of the rules."""

    @for_staff
    @groups.rules.command(name="publish", description="Publish the rules as a new version, after showing what is new")
    @discord.option(
        "channel",
        discord.SlashCommandOptionType.channel,
        description="Where (default: where they are, or here)",
        channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        required=False,
    )
    async def publish_rules(
        self, ctx: discord.ApplicationContext, channel: discord.abc.GuildChannel | None = None
    ) -> None:
        async with answering(ctx.interaction):
            chosen = None if channel is None else channel.id
            await (await self._to_publish(ctx.interaction, chosen)).send(ctx.interaction)

    @for_staff
    @groups.rules.command(name="history", description="See the versions that were published, and read one of them")
    @discord.option("version", int, description="Which one to read", min_value=1, max_value=100_000, required=False)
    async def rules_history(self, ctx: discord.ApplicationContext, version: int | None = None) -> None:
        async with answering(ctx.interaction):
            await self._manager(ctx.interaction)
            if version is None:
                reply = await self._history(ctx.interaction, 0)
            else:
                reply = await self._version(ctx.interaction, version)
            await reply.send(ctx.interaction)

    @for_staff
    @groups.rules.command(name="status", description="See which rules hold, and how far members are with a new version")
    async def rules_status(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._status(await self._manager(ctx.interaction))).send(ctx.interaction)


class PublishingButtons(PublishingCog, discord.Cog):
    """What the buttons of versions do, and the post when its place is changed or taken back elsewhere."""

    @responds_to(WherePublishId)
    async def ask_where(self, interaction: discord.Interaction, _: WherePublishId) -> None:
        context = await self._manager(interaction)
        await interaction.response.send_modal(forms.where_form(forms.where_they_are(context.policy.rules_post)))

    @responds_to(WherePublishFormId)
    async def chosen_where(self, interaction: discord.Interaction, _: WherePublishFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction):
            with self._bot.kept_forms.keeping(interaction, lambda: forms.where_form(given)):
                reply = await self._to_publish(interaction, given.id_in(forms.CHANNEL))
            await reply.send(interaction)

    @responds_to(PublishId)
    async def publish(self, interaction: discord.Interaction, pressed: PublishId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            actor, was = context.actor, context.policy.rules_post
            check_posting(present(interaction.guild), pressed.channel_id)
            async with self._bot.uow() as work:
                drafts = await work.onboarding.rules.drafts(actor)
                preview(shown(drafts), 1, self._bot.clock(), context.snapshot)
                version = await work.onboarding.versions.publish(actor, confirmed=pressed.seen)
                changes = [await self._place(work, actor, was, pressed.channel_id)]
                asked = 0
                if pressed.asks:
                    asked = await work.onboarding.runs.concerned(actor.guild_id)
                    changes.append(await work.onboarding.runs.start(actor, version.number, context.policy.grace))
                work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
            post, problem = await self._show(actor.guild_id, was)
            await ui.published(version, post, actor.guild_id, problem, asked=asked).replace(interaction)
        for change in changes:
            if change is not None:
                self._bot.dispatch("setting_followed", change)
        self._bot.dispatch("rules_published")

    @responds_to(HistoryPageId)
    async def turn(self, interaction: discord.Interaction, pressed: HistoryPageId) -> None:
        async with answering(interaction, update=True):
            await (await self._history(interaction, pressed.page)).replace(interaction)

    @responds_to(ShowVersionId)
    async def show_version(self, interaction: discord.Interaction, _: ShowVersionId, number: int) -> None:
        async with answering(interaction):
            await (await self._version(interaction, number)).send(interaction)

    @responds_to(StopRunId)
    async def stop_run(self, interaction: discord.Interaction, pressed: StopRunId) -> None:
        await self._change_run(interaction, pressed.version, stops=True)

    @responds_to(ContinueRunId)
    async def continue_run(self, interaction: discord.Interaction, pressed: ContinueRunId) -> None:
        await self._change_run(interaction, pressed.version, stops=False)

    async def _change_run(self, interaction: discord.Interaction, version: int, *, stops: bool) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            async with self._bot.uow() as work:
                if stops:
                    change = await work.onboarding.runs.stop(context.actor, version)
                else:
                    change = await work.onboarding.runs.resume(context.actor, version)
                work.after_commit(lambda: self._bot.settings.invalidate(context.actor.guild_id))
            await (await self._status(await self._manager(interaction))).replace(interaction)
        self._bot.dispatch("setting_followed", change)
        await self._show(change.guild_id, None)
        self._bot.dispatch("rules_published")

    @discord.Cog.listener()
    async def on_setting_changed(self, change: SettingsHistory) -> None:
        """Keep the post in step with what was changed or taken back."""
        if change.scope == RUNS:
            await self._show(change.guild_id, None)
            self._bot.dispatch("rules_published")
        if change.scope != POSTS or change.key != RULES:
            return
        old = None if change.old_value is None else Post.from_json(RULES, change.old_value)
        if change.new_value is None:
            if old is not None:
                await delete_post(self._bot, old)
            return
        _, problem = await self._show(change.guild_id, old)
        if problem:
            log.warning("the post of the rules was not kept in step", extra={"error": problem})
