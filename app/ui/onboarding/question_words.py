"""The words for questions that every page uses which shows some."""

from collections.abc import Iterable, Sequence

from app.core import formats
from app.core.messages import msg, t
from app.core.onboarding.questions import Option, Question, QuestionKind
from app.ui.kit import listing
from app.ui.kit.autocomplete import Suggestion
from app.ui.kit.limits import MAX_EMBED_DESCRIPTION
from app.ui.kit.text import plain

KINDS = {
    QuestionKind.CHOICE: msg("Choose one"),
    QuestionKind.CHOICES: msg("Choose several"),
    QuestionKind.SHORT: msg("Short text"),
    QuestionKind.LONG: msg("Long text"),
    QuestionKind.EMAIL: msg("E-mail address"),
    QuestionKind.NUMBER: msg("Number"),
    QuestionKind.DATE: msg("Date"),
}
ROOM = MAX_EMBED_DESCRIPTION - 100
MAX_MENTIONED = 4
"""Roles, and channels, that one line names."""


def suggestions(questions: Iterable[Question]) -> list[Suggestion]:
    """Return questions to choose one of."""
    return [Suggestion(f"{one.place}. {one.short}", f"id:{one.id}") for one in questions]


def option_suggestions(question: Question) -> list[Suggestion]:
    """Return the options of a question to choose one of."""
    return [Suggestion(one.label, one.value) for one in question.options]


def gives(option: Option) -> str:
    """Say which roles and channels an option gives, empty for none."""
    return " ".join(
        filter(
            None,
            (
                _listed([f"<@&{one}>" for one in option.role_ids]),
                _listed([f"<#{one}>" for one in option.channel_ids]),
            ),
        )
    )


def condition(question: Question, questions: Sequence[Question]) -> str:
    """Say of whom a question is asked, empty for everybody."""
    if question.asked_if is None:
        return ""
    about = next((one for one in questions if one.id == question.asked_if.question_id), None)
    if about is None:
        return t("⚠️ asked of nobody: it depends on a question that is gone")
    chosen = str(formats.AnyOf([one.label for one in about.options if one.value in question.asked_if.values]))
    if not about.enabled:
        return t("⚠️ asked of nobody: question {place} is switched off", place=about.place)
    return t("only if the answer to question {place} is: {answers}", answers=plain(chosen, 100), place=about.place)


def fitting(lines: Sequence[str]) -> str:
    """Return as many lines as there is room for, and say how many are left."""
    return listing.fitting(lines, ROOM)


def _listed(mentions: Sequence[str]) -> str:
    more = len(mentions) - MAX_MENTIONED
    return " ".join(mentions[:MAX_MENTIONED]) + (f" +{more}" if more > 0 else "")
