"""Setting a server up: what is kept of how far somebody came, and what was chosen since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import registry
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.records import record
from app.core.settings.kinds import Setting
from app.core.setup import GREETING, RUN, SETUP, Mark, Step, begun, greeted, marked
from app.models import BotSetting, SettingsHistory
from app.services.settings.access import require_manager
from app.services.settings.service import SettingsService
from app.services.settings.statements import CHANNEL
from app.services.statements import QUIETLY

MAX_CHANGES = 200
"""How many changes are looked through for what was chosen."""


@record
class Changes:
    """The changes since a moment, the newest first and at most `MAX_CHANGES`, and how many there are in all."""

    entries: Sequence[SettingsHistory]
    total: int


class SetupService:
    """Keeps how far a server is with being set up. Everything chosen goes through the service of settings."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: SettingsService) -> None:
        self._session = session
        self._clock = clock
        self._settings = settings

    async def begin(self, actor: Actor) -> None:
        """Begin, unless somebody has already. Raises SettingsNotAllowed."""
        require_manager(actor)
        # By the clock of the database, like the moments of the changes that are told at the end.
        now = await self._session.scalar(select(func.clock_timestamp()))
        assert now is not None, "it has a clock"
        await self._keep_first(actor.guild_id, RUN, begun(now), by=actor.user_id)

    async def end(self, actor: Actor) -> None:
        """End; what is marked stays. Raises SettingsNotAllowed."""
        require_manager(actor)
        await self._settings.forget(actor.guild_id, [_row(RUN)])

    async def mark(self, actor: Actor, step: Step, mark: Mark) -> None:
        """Say something about a step. Raises SettingsNotAllowed."""
        require_manager(actor)
        await self._settings.keep(actor, _row(step), marked(mark, self._clock()))

    async def unmark(self, actor: Actor, step: Step) -> None:
        """Say nothing about it any more. Raises SettingsNotAllowed."""
        require_manager(actor)
        await self._settings.forget(actor.guild_id, [_row(step)])

    async def greet(self, guild_id: int, joined_at: datetime, channel_id: int) -> bool:
        """Take down that the bot introduces itself after joining; tell whether nobody else has done so before.

        Whoever posts it does so after the commit: killed in between, nothing is said rather than something twice.
        """
        value = greeted(joined_at, channel_id)
        if await self._keep_first(guild_id, GREETING, value, by=None):
            return True
        # It was here before, and somebody let it in again.
        was = (await self._settings.get_snapshot(guild_id)).chosen.get(_row(GREETING).name)
        if not isinstance(was, dict) or datetime.fromisoformat(was["at"]) >= joined_at:
            return False
        return await self._keep_next(guild_id, GREETING, was, value)

    async def changes(self, actor: Actor, since: datetime) -> Changes:
        """Return what was changed since a moment, by whomever. Raises SettingsNotAllowed."""
        require_manager(actor)
        these = (SettingsHistory.guild_id == actor.guild_id, SettingsHistory.changed_at >= since)
        newest = (SettingsHistory.changed_at.desc(), SettingsHistory.id.desc())
        rows = await self._session.scalars(select(SettingsHistory).where(*these).order_by(*newest).limit(MAX_CHANGES))
        entries = rows.all()
        total = len(entries)
        if total == MAX_CHANGES:
            total = await self._session.scalar(select(func.count()).select_from(SettingsHistory).where(*these)) or total
        return Changes(entries, total)

    async def _keep_first(self, guild_id: int, key: str, value: dict[str, Any], *, by: int | None) -> bool:
        """Store what nobody has stored yet; tell whether that was so."""
        row = _row(key)
        adding = upsert(BotSetting).values(
            guild_id=guild_id,
            scope=row.scope,
            key=row.key,
            value=value,
            value_type=row.kind,
            updated_by=by,
            updated_at=self._clock(),
        )
        return await self._written(guild_id, adding.on_conflict_do_nothing().returning(BotSetting.guild_id))

    async def _keep_next(self, guild_id: int, key: str, was: dict[str, Any], value: dict[str, Any]) -> bool:
        """Store the next of what was stored; tell whether it was still the same."""
        row = _row(key)
        here = (BotSetting.guild_id == guild_id, BotSetting.scope == row.scope, BotSetting.key == row.key)
        changing = update(BotSetting).where(*here, BotSetting.value == was)
        changed = changing.values(value=value, updated_at=self._clock()).returning(BotSetting.guild_id)
        return await self._written(guild_id, changed.execution_options(**QUIETLY))

    async def _written(self, guild_id: int, statement: Any) -> bool:
        done = await self._session.scalar(statement) is not None
        if done:
            await self._session.execute(select(func.pg_notify(CHANNEL, str(guild_id))))
        return done


def _row(key: str) -> Setting[Any]:
    found = registry.find(f"{SETUP}.{key}")
    assert found is not None, "a structure that the registry knows"
    return found
