"""What a member answered, as it is stored and read again.

Stored as `{"version": 2, "answers": {"<id of the question>": {"question", "kind", "values", "labels", "at"}}}`, with
the words that were shown, so that answers can be read after questions were changed or removed. The predecessor wrote
objects with free keys, or lists; those are read too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from app.core import formats
from app.core.records import record

VERSION = 2


@record
class Answer:
    """The answer to one question. A text is the only value, and has no labels."""

    question: str
    """What was asked, in the words of that time."""
    kind: str
    values: tuple[str, ...]
    labels: tuple[str, ...] = ()
    at: datetime | None = None

    @property
    def in_words(self) -> str:
        """Return what was answered, as people read it."""
        return formats.listed(self.labels or self.values)


@record
class LegacyAnswer:
    """An answer of the predecessor: the key it was stored by, and what it held, as text."""

    key: str
    text: str


def read_answers(responses: Any) -> dict[int, Answer]:
    """Return the answers by the ids of their questions; none of the predecessor."""
    if not isinstance(responses, dict) or cast("Mapping[str, Any]", responses).get("version") != VERSION:
        return {}
    found = cast("Mapping[str, Any]", responses).get("answers")
    if not isinstance(found, dict):
        return {}
    read: dict[int, Answer] = {}
    for key, one in cast("Mapping[str, Any]", found).items():
        if key.isascii() and key.isdigit() and isinstance(one, dict):
            read[int(key)] = _read(cast("Mapping[str, Any]", one))
    return read


def answers_to_json(answers: Mapping[int, Answer]) -> dict[str, Any]:
    """Write answers as the table holds them."""
    return {
        "version": VERSION,
        "answers": {
            str(key): {
                "question": one.question,
                "kind": one.kind,
                "values": list(one.values),
                "labels": list(one.labels),
                "at": one.at.isoformat() if one.at is not None else None,
            }
            for key, one in answers.items()
        },
    }


def read_legacy(responses: Any) -> list[LegacyAnswer]:
    """Return what the predecessor stored, in the order of its keys; nothing of what this release wrote."""
    if isinstance(responses, list):
        pairs = [(str(place), one) for place, one in enumerate(cast("list[Any]", responses))]
    elif isinstance(responses, dict) and cast("Mapping[str, Any]", responses).get("version") != VERSION:
        pairs = [(str(key), one) for key, one in cast("Mapping[Any, Any]", responses).items()]
    elif responses is None or isinstance(responses, dict):
        pairs = []
    else:
        pairs = [("", responses)]
    return [LegacyAnswer(key, _in_words(one)) for key, one in pairs if _in_words(one)]


def _read(found: Mapping[str, Any]) -> Answer:
    return Answer(
        question=str(found.get("question") or ""),
        kind=str(found.get("kind") or ""),
        values=_texts(found.get("values")),
        labels=_texts(found.get("labels")),
        at=_moment(found.get("at")),
    )


def _texts(found: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in cast("list[Any]", found)) if isinstance(found, list) else ()


def _moment(found: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None


def _in_words(found: Any) -> str:
    if isinstance(found, list):
        return formats.listed(filter(None, (_in_words(one) for one in cast("list[Any]", found))))
    if isinstance(found, dict):
        of = cast("Mapping[Any, Any]", found)
        return formats.listed(formats.labelled(key, said) for key, one in of.items() if (said := _in_words(one)))
    return "" if found is None else str(found)
