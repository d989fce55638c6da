"""What a server had chosen at a moment of the past, by the history of its settings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import registry
from app.core.actor import Actor
from app.core.records import record
from app.core.settings.kinds import Value
from app.models import SettingsHistory
from app.services.settings.access import ChangeNotFound, require_manager
from app.services.structures import NUMBERED

LOOKED_AT = 300
"""How many changes are read to find the last moments."""
JUST_BEFORE = timedelta(microseconds=1)


@record
class Past:
    """What a server had chosen at a moment, of the settings that were changed since. None is the default.

    `made` counts what features keep among the settings, was changed since and does not go back, by its kind.
    """

    moment: datetime
    then: Mapping[str, Value]
    gone: Sequence[str]
    """Names that were changed since, of settings that there are no more."""
    made: Mapping[str, int]


@record
class Point:
    """Changes that were made together: `change_id` is one of them, `names` are the settings."""

    change_id: int
    moment: datetime
    changed_by: int | None
    names: Sequence[str]


class SettingsPast:
    """Reads the history as what held at a moment. Writes nothing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def at(self, actor: Actor, moment: datetime) -> Past:
        """Return what held at a moment, of all that was changed since. Raises SettingsNotAllowed."""
        require_manager(actor)
        here = SettingsHistory.guild_id == actor.guild_id
        since = (
            select(SettingsHistory.scope, SettingsHistory.key, SettingsHistory.old_value)
            .where(here, SettingsHistory.changed_at > moment)
            # SQLAlchemy 2.0 and 2.1 each have a word of their own for it.
            .prefix_with(text("DISTINCT ON (settings_history.scope, settings_history.key)"))
            .order_by(SettingsHistory.scope, SettingsHistory.key, SettingsHistory.changed_at, SettingsHistory.id)
            .subquery()
        )
        before = (
            select(SettingsHistory.id, SettingsHistory.new_value)
            .where(
                here,
                SettingsHistory.scope == since.c.scope,
                SettingsHistory.key == since.c.key,
                SettingsHistory.changed_at <= moment,
            )
            .order_by(SettingsHistory.changed_at.desc(), SettingsHistory.id.desc())
            .limit(1)
            .lateral()
        )
        rows = await self._session.execute(
            select(since.c.scope, since.c.key, since.c.old_value, before.c.id, before.c.new_value).select_from(
                since.outerjoin(before, true())
            )
        )
        then: dict[str, Value] = {}
        gone: list[str] = []
        made = Counter[str]()
        for scope, key, old, earlier_id, earlier in rows:
            name = f"{scope}.{key}"
            kind = registry.STRUCTURES.get(scope)
            if name in registry.BY_NAME or registry.goes_back(scope, key):
                # What an earlier change has made is said for sure; what a later one found there may be older than both.
                then[name] = old if earlier_id is None else earlier
            elif kind is not None:
                made[scope] += 1
            else:
                gone.append(name)
        return Past(moment, then, sorted(gone), made)

    async def just_before(self, actor: Actor, change_id: int) -> datetime:
        """Return the last moment before a change. Raises SettingsNotAllowed, ChangeNotFound."""
        return await self.of_change(actor, change_id) - JUST_BEFORE

    async def of_change(self, actor: Actor, change_id: int) -> datetime:
        """Return the moment of a change, at which it holds. Raises SettingsNotAllowed, ChangeNotFound."""
        require_manager(actor)
        found = await self._session.scalar(
            select(SettingsHistory.changed_at).where(
                SettingsHistory.guild_id == actor.guild_id, SettingsHistory.id == change_id
            )
        )
        if found is None:
            raise ChangeNotFound
        return found

    async def points(self, actor: Actor) -> list[Point]:
        """Return when settings were changed last, the newest first. Raises SettingsNotAllowed."""
        require_manager(actor)
        rows = await self._session.execute(
            select(
                SettingsHistory.id,
                SettingsHistory.changed_at,
                SettingsHistory.changed_by,
                SettingsHistory.scope,
                SettingsHistory.key,
            )
            .where(SettingsHistory.guild_id == actor.guild_id)
            .order_by(SettingsHistory.changed_at.desc(), SettingsHistory.id.desc())
            .limit(LOOKED_AT)
        )
        found: list[Point] = []
        for (moment, person), together in groupby(rows, lambda row: (row.changed_at, row.changed_by)):
            of_settings = [
                row
                for row in together
                if f"{row.scope}.{row.key}" in registry.BY_NAME or registry.goes_back(row.scope, row.key)
            ]
            if of_settings:
                names = [f"{row.scope}.{row.key}" for row in of_settings]
                found.append(Point(of_settings[0].id, moment, person, names))
        return found

    async def last_numbers(self, actor: Actor, scopes: Iterable[str]) -> Mapping[str, int]:
        """Return the highest number that structures of some kinds ever had as their key. Raises SettingsNotAllowed."""
        require_manager(actor)
        rows = await self._session.execute(
            select(SettingsHistory.scope, SettingsHistory.key)
            .prefix_with(text("DISTINCT ON (settings_history.scope)"))
            .where(SettingsHistory.guild_id == actor.guild_id, SettingsHistory.scope.in_(list(scopes)), NUMBERED)
            .order_by(SettingsHistory.scope, func.char_length(SettingsHistory.key).desc(), SettingsHistory.key.desc())
        )
        return {scope: int(key) for scope, key in rows}
