"""What features need that keep something among the settings: the settings service, and its structures."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.core import registry
from app.core.actor import Actor
from app.core.settings.kinds import Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory


class Settings(Protocol):
    """What is needed of the service of the settings."""

    async def get_snapshot(self, guild_id: int) -> SettingsSnapshot:
        """Return what a server chose."""
        ...

    async def change(self, actor: Actor, setting: Setting[Any], value: Mapping[str, Any]) -> SettingsHistory:
        """Choose a value."""
        ...

    async def reset(self, actor: Actor, setting: Setting[Any]) -> SettingsHistory:
        """Remove it."""
        ...

    async def amend(self, guild_id: int, setting: Setting[Any], was: Value, value: Value) -> bool:
        """Add to a value what the bot came to know of it."""
        ...

    async def complete(self, change: SettingsHistory, value: Mapping[str, Any]) -> SettingsHistory:
        """Add to a change what was only known after it."""
        ...


def structure(scope: str, key: str) -> Setting[Any]:
    """Return the setting that holds a structure."""
    found = registry.find(f"{scope}.{key}")
    assert found is not None, "a structure that the registry knows"
    return found
