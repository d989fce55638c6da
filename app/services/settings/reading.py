"""Making a snapshot of the rows of a server's settings."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any

from app.core import registry
from app.core.settings.kinds import Value
from app.core.settings.snapshot import SettingsSnapshot


def snapshot_of(guild_id: int, rows: Iterable[Any]) -> SettingsSnapshot:
    """Return what a server chose, by the scope, key and value of each row. What no setting takes is left out."""
    chosen: dict[str, Value] = {}
    for scope, key, value in rows:
        setting = registry.find(f"{scope}.{key}")
        if setting is not None and setting.allows(value):
            chosen[setting.name] = value
    return SettingsSnapshot(guild_id, MappingProxyType(chosen))
