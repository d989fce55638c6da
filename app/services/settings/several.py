"""Several settings and structures at once: all of them or none, in one transaction, to be taken back together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import registry
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict
from app.core.messages import Message
from app.core.records import record
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.models import BotSetting, ChangeType, SettingsHistory
from app.services.settings.access import (
    ChangedSince,
    ChangeNotFound,
    checked_reason,
    require_manager,
    require_may_change,
)
from app.services.settings.reading import snapshot_of
from app.services.settings.statements import CHANNEL, CHOSEN
from app.services.statements import QUIETLY
from app.services.structures import wait_for_others


@record
class Undone:
    """What was taken back of several changes, and which of them stay because their settings were changed since."""

    changes: Sequence[SettingsHistory]
    stayed: Sequence[SettingsHistory]


@record
class _Wish:
    """What a setting is to have; None is its default."""

    setting: Setting[Any]
    value: Value

    def is_so(self, old: Value, *, exactly: bool) -> bool:
        """Tell whether it has that, by the value that was chosen."""
        if old is None and not exactly and self.value == self.setting.default:
            return True
        return old == self.value and type(old) is type(self.value)


@record
class _Written:
    """What a setting had, as it was stored, and has."""

    setting: Setting[Any]
    old: Value
    new: Value

    @property
    def change_type(self) -> ChangeType:
        """What happened to it."""
        if self.new is None:
            return ChangeType.RESET
        return ChangeType.CREATED if self.old is None else ChangeType.UPDATED


class SeveralSettings:
    """Changes several settings at once. A part of SettingsService, which is the writer of these tables."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def change(
        self,
        actor: Actor,
        wanted: Iterable[tuple[Setting[Any], Value]],
        *,
        reason: str | None = None,
        shown: Mapping[str, Value] | None = None,
        restored: bool = False,
    ) -> list[SettingsHistory]:
        """Give settings of the registry values, all or none; None resets one. Returns a change for each that differed.

        What is so already is left as it is, so there may be no change at all. All changes have the same moment, by
        which `undo` finds them together. With `shown`, the values that had been chosen when somebody decided, by the
        settings' names, it is refused when these are others by now. `restored` says that they were so before: then a
        choice of what is the default counts as a choice. Raises SettingsNotAllowed, InvalidInput for a value or reason
        that does not fit, and ChangedSince; this too when structures do not go together with what there is by now, or
        when what is known of a person was erased meanwhile.
        """
        wishes = {setting.name: _Wish(setting, value) for setting, value in wanted}
        for one in wishes.values():
            require_may_change(actor, one.setting)
            if one.value is not None:
                one.setting.check(one.value)
        reason = checked_reason(reason)
        await self._wait(actor.guild_id, wishes)
        await self._require_known(actor.guild_id, wishes)
        written = await self._apply(actor, wishes, shown, exactly=restored)
        for name in await self.misfits(actor.guild_id, [(one.setting, one.old) for one in written]):
            raise ChangedSince("Somebody else has just changed `{name}`.", name=name)
        return await self._record(actor, written, reason=reason, restored=restored)

    async def undo(self, actor: Actor, change_id: int, *, within: timedelta) -> Undone:
        """Take back a change and all that were made together with it, but for those that were changed again since.

        Raises SettingsNotAllowed, ChangeNotFound, ChangedSince when nothing can be taken back, and Conflict when they
        are older than `within`, or when structures do not go together with what there is by now.
        """
        require_manager(actor)
        together = await self._together(actor.guild_id, change_id)
        if together[0].changed_at < self._clock() - within:
            raise Conflict("That change is too old to undo. Set the value you want instead.")
        made = {f"{one.scope}.{one.key}": one for one in together}
        if any(one.value_type is Kind.STRUCTURE for one in together):
            await wait_for_others(self._session, actor.guild_id)
        there = await self._lock(actor.guild_id, made)
        wishes: dict[str, _Wish] = {}
        for name, change in made.items():
            setting = registry.find(name)
            if setting is None or there.get(name) != change.new_value:
                continue
            if change.old_value is None or setting.allows(change.old_value):
                wishes[name] = _Wish(setting, change.old_value)
        stayed = [change for name, change in made.items() if name not in wishes]
        if not wishes:
            by = select(SettingsHistory.id).where(SettingsHistory.restores_id.in_([one.id for one in together]))
            if await self._session.scalar(by.limit(1)) is not None:
                raise ChangedSince("Those changes have been undone already.")
            raise ChangedSince("All of these settings were changed again after that.")
        written = await self._apply(actor, wishes, None, exactly=True)
        for why in (await self.misfits(actor.guild_id, [(one.setting, one.old) for one in written])).values():
            raise Conflict(why)
        restores = {name: change.id for name, change in made.items()}
        return Undone(await self._record(actor, written, restored=True, restores=restores), stayed)

    async def _wait(self, guild_id: int, wishes: Mapping[str, _Wish]) -> None:
        """Wait for everybody who adds or changes structures, if there are any."""
        if any(one.setting.kind is Kind.STRUCTURE for one in wishes.values()):
            await wait_for_others(self._session, guild_id)

    async def _require_known(self, guild_id: int, wishes: Mapping[str, _Wish]) -> None:
        """Raise ChangedSince when the history knows the person no more that a structure is about: they were erased."""
        people = {
            name
            for name, one in wishes.items()
            if one.value is not None and registry.is_about_person(one.setting.scope)
        }
        if not people:
            return
        among = tuple_(SettingsHistory.scope, SettingsHistory.key).in_(map(_place, people))
        rows = await self._session.execute(
            select(SettingsHistory.scope, SettingsHistory.key)
            .where(SettingsHistory.guild_id == guild_id, among)
            .distinct()
        )
        for name in people - {f"{scope}.{key}" for scope, key in rows}:
            raise ChangedSince("Somebody else has just changed `{name}`.", name=name)

    async def misfits(self, guild_id: int, written: Sequence[tuple[Setting[Any], Value]]) -> Mapping[str, Message]:
        """Return which structures that were written cannot be beside the others, and why; each with its old value."""
        scopes = {setting.scope for setting, _ in written if setting.kind is Kind.STRUCTURE}
        if not scopes:
            return {}
        connection = await self._session.connection()
        after = snapshot_of(guild_id, await connection.execute(CHOSEN, {"in_guild_id": guild_id}))
        before = {**after.chosen, **{setting.name: old for setting, old in written}}
        had = SettingsSnapshot(guild_id, {name: value for name, value in before.items() if value is not None})
        return registry.problems(had, after, scopes)

    async def _together(self, guild_id: int, change_id: int) -> Sequence[SettingsHistory]:
        """Return a change and those that were made by the same person at the very same moment."""
        here = SettingsHistory.guild_id == guild_id
        named = (
            select(SettingsHistory.changed_at, SettingsHistory.changed_by)
            .where(here, SettingsHistory.id == change_id)
            .subquery()
        )
        found = await self._session.scalars(
            select(SettingsHistory)
            .join(
                named,
                (SettingsHistory.changed_at == named.c.changed_at)
                & SettingsHistory.changed_by.is_not_distinct_from(named.c.changed_by),
            )
            .where(here)
            .order_by(SettingsHistory.id)
        )
        changes = found.all()
        if not changes:
            raise ChangeNotFound
        return changes

    async def _apply(
        self, actor: Actor, wishes: Mapping[str, _Wish], shown: Mapping[str, Value] | None, *, exactly: bool
    ) -> list[_Written]:
        """Write the values, and return what differed."""
        written: list[_Written] = []
        left = dict(wishes)
        while left:
            there = await self._lock(actor.guild_id, left)
            differing: list[_Written] = []
            for name, wish in left.items():
                stored = there.get(name)
                # A value that its setting no longer takes counts as not chosen.
                old = stored if stored is not None and wish.setting.allows(stored) else None
                if shown is not None and old != shown.get(name):
                    raise ChangedSince("Somebody else has just changed `{name}`.", name=name)
                if not wish.is_so(old, exactly=exactly):
                    differing.append(_Written(wish.setting, stored, wish.value))
            await self._remove(actor.guild_id, [one for one in differing if one.new is None])
            await self._replace(actor, [one for one in differing if one.new is not None and one.setting.name in there])
            first = [one for one in differing if one.new is not None and one.setting.name not in there]
            # In one order too: whoever adds a row that somebody else has just added waits for them.
            first.sort(key=lambda one: _place(one.setting.name))
            made = await self._create(actor, first)
            # Where there was none, somebody else has chosen a first value since our look: that one is the old one now.
            left = {one.setting.name: left[one.setting.name] for one in first if one.setting.name not in made}
            written += [one for one in differing if one.setting.name not in left]
        return written

    async def _lock(self, guild_id: int, names: Iterable[str]) -> dict[str, Value]:
        """Return the rows that there are, by the names of their settings; nobody else changes them from now on.

        In one order, so that two who lock the same ones do not wait for each other.
        """
        rows = await self._session.execute(
            select(BotSetting.scope, BotSetting.key, BotSetting.value)
            .where(BotSetting.guild_id == guild_id, tuple_(BotSetting.scope, BotSetting.key).in_(map(_place, names)))
            .order_by(BotSetting.scope, BotSetting.key)
            .with_for_update()
        )
        return {f"{scope}.{key}": value for scope, key, value in rows}

    async def _remove(self, guild_id: int, gone: Sequence[_Written]) -> None:
        if gone:
            here = tuple_(BotSetting.scope, BotSetting.key).in_([(one.setting.scope, one.setting.key) for one in gone])
            statement = delete(BotSetting).where(BotSetting.guild_id == guild_id, here)
            await self._session.execute(statement, execution_options=QUIETLY)

    async def _replace(self, actor: Actor, changed: Sequence[_Written]) -> None:
        if changed:
            statement = upsert(BotSetting).values([_row(actor, one) for one in changed])
            facts = {name: statement.excluded[name] for name in ("value", "value_type", "updated_by", "updated_at")}
            keys = ["guild_id", "scope", "key"]
            await self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=facts))

    async def _create(self, actor: Actor, new: Sequence[_Written]) -> set[str]:
        """Write rows where there are none, and return for which settings that was so."""
        if not new:
            return set()
        statement = upsert(BotSetting).values([_row(actor, one) for one in new]).on_conflict_do_nothing()
        rows = await self._session.execute(statement.returning(BotSetting.scope, BotSetting.key))
        return {f"{scope}.{key}" for scope, key in rows}

    async def _record(
        self,
        actor: Actor,
        written: Sequence[_Written],
        *,
        restored: bool,
        reason: str | None = None,
        restores: Mapping[str, int] | None = None,
    ) -> list[SettingsHistory]:
        """Write the history of it, and announce it when the transaction commits."""
        if not written:
            return []
        # Not the transaction's start: the rows are locked by now, and the history must tell the true order.
        moment: datetime | None = await self._session.scalar(select(func.clock_timestamp()))
        changes = [
            SettingsHistory(
                guild_id=actor.guild_id,
                scope=one.setting.scope,
                key=one.setting.key,
                old_value=one.old,
                new_value=one.new,
                value_type=one.setting.kind,
                changed_by=actor.user_id,
                changed_at=moment,
                change_type=ChangeType.RESTORED if restored else one.change_type,
                reason=reason,
                restores_id=None if restores is None else restores[one.setting.name],
            )
            for one in written
        ]
        self._session.add_all(changes)
        await self._session.flush()
        await self._session.execute(select(func.pg_notify(CHANNEL, str(actor.guild_id))))
        return changes


def _place(name: str) -> tuple[str, str]:
    scope, _, key = name.partition(".")
    return scope, key


def _row(actor: Actor, one: _Written) -> dict[str, Any]:
    return {
        "guild_id": actor.guild_id,
        "scope": one.setting.scope,
        "key": one.setting.key,
        "value": one.new,
        "value_type": one.setting.kind,
        "updated_by": actor.user_id,
        "updated_at": func.clock_timestamp(),
    }
