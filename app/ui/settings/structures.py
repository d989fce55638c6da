"""How structures look, such as ticket types: what each is called, and what is different. All of it pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import discord

from app.core import durations, formats, registry
from app.core.messages import t, tc
from app.core.settings.differences import Difference
from app.core.settings.structures import Field, Holds, Structures, differing
from app.ui.kit.text import plain, shortened

MAX_TITLE, MAX_TEXT, MAX_LISTED, MAX_FACTS = 80, 60, 200, 8
TITLES = ("name", "title")
MENTIONS = {Holds.CHANNEL: "<#{}>", Holds.ROLE: "<@&{}>", Holds.MEMBER: "<@{}>"}
Names = Mapping[str, Any]
"""Structures by their names, for those that others name by their keys."""


def title_of(kind: Structures, key: str, value: Mapping[str, Any], max_length: int = MAX_TITLE) -> str:
    """Return what one is called: by a person, or after the channel, role or member that it is about."""
    for name in TITLES:
        if name in kind.carried.fields and isinstance(value.get(name), str) and value[name]:
            return plain(value[name], max_length)
    if (name := kind.carried.key_field) and key not in kind.carried.words_as_keys:
        return MENTIONS[kind.carried.fields[name].holds].format(key)
    if isinstance(value.get("channel_id"), int):
        return f"<#{value['channel_id']}>"
    return str(kind.label)


def details(kind: Structures, key: str, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> list[str]:
    """Say what is different, a few words for each."""
    fields, before, after = kind.carried.fields, kind.read(key, old), kind.read(key, new)
    said: list[str] = []
    for name in differing(kind, key, old, new):
        each, one, other = fields[name], getattr(before, name), getattr(after, name)
        first, second = _value(each, one, names), _value(each, other, names)
        changed = tc("one of the facts of something", "changed") if first == second else f"{first} → {second}"
        said.append(formats.labelled(each.label, changed))
    return _few(said)


def in_short(said: Sequence[str], room: int) -> str:
    """Write as many of these as there is room for."""
    shown = ""
    for one in said:
        longer = f"{shown} · {one}" if shown else one
        if len(longer) > room:
            return f"{shown} …".strip()
        shown = longer
    return shown


def facts(kind: Structures, key: str, value: Mapping[str, Any], names: Names) -> list[str]:
    """Say what one is like, as far as that is not what any is."""
    found, any_of_them = kind.read(key, value), kind.read(key, kind.carried.sample)
    return _few(
        [
            formats.labelled(each.label, _value(each, getattr(found, name), names))
            for name, each in kind.carried.fields.items()
            if each.holds is not Holds.POSTED
            and name not in {*TITLES, kind.carried.key_field}
            and getattr(found, name) != getattr(any_of_them, name)
        ]
    )


def _few(said: list[str]) -> list[str]:
    left = len(said) - MAX_FACTS
    return said if left <= 0 else [*said[:MAX_FACTS], f"… +{left}"]


def difference(one: Difference, names: Names) -> list[str]:
    """Say what would become of one: a line, and what to know about it."""
    scope, key = one.setting.scope, one.setting.key
    kind = registry.STRUCTURES[scope]
    old, new, carried = one.old, one.new, kind.carried
    if not isinstance(new, Mapping):
        assert isinstance(old, Mapping), "what there was of a difference"
        return [_line("－", kind, one.setting.name, title_of(kind, key, old)), *_known(carried.stays)]
    title = title_of(kind, key, new)
    if not isinstance(old, Mapping):
        said = facts(kind, key, new, names)
        return [_line("＋", kind, one.setting.name, title, said), *_known(one.note, carried.posts)]
    said = details(kind, key, old, new, names)
    return [_line("✏️", kind, one.setting.name, title, said), *_known(one.note, carried.posts)]


def _known(*known: object | None) -> list[str]:
    return [str(one) for one in known if one is not None]


def _line(sign: str, kind: Structures, name: str, title: str, said: Sequence[str] = ()) -> str:
    called = f"{sign} **{kind.label}** · {title} · `{name}`"
    return formats.labelled(called, " · ".join(said)) if said else called


def _value(each: Field, value: Any, names: Names) -> str:
    if value is None or value in {"", ()} or (each.holds is Holds.SECONDS and not value):
        return t("*not set*")
    if isinstance(value, bool):
        return t("on") if value else t("off")
    if each.words:
        return str(each.words.get(value, value))
    match each.holds:
        case Holds.CHANNEL | Holds.ROLE | Holds.MEMBER:
            ids = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
            return " ".join(MENTIONS[each.holds].format(one) for one in ids)
        case Holds.SECONDS:
            return durations.spoken(timedelta(seconds=value))
        case Holds.MOMENT:
            return discord.utils.format_dt(cast("datetime", value), "f")
        case Holds.KEYS:
            return shortened(formats.listed(_named(f"{each.scope}.{key}", names) for key in value), MAX_LISTED)
        case Holds.PARTS:
            return formats.number(len(value))
        case _:
            return plain(str(value), MAX_TEXT) if isinstance(value, str) else formats.number(value)


def _named(name: str, names: Names) -> str:
    found = names.get(name)
    return plain(str(found["name"]), MAX_TEXT) if found is not None else f"`{name}`"
