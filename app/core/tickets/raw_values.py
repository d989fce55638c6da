"""Single values out of Discord's JSON. Anything odd is as if it were not there, so that no message spoils the rest."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from app.core.storable import is_storable

Raw = Mapping[str, Any]


def object_at(raw: Raw, key: str) -> Raw:
    """Return an object, empty if there is none."""
    value = raw.get(key)
    return cast("Raw", value) if isinstance(value, dict) else {}


def objects_at(raw: Raw, key: str) -> list[Raw]:
    """Return a list of objects."""
    value = raw.get(key)
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Raw", each) for each in listed if isinstance(each, dict)]


def text_at(raw: Raw, key: str) -> str:
    """Return a text that PostgreSQL can hold."""
    value = raw.get(key)
    if not isinstance(value, str):
        return ""
    return value if is_storable(value) else value.encode(errors="replace").decode().replace("\0", "")


def number_at(raw: Raw, key: str) -> int:
    """Return a whole number, 0 if there is none."""
    value = raw.get(key)
    return value if type(value) is int else 0


def colour_at(raw: Raw, key: str) -> int | None:
    """Return a colour as 0xRRGGBB."""
    value = raw.get(key)
    return value if type(value) is int and 0 <= value <= 0xFFFFFF else None


def id_at(raw: Raw, key: str) -> int:
    """Return an id, which Discord writes as text; 0 if there is none."""
    value = raw.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    return value if type(value) is int and value > 0 else 0


def ids_at(raw: Raw, key: str) -> tuple[int, ...]:
    """Return a list of ids, without what is none."""
    found = raw.get(key)
    listed = cast("list[object]", found) if isinstance(found, list) else []
    return tuple(id_ for one in listed if (id_ := id_at({"id": one}, "id")))


def moment_at(raw: Raw, key: str) -> datetime | None:
    """Return a moment, which Discord writes with an offset."""
    value = raw.get(key)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def is_true(raw: Raw, key: str) -> bool:
    """Tell whether a switch is on."""
    return raw.get(key) is True
