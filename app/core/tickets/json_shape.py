"""Frozen dataclasses to JSON and back, tolerant on reading.

What has its default value is left out. Reading never fails because of one odd value: a field that is missing or of
another kind gets its default, an element that cannot be read is left out, and what is not known is ignored. So rows
that an older or a newer release wrote stay readable.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[object], Any]

KIND = "kind"
"""Where a union of dataclasses says which of them a value is, by the class's name in lower case."""


class Unreadable(Exception):
    """A value is not what it should be."""


def packed(value: object) -> Any:
    """Return what JSON can hold of a dataclass and of what is in it."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, tuple):
        return [packed(each) for each in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        return {str(key): packed(each) for key, each in cast("Mapping[object, object]", value).items()}
    written: dict[str, Any] = {}
    if type(value) in _members:
        written[KIND] = type(value).__name__.lower()
    for name, default in _defaults(type(value)):
        if (held := getattr(value, name)) != default:
            written[name] = packed(held)
    return written


def unpacked(kind: type[T], value: object) -> T:
    """Return a dataclass from its JSON. Raises `Unreadable` only if a field without default is missing."""
    return _reader(kind)(value)


@cache
def _defaults(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, _default(field)) for field in _fields(kind))


def _fields(kind: type) -> Iterable[Field[Any]]:
    return fields(kind)


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


_members: set[type] = set()


def tagged(*kinds: type) -> None:
    """Say of classes that they stand in a union, so that their JSON names them."""
    _members.update(kinds)


@cache
def _reader(hint: Any) -> Read:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _list_reader(parts[0])
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_reader(parts[1])
    if origin in {Union, UnionType}:
        return _union_reader([part for part in parts if part is not NoneType], optional=NoneType in parts)
    if is_dataclass(hint):
        return _dataclass_reader(cast("type[Any]", hint))
    return _PLAIN[hint]


def _dataclass_reader(kind: type[Any]) -> Read:
    plan: list[tuple[str, Any, Field[Any]]] = []

    def read(value: object) -> Any:
        if not plan:  # At the first use, because a class may hold itself.
            hints = get_type_hints(kind)
            plan.extend((field.name, _reader(hints[field.name]), field) for field in _fields(kind))
        written = _mapping(value)
        given: dict[str, Any] = {}
        for name, reader, field in plan:
            try:
                given[name] = reader(written[name])
            except (KeyError, Unreadable):
                if _default(field) is MISSING:
                    raise Unreadable from None
        return kind(**given)

    return read


def _list_reader(part: Any) -> Read:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unreadable
        return tuple(_readable(_reader(part), cast("list[object]", value)))

    return read


def _readable(read: Read, values: Iterable[object]) -> Iterable[Any]:
    for value in values:
        try:
            yield read(value)
        except Unreadable:
            continue


def _mapping_reader(part: Any) -> Read:
    def read(value: object) -> dict[int, Any]:
        found: dict[int, Any] = {}
        for key, each in _mapping(value).items():
            try:
                found[int(key)] = _reader(part)(each)
            except (ValueError, Unreadable):
                continue
        return found

    return read


def _union_reader(parts: list[Any], *, optional: bool) -> Read:
    names = {part.__name__.lower(): part for part in parts}

    def read(value: object) -> Any:
        if value is None and optional:
            return None
        if len(parts) == 1:
            return _reader(parts[0])(value)
        named = _mapping(value).get(KIND)
        if not isinstance(named, str) or named not in names:
            raise Unreadable
        return _reader(names[named])(value)

    return read


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Unreadable
    return cast("dict[str, object]", value)


def _exactly(*kinds: type) -> Read:
    def read(value: object) -> Any:
        if type(value) not in kinds:
            raise Unreadable
        return value

    return read


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable
    return str(value)


def _moment(value: object) -> datetime:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Unreadable
    return found


def _bytes(value: object) -> bytes:
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else b""
    except (NotBase64, ValueError):
        raise Unreadable from None


_PLAIN: dict[Any, Read] = {
    bool: _exactly(bool),
    int: _exactly(int),
    float: _exactly(float, int),
    str: _text,
    datetime: _moment,
    bytes: _bytes,
}
