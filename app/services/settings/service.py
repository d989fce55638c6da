"""What a server chose, who changed it, and how to take a change back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from app.core import registry
from app.core.actor import Actor
from app.core.clock import Clock
from app.core.commits import SINGLY
from app.core.errors import Conflict, LimitReached, Overtaken
from app.core.records import record
from app.core.settings.kinds import Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.models import BotSetting, ChangeType, SettingsHistory
from app.services.settings.access import (
    AlreadySo,
    ChangedSince,
    ChangeNotFound,
    SettingsNotAllowed,
    checked_reason,
    require_manager,
    require_may_change,
)
from app.services.settings.past import SettingsPast
from app.services.settings.reading import snapshot_of
from app.services.settings.several import SeveralSettings
from app.services.settings.statements import CHANNEL, CHOSEN, CREATE, DELETE, LOCK, RESET, SET, UPDATE
from app.services.statements import here, written
from app.services.structures import wait_for_others


@record
class HistoryPage:
    """Some changes, newest first, and whether there are older and newer ones."""

    entries: Sequence[SettingsHistory]
    page: int
    pages: int
    total: int


class SettingsService:
    """Everything that may happen to a setting. Sole writer of settings_history and of servers' rows of bot_settings."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self.several = SeveralSettings(session, clock)
        """Several changes at once."""
        self.past = SettingsPast(session)
        """What held at a moment of the past."""

    async def get_snapshot(self, guild_id: int) -> SettingsSnapshot:
        """Return what a server chose. A stored value that no longer fits its setting counts as not chosen."""
        connection = await self._session.connection()
        rows = await connection.execute(CHOSEN, {"in_guild_id": guild_id})
        return snapshot_of(guild_id, rows)

    async def get_snapshots(self, guild_ids: Collection[int]) -> Mapping[int, SettingsSnapshot]:
        """Return the same of several servers, from one query."""
        columns = (BotSetting.guild_id, BotSetting.scope, BotSetting.key, BotSetting.value)
        chosen: dict[int, list[Any]] = {guild_id: [] for guild_id in guild_ids}
        rows = await self._session.execute(select(*columns).where(here(BotSetting, list(chosen))))
        for guild_id, scope, key, value in rows:
            chosen[guild_id].append((scope, key, value))
        return {guild_id: snapshot_of(guild_id, rows) for guild_id, rows in chosen.items()}

    async def change(
        self, actor: Actor, setting: Setting[Any], value: Value, *, reason: str | None = None
    ) -> SettingsHistory:
        """Choose a value; the value and its line in the history are one transaction.

        Raises SettingsNotAllowed, InvalidInput for a value or reason that does not fit, AlreadySo if it holds already.
        """
        require_may_change(actor, setting)
        setting.check(value)
        reason = checked_reason(reason)
        if self._session.info.get(SINGLY):
            return await self._at_once(SET, actor, setting, value, reason)
        exists, old = await self._lock(actor.guild_id, setting)
        if old is not None and old == value and type(old) is type(value):
            raise AlreadySo("`{name}` already has that value.", name=setting.name)
        if old is None and value == setting.default:
            raise AlreadySo("`{name}` already has that value: it is the default.", name=setting.name)
        kind = ChangeType.CREATED if old is None else ChangeType.UPDATED
        done = await self._write(UPDATE if exists else CREATE, actor, setting, old, value, kind, reason=reason)
        # Without a row, somebody else chose a first value since our look; that one is the old value now.
        return done or await self.change(actor, setting, value, reason=reason)

    async def reset(self, actor: Actor, setting: Setting[Any], *, reason: str | None = None) -> SettingsHistory:
        """Go back to the default. Raises SettingsNotAllowed, and AlreadySo if nothing was chosen."""
        require_may_change(actor, setting)
        reason = checked_reason(reason)
        if self._session.info.get(SINGLY):
            return await self._at_once(RESET, actor, setting, None, reason)
        _, old = await self._lock(actor.guild_id, setting)
        if old is None:
            raise AlreadySo("`{name}` already has its default value.", name=setting.name)
        done = await self._write(DELETE, actor, setting, old, None, ChangeType.RESET, reason=reason)
        assert done is not None, "the row is locked"
        return done

    async def complete(self, change: SettingsHistory, value: Value) -> SettingsHistory:
        """Add to a change what could only be known after it, such as the message that was posted for it.

        It stays one change, which can be taken back as a whole. Raises ChangedSince when the value is not the one
        that it made any more.
        """
        setting = registry.find(f"{change.scope}.{change.key}")
        assert setting is not None, "a change of a setting that there is"
        setting.check(value)
        _, current = await self._lock(change.guild_id, setting)
        if current != change.new_value:
            raise ChangedSince("Somebody else has just changed `{name}`.", name=setting.name)
        here = (BotSetting.guild_id == change.guild_id, BotSetting.scope == change.scope, BotSetting.key == change.key)
        quietly = {"synchronize_session": False}
        await self._session.execute(update(BotSetting).where(*here).values(value=value), execution_options=quietly)
        line = update(SettingsHistory).where(SettingsHistory.id == change.id).values(new_value=value)
        await self._session.execute(line, execution_options=quietly)
        await self._session.execute(select(func.pg_notify(CHANNEL, str(change.guild_id))))
        change.new_value = value
        return change

    async def amend(self, guild_id: int, setting: Setting[Any], was: Value, value: Value) -> bool:
        """Add to a value what the bot itself came to know of it later, as a part of the last change that made it.

        Nobody chose anything, so the history gets no line, and the last change can still be taken back. Tells whether
        the value was still `was`.
        """
        setting.check(value)
        _, current = await self._lock(guild_id, setting)
        if current is None or current != was:
            return False
        here = (BotSetting.guild_id == guild_id, BotSetting.scope == setting.scope, BotSetting.key == setting.key)
        last = (
            select(SettingsHistory.id)
            .where(
                SettingsHistory.guild_id == guild_id,
                SettingsHistory.scope == setting.scope,
                SettingsHistory.key == setting.key,
            )
            .order_by(SettingsHistory.changed_at.desc(), SettingsHistory.id.desc())
            .limit(1)
        )
        quietly = {"synchronize_session": False}
        await self._session.execute(update(BotSetting).where(*here).values(value=value), execution_options=quietly)
        line = update(SettingsHistory).where(SettingsHistory.id == last.scalar_subquery()).values(new_value=value)
        await self._session.execute(line, execution_options=quietly)
        await self._session.execute(select(func.pg_notify(CHANNEL, str(guild_id))))
        return True

    async def keep(self, actor: Actor, setting: Setting[Any], value: Value) -> None:
        """Store what the bot has to know later and nobody chose, so that the history gets no line."""
        setting.check(value)
        facts = {"value": value, "value_type": setting.kind, "updated_by": actor.user_id, "updated_at": self._clock()}
        keys = {"guild_id": actor.guild_id, "scope": setting.scope, "key": setting.key}
        storing = upsert(BotSetting).values(**keys, **facts)
        await self._session.execute(storing.on_conflict_do_update(index_elements=list(keys), set_=facts))
        await self._session.execute(select(func.pg_notify(CHANNEL, str(actor.guild_id))))

    async def forget(self, guild_id: int, settings: Sequence[Setting[Any]]) -> None:
        """Remove what was kept like that."""
        if not settings:
            return
        named = tuple_(BotSetting.scope, BotSetting.key).in_([(one.scope, one.key) for one in settings])
        gone = delete(BotSetting).where(BotSetting.guild_id == guild_id, named)
        await self._session.execute(gone, execution_options={"synchronize_session": False})
        await self._session.execute(select(func.pg_notify(CHANNEL, str(guild_id))))

    async def get_change(self, actor: Actor, change_id: int) -> SettingsHistory:
        """Return one change of this server, to whom may make such a change.

        Raises SettingsNotAllowed and ChangeNotFound.
        """
        if not actor.is_staff:
            raise SettingsNotAllowed
        change = await self._session.scalar(
            select(SettingsHistory).where(SettingsHistory.guild_id == actor.guild_id, SettingsHistory.id == change_id)
        )
        setting = registry.find(f"{change.scope}.{change.key}") if change is not None else None
        if not actor.is_manager and (setting is None or not setting.by_staff):
            raise SettingsNotAllowed
        if change is None:
            raise ChangeNotFound
        return change

    async def undo(self, actor: Actor, change_id: int, *, within: timedelta) -> SettingsHistory:
        """Give a setting the value it had before a change, whatever kind of change that was.

        Raises ChangeNotFound, ChangedSince when the value is no longer the one that change made, and Conflict when
        the change is older than `within`, its setting exists no more, or a structure does not go with the others.
        """
        change = await self.get_change(actor, change_id)
        setting = registry.find(f"{change.scope}.{change.key}")
        if setting is None:
            raise Conflict("The setting `{name}` no longer exists.", name=f"{change.scope}.{change.key}")
        if change.changed_at < self._clock() - within:
            raise Conflict("That change is too old to undo. Set the value you want instead.")
        if setting.kind is Kind.STRUCTURE:
            await wait_for_others(self._session, actor.guild_id)
        exists, current = await self._lock(actor.guild_id, setting)
        if current != change.new_value:
            by = select(SettingsHistory.id).where(SettingsHistory.restores_id == change.id).limit(1)
            if await self._session.scalar(by) is not None:
                raise ChangedSince("That change of `{name}` has been undone already.", name=setting.name)
            raise ChangedSince(
                "`{name}` was changed again after that. Undo the newest change first, or set the value you want.",
                name=setting.name,
            )
        if not exists:
            await self._require_room(actor.guild_id, setting)
        if change.old_value is None:
            if current is None:
                raise AlreadySo("`{name}` already has its default value.", name=setting.name)
            statement = DELETE
        elif setting.allows(change.old_value):
            statement = UPDATE if exists else CREATE
        else:
            raise Conflict("`{name}` no longer takes its earlier value.", name=setting.name)
        done = await self._write(
            statement, actor, setting, current, change.old_value, ChangeType.RESTORED, restores_id=change.id
        )
        if done is None:
            raise ChangedSince("Somebody else has just changed `{name}`.", name=setting.name)
        for why in (await self.several.misfits(actor.guild_id, [(setting, current)])).values():
            raise Conflict(why)
        return done

    async def _require_room(self, guild_id: int, setting: Setting[Any]) -> None:
        """Raise LimitReached when a server has as many structures as it may; others who add one wait."""
        if not setting.most:
            return
        await wait_for_others(self._session, guild_id)
        count = await self._session.scalar(
            select(func.count()).where(BotSetting.guild_id == guild_id, BotSetting.scope == setting.scope)
        )
        if (count or 0) >= setting.most:
            raise LimitReached(
                "This server has {count} of that kind already, which is as many as there may be. Remove one first.",
                count=setting.most,
            )

    async def list_history(
        self,
        actor: Actor,
        *,
        setting: Setting[Any] | None = None,
        changed_by: int | None = None,
        page: int = 0,
        page_size: int,
    ) -> HistoryPage:
        """Return one page of the changes, newest first; a page beyond the last is the last.

        Raises SettingsNotAllowed.
        """
        require_manager(actor)
        conditions: list[ColumnElement[bool]] = [SettingsHistory.guild_id == actor.guild_id]
        if setting is not None:
            conditions += [SettingsHistory.scope == setting.scope, SettingsHistory.key == setting.key]
        if changed_by is not None:
            conditions.append(SettingsHistory.changed_by == changed_by)
        total = await self._session.scalar(select(func.count()).select_from(SettingsHistory).where(*conditions)) or 0
        pages = max(1, -(-total // page_size))
        page = min(max(page, 0), pages - 1)
        entries = await self._session.scalars(
            select(SettingsHistory)
            .where(*conditions)
            .order_by(SettingsHistory.changed_at.desc(), SettingsHistory.id.desc())
            .limit(page_size)
            .offset(page * page_size)
        )
        return HistoryPage(entries.all(), page, pages, total)

    async def _lock(self, guild_id: int, setting: Setting[Any]) -> tuple[bool, Value]:
        """Return whether there is a row, which nobody else changes from now on, and its value."""
        rows = await self._session.execute(
            LOCK, {"in_guild_id": guild_id, "in_scope": setting.scope, "in_key": setting.key}
        )
        row = rows.one_or_none()
        # A row may hold JSON's null, from before this was forbidden: it is there, and it is no choice.
        return (False, None) if row is None else (True, row[0])

    async def _at_once(
        self, statement: ReturningInsert[Any], actor: Actor, setting: Setting[Any], value: Value, reason: str | None
    ) -> SettingsHistory:
        """Do it in one statement, which is a transaction by itself; Overtaken if that wrote nothing, to say why not."""
        try:
            done = await self._write(statement, actor, setting, None, value, ChangeType.UPDATED, reason=reason)
        except IntegrityError as error:
            # Somebody else has just made a first choice.
            raise Overtaken from error
        if done is None:
            raise Overtaken
        return done

    async def _write(
        self,
        statement: ReturningInsert[Any],
        actor: Actor,
        setting: Setting[Any],
        old: Value,
        new: Value,
        change_type: ChangeType,
        *,
        reason: str | None = None,
        restores_id: int | None = None,
    ) -> SettingsHistory | None:
        """Write value, history and announcement in one round trip; None if there was a row after all."""
        facts: dict[str, Any] = {
            "guild_id": actor.guild_id,
            "scope": setting.scope,
            "key": setting.key,
            "old_value": old,
            "new_value": new,
            "value_type": setting.kind,
            "changed_by": actor.user_id,
            "change_type": change_type,
            "reason": reason,
            "restores_id": restores_id,
        }
        given = {f"in_{name}": value for name, value in facts.items()}
        given |= {"in_payload": f"{actor.guild_id}:", "in_is_default": new == setting.default}
        row = await written(self._session, statement, given)
        if row is None:
            return None
        found = {"id": row.id, "changed_at": row.changed_at, "old_value": row.old_value, "change_type": row.change_type}
        return SettingsHistory(**facts | found)
