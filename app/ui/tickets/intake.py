"""The intake form of a ticket type: making it, and reading what came back. All of it pure.

A field's name says which question it asks, so that an answer never ends up under another question when the type was
changed while somebody filled the form in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import discord

from app.core import formats
from app.core.errors import Conflict, InvalidInput
from app.core.messages import msgn, t
from app.core.storable import is_storable
from app.core.tickets import file_kinds
from app.core.tickets.limits import MAX_ANSWER, MAX_DESCRIPTION, MAX_HINT, MAX_SHORT_ANSWER
from app.core.tickets.questions import reference
from app.core.tickets.types import CHOOSING, Question, QuestionKind, TicketType
from app.ui.kit.choices import Choice, Look, choice_field
from app.ui.kit.components import form
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.ids import FormId
from app.ui.kit.limits import MAX_FORM_TITLE
from app.ui.kit.text import shortened

ABOUT = "about"
"""The field of a type that asks no questions of its own."""
LENGTHS = {QuestionKind.SHORT: MAX_SHORT_ANSWER, QuestionKind.LONG: MAX_ANSWER}
LOOKS = {
    QuestionKind.SELECT: Look.MENU,
    QuestionKind.RADIO: Look.RADIO,
    QuestionKind.CHECKBOXES: Look.CHECKBOXES,
}
Answer = dict[str, Any]


class FormChanged(Conflict):
    """The questions are others than those that were answered."""

    def __init__(self) -> None:
        super().__init__("This form was changed while you filled it in. Open it again, please.")


def intake_form(kind: TicketType, to: FormId, typed: FilledIn | None = None) -> discord.ui.DesignerModal:
    """Make the form of a type, filled in with what was typed before. Files have to be chosen again."""
    given = typed or FilledIn.of({})
    fields = [_field(name, question, given) for name, question in _questions(kind).items()]
    return form(shortened(kind.name, MAX_FORM_TITLE), to, *fields)


def asked_about(kind: TicketType, text: str) -> FilledIn:
    """Return what a form is filled in with for somebody who said before what it is about."""
    for name, question in _questions(kind).items():
        if question.kind in LENGTHS:
            return FilledIn.of({name: text[: LENGTHS[question.kind]]})
    return FilledIn.of({})


def texts_of(answers: Sequence[Answer]) -> str:
    """Return everything that was written into a form, without what was chosen."""
    texts = [answer["value"] for answer in answers if answer["kind"] in LENGTHS]
    return "\n".join(text for text in texts if text)


class Upload(NamedTuple):
    """A file that came with a form, and the question that it answers."""

    question: Question
    file: discord.Attachment


def read_answers(
    kind: TicketType, interaction: discord.Interaction
) -> tuple[list[Answer], dict[str, str], list[Upload]]:
    """Read a form that came back.

    Returns the answers in the order of the questions, without those that were left empty; what was chosen, by the
    label of the question, as `TicketType.routed` takes it; and the files, to which the answers refer by their ids.

    Raises FormChanged, and InvalidInput that names the field.
    """
    questions = _questions(kind)
    data: Any = interaction.data or {}
    given = FilledIn.read(interaction)
    if not given.values.keys() <= questions.keys():
        raise FormChanged
    uploaded: Mapping[str, Any] = data.get("resolved", {}).get("attachments", {})
    pairs = [(question, _answer(question, name, given, uploaded)) for name, question in questions.items()]
    answers = [_sent(answer, uploaded) for _, answer in pairs]
    state = interaction._state  # noqa: SLF001 -- py-cord's own forms read files the same way
    return (
        [answer for answer in answers if any(answer.get(key) for key in ("value", "values", "files"))],
        {answer["label"]: _chosen(answer) for answer in answers if answer["kind"] in CHOOSING},
        [
            Upload(question, discord.Attachment(state=state, data=uploaded[str(id_)]))
            for question, answer in pairs
            for id_ in answer.get("files", ())
        ],
    )


def description_of(answers: Sequence[Answer]) -> str:
    """Say in a text what a ticket is about: its first text, else everything that was chosen; empty if nothing was."""
    for answer in answers:
        if answer["kind"] in LENGTHS:
            return answer["value"]
    chosen = [(answer["label"], formats.listed(said.split("\n"))) for answer in answers if (said := _chosen(answer))]
    return shortened("\n".join(formats.labelled(*one) for one in chosen), MAX_DESCRIPTION)


def _chosen(answer: Answer) -> str:
    return answer.get("value") or "\n".join(answer.get("values", ()))


def _questions(kind: TicketType) -> dict[str, Question]:
    """Return the questions by the names of their fields."""
    if not kind.questions:
        return {ABOUT: Question(t("What is it about?"), QuestionKind.LONG)}
    return {f"q_{reference(question)}": question for question in kind.questions}


def _field(name: str, question: Question, given: FilledIn) -> discord.ui.Label:
    hint = question.hint or None
    match question.kind:
        case QuestionKind.SHORT | QuestionKind.LONG:
            is_long = question.kind is QuestionKind.LONG
            text = discord.ui.InputText(
                custom_id=name,
                style=discord.InputTextStyle.long if is_long else discord.InputTextStyle.short,
                placeholder=hint,
                required=question.required,
                max_length=LENGTHS[question.kind],
                value=given.typed(name)[: LENGTHS[question.kind]] or None,
            )
            return labelled(question.label, text)
        case QuestionKind.SELECT:
            return labelled(question.label, _choice(name, question, given, placeholder=hint))
        case QuestionKind.RADIO | QuestionKind.CHECKBOXES:
            return labelled(question.label, _choice(name, question, given), hint)
        case QuestionKind.FILES:
            upload = discord.ui.FileUpload(
                custom_id=name,
                min_values=int(question.required),
                max_values=question.max_files,
                required=question.required,
            )
            return labelled(question.label, upload, _about_files(question) or None)


def _about_files(question: Question) -> str:
    """Say which files are taken, and the hint."""
    takes = [str(file_kinds.IN_WORDS[question.accepts])] if question.accepts in file_kinds.IN_WORDS else []
    return shortened(" ".join([*takes, *([question.hint] if question.hint else [])]), MAX_HINT)


def _choice(name: str, question: Question, given: FilledIn, *, placeholder: str | None = None) -> Any:
    """Make the field of a question that is answered by choosing, which looks as whoever set it up said."""
    choices = [Choice(option, option) for option in question.options]
    chosen = [*given.chosen(name), given.typed(name)]
    return choice_field(
        name, LOOKS[question.kind], choices, chosen, required=question.required, placeholder=placeholder
    )


def _answer(question: Question, name: str, given: FilledIn, uploaded: Mapping[str, Any]) -> Answer:
    key, found = _given(question, name, given, uploaded)
    if question.required and not found:
        raise InvalidInput("“{field}” needs an answer.", field=question.label)
    return {"label": question.label, "kind": question.kind.value, key: found}


def _given(question: Question, name: str, given: FilledIn, uploaded: Mapping[str, Any]) -> tuple[str, Any]:
    match question.kind:
        case QuestionKind.SHORT | QuestionKind.LONG:
            return "value", _text(question, given.typed(name))
        case QuestionKind.SELECT | QuestionKind.RADIO:
            # A select sends a list, radio buttons a text.
            return "value", "".join(_offered(question, given.chosen(name) or [given.typed(name)]))
        case QuestionKind.CHECKBOXES:
            return "values", _offered(question, given.chosen(name))
        case QuestionKind.FILES:
            return "files", _files(question, given.chosen(name), uploaded)


def _sent(answer: Answer, uploaded: Mapping[str, Any]) -> Answer:
    """Add to an answer where its files can be had for a day, should this process not live to post them."""
    files = [uploaded[str(id_)] for id_ in answer.get("files", ())]
    return answer | ({"sent": [{"name": one["filename"], "url": one["url"]} for one in files]} if files else {})


def _text(question: Question, typed: str) -> str:
    text = typed.strip()
    if len(text) > LENGTHS[question.kind]:
        raise InvalidInput(
            "“{field}” takes at most {count} characters.", field=question.label, count=LENGTHS[question.kind]
        )
    if not is_storable(text):
        raise InvalidInput("“{field}” holds characters that cannot be stored.", field=question.label)
    return text


def _offered(question: Question, given: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(one for one in given if one))
    if not set(chosen) <= set(question.options) or (question.kind is not QuestionKind.CHECKBOXES and len(chosen) > 1):
        raise InvalidInput("“{field}” takes only what it offers. Choose again, please.", field=question.label)
    return [option for option in question.options if option in chosen]


def _files(question: Question, given: Sequence[str], uploaded: Mapping[str, Any]) -> list[int]:
    if not set(given) <= uploaded.keys():
        raise InvalidInput("The files of “{field}” did not arrive. Add them again, please.", field=question.label)
    if len(given) > question.max_files:
        raise InvalidInput(
            msgn(
                "“{field}” takes at most {count} file.",
                "“{field}” takes at most {count} files.",
                question.max_files,
                field=question.label,
            )
        )
    return [int(one) for one in dict.fromkeys(given)]
