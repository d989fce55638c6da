"""A question that a server asks those who join, as everything but the table knows it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from app.core.onboarding import limits
from app.core.records import record


class QuestionKind(StrEnum):
    """How a question is answered. The values are in the table; four of them are the predecessor's."""

    CHOICE = "select"
    CHOICES = "multiselect"
    SHORT = "text"
    LONG = "long_text"
    EMAIL = "email"
    NUMBER = "number"
    DATE = "date"


SHORT = 80
"""Characters of a question's text in a sentence about it."""
CHOOSING = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


@record
class Option:
    """One answer that can be chosen, and what it gives. `value` stays the same when the label is changed."""

    value: str
    label: str
    description: str = ""
    emoji: str = ""
    role_ids: tuple[int, ...] = ()
    channel_ids: tuple[int, ...] = ()


@record
class Condition:
    """A question is asked only of those who chose one of these values of an earlier one."""

    question_id: int
    values: tuple[str, ...]


@record
class Question:
    """One question, at its place."""

    id: int
    place: int
    text: str
    kind: QuestionKind
    options: tuple[Option, ...] = ()
    required: bool = True
    enabled: bool = True
    hint: str = ""
    asked_if: Condition | None = None

    @property
    def short(self) -> str:
        """The text as sentences name it: one line that is never long."""
        line = " ".join(self.text.split())
        return line if len(line) <= SHORT else f"{line[: SHORT - 1].rstrip()}…"

    def option(self, value: str) -> Option | None:
        """Return the option with that value."""
        return next((one for one in self.options if one.value == value), None)


def read_kind(word: str, options: Sequence[Option]) -> QuestionKind:
    """Return how a question is answered. What cannot be chosen from, or is not known, is a text."""
    kind = QuestionKind(word) if word in set(QuestionKind) else QuestionKind.SHORT
    return QuestionKind.SHORT if kind in CHOOSING and not options else kind


def read_options(found: Any) -> tuple[Option, ...]:
    """Read the options of a row: objects, or the texts of the predecessor. Each value is there once."""
    read: dict[str, Option] = {}
    for one in cast("Sequence[Any]", found) if isinstance(found, list) else ():
        option = _read_option(one)
        if option is not None and len(read) < limits.MAX_OPTIONS:
            read.setdefault(option.value, option)
    return tuple(read.values())


def options_to_json(options: Sequence[Option]) -> list[dict[str, Any]]:
    """Write options as the table holds them."""
    return [
        {
            "value": one.value,
            "label": one.label,
            **({"description": one.description} if one.description else {}),
            **({"emoji": one.emoji} if one.emoji else {}),
            **({"role_ids": list(one.role_ids)} if one.role_ids else {}),
            **({"channel_ids": list(one.channel_ids)} if one.channel_ids else {}),
        }
        for one in options
    ]


def condition_to_json(condition: Condition | None) -> dict[str, Any] | None:
    """Write a condition as the table holds it."""
    return None if condition is None else {"question": condition.question_id, "values": list(condition.values)}


def _read_option(found: Any) -> Option | None:
    if isinstance(found, str):
        found = {"label": found}
    if not isinstance(found, dict):
        return None
    one = cast("Mapping[str, Any]", found)
    label = _text(one.get("label")) or _text(one.get("value"))
    value = _text(one.get("value")) or label
    if not label or not value:
        return None
    return Option(
        value=value[: limits.MAX_OPTION],
        label=label[: limits.MAX_OPTION],
        description=_text(one.get("description"))[: limits.MAX_OPTION],
        emoji=_text(one.get("emoji")),
        role_ids=_ids(one.get("role_ids"))[: limits.MAX_ROLES],
        channel_ids=_ids(one.get("channel_ids"))[: limits.MAX_CHANNELS],
    )


def read_condition(found: Any) -> Condition | None:
    """Read on which answer a question is asked; None for what everybody is asked."""
    if not isinstance(found, dict):
        return None
    one = cast("Mapping[str, Any]", found)
    question, values = one.get("question"), one.get("values")
    if not isinstance(question, int) or isinstance(question, bool) or not isinstance(values, list):
        return None
    return Condition(question, tuple(each for each in cast("list[Any]", values) if isinstance(each, str)))


def _text(found: Any) -> str:
    return found.strip() if isinstance(found, str) else ""


def _ids(found: Any) -> tuple[int, ...]:
    listed = cast("list[Any]", found) if isinstance(found, list) else []
    return tuple(one for one in listed if isinstance(one, int) and not isinstance(one, bool) and one > 0)
