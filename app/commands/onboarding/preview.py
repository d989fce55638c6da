"""/onboarding preview: a member's whole way for a manager. It reads, and writes nothing."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

import discord

from app.bot import Bot
from app.commands.onboarding import groups
from app.commands.onboarding.flow import answered, in_place, is_one_form, whose
from app.commands.onboarding.request import OnboardingCog, RequestContext
from app.core.errors import NotFound, UserError
from app.core.onboarding import outcome
from app.core.onboarding.errors import FormChanged, RulesChanged
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.progress import SUMMARY, At, Progress
from app.core.onboarding.rehearsal import Rehearsal, Script
from app.ui.kit.errors import note_error
from app.ui.kit.forms import FilledIn, FormIsGone
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.onboarding import pages
from app.ui.onboarding import preview as ui
from app.ui.onboarding.forms import field_of, key_of, read
from app.ui.onboarding.preview_ids import Act, PreviewChangeId, PreviewFormId, PreviewId

MAX_PREVIEWS = 200
"""How many previews a process remembers, one for each manager and server; each takes some kilobytes at most."""


class PreviewIsGone(NotFound):
    """A preview that has ended, or that another process began."""

    def __init__(self) -> None:
        super().__init__(
            "This preview has ended, or the bot was started anew since. Begin another with `/onboarding preview`."
        )


class PreviewCommands(OnboardingCog):
    """What begins it."""

    @groups.onboarding.command(name="preview", description="Try out what new members see; nothing is stored")
    async def preview(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            await ui.intro(is_on=context.policy.is_on).send(ctx.interaction)


class PreviewButtons(OnboardingCog, discord.Cog):
    """The buttons, menus and forms of a preview. How far each is, this process remembers: there is no row."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._kept: OrderedDict[tuple[int, int], Rehearsal] = OrderedDict()

    @responds_to(PreviewId)
    async def press(self, interaction: discord.Interaction, pressed: PreviewId) -> None:
        context = await self._manager(interaction)
        script = await self._script(context)
        begins = pressed.act is Act.BEGIN
        known = Rehearsal().begun(script) if begins else self._known(context)
        if begins:
            self._keep(context, known)
        if pressed.act is Act.FILL_IN or (begins and is_one_form(known.progress(script))):
            first = known.progress(script).page[0].id if pressed.number is None else pressed.number
            await interaction.response.send_modal(self._form(context, script, known, first))
            return
        async with answering(interaction, update=in_place(interaction)):
            note, step = "", SUMMARY if pressed.number is None else str(pressed.number)
            if pressed.act is Act.ACCEPT:
                try:
                    known = known.accept(script, pressed.number or 0)
                except RulesChanged as changed:
                    note = str(changed)
            elif pressed.act is Act.CONFIRM:
                known = replace(known, step=SUMMARY)
            elif not begins:
                known = known.go(script, step, back=pressed.act is Act.PREVIOUS)
            self._keep(context, known)
            if known.is_over(script, confirmed=pressed.act is Act.CONFIRM):
                await answered(interaction, self._over(context, script, known))
            else:
                await answered(interaction, await self._page(context, known.progress(script), note))

    @responds_to(PreviewChangeId)
    async def change(self, interaction: discord.Interaction, pressed: PreviewChangeId, question_id: int) -> None:
        del pressed
        context = await self._manager(interaction)
        known, script = self._known(context), await self._script(context)
        await interaction.response.send_modal(self._form(context, script, known, question_id, alone=True))

    @responds_to(PreviewFormId)
    async def filled_in(self, interaction: discord.Interaction, form: PreviewFormId) -> None:
        typed = FilledIn.read(interaction)
        async with answering(interaction, update=in_place(interaction)):
            context = await self._manager(interaction)
            known, script = self._known(context), await self._script(context)
            key, given, note = _key(context, typed.values), read(typed), ""
            try:
                known = known.answer(script, given, self._bot.clock())
                self._bot.kept_forms.forget(key)
            except FormChanged as refused:
                note = pages.given_back(str(refused), typed)
            except UserError as refused:
                note_error(refused)
                note = f"⚠️ {refused}"
                known = replace(known, step=str(given[0].question_id))
                asked = known.page(script, given[0].question_id, alone=form.alone)
                self._bot.kept_forms.keep(
                    key, context.actor.user_id, lambda: ui.form(asked, {}, alone=form.alone, typed=typed)
                )
            self._keep(context, known)
            await answered(interaction, await self._page(context, known.progress(script), note))

    def _keep(self, context: RequestContext, known: Rehearsal) -> None:
        key = context.actor.guild_id, context.actor.user_id
        self._kept[key] = known
        self._kept.move_to_end(key)
        while len(self._kept) > MAX_PREVIEWS:
            self._kept.popitem(last=False)

    def _known(self, context: RequestContext) -> Rehearsal:
        known = self._kept.get((context.actor.guild_id, context.actor.user_id))
        if known is None:
            raise PreviewIsGone
        return known

    async def _script(self, context: RequestContext) -> Script:
        async with self._bot.uow.reading() as work:
            return Script(*await work.onboarding.flow.preview(context.actor, _policy(context)))

    async def _page(self, context: RequestContext, progress: Progress, note: str) -> Reply:
        rules = []
        if progress.at is At.RULES and progress.version is not None:
            async with self._bot.uow() as work:
                rules = await work.onboarding.flow.rules(context.actor, progress.version)
        return ui.page(pages.shown(progress, whose(context), rules, note))

    def _over(self, context: RequestContext, script: Script, known: Rehearsal) -> Reply:
        del self._kept[context.actor.guild_id, context.actor.user_id]
        return ui.over(outcome.on_completion([], _policy(context), script.questions, known.answers))

    def _form(
        self, context: RequestContext, script: Script, known: Rehearsal, first: int, *, alone: bool = False
    ) -> discord.ui.DesignerModal:
        page = known.page(script, first, alone=alone)
        try:
            return self._bot.kept_forms.reopen(_key(context, map(field_of, page)), context.actor.user_id)
        except FormIsGone:
            return ui.form(page, known.answers, alone=alone)


def _policy(context: RequestContext) -> OnboardingPolicy:
    """Return what holds in a preview: where nothing is asked yet, everything that could be."""
    policy = context.policy
    return policy if policy.is_on else replace(policy, asks_rules=True, asks_questions=True)


def _key(context: RequestContext, fields: Iterable[str]) -> int:
    """Return under which key a refused form of a preview is kept, which is never that of a member's own."""
    return key_of(context.actor.guild_id, context.actor.user_id, ["preview", *fields])
