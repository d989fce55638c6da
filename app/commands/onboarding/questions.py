"""/onboarding questions: what managers do with the questions for new members."""

from dataclasses import replace

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.choosing import find_question, question_option
from app.commands.onboarding.request import OnboardingCog
from app.core.messages import t
from app.core.onboarding.limits import MAX_QUESTIONS
from app.core.onboarding.questions import Question
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.onboarding import question_forms as forms
from app.ui.onboarding import question_list as ui
from app.ui.onboarding.question_ids import (
    AddQuestionFormId,
    AddQuestionId,
    AskRemoveQuestionId,
    EditQuestionFormId,
    EditQuestionId,
    KeepQuestionId,
    PutQuestionBackId,
    QuestionsId,
    RemoveQuestionId,
    ShowQuestionId,
    SwitchQuestionId,
)


class QuestionCog(OnboardingCog):
    """What commands about questions share."""

    async def _all(self, guild_id: int) -> list[Question]:
        async with self._bot.uow.reading() as work:
            return await work.onboarding.questions.all(guild_id)


class QuestionCommands(QuestionCog):
    """Adding, changing, moving and removing questions."""

    @groups.questions.command(name="add", description="Add a question for new members")
    @discord.option(
        "place",
        int,
        description="Where it is asked, counted from 1; at the end if you leave this out",
        required=False,
        min_value=1,
        max_value=MAX_QUESTIONS,
    )
    async def add_question(self, ctx: discord.ApplicationContext, place: int | None = None) -> None:
        await self._manager(ctx.interaction)
        await ctx.interaction.response.send_modal(forms.question_form(AddQuestionFormId(place=place), FilledIn.of({})))

    @groups.questions.command(name="edit", description="Change a question")
    @question_option
    async def edit_question(self, ctx: discord.ApplicationContext, question: str) -> None:
        context = await self._manager(ctx.interaction)
        found = find_question(await self._all(context.actor.guild_id), question)
        form = forms.question_form(EditQuestionFormId(question_id=found.id), forms.as_it_is(found))
        await ctx.interaction.response.send_modal(form)

    @groups.questions.command(name="move", description="Ask a question earlier or later")
    @question_option
    @discord.option("place", int, description="Where it is asked, counted from 1", min_value=1, max_value=MAX_QUESTIONS)
    async def move_question(self, ctx: discord.ApplicationContext, question: str, place: int) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            async with self._bot.uow() as work:
                found = find_question(await work.onboarding.questions.all(context.actor.guild_id), question)
                moved = await work.onboarding.questions.move(context.actor, found.id, place)
            said = t("Moved. It is question {place} now.", place=place)
            await ui.question_list(moved, context.snapshot, page=ui.page_of(place), note=said).send(ctx.interaction)

    @groups.questions.command(name="remove", description="Remove a question; answers to it stay")
    @question_option
    async def remove_question(self, ctx: discord.ApplicationContext, question: str) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            found = find_question(await self._all(context.actor.guild_id), question)
            await ui.ask_removal(found, context.snapshot).send(ctx.interaction)

    @groups.questions.command(name="list", description="See the questions, their order, and what answers give")
    async def list_questions(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            questions = await self._all(context.actor.guild_id)
            await ui.question_list(questions, context.snapshot).send(ctx.interaction)


class QuestionButtons(QuestionCog, discord.Cog):
    """The same, in messages and forms."""

    @responds_to(QuestionsId)
    async def turn(self, interaction: discord.Interaction, pressed: QuestionsId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            questions = await self._all(context.actor.guild_id)
            await ui.question_list(questions, context.snapshot, page=pressed.page).replace(interaction)

    @responds_to(ShowQuestionId)
    async def show(self, interaction: discord.Interaction, _: ShowQuestionId, question_id: int) -> None:
        await self._show(interaction, question_id)

    @responds_to(KeepQuestionId)
    async def keep(self, interaction: discord.Interaction, pressed: KeepQuestionId) -> None:
        await self._show(interaction, pressed.question_id)

    @responds_to(AddQuestionId)
    async def add(self, interaction: discord.Interaction, _: AddQuestionId) -> None:
        await self._manager(interaction)
        await interaction.response.send_modal(forms.question_form(AddQuestionFormId(place=None), FilledIn.of({})))

    @responds_to(AddQuestionFormId)
    async def added(self, interaction: discord.Interaction, form: AddQuestionFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction, update=True):
            with self._bot.kept_forms.keeping(interaction, lambda: forms.question_form(form, given)):
                context = await self._manager(interaction)
                question = forms.question_from(given)
                async with self._bot.uow() as work:
                    made = await work.onboarding.questions.add(context.actor, question, place=form.place)
                    questions = await work.onboarding.questions.all(context.actor.guild_id)
            said = t("Added. It is question {place}.", place=made.place)
            await ui.one_question(made, questions, context.snapshot, note=said).replace(interaction)

    @responds_to(EditQuestionId)
    async def edit(self, interaction: discord.Interaction, pressed: EditQuestionId) -> None:
        context = await self._manager(interaction)
        found = ui.find(await self._all(context.actor.guild_id), pressed.question_id)
        to = EditQuestionFormId(question_id=found.id)
        await interaction.response.send_modal(forms.question_form(to, forms.as_it_is(found)))

    @responds_to(EditQuestionFormId)
    async def edited(self, interaction: discord.Interaction, form: EditQuestionFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction, update=True):
            with self._bot.kept_forms.keeping(interaction, lambda: forms.question_form(form, given)):
                context = await self._manager(interaction)
                async with self._bot.uow() as work:
                    made = await work.onboarding.questions.edit(
                        context.actor, form.question_id, lambda old: forms.question_from(given, old)
                    )
                    questions = await work.onboarding.questions.all(context.actor.guild_id)
            await ui.one_question(made, questions, context.snapshot, note=t("Changed.")).replace(interaction)

    @responds_to(SwitchQuestionId)
    async def switch(self, interaction: discord.Interaction, pressed: SwitchQuestionId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                made = await work.onboarding.questions.edit(
                    context.actor, pressed.question_id, lambda old: replace(old, enabled=pressed.on)
                )
                questions = await work.onboarding.questions.all(context.actor.guild_id)
            said = t("It is asked again.") if pressed.on else t("It is not asked any more.")
            await ui.one_question(made, questions, context.snapshot, note=said).replace(interaction)

    @responds_to(AskRemoveQuestionId)
    async def ask_removal(self, interaction: discord.Interaction, pressed: AskRemoveQuestionId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            found = ui.find(await self._all(context.actor.guild_id), pressed.question_id)
            await ui.ask_removal(found, context.snapshot).replace(interaction)

    @responds_to(RemoveQuestionId)
    async def removed(self, interaction: discord.Interaction, pressed: RemoveQuestionId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                gone = await work.onboarding.questions.remove(context.actor, pressed.question_id)
                questions = await work.onboarding.questions.all(context.actor.guild_id)
                work.after_commit(lambda: self._bot.settings.invalidate(context.actor.guild_id))
            page, undo = ui.page_of(gone.place), PutQuestionBackId(question_id=gone.id)
            shown = ui.question_list(questions, context.snapshot, page=page, note=ui.removed(gone), undo=undo)
            await shown.replace(interaction)

    @responds_to(PutQuestionBackId)
    async def put_back(self, interaction: discord.Interaction, pressed: PutQuestionBackId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                made = await work.onboarding.questions.put_back(context.actor, pressed.question_id)
                questions = await work.onboarding.questions.all(context.actor.guild_id)
                work.after_commit(lambda: self._bot.settings.invalidate(context.actor.guild_id))
            said = t("It is back, as question {place}.", place=made.place)
            await ui.one_question(made, questions, context.snapshot, note=said).replace(interaction)

    async def _show(self, interaction: discord.Interaction, question_id: int) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            questions = await self._all(context.actor.guild_id)
            await ui.one_question(ui.find(questions, question_id), questions, context.snapshot).replace(interaction)
