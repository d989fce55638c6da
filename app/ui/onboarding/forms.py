"""The form of a page: making it, and reading what came back. All of it pure.

A field's name says which question it asks, and in which words, so that an answer never ends up under another one.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord

from app.core.base36 import DIGITS, base36
from app.core.messages import Message, msg, t
from app.core.onboarding import limits
from app.core.onboarding.answers import Answer
from app.core.onboarding.checking import MAX_EMAIL, reference
from app.core.onboarding.progress import Given
from app.core.onboarding.questions import Question, QuestionKind
from app.core.storable import MAX_KEY
from app.ui.kit.choices import Choice, choice_field, look_of
from app.ui.kit.components import form
from app.ui.kit.forms import FilledIn, labelled
from app.ui.kit.ids import FormId
from app.ui.kit.text import shortened

LENGTHS: Mapping[QuestionKind, int] = {
    QuestionKind.SHORT: limits.MAX_SHORT_ANSWER,
    QuestionKind.LONG: limits.MAX_LONG_ANSWER,
    QuestionKind.EMAIL: MAX_EMAIL,
    QuestionKind.NUMBER: 30,
    QuestionKind.DATE: 60,
}
EXAMPLES: Mapping[QuestionKind, Message] = {
    QuestionKind.EMAIL: msg("An e-mail address, such as name@example.org"),
    QuestionKind.NUMBER: msg("A number, such as 3 or 1.5"),
    QuestionKind.DATE: msg("A date, such as 2026-11-29"),
}
MARK = "q"


def page_form(
    page: Sequence[Question],
    answers: Mapping[int, Answer],
    to: FormId,
    typed: FilledIn | None = None,
    *,
    title: str = "",
) -> discord.ui.DesignerModal:
    """Make the form of a page, filled in with what was typed before, else with what was answered."""
    given = typed or FilledIn.of({field_of(one): list(answers[one.id].values) for one in page if one.id in answers})
    return form(title or t("Your answers"), to, *(_field(one, given) for one in page))


def field_of(question: Question) -> str:
    """Return the name of a question's field."""
    return f"{MARK}{base36(question.id)}_{reference(question)}"


def read(typed: FilledIn) -> list[Given]:
    """Read a form that came back. What is no field of such a form stands for a question that nobody asked."""
    return [Given(*_named(name), _values(value)) for name, value in typed.values.items()]


def key_of(guild_id: int, user_id: int, fields: Iterable[str]) -> int:
    """Return under which key a refused form is kept: that of a member, a page and its words."""
    names = [str(guild_id), str(user_id), *fields]
    return -zlib.crc32(" ".join(names).encode()) - 1


def _named(name: str) -> tuple[int, str]:
    number, _, ref = name.removeprefix(MARK).partition("_")
    is_ours = name.startswith(MARK) and 1 <= len(number) <= 6 and set(number) <= set(DIGITS)
    found = int(number, 36) if is_ours else 0
    return (found, ref) if 0 < found <= MAX_KEY else (0, "")


def _values(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _field(question: Question, given: FilledIn) -> discord.ui.Label[Any]:
    name = field_of(question)
    label = shortened(question.text, limits.MAX_LABEL)
    rest = question.text if len(question.text) > limits.MAX_LABEL else ""
    if question.kind not in LENGTHS:
        about = shortened(rest or question.hint, limits.MAX_HINT) or None
        return labelled(label, _choice(name, question, [*given.chosen(name), given.typed(name)]), about)
    hint = question.hint or (str(EXAMPLES[question.kind]) if question.kind in EXAMPLES else "")
    filled = given.typed(name) or "".join(given.chosen(name)[:1])
    text = discord.ui.InputText(
        custom_id=name,
        style=(discord.InputTextStyle.long if question.kind is QuestionKind.LONG else discord.InputTextStyle.short),
        placeholder=shortened(hint, limits.MAX_HINT) or None,
        required=question.required,
        max_length=LENGTHS[question.kind],
        value=filled[: LENGTHS[question.kind]] or None,
    )
    return labelled(label, text, shortened(rest, limits.MAX_HINT) or None)


def _choice(name: str, question: Question, chosen: Sequence[str]) -> Any:
    several = question.kind is QuestionKind.CHOICES
    choices = [Choice(one.value, one.label, one.description, one.emoji) for one in question.options]
    look = look_of(choices, several=several)
    return choice_field(name, look, choices, chosen, required=question.required, several=several)
