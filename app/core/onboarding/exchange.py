"""Questions as a file, and what would change if a file were all there is. Pure.

Ids are texts there, because many programs round numbers of such a size.
"""

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, cast

from app.core import json_file
from app.core.errors import InvalidInput, UserError
from app.core.formats import AnyOf
from app.core.messages import Message, msg
from app.core.onboarding import limits
from app.core.onboarding.drafts import checked
from app.core.onboarding.questions import Condition, Option, Question, QuestionKind, condition_to_json, options_to_json
from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.storable import MAX_KEY

FORMAT = "concierge-onboarding-questions"
VERSION = 1
MAX_BYTES = 1024 * 1024
TOP = frozenset({"format", "version", "server", "questions"})
FIELDS = frozenset({"id", "place", "text", "kind", "options", "required", "enabled", "hint", "only_if"})
OPTION_FIELDS = frozenset({"value", "label", "description", "emoji", "role_ids", "channel_ids"})
CONDITION_FIELDS = frozenset({"question", "values"})


class Fate(StrEnum):
    """What becomes of a question."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@record
class Difference:
    """What becomes of one question: as it was, and as it will be."""

    fate: Fate
    before: Question | None
    after: Question | None

    @property
    def question(self) -> Question:
        """The question as it will be, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found


def fingerprint(questions: Sequence[Question]) -> str:
    """Return eight characters that stand for questions as they are."""
    return f"{zlib.crc32(json.dumps([_to_json(one) for one in questions]).encode()):08x}"


def write(guild_id: int, questions: Sequence[Question]) -> bytes:
    """Write questions as a file."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "server": str(guild_id),
        "questions": [_to_json(one) for one in questions],
    }
    return json.dumps(content, indent=2, ensure_ascii=False).encode()


def read(content: bytes, guild_id: int, there: Collection[int]) -> list[Question]:
    """Read a file. Questions whose ids are among `there` keep them; others get negative ones.

    Raises InvalidInput, which says where in the file.
    """
    found = _object(json_file.read(content, MAX_BYTES), TOP, msg("The file"))
    if found.get("format") != FORMAT or found.get("version") != VERSION:
        raise InvalidInput("That is not a file of `/onboarding questions export`.")
    listed = found.get("questions")
    if not isinstance(listed, list):
        raise InvalidInput("The file has no list of `questions`.")
    entries = cast("list[Any]", listed)
    if len(entries) > limits.MAX_QUESTIONS:
        raise InvalidInput(
            "A server has at most {count} questions. The file has {given}.",
            count=limits.MAX_QUESTIONS,
            given=len(entries),
        )
    # Elsewhere the same numbers stand for other questions.
    known = there if found.get("server") == str(guild_id) else ()
    ids = _ids_of(entries, known)
    made: list[Question] = []
    for at, entry in enumerate(entries, start=1):
        try:
            made.append(_question(entry, at, ids))
        except UserError as error:
            raise InvalidInput("Question {place} of the file: {why}", place=at, why=error.message) from error
    return _placed(made)


def differences(before: Sequence[Question], after: Sequence[Question]) -> list[Difference]:
    """Return what becomes of each question that does not stay as it is, in the order of the later ones."""
    old = {one.id: one for one in before}
    stay = {one.id for one in after} & old.keys()
    # Who only makes room for others is not said to be moved.
    was = [one.id for one in before if one.id in stay]
    now = [one.id for one in after if one.id in stay]
    moved = set(now) - _longest_in_order(was, now)
    found: list[Difference] = []
    for one in after:
        earlier = old.get(one.id)
        if earlier is None:
            found.append(Difference(Fate.ADDED, None, one))
        elif replace(one, place=earlier.place) != earlier:
            found.append(Difference(Fate.CHANGED, earlier, one))
        elif one.id in moved:
            found.append(Difference(Fate.MOVED, earlier, one))
    return [*found, *(Difference(Fate.REMOVED, one, None) for one in before if one.id not in stay)]


def without(questions: Sequence[Question], roles: Collection[int], channels: Collection[int]) -> list[Question]:
    """Return questions whose answers do not give these roles and channels."""
    return [
        replace(
            one,
            options=tuple(
                replace(
                    option,
                    role_ids=tuple(role for role in option.role_ids if role not in roles),
                    channel_ids=tuple(channel for channel in option.channel_ids if channel not in channels),
                )
                for option in one.options
            ),
        )
        for one in questions
    ]


def given(questions: Sequence[Question]) -> tuple[set[int], set[int]]:
    """Return all roles and channels that answers give."""
    options = [option for one in questions for option in one.options]
    return {role for one in options for role in one.role_ids}, {each for one in options for each in one.channel_ids}


def in_places(questions: Sequence[Question]) -> list[Question]:
    """Return questions with the places that follow from their order."""
    return [replace(one, place=place) for place, one in enumerate(questions, start=1)]


def newly_given(before: Sequence[Question], after: Sequence[Question]) -> tuple[set[int], set[int]]:
    """Return the roles and channels that some answer gives which did not give them before."""
    old = {(one.id, option.value): option for one in before for option in one.options}
    roles, channels = set[int](), set[int]()
    for one in after:
        for option in one.options:
            was = old.get((one.id, option.value))
            roles |= {*option.role_ids} - {*(was.role_ids if was else ())}
            channels |= {*option.channel_ids} - {*(was.channel_ids if was else ())}
    return roles, channels


def _to_json(question: Question) -> dict[str, Any]:
    options = options_to_json(question.options)
    for one in options:
        one |= {name: [str(each) for each in one[name]] for name in ("role_ids", "channel_ids") if name in one}
    condition = condition_to_json(question.asked_if)
    return {
        "id": str(question.id),
        "text": question.text,
        "kind": question.kind.value,
        "required": question.required,
        **({} if question.enabled else {"enabled": False}),
        **({"hint": question.hint} if question.hint else {}),
        **({"options": options} if options else {}),
        **({"only_if": {**condition, "question": str(condition["question"])}} if condition else {}),
    }


def _object(found: Any, allowed: Collection[str], what: Message) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise InvalidInput("{what} has to be a JSON object, in braces.", what=what)
    entries = cast("Mapping[str, Any]", found)
    for name in entries:
        if name not in allowed:
            raise InvalidInput(
                "{what} has no `{name}`. It may have {known}.",
                what=what,
                name=name[:40],
                known=AnyOf([f"`{one}`" for one in sorted(allowed)]),
            )
    return entries


def _ids_of(entries: Sequence[Any], known: Collection[int]) -> dict[str, int]:
    """Return the id that each question will have, by the one that it has in the file."""
    ids: dict[str, int] = {}
    for at, entry in enumerate(entries, start=1):
        name = _id_name(cast("Mapping[str, Any]", entry).get("id") if isinstance(entry, dict) else None, at)
        if name in ids:
            raise InvalidInput("Two questions of the file have the `id` {id}.", id=name)
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 11 else 0
        ids[name] = number if number in known else -at
    return ids


def _id_name(found: Any, at: int) -> str:
    return f"#{at}" if found is None else str(found)[:40]


def _question(found: Any, at: int, ids: Mapping[str, int]) -> Question:
    entry = _object(found, FIELDS, msg("A question"))
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in set(QuestionKind):
        raise InvalidInput("`kind` is one of {known}.", known=AnyOf([f"`{one}`" for one in QuestionKind]))
    options = _list(entry, "options")
    read_options = tuple(_option(one) for one in options)
    question = Question(
        id=ids[_id_name(entry.get("id"), at)],
        place=_place(entry, at),
        text=_text(entry, "text"),
        kind=QuestionKind(kind),
        options=read_options,
        required=_flag(entry, "required"),
        enabled=_flag(entry, "enabled"),
        hint=_text(entry, "hint"),
        asked_if=_condition(entry.get("only_if"), ids),
    )
    return checked(question)


def _option(found: Any) -> Option:
    entry = _object(found, OPTION_FIELDS, msg("An option"))
    label = _text(entry, "label")
    return Option(
        value=_text(entry, "value") or label,
        label=label,
        description=_text(entry, "description"),
        emoji=_text(entry, "emoji"),
        role_ids=_snowflakes(entry, "role_ids"),
        channel_ids=_snowflakes(entry, "channel_ids"),
    )


def _condition(found: Any, ids: Mapping[str, int]) -> Condition | None:
    if found is None:
        return None
    entry = _object(found, CONDITION_FIELDS, msg("`only_if`"))
    about = ids.get(str(entry.get("question"))[:40])
    if about is None:
        raise InvalidInput("`only_if` names a question that is not in the file.")
    values = _list(entry, "values")
    if not values or not all(isinstance(one, str) for one in values):
        raise InvalidInput("`values` of `only_if` is a list of texts.")
    return Condition(about, tuple(dict.fromkeys(values)))


def _place(entry: Mapping[str, Any], at: int) -> int:
    place = entry.get("place", at)
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= MAX_KEY:
        raise InvalidInput("`place` is a number from 1 on.")
    return place


def _placed(questions: list[Question]) -> list[Question]:
    places: dict[int, Question] = {}
    for one in questions:
        other = places.setdefault(one.place, one)
        if other is not one:
            raise InvalidInput(
                "“{one}” and “{other}” are both at place {place}. Give each a place of its own, or leave `place` out.",
                one=other.short,
                other=one.short,
                place=one.place,
            )
    return in_places(sorted(questions, key=lambda one: one.place))


def _text(entry: Mapping[str, Any], name: str) -> str:
    found = entry.get(name, "")
    if not isinstance(found, str):
        raise InvalidInput("`{name}` is a text.", name=name)
    return found.strip()


def _flag(entry: Mapping[str, Any], name: str) -> bool:
    found = entry.get(name, True)
    if not isinstance(found, bool):
        raise InvalidInput("`{name}` is `true` or `false`.", name=name)
    return found


def _list(entry: Mapping[str, Any], name: str) -> list[Any]:
    found = entry.get(name, [])
    if not isinstance(found, list):
        raise InvalidInput("`{name}` is a list.", name=name)
    return cast("list[Any]", found)


def _snowflakes(entry: Mapping[str, Any], name: str) -> tuple[int, ...]:
    read: list[int] = []
    for one in _list(entry, name):
        text = str(one) if isinstance(one, (str, int)) and not isinstance(one, bool) else ""
        if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= MAX_ID):
            raise InvalidInput("`{name}` is a list of ids.", name=name)
        read.append(int(text))
    return tuple(dict.fromkeys(read))


def _longest_in_order(was: Sequence[int], now: Sequence[int]) -> set[int]:
    """Return the most ids that are in the same order in both."""
    place = {one: at for at, one in enumerate(was)}
    best: list[list[int]] = []
    for one in now:
        before = max((line for line in best if place[line[-1]] < place[one]), key=len, default=None)
        best.append([*(before or ()), one])
    longest = max(best, key=len, default=None)
    return set(longest or ())
