"""The forms with which tickets are set up, filled in with what is so or with what was typed before. All of it pure."""

import discord

from app.core.errors import InvalidInput
from app.core.messages import Message, t
from app.core.tickets import limits
from app.core.tickets.file_kinds import Accepts
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.questions import read_question
from app.core.tickets.types import Panel, Question, QuestionKind
from app.ui.kit.choices import either
from app.ui.kit.components import form, menu
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.limits import MAX_OPTION, MAX_OPTIONS
from app.ui.kit.text import shortened
from app.ui.tickets.setup import ACCEPTED, KINDS
from app.ui.tickets.setup_ids import AddQuestionFormId, EditQuestionFormId, PanelFormId

LABEL, KIND, HINT, CHOICES, REQUIRED = "label", "kind", "hint", "choices", "required"
TITLE, TEXT, TYPES, LOOK = "title", "text", "types", "look"
YES, NO = "yes", "no"
BUTTONS, MENU = "buttons", "menu"
MAX_CHOICES_TEXT = limits.MAX_OPTIONS * (limits.MAX_OPTION + 1)


def question_form(to: AddQuestionFormId | EditQuestionFormId, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form that says what to ask."""
    kinds = [
        discord.SelectOption(label=str(name), value=kind, default=given.chosen(KIND) == [kind])
        for kind, name in _kinds().items()
    ]
    choices = discord.ui.InputText(
        custom_id=CHOICES,
        style=discord.InputTextStyle.long,
        required=False,
        max_length=MAX_CHOICES_TEXT,
        value=given.typed(CHOICES)[:MAX_CHOICES_TEXT] or None,
    )
    is_optional = given.typed(REQUIRED) == NO
    has_to, can_be_left = (YES, t("It has to be answered")), (NO, t("It can be left out"))
    required = either(REQUIRED, has_to, can_be_left, is_second=is_optional)
    title = t("Change the question") if isinstance(to, EditQuestionFormId) else t("Another question")
    return form(
        title,
        to,
        labelled(t("Question"), _line(LABEL, given, limits.MAX_LABEL)),
        labelled(t("How it is answered"), menu(KIND, options=kinds, required=True)),
        labelled(t("Choices"), choices, t("One a line. For files: how many there may be.")),
        labelled(t("Hint"), _line(HINT, given, limits.MAX_HINT, required=False), t("Shown with the empty field.")),
        labelled(t("Answer"), required),
    )


def _kinds() -> dict[str, Message]:
    """Return what there is to choose: of files, the kinds that are taken as well."""
    return {**KINDS, **{_named(accepts): name for accepts, name in ACCEPTED.items()}}


def _named(accepts: Accepts) -> str:
    return QuestionKind.FILES.value if accepts is Accepts.ANY else f"{QuestionKind.FILES.value}:{accepts.value}"


def as_it_is(question: Question) -> FilledIn:
    """Return what the form of a question is filled in with."""
    is_files = question.kind is QuestionKind.FILES
    return FilledIn.of(
        {
            LABEL: question.label,
            KIND: [_named(question.accepts) if is_files else question.kind.value],
            HINT: question.hint,
            CHOICES: str(question.max_files) if is_files else "\n".join(question.options),
            REQUIRED: YES if question.required else NO,
        }
    )


def question_from(given: FilledIn) -> Question:
    """Read a question. Raises InvalidInput."""
    kind = "".join(given.chosen(KIND))
    accepts = next((one for one in Accepts if _named(one) == kind), Accepts.ANY)
    return read_question(
        label=given.typed(LABEL),
        kind=QuestionKind.FILES if kind == _named(accepts) else kind,
        accepts=accepts,
        hint=given.typed(HINT),
        options=given.typed(CHOICES),
        required=given.typed(REQUIRED) != NO,
    )


def panel_form(to: PanelFormId, policy: TicketPolicy, given: FilledIn) -> discord.ui.DesignerModal:
    """Make the form of a panel. Raises InvalidInput if there is nothing to offer."""
    if not policy.types:
        raise InvalidInput("There are no ticket types yet. Add one with `/tickets type add` first.")
    types = [
        discord.SelectOption(label=shortened(kind.name, MAX_OPTION), value=key, default=key in given.chosen(TYPES))
        for key, kind in list(policy.types.items())[:MAX_OPTIONS]
    ]
    text = discord.ui.InputText(
        custom_id=TEXT,
        style=discord.InputTextStyle.long,
        required=False,
        max_length=limits.MAX_PANEL_TEXT,
        value=given.typed(TEXT)[: limits.MAX_PANEL_TEXT] or None,
    )
    is_menu = given.typed(LOOK) == MENU
    buttons, one_menu = (BUTTONS, t("A button for each type")), (MENU, t("One menu with all types"))
    look = either(LOOK, buttons, one_menu, is_second=is_menu)
    return form(
        t("Change the panel") if to.panel_key is not None else t("Post a panel"),
        to,
        labelled(t("Title"), _line(TITLE, given, limits.MAX_PANEL_TITLE)),
        labelled(t("Text"), text, t("What members read before they open a ticket.")),
        labelled(t("Ticket types"), menu(TYPES, options=types, required=True, max_values=len(types))),
        labelled(t("Look"), look),
    )


def new_panel(policy: TicketPolicy) -> FilledIn:
    """Return what the form of a new panel is filled in with."""
    return FilledIn.of({TITLE: t("Support"), TYPES: [kind.key for kind in policy.offered], LOOK: BUTTONS})


def panel_as_it_is(panel: Panel) -> FilledIn:
    """Return what the form of a panel is filled in with."""
    look = MENU if panel.as_select else BUTTONS
    return FilledIn.of({TITLE: panel.title, TEXT: panel.text, TYPES: list(panel.type_keys), LOOK: look})


def panel_from(to: PanelFormId, given: FilledIn) -> Panel:
    """Read a panel; the service checks it."""
    return Panel(
        key=to.panel_key or "",
        channel_id=to.channel_id,
        message_id=None,
        title=given.typed(TITLE),
        text=given.typed(TEXT),
        type_keys=tuple(given.chosen(TYPES)),
        as_select=given.typed(LOOK) == MENU,
    )


def _line(name: str, given: FilledIn, most: int, *, required: bool = True) -> discord.ui.InputText:
    value = given.typed(name)[:most] or None
    return discord.ui.InputText(custom_id=name, required=required, max_length=most, value=value)
