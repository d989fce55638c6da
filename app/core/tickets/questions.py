"""Changing the form of a ticket type, and what its answers decide. Pure: each returns another type."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace

from app.core import formats
from app.core.errors import Conflict, InvalidInput, LimitReached, NotFound
from app.core.tickets import limits
from app.core.tickets.file_kinds import Accepts
from app.core.tickets.types import CHOOSING, Question, QuestionKind, Route, TicketType

Change = Callable[[TicketType], TicketType]


class QuestionGone(NotFound):
    """It was changed or removed since it was shown."""

    def __init__(self) -> None:
        super().__init__("That question was changed or removed meanwhile. Look at the questions again.")


def reference(question: Question) -> str:
    """Return eight characters that stand for what is asked; another question has others."""
    asked = json.dumps([question.label, question.kind, question.options])
    return f"{zlib.crc32(asked.encode()):08x}"


def find(kind: TicketType, ref: str) -> Question:
    """Return the question with that reference. Raises QuestionGone."""
    for question in kind.questions:
        if reference(question) == ref:
            return question
    raise QuestionGone


def choosing(kind: TicketType) -> list[Question]:
    """Return the questions whose answers can decide something."""
    return [question for question in kind.questions if question.kind in CHOOSING]


def added(question: Question) -> Change:
    """Add a question at the end."""

    def change(kind: TicketType) -> TicketType:
        if len(kind.questions) >= limits.MAX_QUESTIONS:
            raise LimitReached("A form has at most {count} questions. Remove one first.", count=limits.MAX_QUESTIONS)
        _require_other_labels(kind.questions, question)
        return replace(kind, questions=(*kind.questions, question))

    return change


def changed(ref: str, question: Question) -> Change:
    """Put a question in the place of another. Routes follow its label; those of options that are gone are dropped."""

    def change(kind: TicketType) -> TicketType:
        old = find(kind, ref)
        _require_other_labels([one for one in kind.questions if one is not old], question)
        routes = [
            replace(route, label=question.label) if route.label == old.label else route
            for route in kind.routes
            if route.label != old.label or (question.kind in CHOOSING and route.answer in question.options)
        ]
        questions = tuple(question if one is old else one for one in kind.questions)
        return replace(kind, questions=questions, routes=tuple(routes))

    return change


def removed(ref: str) -> Change:
    """Remove a question, and what its answers decided."""

    def change(kind: TicketType) -> TicketType:
        old = find(kind, ref)
        return replace(
            kind,
            questions=tuple(one for one in kind.questions if one is not old),
            routes=tuple(route for route in kind.routes if route.label != old.label),
        )

    return change


def moved_up(ref: str) -> Change:
    """Ask a question before the one that is above it; the first becomes the last."""

    def change(kind: TicketType) -> TicketType:
        old = find(kind, ref)
        others = [one for one in kind.questions if one is not old]
        place = (kind.questions.index(old) - 1) % len(kind.questions)
        return replace(kind, questions=(*others[:place], old, *others[place:]))

    return change


def routed(label: str, answer: str, route: Route | None) -> Change:
    """Let an answer decide what the route says, or with None nothing any more."""

    def change(kind: TicketType) -> TicketType:
        asked = next((one for one in choosing(kind) if one.label.casefold() == label.casefold()), None)
        if asked is None:
            raise InvalidInput("Choose a question that has choices: a select, radio buttons or checkboxes.")
        option = next((one for one in asked.options if one.casefold() == answer.casefold()), None)
        if option is None:
            raise InvalidInput(
                "“{question}” has no such choice. It has: {choices}.",
                question=asked.label,
                choices=formats.AllOf(asked.options),
            )
        others = [one for one in kind.routes if (one.label, one.answer) != (asked.label, option)]
        if route is None:
            if len(others) == len(kind.routes):
                raise InvalidInput("Say what that answer decides: a team, a priority or a time for the first answer.")
            return replace(kind, routes=tuple(others))
        if len(others) >= limits.MAX_ROUTES:
            raise LimitReached("A type has at most {count} routes. Remove one first.", count=limits.MAX_ROUTES)
        return replace(kind, routes=(*others, replace(route, label=asked.label, answer=option)))

    return change


def read_question(
    *, label: str, kind: str, hint: str, options: str, required: bool, accepts: Accepts = Accepts.ANY
) -> Question:
    """Make a question of what was typed. `options` has one choice a line; for files, how many there may be.

    Raises InvalidInput.
    """
    label, hint = " ".join(label.split()), " ".join(hint.split())
    if not 1 <= len(label) <= limits.MAX_LABEL:
        raise InvalidInput("A question has 1 to {count} characters.", count=limits.MAX_LABEL)
    if len(hint) > limits.MAX_HINT:
        raise InvalidInput("A hint has at most {count} characters.", count=limits.MAX_HINT)
    if kind not in set(QuestionKind):
        raise InvalidInput("Choose how the question is answered.")
    found, lines = QuestionKind(kind), [" ".join(line.split()) for line in options.splitlines()]
    choices = [line for line in lines if line]
    if found is QuestionKind.FILES:
        return Question(label, found, required, hint, max_files=_files(choices), accepts=accepts)
    if found not in CHOOSING:
        if choices:
            raise InvalidInput(
                "A text has no choices. Leave them empty, or choose a select, radio buttons or checkboxes."
            )
        return Question(label, found, required, hint)
    _check_choices(found, choices)
    return Question(label, found, required, hint, tuple(choices))


def _check_choices(kind: QuestionKind, choices: list[str]) -> None:
    most = limits.MAX_OPTIONS if kind is QuestionKind.SELECT else limits.MAX_RADIO_OPTIONS
    if not 2 <= len(choices) <= most:
        raise InvalidInput("Give 2 to {count} choices, one a line.", count=most)
    long = next((one for one in choices if len(one) > limits.MAX_OPTION), None)
    if long is not None:
        raise InvalidInput(
            "A choice has at most {count} characters. “{choice}…” is longer.",
            count=limits.MAX_OPTION,
            choice=long[:20],
        )
    seen = set[str]()
    for one in choices:
        if one.casefold() in seen:
            raise InvalidInput("“{choice}” is there twice. Each choice has to differ.", choice=one)
        seen.add(one.casefold())


def _files(lines: list[str]) -> int:
    typed = lines[0] if lines else "1"
    if len(lines) > 1 or typed not in {str(count) for count in range(1, limits.MAX_FILES + 1)}:
        raise InvalidInput("For files, say how many there may be: 1 to {count}.", count=limits.MAX_FILES)
    return int(typed)


def _require_other_labels(others: list[Question] | tuple[Question, ...], question: Question) -> None:
    if any(one.label.casefold() == question.label.casefold() for one in others):
        raise Conflict("This form has a question “{label}” already.", label=question.label)
