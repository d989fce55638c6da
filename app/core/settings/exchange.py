"""The settings of a server as a file that people can read and change. Pure.

Lengths of time are written as they are typed, channels and roles with their id and their name, so that they are found
by name where the id means nothing. Whatever this wrote, `app.core.settings.exchange_reading.read` reads as it was.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from app.core import durations
from app.core.release import release
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot

FORMAT = "concierge-settings"
VERSION = 1
MAX_BYTES = 256 * 1024
SETTINGS, DEFAULTS = "settings", "defaults"
NameOf = Callable[[Setting[Any], int], str | None]
"""Return the name of the channel or role of that id; None if it is gone."""


def write(
    snapshot: SettingsSnapshot,
    settings: Iterable[Setting[Any]],
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
            # Many programs round numbers of such a size.
            found = cast("int", value)
            return {"id": str(found), "name": name_of(setting, found)}
        case Kind.DURATION:
            return durations.compact(timedelta(seconds=cast("int", value)))
        case _:
            return value
