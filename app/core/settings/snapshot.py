"""What one server chose, at one moment."""

from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any, TypeVar, cast

from app.core.records import record
from app.core.settings.kinds import Setting, T, Value

Policy = TypeVar("Policy")


@record
class SettingsSnapshot:
    """What one server chose, at one moment. Whatever it did not choose has its default."""

    guild_id: int
    chosen: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    _policies: dict[Callable[["SettingsSnapshot"], Any], Any] = field(
        default_factory=dict[Callable[["SettingsSnapshot"], Any], Any], init=False, repr=False, compare=False
    )

    def __getitem__(self, setting: Setting[T]) -> T:
        """Return the value that holds: the chosen one, or the default."""
        return cast("T", self.chosen.get(setting.name, setting.default))

    def is_chosen(self, setting: Setting[Any]) -> bool:
        """Tell whether the server chose this itself."""
        return setting.name in self.chosen

    def with_choice(self, name: str, value: Value) -> "SettingsSnapshot":
        """Return the same with another choice; None takes one back."""
        others = {one: kept for one, kept in self.chosen.items() if one != name}
        return SettingsSnapshot(self.guild_id, MappingProxyType(others if value is None else {**others, name: value}))

    def policy(self, read: Callable[["SettingsSnapshot"], Policy]) -> Policy:
        """Return what a feature reads out of it. It is read once, as neither ever changes."""
        try:
            return cast("Policy", self._policies[read])
        except KeyError:
            return cast("Policy", self._policies.setdefault(read, read(self)))

    def structures(self, scope: str) -> dict[str, Mapping[str, Any]]:
        """Return a feature's structures of one scope by their keys, in the order of these."""
        start = f"{scope}."
        found = {name.removeprefix(start): value for name, value in self.chosen.items() if name.startswith(start)}
        return {key: cast("Mapping[str, Any]", found[key]) for key in sorted(found)}
