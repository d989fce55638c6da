"""Component ids: a button, a select or a form says in its id what it is about, so that it works after a restart.

A feature declares a class for each, beside what it shows:

    class UndoId(ButtonId, route="settings:v1:undo"):
        change_id: RowId

    UndoId(change_id=123).pack()            "settings:v1:undo:3f"
    UndoId.parse("settings:v1:undo:3f")     UndoId(change_id=123)

Every field has bounds, so that the class is refused when it is declared if an id of it could have more than Discord's
100 characters. What `pack` did not write is refused by `parse` with one sentence, whatever is wrong with it. Whoever
changes the fields of a class raises the version in its route.
"""

# ruff: noqa: D102 -- what `pack` and `parse` do is said once, by Field

import dataclasses
import re
import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import (
    Annotated,
    Any,
    ClassVar,
    Self,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import discord

from app.core.base36 import DIGITS, base36
from app.core.errors import NotFound
from app.core.records import plain
from app.core.settings.kinds import MAX_ID
from app.core.storable import MAX_KEY, is_storable
from app.ui.kit.limits import MAX_CUSTOM_ID, MAX_OPTION

ROUTE = re.compile(r"[a-z]+:v[1-9][0-9]*:[a-z_]+")
SEPARATOR = ":"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class UnknownComponent(NotFound):
    """An id that the bot did not write, or an older version of it did."""

    def __init__(self) -> None:
        super().__init__("This no longer works. Please run the command again.")


def _first(found: Iterator[Any]) -> Any:
    for one in found:
        return one
    raise ValueError("none of these")


def _read(text: str, parse: Callable[[str], Any], pack: Callable[[Any], str]) -> Any:
    try:
        found = parse(text)
        written = pack(found)
    except ValueError:
        raise UnknownComponent from None
    if written != text:
        raise UnknownComponent
    return found


class Field(ABC):
    """How one value is written into an id. Both directions raise ValueError for a value out of bounds."""

    max_length: int
    is_last = False
    """Whether it may contain the separator, so that nothing can follow it."""

    @abstractmethod
    def pack(self, value: Any) -> str:
        """Write a value."""

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Read what `pack` wrote."""


class Number(Field):
    """A number from `least` to `most`, in base 36."""

    def __init__(self, least: int, most: int) -> None:
        if not 0 <= least <= most:
            raise TypeError("not the bounds of a number")
        self.least, self.most = least, most
        self.max_length = len(base36(most))

    def pack(self, value: Any) -> str:
        return base36(self._checked(value))

    def parse(self, text: str) -> int:
        return self._checked(int(text, 36))

    def _checked(self, number: int) -> int:
        if not self.least <= number <= self.most:
            raise ValueError("out of bounds")
        return number


class Moment(Number):
    """A moment since 1970, to the microsecond."""

    def __init__(self) -> None:
        super().__init__(0, (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND)

    def pack(self, value: Any) -> str:
        return super().pack((value - EPOCH) // MICROSECOND)

    def parse(self, text: str) -> Any:
        return EPOCH + super().parse(text) * MICROSECOND


class Day(Number):
    """A day of the calendar."""

    def __init__(self) -> None:
        super().__init__(1, date.max.toordinal())

    def pack(self, value: Any) -> str:
        return super().pack(value.toordinal())

    def parse(self, text: str) -> Any:
        return date.fromordinal(super().parse(text))


class Choice(Field):
    """One of a few values, each with a code."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.max_length = max(map(len, values))

    def pack(self, value: Any) -> str:
        return _first(code for code, each in self.values.items() if each == value)

    def parse(self, text: str) -> Any:
        return _first(each for code, each in self.values.items() if code == text)


class Text(Field):
    """A short text: one character or more of an alphabet, or any text that the database can hold, also an empty one."""

    def __init__(self, max_length: int, alphabet: str = "") -> None:
        self.max_length, self.alphabet = max_length, alphabet
        self.is_last = not alphabet or SEPARATOR in alphabet

    def pack(self, value: Any) -> str:
        return self.parse(value)

    def parse(self, text: str) -> str:
        if len(text) > self.max_length or not self.allows(text):
            raise ValueError("not such a text")
        return text

    def allows(self, text: str) -> bool:
        """Tell whether it has the right characters."""
        return bool(text) and set(text) <= set(self.alphabet) if self.alphabet else is_storable(text)


class OneOf(Text):
    """A text that is known, such as the name of a setting. It has no separator."""

    def __init__(self, known: Callable[[], Collection[str]], max_length: int) -> None:
        super().__init__(max_length)
        self.known, self.is_last = known, False

    def allows(self, text: str) -> bool:
        """Tell whether it is known."""
        return text in self.known() and SEPARATOR not in text


class Optional(Field):
    """A value or None, for which nothing is written."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.max_length, self.is_last = field.max_length, field.is_last

    def pack(self, value: Any) -> str:
        if value is None:
            return ""
        if not (text := self.field.pack(value)):
            raise ValueError("what reads as None")
        return text

    def parse(self, text: str) -> Any:
        return self.field.parse(text) if text else None


class Group(Field):
    """The fields of a dataclass. What may contain the separator is written last, so only one field may."""

    def __init__(self, kind: type[Any]) -> None:
        self.kind = kind
        hints = get_type_hints(kind, include_extras=True)
        found = {one.name: field_of(hints[one.name]) for one in dataclasses.fields(kind)}
        self.fields = dict(sorted(found.items(), key=lambda item: item[1].is_last))
        lasting = [name for name, field in found.items() if field.is_last]
        if len(lasting) > 1:
            raise TypeError(f"{kind.__name__}: nothing can follow {' or '.join(lasting)}")
        self.max_length = sum(field.max_length + 1 for field in found.values()) - 1
        self.is_last = len(found) > 1 or bool(lasting)

    def pack(self, value: Any) -> str:
        return SEPARATOR.join(field.pack(getattr(value, name)) for name, field in self.fields.items())

    def parse(self, text: str) -> Any:
        parts = text.split(SEPARATOR, len(self.fields) - 1)
        read = zip(self.fields.items(), parts, strict=True)
        return self.kind(**{name: field.parse(part) for (name, field), part in read})


class Either(Field):
    """One of several dataclasses: a letter says which, its fields follow."""

    def __init__(self, kinds: Collection[type[Any]]) -> None:
        self.groups = {DIGITS[10 + place]: Group(kind) for place, kind in enumerate(kinds)}
        self.max_length = 1 + max(group.max_length for group in self.groups.values())
        self.is_last = any(group.is_last for group in self.groups.values())

    def pack(self, value: Any) -> str:
        letter = _first(letter for letter, group in self.groups.items() if group.kind is type(value))
        return letter + self.groups[letter].pack(value)

    def parse(self, text: str) -> Any:
        return _first(group.parse(text[1:]) for letter, group in self.groups.items() if letter == text[:1])


MAX_PAGE = 36**4 - 1
RowId = Annotated[int, Number(1, MAX_KEY)]
Snowflake = Annotated[int, Number(1, MAX_ID)]
Page = Annotated[int, Number(0, MAX_PAGE)]
SIMPLE: Mapping[Any, Field] = {bool: Choice({"0": False, "1": True}), datetime: Moment(), date: Day()}


def field_of(hint: Any) -> Field:
    """Return how values of an annotated type are written. Raises TypeError for a type without bounds."""
    if get_origin(hint) is Annotated:
        return next(extra for extra in get_args(hint) if isinstance(extra, Field))
    if get_origin(hint) in {Union, types.UnionType}:
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        field = field_of(kinds[0]) if len(kinds) == 1 else Either(kinds)
        return Optional(field) if len(kinds) < len(get_args(hint)) else field
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        codes = {member.value[0]: member for member in hint}
        if len(codes) < len(hint):
            raise TypeError(f"two members of {hint.__name__} begin with the same letter")
        return Choice(codes)
    if dataclasses.is_dataclass(hint):
        return Group(cast("type[Any]", hint))
    raise TypeError(f"no bounds are known for {hint}")


@dataclass_transform(kw_only_default=True, frozen_default=True)
class ComponentId:
    """What every id is: a record with a route. Declare a ButtonId, SelectId or FormId."""

    route: ClassVar[str] = ""
    component_type: ClassVar[int | None] = None
    """What Discord calls the kind of component; None for a form."""
    _group: ClassVar[Group]

    def __init_subclass__(cls, *, route: str = "") -> None:
        super().__init_subclass__()
        # Equality is said once, below: made for each class it would double the time that this module takes to import.
        plain(cls, kw_only=True)
        if not route:
            return
        if not ROUTE.fullmatch(route):
            raise TypeError(f"not a route: {route!r}")
        cls.route, cls._group = route, Group(cls)
        if len(route) + 1 + cls._group.max_length > MAX_CUSTOM_ID:
            raise TypeError(f"an id of {cls.__name__} may have more than {MAX_CUSTOM_ID} characters")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.pack())

    def __repr__(self) -> str:
        return f"<{self.pack()}>"

    def pack(self) -> str:
        """Write the id. Raises ValueError for a value out of its bounds."""
        return SEPARATOR.join([self.route, self._group.pack(self)] if self._group.fields else [self.route])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an id. Raises UnknownComponent for what `pack` did not write."""
        if len(text) > MAX_CUSTOM_ID:
            raise UnknownComponent
        if not cls._group.fields:
            return _read(text, lambda _: cls(), cls.pack)
        return _read(text, lambda text: cls._group.parse(text[len(cls.route) + 1 :]), cls.pack)


class ButtonId(ComponentId):
    """The id of a button."""

    component_type = discord.ComponentType.button.value


class FormId(ComponentId):
    """The id of a form."""


class SelectId(ComponentId):
    """The id of a select that takes one of its options; `value` is the type of what an option stands for."""

    component_type = discord.ComponentType.string_select.value
    _value: ClassVar[Field]

    def __init_subclass__(cls, *, route: str, value: Any) -> None:
        super().__init_subclass__(route=route)
        cls._value = field_of(value)
        if cls._value.max_length > MAX_OPTION:
            raise TypeError(f"a value of {cls.__name__} may have more than {MAX_OPTION} characters")

    @classmethod
    def pack_value(cls, value: Any) -> str:
        """Write the value of an option."""
        return cls._value.pack(value)

    @classmethod
    def parse_values(cls, values: Any) -> Any:
        """Read what was chosen. Raises UnknownComponent for anything but one value that an option could have."""
        text = values[0] if isinstance(values, list) and len(cast("list[Any]", values)) == 1 else None
        if not isinstance(text, str) or len(text) > MAX_OPTION:
            raise UnknownComponent
        return _read(text, cls._value.parse, cls._value.pack)
