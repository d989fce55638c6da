"""The forms with which questions are set up, filled in with what is so or with what was typed before. All pure."""

from dataclasses import replace

import discord

from app.core.errors import InvalidInput
from app.core.messages import t
from app.core.onboarding import limits
from app.core.onboarding.drafts import carried_over, in_lines, read_lines
from app.core.onboarding.questions import Option, Question, QuestionKind
from app.ui.kit.choices import either
from app.ui.kit.components import form, menu
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.limits import MAX_FORM_TITLE
from app.ui.kit.text import shortened
from app.ui.onboarding.question_ids import AddQuestionFormId, EditQuestionFormId, GivesFormId
from app.ui.onboarding.question_words import KINDS

TEXT, KIND, OPTIONS, HINT, REQUIRED = "text", "kind", "options", "hint", "required"
ROLES, CHANNELS = "roles", "channels"
YES, NO = "yes", "no"
MAX_TYPED = 4000
"""Characters of a field (Discord)."""
SHOWABLE = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.category,
]


def question_form(to: AddQuestionFormId | EditQuestionFormId, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that says what to ask."""
    kinds = [
        discord.SelectOption(label=str(name), value=kind.value, default=given.chosen(KIND) == [kind.value])
        for kind, name in KINDS.items()
    ]
    text = discord.ui.InputText(
        custom_id=TEXT,
        style=discord.InputTextStyle.long,
        max_length=limits.MAX_QUESTION,
        value=given.typed(TEXT)[: limits.MAX_QUESTION] or None,
    )
    options = discord.ui.InputText(
        custom_id=OPTIONS,
        style=discord.InputTextStyle.long,
        required=False,
        max_length=MAX_TYPED,
        value=given.typed(OPTIONS)[:MAX_TYPED] or None,
    )
    hint = discord.ui.InputText(
        custom_id=HINT,
        required=False,
        max_length=limits.MAX_HINT,
        value=given.typed(HINT)[: limits.MAX_HINT] or None,
    )
    is_optional = given.typed(REQUIRED) == NO
    has_to, can_be_left = (YES, t("It has to be answered")), (NO, t("It can be left out"))
    required = either(REQUIRED, has_to, can_be_left, is_second=is_optional)
    title = t("Change the question") if isinstance(to, EditQuestionFormId) else t("Another question")
    return form(
        title,
        to,
        labelled(t("Question"), text),
        labelled(t("How it is answered"), menu(KIND, options=kinds, required=True)),
        labelled(t("Options to choose from"), options, t("One a line, such as: 🎮 Games | What we play together")),
        labelled(t("Hint"), hint, t("Shown with the question.")),
        labelled(t("Answer"), required),
    )


def as_it_is(question: Question) -> FilledIn:
    """Return what the form of a question is filled in with. Raises InvalidInput if it does not fit into a form."""
    options = in_lines(question.options)
    if len(options) > MAX_TYPED:
        raise InvalidInput(
            "The options of that question have more text than a form takes. Change them in the file of "
            "`/onboarding questions export`, and import it."
        )
    return FilledIn.of(
        {
            TEXT: question.text,
            KIND: [question.kind.value],
            OPTIONS: options,
            HINT: question.hint,
            REQUIRED: YES if question.required else NO,
        }
    )


def question_from(given: FilledIn, old: Question | None = None) -> Question:
    """Read a question; what is not in the form stays as it was. Raises InvalidInput."""
    kind = "".join(given.chosen(KIND))
    if kind not in set(QuestionKind):
        raise InvalidInput("Choose how the question is answered.")
    before = old or Question(0, 0, "", QuestionKind.SHORT)
    return replace(
        before,
        text=given.typed(TEXT),
        kind=QuestionKind(kind),
        options=carried_over(before.options, read_lines(given.typed(OPTIONS))),
        hint=given.typed(HINT),
        required=given.typed(REQUIRED) != NO,
    )


def gives_form(to: GivesFormId, option: Option, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that says which roles and channels an answer gives."""
    roles = menu(
        ROLES,
        discord.ComponentType.role_select,
        min_values=0,
        max_values=limits.MAX_ROLES,
        default_values=_defaults(given.chosen(ROLES), discord.SelectDefaultValueType.role),
    )
    channels = menu(
        CHANNELS,
        discord.ComponentType.channel_select,
        min_values=0,
        max_values=limits.MAX_CHANNELS,
        channel_types=SHOWABLE,
        default_values=_defaults(given.chosen(CHANNELS), discord.SelectDefaultValueType.channel),
    )
    return form(
        shortened(t("Who answers “{option}”", option=option.label), MAX_FORM_TITLE),
        to,
        labelled(t("Gets these roles"), roles),
        labelled(t("Sees these channels"), channels),
    )


def what_it_gives(option: Option) -> FilledIn:
    """Return what the form of an option is filled in with."""
    return FilledIn.of(
        {ROLES: [str(one) for one in option.role_ids], CHANNELS: [str(one) for one in option.channel_ids]}
    )


def given_ids(given: FilledIn, name: str) -> tuple[int, ...]:
    """Return the ids that were chosen in a field."""
    return tuple(int(one) for one in given.chosen(name) if one.isascii() and one.isdigit() and len(one) <= 19)


def _defaults(ids: list[str], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue] | None:
    return [discord.SelectDefaultValue(id=int(one), type=kind) for one in ids] or None
