"""What a file of settings asks for of structures, such as ticket types, in a server.

A key that this server has or had means the same one. Any other, as from another server, means nothing here: it is the
one of the same name, or a new one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from app.core import registry
from app.core.checks import ChannelUse
from app.core.errors import InvalidInput, UserError
from app.core.messages import Message
from app.core.records import record
from app.core.settings.differences import Refusal, Wish
from app.core.settings.exchange import PLACES
from app.core.settings.exchange_places import Place
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structure_reading import Made
from app.core.settings.structures import Fields, Holds, Structures, numbers_in, settled
from app.ui.kit.judging import KINDS
from app.ui.settings.file_places import Places
from app.ui.settings.structures import TITLES

Keys = Mapping[tuple[str, str], str]
"""The keys that structures have here, by their scope and the key that they have in the file."""
Find = Callable[[Holds, Place], int]


@record
class Asked:
    """What a file asks for, what of it cannot be, and how all that it names are called here."""

    wishes: Sequence[Wish]
    refused: Sequence[Refusal]
    names: frozenset[str]


def numbered_in(structures: Sequence[Made] | None) -> list[str]:
    """Return the kinds whose key is a number of which a file has some, or names some."""
    kinds = {one.scope: one.kind.carried for one in structures or () if one.kind is not None}
    named = {each.scope for carried in kinds.values() for each in carried.fields.values() if each.scope}
    return sorted(named | {scope for scope, carried in kinds.items() if carried.is_numbered})


def asked_for(
    structures: Sequence[Made], snapshot: SettingsSnapshot, last: Mapping[str, int], places: Places, *, is_own: bool
) -> Asked:
    """Return what a file asks for.

    `last` is the highest number that each kind ever had as a key here, `is_own` says that the file is from this server.
    """
    reading = _Reading(_keys_here(structures, snapshot, last, is_own=is_own), snapshot, last, places, is_own)
    wishes: list[Wish] = []
    refused: list[Refusal] = []
    for one in structures:
        try:
            wishes.append(reading.wish(one))
        except UserError as error:
            refused.append(Refusal(one.name, error.message, one.line))
    return Asked(wishes, refused, frozenset(reading.names))


def _keys_here(
    structures: Sequence[Made], snapshot: SettingsSnapshot, last: Mapping[str, int], *, is_own: bool
) -> dict[tuple[str, str], str]:
    """Return which numbers the structures of a file have here."""
    keys: dict[tuple[str, str], str] = {}
    scopes = {one.scope for one in structures}
    highest = {one: max([last.get(one, 0), *numbers_in(_named_here(one, snapshot))]) for one in scopes}
    numbered = [one for one in structures if one.kind is not None and one.kind.carried.is_numbered]
    for one in numbered:
        if is_own and (one.key in snapshot.structures(one.scope) or _was_here(one.key, last.get(one.scope, 0))):
            keys[one.scope, one.key] = one.key
    taken = {(scope, key) for (scope, _), key in keys.items()}
    for one in numbered:
        if (one.scope, one.key) in keys or one.value is None:
            continue
        title, there = _title(one.value), snapshot.structures(one.scope)
        namesakes = [key for key in there if (one.scope, key) not in taken and title and _title(there[key]) == title]
        key = next(iter(namesakes), None)
        while key is None:
            highest[one.scope] = highest.get(one.scope, 0) + 1
            number = f"{highest[one.scope]:03}"
            key = number if number not in there else None
        keys[one.scope, one.key] = key
        taken.add((one.scope, key))
    return keys


def _was_here(key: str, last: int) -> bool:
    return any(0 < number <= last and key == f"{number:03}" for number in numbers_in([key]))


def _title(found: Mapping[str, Any]) -> str:
    title = next((found[name] for name in TITLES if name in found), "")
    return " ".join(title.split()).casefold() if isinstance(title, str) else ""


def _named_here(scope: str, snapshot: SettingsSnapshot) -> Iterator[str]:
    """Return the keys of a kind that other structures of a server name, whether there are such or not."""
    for other, kind in registry.STRUCTURES.items():
        fields = [name for name, each in kind.carried.fields.items() if each.scope == scope]
        for found in snapshot.structures(other).values() if fields else ():
            yield from (key for name in fields for key in found.get(name, ()))


class _Reading:
    """Reads what a file asks for of each, and remembers how they are called here."""

    def __init__(
        self, keys: Keys, snapshot: SettingsSnapshot, last: Mapping[str, int], places: Places, is_own: bool
    ) -> None:
        self._keys, self._snapshot, self._last, self._places, self._is_own = keys, snapshot, last, places, is_own
        self.names = set[str]()

    def wish(self, one: Made) -> Wish:
        """Return what a file asks for of one. Raises UserError."""
        self.names.add(f"{one.scope}.{self._keys.get((one.scope, one.key), one.key)}")
        if one.mistake is not None:
            raise InvalidInput(one.mistake)
        kind = one.kind
        assert kind is not None, "what is no mistake"
        notes: list[Message] = []

        def find(holds: Holds, place: Place, key: str) -> int:
            def is_usable(candidate: int) -> bool:
                return _takes(kind, key, one.value or {}, place, candidate, self._places)

            found, note = self._places.find(PLACES[holds], place, is_usable)
            if note is not None:
                notes.append(note)
            return found

        carried, there = kind.carried, self._snapshot.structures(one.scope)
        key = self._keys.get((one.scope, one.key))
        if one.of is not None:
            key = str(find(carried.fields[carried.key_field].holds, one.of, one.key))
        elif not carried.is_numbered and one.key in {*carried.words_as_keys, *there}:
            key = one.key
        setting = registry.find(f"{one.scope}.{key}") if key is not None else None
        if key is None or setting is None:
            raise InvalidInput("There is no `{key}` of that kind.", key=one.key)
        self.names.add(setting.name)
        if one.value is None:
            return Wish(setting, None, None, one.line)
        resolved = with_ids(carried.fields, one.value, lambda holds, place: find(holds, place, key))
        for name, each in carried.fields.items():
            if each.holds is Holds.KEYS and isinstance(resolved.get(name), list):
                resolved[name] = self._keys_of(each.scope, cast("list[Any]", resolved[name]))
        kind.require_form(key, resolved)
        now = there.get(key)
        value = settled(kind, carried.checked(key, resolved), now)
        is_so = now is not None and kind.is_same(key, now, value)
        return Wish(setting, now if is_so else value, next(iter(notes), None), one.line)

    def _keys_of(self, scope: str, found: list[Any]) -> list[Any]:
        """Return the keys that others have here, without those that mean nothing: that may be another one's one day."""
        here = [self._keys.get((scope, key), self._own(scope, key)) if isinstance(key, str) else key for key in found]
        return [key for key in here if key is not None]

    def _own(self, scope: str, key: str) -> str | None:
        was_here = key in self._snapshot.structures(scope) or _was_here(key, self._last.get(scope, 0))
        return key if self._is_own and was_here else None


def with_ids(fields: Fields, found: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """Return the same with ids in place of what the file says of channels and roles."""
    return {name: _with_id(fields, name, value, find) for name, value in found.items()}


def _with_id(fields: Fields, name: str, value: Any, find: Find) -> Any:
    each = fields[name]
    if isinstance(value, Place):
        return find(each.holds, value)
    if not isinstance(value, list):
        return value
    many = cast("list[Any]", value)
    if each.holds in PLACES:
        return [find(each.holds, one) for one in many]
    return [with_ids(each.parts, one, find) for one in many] if each.holds is Holds.PARTS else many


def _takes(kind: Structures, key: str, value: Mapping[str, Any], place: Place, candidate: int, places: Places) -> bool:
    """Tell whether one of several of the same name is of the kind that is wanted there."""
    trial = with_ids(kind.carried.fields, value, lambda _, one: candidate if one is place else one.id or 1)
    if not kind.understands(key, trial):
        return True
    channel = places.guild.get_channel(candidate)
    uses = [one.use for one in kind.places(key, trial) if one.id == candidate]
    holds = [use.holds for use in uses if isinstance(use, ChannelUse)]
    return channel is None or all(isinstance(channel, KINDS[one][0]) for one in holds)
