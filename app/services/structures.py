"""What features need that keep something among the settings: the settings service, and its structures."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import registry
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.settings.kinds import STRUCTURES_LOCK, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import numbers_in
from app.models import SettingsHistory

NUMBERED = SettingsHistory.key.regexp_match("^[0-9]{1,9}$")


class Settings(Protocol):
    """What is needed of the service of the settings."""

    async def get_snapshot(self, guild_id: int) -> SettingsSnapshot:
        """Return what a server chose."""
        ...

    async def get_snapshots(self, guild_ids: Collection[int]) -> Mapping[int, SettingsSnapshot]:
        """Return the same of several servers."""
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

    async def keep(self, actor: Actor, setting: Setting[Any], value: Mapping[str, Any]) -> None:
        """Store what nobody chose."""
        ...

    async def forget(self, guild_id: int, settings: Sequence[Setting[Any]]) -> None:
        """Remove it."""
        ...

    async def complete(self, change: SettingsHistory, value: Mapping[str, Any]) -> SettingsHistory:
        """Add to a change what was only known after it."""
        ...


def structure(scope: str, key: str) -> Setting[Any]:
    """Return the setting that holds a structure."""
    found = registry.find(f"{scope}.{key}")
    assert found is not None, "a structure that the registry knows"
    return found


def require_change(made: object, old: object) -> None:
    """Raise Conflict when somebody changes a structure into what it is."""
    if made == old:
        raise Conflict("That would change nothing: it is so already.")


async def wait_for_others(session: AsyncSession, guild_id: int) -> None:
    """Wait for everybody who adds or changes a structure of a server, and let them wait until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(STRUCTURES_LOCK, func.hashint8(guild_id))))


async def next_key(session: AsyncSession, guild_id: int, scope: str, named: Iterable[str] = ()) -> str:
    """Return the number of the next structure of a kind.

    Of all that there ever were, and of those that are `named` although there never were: the buttons of one that was
    removed must not become another one's.
    """
    last = await session.scalar(
        select(SettingsHistory.key)
        .where(SettingsHistory.guild_id == guild_id, SettingsHistory.scope == scope, NUMBERED)
        .order_by(func.char_length(SettingsHistory.key).desc(), SettingsHistory.key.desc())
        .limit(1)
    )
    return f"{max([int(last or 0), *numbers_in(named)]) + 1:03}"
