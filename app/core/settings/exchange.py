"""The settings of a server as a file that people can read and change. Pure.

Lengths of time are written as they are typed, channels and roles with their id and their name, so that they are found
by name where the id means nothing. Whatever this wrote, `app.core.settings.exchange_reading.read` reads as it was.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from app.core import durations
from app.core.release import release
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import Fields, Holds, Structures

FORMAT = "concierge-settings"
VERSION = 2
"""Since version 2 a file has structures. One of version 1 says nothing of them."""
MAX_BYTES = 6 * 2**20
"""A file with as much of everything as a server may have is smaller."""
SETTINGS, STRUCTURES, DEFAULTS = "settings", "structures", "defaults"
NameOf = Callable[[Kind, int], str | None]
"""Return the name of the channel or role of that id; None if it is gone."""
PLACES: Mapping[Holds, Kind] = {Holds.CHANNEL: Kind.CHANNEL, Holds.ROLE: Kind.ROLE}


def write(
    snapshot: SettingsSnapshot,
    settings: Iterable[Setting[Any]],
    kinds: Mapping[str, Structures],
    *,
    server_name: str,
    made_at: datetime,
    name_of: NameOf,
    with_defaults: bool = False,
) -> bytes:
    """Write what a server chose; if asked for also what it did not choose, which says nothing when it is read."""
    known = list(settings)
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "server": {"id": str(snapshot.guild_id), "name": server_name},
        "made_at": f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "release": release(),
        SETTINGS: {one.name: _to_json(one, snapshot[one], name_of) for one in known if snapshot.is_chosen(one)},
        STRUCTURES: {scope: found for scope, kind in kinds.items() if (found := _all(snapshot, scope, kind, name_of))},
    }
    if with_defaults:
        rest = [one for one in known if not snapshot.is_chosen(one)]
        content[DEFAULTS] = {one.name: _to_json(one, one.default, name_of) for one in rest}
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()


def _to_json(setting: Setting[Any], value: Value, name_of: NameOf) -> Any:
    if value is None:
        return None
    match setting.kind:
        case Kind.CHANNEL | Kind.ROLE:
            return _place(setting.kind, cast("int", value), name_of)
        case Kind.DURATION:
            return durations.compact(timedelta(seconds=cast("int", value)))
        case _:
            return value


def _place(kind: Kind, number: int, name_of: NameOf) -> Any:
    # Many programs round numbers of such a size.
    return {"id": str(number), "name": name_of(kind, number)}


def _all(snapshot: SettingsSnapshot, scope: str, kind: Structures, name_of: NameOf) -> dict[str, Any]:
    """Write the structures of a kind by their keys: as they are stored, but for where the bot is with them."""
    found = {key: one for key, one in snapshot.structures(scope).items() if kind.carried.in_file(key)}
    if not found:
        return {}
    fields, key_field = kind.carried.fields, kind.carried.key_field
    if not key_field:
        return {key: _fields(fields, one, name_of) for key, one in found.items()}
    place = PLACES[fields[key_field].holds]
    # Elsewhere the key means nothing, so that what it stands for is said too.
    return {
        key: {
            **({key_field: _place(place, int(key), name_of)} if key not in kind.carried.words_as_keys else {}),
            **_fields(fields, one, name_of),
        }
        for key, one in found.items()
    }


def _fields(fields: Fields, found: Mapping[str, Any], name_of: NameOf) -> dict[str, Any]:
    return {
        name: _field(fields, name, value, name_of)
        for name, value in found.items()
        if name not in fields or fields[name].holds is not Holds.POSTED
    }


def _field(fields: Fields, name: str, value: Any, name_of: NameOf) -> Any:
    holds = fields[name].holds if name in fields else Holds.PLAIN
    if isinstance(value, list):
        many = cast("list[Any]", value)
        if holds in PLACES:
            return [_place(PLACES[holds], one, name_of) for one in many]
        return [_fields(fields[name].parts, one, name_of) for one in many] if holds is Holds.PARTS else many
    return _place(PLACES[holds], value, name_of) if holds in PLACES and value is not None else value


def named_in(scopes: Mapping[str, Structures], snapshot: SettingsSnapshot) -> Iterable[tuple[str, Kind, int]]:
    """Return the channels and roles that the structures in a file name, each with the name of the structure."""
    for scope, kind in scopes.items():
        for key, found in snapshot.structures(scope).items():
            if kind.carried.in_file(key):
                for place in kind.places(key, found):
                    yield f"{scope}.{key}", Kind.CHANNEL if place.is_channel else Kind.ROLE, place.id
