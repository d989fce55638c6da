"""The forms with which the questions of a ticket type are changed, and the preview of what they ask."""

import discord

from app.commands.tickets import uploads
from app.commands.tickets.request import RequestContext, TicketCog
from app.core.messages import t
from app.core.tickets import questions
from app.core.tickets.errors import NoSuchType
from app.core.tickets.types import TicketType
from app.models import SettingsHistory
from app.services.tickets.managing import require_manager
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.tickets import setup as ui
from app.ui.tickets import setup_forms as forms
from app.ui.tickets.intake import intake_form, read_answers
from app.ui.tickets.setup_ids import (
    AddQuestionFormId,
    AddQuestionId,
    EditQuestionFormId,
    EditQuestionId,
    MoveQuestionId,
    OneQuestionId,
    PreviewFormId,
    PreviewId,
    QuestionsId,
    RemoveQuestionId,
    ShowTypeId,
)


class SetupCog(TicketCog):
    """What forms of the set-up share."""

    async def _manager(self, interaction: discord.Interaction) -> RequestContext:
        """Read who asks. Raises ManagersOnly."""
        context = await self._context(interaction)
        require_manager(context.actor)
        return context


class QuestionForms(SetupCog, discord.Cog):
    """Types and their questions, in messages and forms."""

    @responds_to(ShowTypeId)
    async def show(self, interaction: discord.Interaction, _: ShowTypeId, key: str) -> None:
        async with answering(interaction):
            context = await self._manager(interaction)
            await ui.shown(_type(context, key), context.snapshot).send(interaction)

    @responds_to(QuestionsId)
    async def all_questions(self, interaction: discord.Interaction, pressed: QuestionsId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            await ui.question_list(_type(context, pressed.type_key), context.snapshot).replace(interaction)

    @responds_to(OneQuestionId)
    async def one_question(self, interaction: discord.Interaction, chosen: OneQuestionId, ref: str) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            await ui.one_question(_type(context, chosen.type_key), ref, context.snapshot).replace(interaction)

    @responds_to(AddQuestionId)
    async def add(self, interaction: discord.Interaction, pressed: AddQuestionId) -> None:
        context = await self._manager(interaction)
        _type(context, pressed.type_key)
        to = AddQuestionFormId(type_key=pressed.type_key)
        await interaction.response.send_modal(forms.question_form(to, FilledIn.of({})))

    @responds_to(AddQuestionFormId)
    async def added(self, interaction: discord.Interaction, form: AddQuestionFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction, update=True):
            with self._bot.kept_forms.keeping(interaction, lambda: forms.question_form(form, given)):
                how = questions.added(forms.question_from(given))
                await self._change(interaction, form.type_key, how, t("Added."))

    @responds_to(EditQuestionId)
    async def edit(self, interaction: discord.Interaction, pressed: EditQuestionId) -> None:
        context = await self._manager(interaction)
        question = questions.find(_type(context, pressed.type_key), pressed.ref)
        to = EditQuestionFormId(type_key=pressed.type_key, ref=pressed.ref)
        await interaction.response.send_modal(forms.question_form(to, forms.as_it_is(question)))

    @responds_to(EditQuestionFormId)
    async def edited(self, interaction: discord.Interaction, form: EditQuestionFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction, update=True):
            with self._bot.kept_forms.keeping(interaction, lambda: forms.question_form(form, given)):
                how = questions.changed(form.ref, forms.question_from(given))
                await self._change(interaction, form.type_key, how, t("Changed."))

    @responds_to(MoveQuestionId)
    async def move(self, interaction: discord.Interaction, pressed: MoveQuestionId) -> None:
        async with answering(interaction, update=True):
            await self._change(interaction, pressed.type_key, questions.moved_up(pressed.ref), t("Moved."))

    @responds_to(RemoveQuestionId)
    async def remove(self, interaction: discord.Interaction, pressed: RemoveQuestionId) -> None:
        async with answering(interaction, update=True):
            await self._change(interaction, pressed.type_key, questions.removed(pressed.ref), t("Removed."))

    async def _change(self, interaction: discord.Interaction, key: str, how: questions.Change, note: str) -> None:
        async with self._work(interaction) as (context, work):
            done: SettingsHistory = await work.tickets.setup.change_type(context.actor, key, how)
            work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
        kind = TicketType.from_json(key, done.new_value or {})
        await ui.question_list(kind, context.snapshot, note=note, change=done).replace(interaction)
        self._bot.dispatch("setting_changed", done)

    # The form itself

    @responds_to(PreviewId)
    async def preview(self, interaction: discord.Interaction, pressed: PreviewId) -> None:
        context = await self._manager(interaction)
        kind = _type(context, pressed.type_key)
        await interaction.response.send_modal(intake_form(kind, PreviewFormId(type_key=kind.key)))

    @responds_to(PreviewFormId)
    async def previewed(self, interaction: discord.Interaction, form: PreviewFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction):
            context = await self._manager(interaction)
            kind = _type(context, form.type_key)
            with self._bot.kept_forms.keeping(interaction, lambda: intake_form(kind, form, given)):
                answers, chosen, files = read_answers(kind, interaction)
                await uploads.read(files, interaction)
            await ui.previewed(kind, answers, kind.routed(chosen), context.snapshot).send(interaction)


def _type(context: RequestContext, key: str) -> TicketType:
    found = context.policy.types.get(key)
    if found is None:
        raise NoSuchType
    return found
