"""Forms: filling them in, reading one that came back, and keeping what was typed when it was refused."""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import discord

from app.core.errors import NotFound, UserError
from app.core.messages import t
from app.core.records import record
from app.ui.kit.components import Item, button
from app.ui.kit.context import present
from app.ui.kit.ids import ButtonId, Snowflake

MAX_KEPT = 500
"""How many refused forms a process remembers; each takes a few kilobytes at most."""


@record
class FilledIn:
    """What a form holds: texts and what was chosen, by the names of the fields; `roles` are those that chose a role."""

    values: Mapping[str, str | list[str]]
    roles: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    """The ids of those that came with it."""

    @classmethod
    def of(cls, values: Mapping[str, str | list[str]]) -> "FilledIn":
        """Take what a form is filled in with."""
        return cls(values)

    @classmethod
    def read(cls, interaction: discord.Interaction) -> "FilledIn":
        """Read a form that came back."""
        data: Any = interaction.data or {}
        values = dict(_fields(data.get("components", [])))
        roles = data.get("resolved", {}).get("roles", {})
        chosen = {name for name, value in values.items() if isinstance(value, list) and set(value) & set(roles)}
        return cls(values, frozenset(chosen), frozenset(data.get("resolved", {}).get("attachments", {})))

    def typed(self, name: str) -> str:
        """Return the text of a field, empty if there is none."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def chosen(self, name: str) -> list[str]:
        """Return what was chosen in a field."""
        value = self.values.get(name, [])
        return value if isinstance(value, list) else []

    def everything(self) -> list[str]:
        """Return all that was typed and chosen, in the order of the fields; files are left out."""
        texts = [value if isinstance(value, str) else "\n".join(value) for value in self.values.values()]
        return [text for text in texts if text.strip() and not self.files.issuperset(text.split("\n"))]

    def without_files(self) -> "FilledIn":
        """Return the same without its files, which have to be chosen again."""
        kept = {name: value for name, value in self.values.items() if not self._is_files(value)}
        return FilledIn(kept, self.roles)

    def _is_files(self, value: str | list[str]) -> bool:
        return isinstance(value, list) and bool(value) and self.files.issuperset(value)

    def id_in(self, name: str) -> int | None:
        """Return the id that was chosen in a field; None for none, and for what is no id."""
        chosen = self.chosen(name)
        is_id = len(chosen) == 1 and chosen[0].isascii() and chosen[0].isdigit() and len(chosen[0]) <= 19
        return int(chosen[0]) if is_id else None

    def default_values(
        self, name: str, kind: discord.SelectDefaultValueType
    ) -> list[discord.SelectDefaultValue] | None:
        """Return with what a menu of channels, roles or members is filled in."""
        chosen = self.id_in(name)
        return [discord.SelectDefaultValue(id=chosen, type=kind)] if chosen is not None else None


def _fields(parts: list[Any]) -> Iterator[tuple[str, str | list[str]]]:
    for part in parts:
        yield from _fields(part.get("components", []))
        if "component" in part:
            yield from _fields([part["component"]])
        if "custom_id" in part and "values" in part:
            yield str(part["custom_id"]), [str(value) for value in part["values"] or []]
        elif "custom_id" in part and "value" in part:
            yield str(part["custom_id"]), str(part["value"] or "")


def labelled(label: str, field: Any, description: str | None = None) -> discord.ui.Label:
    """Put a label over a field of a form."""
    return discord.ui.Label(label, field, description=description)


# The route is older than the feature-free name of this class, and under messages that are still there.
class TryAgainId(ButtonId, route="reminder:v1:try_again"):
    """Open a form again that was refused, with what was typed; `kept` is the interaction in which it was sent."""

    kept: Snowflake


class FormRefused(UserError):
    """A refusal of what was typed into a form, with a button that opens it again."""

    def __init__(self, why: UserError, again: Item) -> None:
        super().__init__(why.message)
        self.items = [again]


class FormIsGone(NotFound):
    """What was typed is not remembered any more."""

    def __init__(self) -> None:
        super().__init__("What you typed is no longer here. Open the form again.")


class KeptForms:
    """What was typed into forms that were refused, of the last few hundred, until this process ends."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, Callable[[], discord.ui.DesignerModal]]] = OrderedDict()

    def keep(self, key: int, user_id: int, reopen: Callable[[], discord.ui.DesignerModal]) -> None:
        """Remember under a key how to open a form again, for the person who sent it."""
        self._kept[key] = user_id, reopen
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    def forget(self, key: int) -> None:
        """Forget what was typed: the form was taken, filled in differently."""
        self._kept.pop(key, None)

    @contextmanager
    def keeping(
        self, interaction: discord.Interaction, reopen: Callable[[], discord.ui.DesignerModal]
    ) -> Generator[None]:
        """Keep what was typed into a form: a refusal inside gets a button that opens it again. Raises FormRefused."""
        try:
            yield
        except NotFound:
            # There is nothing to try again with.
            raise
        except UserError as error:
            self.keep(interaction.id, present(interaction.user).id, reopen)
            raise FormRefused(error, button(t("Try again"), TryAgainId(kept=interaction.id))) from error

    def reopen(self, key: int, user_id: int) -> discord.ui.DesignerModal:
        """Make the form again, with what was typed. Raises FormIsGone, also for what somebody else typed."""
        owner, make = self._kept.get(key, (None, None))
        if make is None or owner != user_id:
            raise FormIsGone
        return make()
