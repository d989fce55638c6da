"""What several settings would become, and what of it cannot be: for a look at it before anything is changed. Pure."""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import field
from typing import Any

from app.core.errors import UserError
from app.core.messages import Message
from app.core.records import record
from app.core.settings.kinds import Setting, Value
from app.core.settings.snapshot import SettingsSnapshot

Check = Callable[[Setting[Any], Value], None]
"""Raise InvalidInput unless a server can have that value, which fits its setting."""


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
    def wanted(self) -> list[tuple[Setting[Any], Value]]:
        """Return the settings that would change, and to what."""
        return [(one.setting, one.new) for one in self.differences]

    @property
    def shown(self) -> dict[str, Value]:
        """Return what was chosen for these, by their names."""
        return {one.setting.name: one.old for one in self.differences}


def propose(
    snapshot: SettingsSnapshot,
    wishes: Iterable[Wish],
    check: Check,
    *,
    refused: Iterable[Refusal] = (),
    remarks: Iterable[Message] = (),
    exactly: bool = False,
) -> Proposal:
    """Compare wishes with what a server chose. `exactly`: a choice of what is the default counts as a choice."""
    differences: list[Difference] = []
    cannot = list(refused)
    same = 0
    for one in wishes:
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
    cannot.sort(key=lambda one: one.line or 0)
    return Proposal(tuple(differences), tuple(cannot), same, tuple(remarks))
