"""Taking people out of documents: one person when they are erased, everybody else when somebody's data is exported."""

import re
from collections.abc import Mapping
from typing import Any, cast

NOBODY = 0
"""In the place of an id of somebody who is not named any more."""
SOMEBODY = "@somebody"
"""In the place of a mention."""
_MENTION = re.compile(r"<@!?([0-9]{1,20})>")


def without(value: Any, user_id: int) -> Any:
    """Return a document of JSON in which a person does not occur any more.

    What of an object is their id, or is named after them, is left out. Elsewhere their id becomes 0, and a mention
    `@somebody`.
    """
    return _without(value, user_id, _of(user_id))


def names(value: Any, user_id: int) -> bool:
    """Tell whether a person occurs in a document."""
    if isinstance(value, str):
        return bool(_of(user_id).search(value))
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return any(key == str(user_id) or names(one, user_id) for key, one in members.items())
    if isinstance(value, (list, tuple)):
        return any(names(one, user_id) for one in cast("list[Any]", value))
    return type(value) is int and value == user_id


def without_others(value: Any, user_id: int) -> Any:
    """Return a document in whose texts nobody else is mentioned."""
    if type(value) is str and "<@" not in value:
        return value
    if isinstance(value, str):
        return _MENTION.sub(lambda found: found[0] if int(found[1]) == user_id else SOMEBODY, value)
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return {key: without_others(one, user_id) for key, one in members.items()}
    if isinstance(value, (list, tuple)):
        return [without_others(one, user_id) for one in cast("list[Any]", value)]
    return value


def _of(user_id: int) -> re.Pattern[str]:
    return re.compile(rf"<@!?{user_id}>|(?<![0-9]){user_id}(?![0-9])")


def _without(value: Any, user_id: int, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(lambda found: SOMEBODY if found[0].startswith("<") else str(NOBODY), value)
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        theirs = (user_id, str(user_id))
        left = {key: one for key, one in members.items() if key != str(user_id) and one not in theirs}
        return {key: _without(one, user_id, pattern) for key, one in left.items()}
    if isinstance(value, (list, tuple)):
        return [_without(one, user_id, pattern) for one in cast("list[Any]", value)]
    return NOBODY if type(value) is int and value == user_id else value
