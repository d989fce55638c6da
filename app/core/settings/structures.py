"""What features keep among the settings and name themselves, such as ticket types.

What each kind consists of, and what becomes of it in a file of settings and when a server goes back to a moment, says
its line in `app.core.registry`. What people made and would want to have again is carried; what runs is not, and what is
about a person only goes back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, cast

from app.core.checks import Place
from app.core.errors import InvalidInput
from app.core.formats import codes
from app.core.messages import Message, msg
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.core.storable import is_storable

Problems = Mapping[str, Message]
"""What cannot be, by the names of the settings."""


class Holds(StrEnum):
    """What a field of a structure holds, as far as people and other servers have to be told."""

    PLAIN = "plain"
    SECONDS = "seconds"
    CHANNEL = "channel"
    ROLE = "role"
    MEMBER = "member"
    MOMENT = "moment"
    KEYS = "keys"
    """The keys of other structures."""
    PARTS = "parts"
    """A list of objects."""
    POSTED = "posted"
    """Where the bot is with it, such as the id of its message: nothing that anybody chose."""


@record
class Field:
    """One field of a structure."""

    label: Message
    holds: Holds = Holds.PLAIN
    words: Mapping[Any, Message] = field(default_factory=dict[Any, Message])
    """What people call its values."""
    parts: Mapping[str, "Field"] = field(default_factory=dict[str, "Field"])
    """The fields of each object in a list."""
    scope: str = ""
    """Of which kind the keys are."""


Fields = Mapping[str, Field]


def _nothing(_before: SettingsSnapshot, _after: SettingsSnapshot) -> Problems:
    return {}


def _as_it_is(_key: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    return found


@record
class Carried:
    """Whether a kind of structure is in files of settings, and whether a server goes back to what it was.

    What `why_not` says is shown where either is not so. `fields` are all that one consists of, by the names of the
    object that reading one returns; `key_field` is the one that its key stands for. `sample` is one that can be read,
    with no more than has to be there. `checked` returns one as the command that makes it would store it, and raises
    InvalidInput for what that would refuse. `together` says what cannot be of all that a server would have, such as two
    of the same name.
    """

    in_files: bool
    goes_back: bool
    why_not: Message | None = None
    fields: Fields = field(default_factory=dict[str, Field])
    sample: Mapping[str, Any] = field(default_factory=dict[str, Any])
    key_field: str = ""
    words_as_keys: frozenset[str] = frozenset()
    """Keys that are neither numbers nor what `key_field` holds."""
    left_out: Mapping[str, Message] = field(default_factory=dict[str, Message])
    """Keys that are not carried although their kind is, and why."""
    checked: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] = _as_it_is
    together: Callable[[SettingsSnapshot, SettingsSnapshot], Problems] = _nothing
    stays: Message | None = None
    """What does not go with one that is removed."""
    posts: Message | None = None
    """What the bot does in Discord for one."""

    @property
    def is_numbered(self) -> bool:
        """Whether keys are numbers that mean nothing beside it."""
        return not self.key_field and not self.words_as_keys

    @property
    def is_about_person(self) -> bool:
        """Whether its key is a person."""
        return self.key_field in self.fields and self.fields[self.key_field].holds is Holds.MEMBER

    def why_out(self, key: str) -> Message | None:
        """Return why one is in no file, or does not go back."""
        return self.left_out.get(key, self.why_not)

    def in_file(self, key: str) -> bool:
        """Tell whether one is in files."""
        return self.in_files and key not in self.left_out

    def back(self, key: str) -> bool:
        """Tell whether one goes back."""
        return self.goes_back and key not in self.left_out


def not_carried(why: Message) -> Carried:
    """Say that a kind is in no file and does not go back, and why."""
    return Carried(in_files=False, goes_back=False, why_not=why)


def only_back(why: Message, **more: Any) -> Carried:
    """Say that a kind goes back and is in no file, and why that is so."""
    return Carried(in_files=False, goes_back=True, why_not=why, **more)


def no_places(_key: str, _found: Mapping[str, Any]) -> Iterable[Place]:
    """Return nothing: what there is of a scope names no channel and no role."""
    return ()


@record
class Structures:
    """One kind of them. `carried` has no default: whoever adds a kind has to decide."""

    label: Message
    help: Message
    read: Callable[[str, Mapping[str, Any]], object]
    """Understands one by its key and value. Raises ValueError."""
    carried: Carried
    part: str = ""
    """The feature whose settings it belongs to, as people choose one."""
    by_staff: bool = False
    """Whether staff may change them, and not managers alone."""
    most: int = 0
    """How many a server may have; 0 for what is bounded elsewhere."""
    places: Callable[[str, Mapping[str, Any]], Iterable[Place]] = no_places
    """The channels and roles that one of them names."""

    def understands(self, key: str, value: Any) -> bool:
        """Tell whether one can be read."""
        try:
            self.read(key, value)
        except (TypeError, ValueError, AttributeError, KeyError):
            return False
        return True

    def is_same(self, key: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Tell whether two that can be read are the same to whoever chose them."""
        return next(differing(self, key, one, other), None) is None

    def require_form(self, key: str, found: Mapping[str, Any]) -> None:
        """Raise InvalidInput, with the names of the fields that do not fit, unless one can be read."""
        if self.understands(key, found):
            return
        sample = self.carried.sample
        if not self.understands(key, sample):
            raise InvalidInput("There is no `{key}` of that kind.", key=key)
        wrong = [name for name, value in found.items() if not self.understands(key, {**sample, name: value})]
        missing = [name for name in sample if name not in found]
        if wrong:
            raise InvalidInput("What the file has there does not fit: {fields}.", fields=_Codes(wrong))
        raise InvalidInput("This is missing: {fields}.", fields=_Codes(missing))


@record
class _Codes:
    """Names, joined when they are shown."""

    names: list[str]

    def __str__(self) -> str:
        """Return them as code."""
        return codes(f"`{one}`" for one in self.names)


def settled(kind: Structures, wanted: Mapping[str, Any], now: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return a structure as it is to be, with the message that stands for it now, if it stays in its channel.

    What was known of an older message is left out: it was deleted with what it stood for, or when that moved.
    """
    posted = [name for name, each in kind.carried.fields.items() if each.holds is Holds.POSTED]
    rest = {name: value for name, value in wanted.items() if name not in posted}
    if now is None or rest.get("channel_id") != now.get("channel_id"):
        return rest
    return {**rest, **{name: now[name] for name in posted if name in now}}


def overfull(kind: Structures, scope: str, before: SettingsSnapshot, after: SettingsSnapshot) -> Problems:
    """Say of which of those that are added there would be too many."""
    had, has = before.structures(scope), after.structures(scope)
    added = [key for key in has if key not in had]
    many = len(has) - kind.most if kind.most else 0
    if many <= 0 or not added:
        return {}
    why = msg("That would be more than {count}, which is as many as a server may have.", count=kind.most)
    return {f"{scope}.{key}": why for key in added[-many:]}


def numbers_in(keys: Iterable[str]) -> list[int]:
    """Return those of some keys that are numbers."""
    return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 10]


def namesakes(scope: str, before: SettingsSnapshot, after: SettingsSnapshot, why: Callable[[str], Message]) -> Problems:
    """Say which of those that are added or changed would have the name of another."""
    had, has = before.structures(scope), after.structures(scope)
    known: set[str] = set()
    found: dict[str, Message] = {}
    for key, value in sorted(has.items(), key=lambda one: one[1] != had.get(one[0])):
        name = cast("str", value["name"])
        if name.casefold() in known and value != had.get(key):
            found[f"{scope}.{key}"] = why(name)
        known.add(name.casefold())
    return found


def differing(kind: Structures, key: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Return the names of the fields in which two differ for whoever chose them."""
    first, second = kind.read(key, one), kind.read(key, other)
    for name, each in kind.carried.fields.items():
        if each.holds is not Holds.POSTED and getattr(first, name) != getattr(second, name):
            yield name


def panel_texts(title: str, text: str, *, most_title: int, most_text: int, is_titled: bool = True) -> tuple[str, str]:
    """Return title and text of a panel as they are stored. Raises InvalidInput."""
    title, text = " ".join(title.split()), text.strip()
    if (is_titled and not title) or len(title) > most_title or not is_storable(title):
        raise InvalidInput("The title of a panel has 1 to {count} characters.", count=most_title)
    if len(text) > most_text or not is_storable(text):
        raise InvalidInput("The text of a panel has at most {count} characters.", count=most_text)
    return title, text
