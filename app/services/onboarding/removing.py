"""Keeping what managers remove until it is too late to undo that, and taking it from there again."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, NotFound
from app.core.onboarding.removed import MAX_REMOVED, REMOVED, Removed, Thing, key_of
from app.core.settings import general
from app.models import BotSetting
from app.services.structures import Settings, structure


class NothingToPutBack(NotFound):
    """It was never removed, was put back already, or is gone by now."""

    def __init__(self) -> None:
        super().__init__("There is nothing to put back: it is there again, or others were removed after it.")


class Removals:
    """What was removed from the tables of a server's questions and rules. Whoever calls holds others off."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self._settings = settings

    async def keep(self, actor: Actor, removed: Removed) -> None:
        """Keep what is being removed; what is too old by now gives way, and the oldest of many."""
        within = await self._within(actor)
        others = sorted(await self._all(actor), key=lambda one: one.at, reverse=True)
        gone = [one for at, one in enumerate(others) if at >= MAX_REMOVED - 1 or one.at < self._clock() - within]
        await self._settings.forget(actor.guild_id, [structure(REMOVED, one.key) for one in gone])
        await self._settings.keep(actor, structure(REMOVED, removed.key), removed.to_json())

    async def take(self, actor: Actor, thing: Thing, row_id: int) -> Removed:
        """Return what is to be put back, and keep it no longer. Raises NothingToPutBack, Conflict if it is too old."""
        found = next((one for one in await self._all(actor) if one.key == key_of(thing, row_id)), None)
        if found is None:
            raise NothingToPutBack
        if found.at < self._clock() - await self._within(actor):
            raise Conflict("That was removed too long ago to be put back.")
        await self._settings.forget(actor.guild_id, [structure(REMOVED, found.key)])
        return found

    async def _within(self, actor: Actor) -> timedelta:
        return timedelta(seconds=(await self._settings.get_snapshot(actor.guild_id))[general.UNDO_WITHIN])

    async def _all(self, actor: Actor) -> list[Removed]:
        mine = (BotSetting.guild_id == actor.guild_id, BotSetting.scope == REMOVED)
        rows = await self._session.execute(select(BotSetting.key, BotSetting.value).where(*mine))
        return [Removed.from_json(key, value) for key, value in rows]
