"""The kinds of value a setting may have: how each is read from what a person typed, and what it must satisfy.

A value has one Python type and one JSON form per kind: toggle bool, channel and role the id as a number, number int,
text, time zone and choice str, duration whole seconds, structure a dict. "Not set" is None, for channel, role, text and
structure only.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from app.core import durations
from app.core.checks import Use
from app.core.errors import InvalidInput
from app.core.formats import AnyOf
from app.core.messages import Message, current_language, is_spoken, msg
from app.core.records import record
from app.core.scheduling.zone_search import read_zone, zone_named
from app.core.storable import is_storable
from app.core.typed_words import toggle
from app.core.value_kind import ValueKind as Kind

Value = bool | int | str | Mapping[str, Any] | None
T = TypeVar("T", bound=Value)

CHANNEL_ID = re.compile(r"<#([0-9]{15,20})>|([0-9]{15,20})")
ROLE_ID = re.compile(r"<@&([0-9]{15,20})>|([0-9]{15,20})")
MAX_ID = 2**63 - 1
STRUCTURES_LOCK = 0x73657475
"""The first half of the key of PostgreSQL's lock on how many structures a server has; the second is the server's id."""
DAY = 86400


@record
class TextForm:
    """What texts of a setting have to look like.

    `normalise` returns a text as it is stored, and raises InvalidInput for one that has another form; what it returns
    it leaves as it is. `takes` says in a few words what would work, `shown` writes what is stored in the current
    language, so that it is read as the same.
    """

    normalise: Callable[[str], str]
    takes: Message
    shown: Callable[[str], str] = str


@record
class SpokenChoice:
    """A choice as people type it: its word in English, in another language what it is called there."""

    word: str
    label: Message

    def __str__(self) -> str:
        """Return it in the current language."""
        return str(self.label) if is_spoken(current_language()) else self.word


@record
class Setting(Generic[T]):
    """One thing a server can choose: what it is called, what it holds, and what people read about it.

    `name` is what people type: the feature, a dot and a key. `minimum` and `maximum` bound numbers, the seconds of
    durations and the characters of texts; `choices` maps each allowed word to its label, `form` is what a text has to
    look like. `then` maps a value to what whoever chooses it should know. `understands` tells of a structure whether
    its feature can read it.
    """

    name: str
    kind: Kind
    default: T
    _: KW_ONLY
    label: Message
    help: Message
    minimum: int = 0
    maximum: int = 0
    choices: Mapping[str, Message] = field(default_factory=dict[str, Message])
    form: TextForm | None = None
    then: Mapping[Value, Message] = field(default_factory=dict[Value, Message])
    understands: Callable[[Mapping[str, Any]], bool] | None = None
    by_staff: bool = False
    """Whether staff may change it, and not managers alone."""
    without_members: Message | None = None
    """What whoever chooses something else than the default should know if the bot is not told who joins."""
    most: int = 0
    """How many such structures a server may have; 0 for any number."""
    use: Use | None = None
    """What the bot does with the channel or the role that is chosen."""

    @cached_property
    def scope(self) -> str:
        """Return the first half of the name: the feature it belongs to."""
        return self.name.partition(".")[0]

    @cached_property
    def key(self) -> str:
        """Return the second half of the name."""
        return self.name.partition(".")[2]

    def read(self, typed: str) -> Value:
        """Turn what a person typed into a value. Raises InvalidInput with a sentence that says what would work."""
        typed = typed.strip()
        match self.kind:
            case Kind.TOGGLE:
                value = toggle(typed)
            case Kind.CHANNEL | Kind.ROLE:
                found = (CHANNEL_ID if self.kind is Kind.CHANNEL else ROLE_ID).fullmatch(typed)
                value = int(found[1] or found[2]) if found else None
            case Kind.NUMBER:
                # Digits of other scripts are digits to int(), and a million of them would take seconds.
                value = int(typed) if re.fullmatch(r"[+-]?[0-9]{1,18}", typed) else None
            case Kind.DURATION:
                try:
                    value = int(durations.parse(typed, takes_zero=self.minimum == 0).total_seconds())
                except ValueError:
                    value = None
            case Kind.TIMEZONE:
                return read_zone(typed)
            case Kind.CHOICE:
                value = next(
                    (name for name, label in self.choices.items() if typed.lower() in {name, str(label).lower()}),
                    None,
                )
            case Kind.TEXT:
                value = typed if self.form is None else self.form.normalise(typed)
            case Kind.STRUCTURE:
                value = None
        if value is None:
            raise self.refusal()
        self.check(value)
        return value

    def check(self, value: Value) -> None:
        """Raise InvalidInput unless this setting may hold `value`."""
        if not self.allows(value):
            raise self.refusal()

    def refusal(self) -> InvalidInput:
        """Return what is said of a value that does not fit."""
        return InvalidInput("That does not fit `{name}`. Allowed: {takes}.", name=self.name, takes=self.takes())

    def allows(self, value: Value) -> bool:
        """Tell whether this setting may hold `value`, whatever it was stored by."""
        match self.kind:
            case Kind.TOGGLE:
                return isinstance(value, bool)
            case Kind.CHANNEL | Kind.ROLE:
                return _is_int(value) and 0 < cast("int", value) <= MAX_ID
            case Kind.NUMBER | Kind.DURATION:
                return _is_int(value) and self.minimum <= cast("int", value) <= self.maximum
            case Kind.TEXT:
                return isinstance(value, str) and self._fits(value)
            case Kind.TIMEZONE:
                return isinstance(value, str) and zone_named(value) == value
            case Kind.CHOICE:
                return isinstance(value, str) and value in self.choices
            case Kind.STRUCTURE:
                return isinstance(value, dict) and self.understands is not None and self.understands(value)

    def _fits(self, text: str) -> bool:
        if not (self.minimum <= len(text) <= self.maximum and is_storable(text)):
            return False
        try:
            return self.form is None or self.form.normalise(text) == text
        except InvalidInput:
            return False

    def _words(self) -> Iterable[object]:
        """Return what to type for each choice: its word, and in another language than English what it is called."""
        return [SpokenChoice(word, label) for word, label in self.choices.items()]

    def takes(self) -> Message:
        """Say in a few words what would work."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        match self.kind:
            case Kind.TOGGLE:
                return msg("`on` or `off`")
            case Kind.CHANNEL:
                return msg("a channel of this server")
            case Kind.ROLE:
                return msg("a role of this server")
            case Kind.NUMBER:
                return msg("a whole number from {minimum} to {maximum}", **bounds)
            case Kind.TEXT if self.form is not None:
                return self.form.takes
            case Kind.TEXT:
                return msg("a text of {minimum} to {maximum} characters", **bounds)
            case Kind.DURATION:
                return msg(
                    "a length of time from {minimum} to {maximum}, written like `90s`, `15m` or `2h30m`",
                    **{name: durations.Spoken(timedelta(seconds=bound)) for name, bound in bounds.items()},
                )
            case Kind.TIMEZONE:
                return msg("a city, or a time zone such as `Europe/Brussels` or `America/New_York`")
            case Kind.CHOICE:
                return msg("one of {choices}", choices=AnyOf([f"`{choice}`" for choice in self._words()]))
            case Kind.STRUCTURE:
                return msg("what its own form takes")


def _is_int(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
