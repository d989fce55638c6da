"""Channels and roles as a file of settings names them. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from app.core.errors import InvalidInput
from app.core.json_file import Pairs
from app.core.records import record
from app.core.settings.kinds import CHANNEL_ID, MAX_ID, ROLE_ID, Kind

NAMES = frozenset({"id", "name"})
PATTERNS: Mapping[Kind, re.Pattern[str]] = {Kind.CHANNEL: CHANNEL_ID, Kind.ROLE: ROLE_ID}


@record
class Place:
    """A channel or a role as a file names it: by its id, its name or both."""

    id: int | None
    name: str | None


def place_from(kind: Kind, found: Any) -> Place:
    """Read one: an object with its id and its name, or a text that is either. Raises InvalidInput."""
    if isinstance(found, str) and found.strip():
        typed = PATTERNS[kind].fullmatch(found.strip())
        if typed is None:
            return Place(None, found.strip().removeprefix("#").removeprefix("@")[:100])
        return Place(_require_id(int(typed[1] or typed[2])), None)
    if isinstance(found, int) and (number := id_from(found)) is not None:
        return Place(number, None)
    if not isinstance(found, Pairs) or not found.keys() <= NAMES:
        raise InvalidInput("Write it as {example}.", example='{"id": "123456789012345678", "name": "…"}')
    name, number = found.get("name"), id_from(found.get("id"))
    if number is None and found.get("id") is not None:
        raise InvalidInput("That `id` is none: write it as a text of digits, or leave it out.")
    if name is not None and not isinstance(name, str):
        raise InvalidInput("`{name}` is a text.", name="name")
    if number is None and not name:
        raise InvalidInput("It has neither an `id` nor a `name`.")
    return Place(number, name[:100] if name else None)


def id_from(found: Any) -> int | None:
    """Return an id that was written as a number or a text of digits; None for anything else."""
    text = str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else ""
    is_id = text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= MAX_ID
    return int(text) if is_id else None


def _require_id(number: int) -> int:
    if not 0 < number <= MAX_ID:
        raise InvalidInput("That `id` is none: write it as a text of digits, or leave it out.")
    return number
