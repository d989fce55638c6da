"""What several settings would become, and what of it cannot be: for a look at it before anything is changed. Pure."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from app.core.errors import UserError
from app.core.messages import Message, msg
from app.core.records import record
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot

Check = Callable[[Setting[Any], Value], None]
"""Raise InvalidInput unless a server can have that value, which fits its setting."""
Together = Callable[[SettingsSnapshot, SettingsSnapshot, Iterable[str]], Mapping[str, Message]]
"""Say which of some kinds of structures cannot be beside the others, by what a server has and would have."""
TWICE = msg("It is in the file twice. Leave one of them.")


@record
class Wish:
    """What a setting is to have; None is its default. `note` is what to know about it, `line` where it was said."""

    setting: Setting[Any]
    value: Value
    note: Message | None = None
    line: int | None = None


@record
class Difference:
    """What was chosen for a setting, and what will be; None is its default."""

    setting: Setting[Any]
    old: Value
    new: Value
    note: Message | None = None

    @property
    def is_structure(self) -> bool:
        """Whether it is about something that features keep among the settings."""
        return self.setting.kind is Kind.STRUCTURE


@record
class Refusal:
    """What cannot be, and why."""

    name: str
    why: Message
    line: int | None = None


@record
class Proposal:
    """What would change, what cannot, and what is so already."""

    differences: tuple[Difference, ...] = ()
    refused: tuple[Refusal, ...] = ()
    same: int = 0
    remarks: tuple[Message, ...] = field(default=(), compare=False)

    @property
    def digest(self) -> str:
        """Return eight characters that stand for it."""
        said = [f"{one.setting.name} {one.old!r} {one.new!r}" for one in self.differences]
        said += [one.name for one in self.refused]
        return f"{zlib.crc32(chr(0).join(said).encode(errors='replace')):08x}"

    @property
    def has_structures(self) -> bool:
        """Whether more than plain settings would change."""
        return any(one.is_structure for one in self.differences)

    @property
    def wanted(self) -> list[tuple[Setting[Any], Value]]:
        """Return the settings that would change, and to what."""
        return [(one.setting, one.new) for one in self.differences]

    @property
    def shown(self) -> dict[str, Value]:
        """Return what was chosen for these, by their names."""
        return {one.setting.name: one.old for one in self.differences}


def anything(_before: SettingsSnapshot, _after: SettingsSnapshot, _scopes: Iterable[str]) -> Mapping[str, Message]:
    """Let everything be beside everything."""
    return {}


def propose(
    snapshot: SettingsSnapshot,
    wishes: Iterable[Wish],
    check: Check,
    *,
    refused: Iterable[Refusal] = (),
    remarks: Iterable[Message] = (),
    exactly: bool = False,
    together: Together = anything,
) -> Proposal:
    """Compare wishes with what a server chose. `exactly`: a choice of what is the default counts as a choice.

    Where several wishes are about one setting, however each of them calls it, none of them is meant more than another.
    """
    lines = dict[str, int | None]()
    differences: list[Difference] = []
    cannot = list(refused)
    same = 0
    wishes = list(wishes)
    many = Counter(one.setting.name for one in wishes)
    for one in wishes:
        lines[one.setting.name] = one.line
        if many[one.setting.name] > 1:
            cannot.append(Refusal(one.setting.name, TWICE, one.line))
            continue
        old = snapshot.chosen.get(one.setting.name)
        is_default = old is None and one.value == one.setting.default and not exactly
        if is_default or (old == one.value and type(old) is type(one.value)):
            same += 1
            continue
        try:
            if one.value is not None:
                one.setting.check(one.value)
                check(one.setting, one.value)
        except UserError as error:
            cannot.append(Refusal(one.setting.name, error.message, one.line))
            continue
        differences.append(Difference(one.setting, old, one.value, one.note))
    while misfits := together(snapshot, after(snapshot, differences), {one.setting.scope for one in differences}):
        gone = {one.setting.name for one in differences if one.new is not None} & misfits.keys()
        if not gone:
            break
        cannot += [Refusal(name, misfits[name], lines[name]) for name in sorted(gone)]
        # What is left may need what is left out.
        differences = [one for one in differences if one.setting.name not in gone]
    cannot.sort(key=lambda one: one.line or 0)
    return Proposal(tuple(differences), tuple(cannot), same, tuple(remarks))


def after(snapshot: SettingsSnapshot, differences: Iterable[Difference]) -> SettingsSnapshot:
    """Return what a server would have chosen."""
    chosen = {**snapshot.chosen, **{one.setting.name: one.new for one in differences}}
    return SettingsSnapshot(snapshot.guild_id, {name: value for name, value in chosen.items() if value is not None})
