"""/onboarding questions: what follows from an answer, which is a role, a channel, or another question."""

from dataclasses import replace

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.choosing import (
    answer_option,
    find_option,
    find_question,
    question_option,
    suggest_choosing,
)
from app.commands.onboarding.questions import QuestionCog
from app.core.errors import InvalidInput, NotFound
from app.core.messages import t
from app.core.onboarding.checking import option_reference
from app.core.onboarding.questions import Condition, Option, Question
from app.ui.kit.context import NotInServer, present
from app.ui.kit.forms import FilledIn
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.onboarding import question_forms as forms
from app.ui.onboarding import question_list as ui
from app.ui.onboarding.places import check_channels, check_roles
from app.ui.onboarding.question_ids import GivesFormId, GivesId


class OutcomeCog(QuestionCog):
    """What the command and the button share."""

    async def _open_form(self, interaction: discord.Interaction, question: Question, option: Option) -> None:
        to = GivesFormId(question_id=question.id, option=option_reference(question, option))
        await interaction.response.send_modal(forms.gives_form(to, option, forms.what_it_gives(option)))


class OutcomeCommands(OutcomeCog):
    """What answers give, and which questions follow from them."""

    @groups.questions.command(name="gives", description="Choose which roles and channels an answer gives")
    @question_option
    @answer_option("answer", "Which answer")
    async def gives(self, ctx: discord.ApplicationContext, question: str, answer: str) -> None:
        context = await self._manager(ctx.interaction)
        found = find_question(await self._all(context.actor.guild_id), question)
        await self._open_form(ctx.interaction, found, find_option(found, answer))

    @groups.questions.command(name="only_if", description="Ask a question only after some answers to an earlier one")
    @question_option
    @discord.option(
        "earlier",
        str,
        description="The earlier question; leave it out to ask everybody",
        autocomplete=suggest_choosing,
        max_length=MAX_CHOICE,
        required=False,
    )
    @answer_option("answer", "After which answer to the earlier question", required=False)
    @answer_option("second_answer", "Or after this one", required=False)
    @answer_option("third_answer", "Or after this one", required=False)
    async def only_if(
        self,
        ctx: discord.ApplicationContext,
        question: str,
        earlier: str | None = None,
        answer: str | None = None,
        second_answer: str | None = None,
        third_answer: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            answers = [one for one in (answer, second_answer, third_answer) if one is not None]
            if (earlier is None) != (not answers):
                raise InvalidInput("Give both the earlier question and an answer to it, or neither to ask everybody.")
            async with self._work(ctx.interaction) as (context, work):
                questions = await work.onboarding.questions.for_manager(context.actor)
                found = find_question(questions, question)
                condition = _condition(questions, earlier, answers)
                made = await work.onboarding.questions.edit(
                    context.actor, found.id, lambda old: replace(old, asked_if=condition)
                )
            questions = [made if one.id == made.id else one for one in questions]
            said = t("It is asked of everybody now.") if condition is None else t("Changed.")
            await ui.one_question(made, questions, context.snapshot, note=said).send(ctx.interaction)


class OutcomeForms(OutcomeCog, discord.Cog):
    """The form of what an answer gives."""

    @responds_to(GivesId)
    async def choose(self, interaction: discord.Interaction, pressed: GivesId, reference: str) -> None:
        context = await self._manager(interaction)
        found = ui.find(await self._all(context.actor.guild_id), pressed.question_id)
        await self._open_form(interaction, found, _option(found, reference))

    @responds_to(GivesFormId)
    async def chosen(self, interaction: discord.Interaction, form: GivesFormId) -> None:
        given = FilledIn.read(interaction)
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            guild, chooser = present(interaction.guild), interaction.user
            if not isinstance(chooser, discord.Member):
                raise NotInServer
            roles, channels = forms.given_ids(given, forms.ROLES), forms.given_ids(given, forms.CHANNELS)
            async with self._bot.uow() as work:
                questions = await work.onboarding.questions.for_manager(context.actor)
                option = _option(ui.find(questions, form.question_id), form.option)
                with self._bot.kept_forms.keeping(interaction, lambda: forms.gives_form(form, option, given)):
                    # What it gives already was chosen by somebody who may.
                    check_roles(guild, chooser, set(roles).difference(option.role_ids))
                    check_channels(guild, chooser, set(channels).difference(option.channel_ids))
                    made = await work.onboarding.questions.edit(
                        context.actor, form.question_id, lambda old: _giving(old, form.option, roles, channels)
                    )
            questions = [made if one.id == made.id else one for one in questions]
            await ui.one_question(made, questions, context.snapshot, note=t("Changed.")).replace(interaction)


def _option(question: Question, reference: str) -> Option:
    for one in question.options:
        if option_reference(question, one) == reference:
            return one
    raise NotFound("That option was removed meanwhile. Look at the question again.")


def _giving(question: Question, reference: str, roles: tuple[int, ...], channels: tuple[int, ...]) -> Question:
    found = _option(question, reference)
    made = replace(found, role_ids=roles, channel_ids=channels)
    return replace(question, options=tuple(made if one is found else one for one in question.options))


def _condition(questions: list[Question], earlier: str | None, answers: list[str]) -> Condition | None:
    if earlier is None:
        return None
    about = find_question(questions, earlier)
    return Condition(about.id, tuple(dict.fromkeys(find_option(about, one).value for one in answers)))
