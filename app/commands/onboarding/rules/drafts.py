"""/rules add, edit, move, remove and preview: what managers work on before it is published."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from app.commands.onboarding.request import OnboardingCog
from app.commands.onboarding.rules import groups
from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput
from app.core.onboarding import limits
from app.core.onboarding.errors import RuleNotFound
from app.core.onboarding.rules import Rule, Version, shown
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.autocomplete import meant, offered, suggesting
from app.ui.kit.context import actor_of
from app.ui.kit.forms import FilledIn
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.onboarding import rules as ui
from app.ui.onboarding import rules_forms as forms
from app.ui.onboarding.rules_ids import MoveBackId, PutRuleBackId, RuleFormId, WriteRuleId
from app.ui.onboarding.rules_post import check_fits, rules_post
from app.uow import UnitOfWork


@suggesting
async def suggest_rules(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the rules that managers work on."""
    bot: Any = ctx.bot
    wanted = str(ctx.value or "").casefold()
    async with bot.uow() as work:
        drafts = await work.onboarding.rules.drafts(actor_of(ctx.interaction))
    return offered(one for one in ui.suggestions(drafts) if wanted in one.label.casefold())


def rule_option(command: Any) -> Any:
    """Declare the option that names a rule."""
    declare = discord.option("rule", str, description="Which rule", autocomplete=suggest_rules, max_length=MAX_CHOICE)
    return declare(command)


async def find_rule(work: UnitOfWork, actor: Actor, typed: str) -> Rule:
    """Return the rule that was typed or chosen. Raises ManagersOnly, RuleNotFound."""
    drafts = await work.onboarding.rules.drafts(actor)
    chosen = meant(typed, lambda: ui.suggestions(drafts))
    found = next((one for one in drafts if chosen == str(one.id)), None)
    if found is None:
        raise RuleNotFound
    return found


def preview(rules: list[Rule], number: int, now: datetime, snapshot: SettingsSnapshot) -> Version:
    """Return what would be published. Raises InvalidInput."""
    if not rules:
        raise InvalidInput("There is no rule to publish. Add one with `/rules add`.")
    check_fits(rules, snapshot)
    return Version(number, now, None, tuple(rules))


class DraftCommands(OnboardingCog):
    """The rules that managers work on."""

    @for_staff
    @groups.rules.command(name="add", description="Add a rule, which members see once you publish")
    @discord.option(
        "place",
        int,
        description="At which place (default: the last)",
        min_value=1,
        max_value=limits.MAX_RULES,
        required=False,
    )
    async def add_rule(self, ctx: discord.ApplicationContext, place: int | None = None) -> None:
        await self._manager(ctx.interaction)
        to = RuleFormId(rule_id=None, place=place, seen=None)
        await ctx.interaction.response.send_modal(forms.rule_form(to, FilledIn.of({})))

    @for_staff
    @groups.rules.command(name="edit", description="Change a rule, which members see once you publish")
    @rule_option
    async def edit_rule(self, ctx: discord.ApplicationContext, rule: str) -> None:
        context = await self._manager(ctx.interaction)
        async with self._bot.uow() as work:
            found = await find_rule(work, context.actor, rule)
        to = RuleFormId(rule_id=found.id, place=None, seen=forms.seen_as(found))
        await ctx.interaction.response.send_modal(forms.rule_form(to, forms.as_it_is(found)))

    @for_staff
    @groups.rules.command(name="move", description="Give a rule another place")
    @discord.option("place", int, description="To which place", min_value=1, max_value=limits.MAX_RULES)
    @rule_option
    async def move_rule(self, ctx: discord.ApplicationContext, rule: str, place: int) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            async with self._bot.uow() as work:
                found = await find_rule(work, context.actor, rule)
                moved, was = await work.onboarding.rules.move(context.actor, found.id, place)
            await ui.moved(moved, was).send(ctx.interaction)

    @for_staff
    @groups.rules.command(name="remove", description="Remove a rule; versions that were published keep it")
    @rule_option
    async def remove_rule(self, ctx: discord.ApplicationContext, rule: str) -> None:
        interaction = ctx.interaction
        async with answering(interaction):
            context = await self._manager(interaction)
            async with self._bot.uow() as work:
                found = await find_rule(work, context.actor, rule)
                gone = await work.onboarding.rules.remove(context.actor, found.id)
                work.after_commit(lambda: self._bot.settings.invalidate(context.actor.guild_id))
            await ui.removed(gone).send(interaction)

    @for_staff
    @groups.rules.command(name="preview", description="See the post of the rules as it would be published")
    async def preview_rules(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            async with self._bot.uow() as work:
                drafts = await work.onboarding.rules.drafts(context.actor)
                newest = await work.onboarding.versions.newest(context.actor.guild_id)
            number = 1 if newest is None else newest.number + 1
            version = preview(shown(drafts), number, self._bot.clock(), context.snapshot)
            await rules_post(version, context.snapshot, is_preview=True).send(ctx.interaction)


class DraftForms(OnboardingCog, discord.Cog):
    """The form of rules, and the button that takes a move back."""

    @responds_to(WriteRuleId)
    async def write(self, interaction: discord.Interaction, _: WriteRuleId) -> None:
        await self._manager(interaction)
        to = RuleFormId(rule_id=None, place=None, seen=None)
        await interaction.response.send_modal(forms.rule_form(to, FilledIn.of({})))

    @responds_to(RuleFormId)
    async def filled_in(self, interaction: discord.Interaction, form: RuleFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction):
            context = await self._manager(interaction)
            with self._bot.kept_forms.keeping(interaction, lambda: forms.rule_form(form, given)):
                rule = forms.rule_from(given)
                async with self._bot.uow() as work:
                    made = await self._save(work, context.actor, form, rule)
                    drafts = await work.onboarding.rules.drafts(context.actor)
            problem = ""
            try:
                check_fits(shown(drafts), context.snapshot)
            except InvalidInput as error:
                problem = str(error)
            await ui.saved(made, problem, is_new=form.rule_id is None).send(interaction)

    async def _save(self, work: UnitOfWork, actor: Actor, form: RuleFormId, rule: Rule) -> Rule:
        if form.rule_id is None:
            return await work.onboarding.rules.add(actor, rule, place=form.place)
        was = await work.onboarding.rules.get(actor, form.rule_id)
        if forms.seen_as(was) != form.seen:
            raise Conflict("Somebody else has just changed that rule. Look at it again before you change it.")
        return await work.onboarding.rules.edit(actor, was, replace(rule, id=was.id))

    @responds_to(PutRuleBackId)
    async def put_back(self, interaction: discord.Interaction, pressed: PutRuleBackId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            async with self._bot.uow() as work:
                back = await work.onboarding.rules.put_back(context.actor, pressed.rule_id)
                work.after_commit(lambda: self._bot.settings.invalidate(context.actor.guild_id))
            await ui.put_back(back).replace(interaction)

    @responds_to(MoveBackId)
    async def move_back(self, interaction: discord.Interaction, pressed: MoveBackId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            async with self._bot.uow() as work:
                found = await work.onboarding.rules.get(context.actor, pressed.rule_id)
                if found.place != pressed.now:
                    raise Conflict("The rules were moved again after that. Give this one the place that you want.")
                moved, was = await work.onboarding.rules.move(context.actor, pressed.rule_id, pressed.place)
            await ui.moved(moved, was).replace(interaction)
