"""Reading a file of settings: what each line says, or what is wrong with it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from app.core import json_file
from app.core.errors import InvalidInput, UserError
from app.core.json_file import Pairs, as_said
from app.core.messages import Message, msg
from app.core.records import record
from app.core.release import release
from app.core.settings.exchange import DEFAULTS, FORMAT, MAX_BYTES, SETTINGS, STRUCTURES, VERSION
from app.core.settings.exchange_places import Place, id_from, place_from
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.structure_reading import Made, read_structures
from app.core.settings.structures import Structures

TOP = frozenset({"format", "version", "server", "made_at", "release", SETTINGS, STRUCTURES, DEFAULTS})
OTHER_FILES: Mapping[str, Message] = {
    "concierge-faq": msg("That is a file for `/faq import`."),
    "concierge-onboarding-questions": msg("That is a file for `/onboarding questions import`."),
}
"""What is said of the bot's other files."""
MAX_ENTRIES = 500


@record
class Entry:
    """What a file says of one setting, or why it says nothing: there is a setting and a value, or a mistake.

    `line` is where it stands, if that is known. A value of None is the default.
    """

    name: str
    line: int | None
    setting: Setting[Any] | None = None
    value: Value | Place = None
    mistake: Message | None = None
    note: Message | None = None
    """What whoever gave the file should know about the value."""


@record
class File:
    """What a file says."""

    entries: tuple[Entry, ...]
    server_id: int | None
    server_name: str
    structures: tuple[Made, ...] | None = None
    """What it says of these; None if it is of a version that says nothing."""
    remarks: tuple[Message, ...] = ()


def read(content: bytes, known: Mapping[str, Setting[Any]], kinds: Mapping[str, Structures]) -> File:
    """Read a file. Raises InvalidInput if nothing of it can be read."""
    found = json_file.read(content, MAX_BYTES)
    if not isinstance(found, Pairs):
        raise _none()
    _require_ours(found)
    lines_of_paths = json_file.lines_of_paths(content, depth=3)
    lines = {path[-1]: line for path, line in lines_of_paths.items() if len(path) == 1 or path[:-1] == (SETTINGS,)}
    chosen = found.get(SETTINGS)
    if not isinstance(chosen, Pairs):
        raise InvalidInput("The file has no `settings`, in braces.")
    if len(chosen) > MAX_ENTRIES:
        raise InvalidInput("That file has too many entries: at most {count}.", count=MAX_ENTRIES)
    strange = tuple(
        Entry(as_said(name), lines.get(name), mistake=msg("A file of settings has nothing of that name."))
        for name in found
        if name not in TOP
    )
    entries = tuple(_entry(name, value, chosen, lines, known) for name, value in chosen.items())
    server_id, server_name = _server(found.get("server"))
    structures = None
    if STRUCTURES in found:
        structures = read_structures(found[STRUCTURES], kinds, lines_of_paths)
    moved = tuple(_moved_defaults(found.get(DEFAULTS), known))
    return File((*strange, *entries), server_id, server_name, structures, moved)


def _none() -> InvalidInput:
    return InvalidInput("That is not a file of `/settings export`.")


def _require_ours(found: Pairs) -> None:
    other = OTHER_FILES.get(str(found.get("format")))
    if other is not None:
        raise InvalidInput(other)
    version = found.get("version")
    if found.get("format") != FORMAT or not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _none()
    if version > VERSION:
        raise InvalidInput(
            "That file was made by a newer version of the bot ({release}), which writes settings in another way. "
            "This bot is {here}.",
            release=as_said(found.get("release", "?"), 20),
            here=release(),
        )


def _server(found: Any) -> tuple[int | None, str]:
    if not isinstance(found, Pairs):
        return None, ""
    return id_from(found.get("id")), as_said(found.get("name") or "", 100)


def _entry(name: str, value: Any, among: Pairs, lines: Mapping[str, int], known: Mapping[str, Setting[Any]]) -> Entry:
    setting = known.get(name.strip().lower())
    entry = Entry(as_said(name) if setting is None else setting.name, lines.get(name), setting)
    if setting is None:
        return replace(entry, mistake=_unknown(name, known))
    if name in among.doubles:
        return replace(entry, mistake=msg("It is in the file twice. Leave one of them."))
    try:
        return replace(entry, value=_value(setting, value))
    except UserError as error:
        return replace(entry, mistake=error.message)


def _unknown(name: str, known: Mapping[str, Setting[Any]]) -> Message:
    near = get_close_matches(name[:60].strip().lower(), known, n=1)
    if near:
        return msg("There is no setting of that name. Perhaps `{near}` is meant.", near=near[0])
    return msg("There is no setting of that name.")


def _value(setting: Setting[Any], found: Any) -> Value | Place:
    """Return the value that a setting is to have. Raises InvalidInput."""
    if found is None:
        return None
    if setting.kind in {Kind.CHANNEL, Kind.ROLE}:
        return place_from(setting.kind, found)
    if setting.kind in {Kind.TOGGLE, Kind.NUMBER} and isinstance(found, (bool, int)):
        setting.check(found)
        return found
    if not isinstance(found, str):
        raise setting.refusal()
    if setting.kind is Kind.TEXT and setting.allows(found) and found.strip():
        return found
    return setting.read(found)


def _moved_defaults(found: Any, known: Mapping[str, Setting[Any]]) -> Iterator[Message]:
    """Tell of defaults that were others where the file was made, or that somebody changed in it."""
    for name, value in found.items() if isinstance(found, Pairs) else ():
        setting = known.get(name)
        if setting is None:
            continue
        try:
            is_same = _value(setting, value) == setting.default
        except UserError:
            is_same = False
        if not is_same:
            yield msg(
                "`{name}`: the file names another default than this bot has. "
                "What is under `defaults` changes nothing; under `settings` it does.",
                name=name,
            )
