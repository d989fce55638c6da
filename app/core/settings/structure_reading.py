"""Reading what a file of settings says of structures, such as ticket types. Pure.

What each is has its own reader; here is what is the same for all: who they are, and which channels and roles they name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, cast

from app.core.errors import InvalidInput, UserError
from app.core.json_file import Pairs, as_said
from app.core.messages import Message, msg
from app.core.records import record
from app.core.settings.exchange import PLACES, STRUCTURES
from app.core.settings.exchange_places import Place, place_from
from app.core.settings.structures import Fields, Holds, Structures

MAX_IN_LIST = 50
"""What is read of a list; no field takes as many."""
WHOLE = "*"
"""In place of a key, for all of a kind."""
MAX_KEY_LENGTH = 20


@record
class Made:
    """What a file says of one structure, or why it says nothing: there is a kind, or a mistake.

    In `value`, a channel or role is a `Place` and not its id yet. A value of None removes it.
    """

    scope: str
    key: str
    line: int | None
    kind: Structures | None = None
    value: Mapping[str, Any] | None = None
    of: Place | None = None
    """What its key stands for, where that is a channel or a role."""
    mistake: Message | None = None

    @property
    def name(self) -> str:
        """Return the name of the setting, as the file has it."""
        return f"{self.scope}.{self.key}"


def read_structures(
    found: Any, kinds: Mapping[str, Structures], lines: Mapping[tuple[str, ...], int]
) -> tuple[Made, ...]:
    """Read all that a file has. Raises InvalidInput if they are not what they are in any file."""
    if not isinstance(found, Pairs):
        raise InvalidInput("What is under `structures` has to be in braces.")
    return tuple(_all(found, kinds, lines))


def _all(found: Pairs, kinds: Mapping[str, Structures], lines: Mapping[tuple[str, ...], int]) -> Iterator[Made]:
    for scope, ones in found.items():
        kind, line = kinds.get(scope), lines.get((STRUCTURES, scope))
        whole = Made(as_said(scope), WHOLE, line)
        if kind is None:
            near = get_close_matches(scope[:60], kinds, n=1)
            why = msg("There is no kind of that name.")
            yield replace(
                whole,
                mistake=msg("There is no kind of that name. Perhaps `{near}` is meant.", near=near[0]) if near else why,
            )
        elif not kind.carried.in_files:
            yield replace(whole, mistake=msg("This is not taken from files: {why}.", why=kind.carried.why_not))
        elif scope in found.doubles:
            yield replace(whole, mistake=msg("It is in the file twice. Leave one of them."))
        elif not isinstance(ones, Pairs):
            yield replace(whole, mistake=msg("They have to be in braces, each under its key."))
        elif len(ones) > 2 * kind.most:
            # Fewer that are too many are refused one by one.
            yield replace(whole, mistake=msg("These are too many: at most {count}.", count=kind.most))
        else:
            for key, value in ones.items():
                yield _one(scope, key, value, ones, kind, lines)


def _one(
    scope: str, key: str, value: Any, among: Pairs, kind: Structures, lines: Mapping[tuple[str, ...], int]
) -> Made:
    made = Made(scope, as_said(key, MAX_KEY_LENGTH), lines.get((STRUCTURES, scope, key)), kind)
    try:
        if key in among.doubles:
            raise InvalidInput("It is in the file twice. Leave one of them.")
        if not key or key != as_said(key, MAX_KEY_LENGTH):
            raise InvalidInput("A key has 1 to {count} characters.", count=MAX_KEY_LENGTH)
        if key in kind.carried.left_out:
            raise InvalidInput("This is not taken from files: {why}.", why=kind.carried.left_out[key])
        if value is None:
            return made
        if not isinstance(value, Pairs):
            raise InvalidInput("It has to be in braces, or `null` to remove it.")
        fields = dict(value)
        of = _of(kind, key, fields)
        return replace(made, value=_read(kind.carried.fields, fields, value), of=of)
    except UserError as error:
        return replace(made, mistake=error.message)


def _of(kind: Structures, key: str, fields: dict[str, Any]) -> Place | None:
    """Take what the key stands for out of the fields. Raises InvalidInput."""
    name = kind.carried.key_field
    if not name or key in kind.carried.words_as_keys:
        return None
    return place_from(PLACES[kind.carried.fields[name].holds], fields.pop(name, key))


def _read(fields: Fields, found: Mapping[str, Any], among: Pairs) -> dict[str, Any]:
    """Read the fields of an object; what the bot knows by itself is left out. Raises InvalidInput."""
    strange = next((name for name in found if name not in fields), None)
    if strange is not None:
        raise InvalidInput("It has nothing called `{name}`.", name=as_said(strange, 30))
    twice = next(iter(among.doubles), None)
    if twice is not None:
        raise InvalidInput("`{name}` is in it twice. Leave one of them.", name=as_said(twice, 30))
    kept = {name: value for name, value in found.items() if fields[name].holds is not Holds.POSTED}
    return {name: _field(name, fields, value) for name, value in kept.items()}


def _field(name: str, fields: Fields, value: Any) -> Any:
    each = fields[name]
    if each.holds in PLACES and value is not None:
        kind = PLACES[each.holds]
        if not isinstance(value, list):
            return place_from(kind, value)
        return [place_from(kind, one) for one in cast("list[Any]", value)[:MAX_IN_LIST]]
    if each.holds is Holds.PARTS and isinstance(value, list):
        parts = cast("list[Any]", value)
        if not all(isinstance(one, Pairs) for one in parts):
            raise InvalidInput("What the file has there does not fit: {fields}.", fields=f"`{name}`")
        return [_read(each.parts, one, one) for one in parts[:MAX_IN_LIST]]
    return value
