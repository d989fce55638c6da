"""What the rows of servers in `bot_settings` and `settings_history` hold about one person."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, and_, cast, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.exporting import Row, plain
from app.core.privacy.pending import Part
from app.core.privacy.report import Erased, Stored
from app.core.settings.members import SCOPE as MEMBERS
from app.core.tickets.types import BLOCKED
from app.models import BotSetting, SettingsHistory
from app.services.settings.erasures import ERASURES, PENDING
from app.services.settings.statements import CHANNEL
from app.services.statements import (
    QUIETLY,
    find_rows,
    forget_some,
    here,
    only_flags,
    told,
    without_person,
)

S, H = BotSetting, SettingsHistory
SETTINGS, HISTORY = TABLES["bot_settings"], TABLES["settings_history"]
ABOUT_PEOPLE = (MEMBERS, BLOCKED)
"""Scopes of rows whose key is a person."""
OF_THE_BOT = (MEMBERS, ERASURES, PENDING)
"""Scopes that others write, or that say nothing about people."""


class SettingsPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    models = (S, H)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return which settings somebody chose in some servers, and whether they are blocked there."""
        settings = await find_rows(self._session, S, here(S, guild_ids), _is_chosen_or_blocked(user_id))
        changed = or_(H.changed_by == user_id, _is_block(H, user_id))
        history = await find_rows(self._session, H, here(H, guild_ids), changed)
        return [*await told(SETTINGS, settings, user_id, DOCUMENTS), *await told(HISTORY, history, user_id, OF_HISTORY)]

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Let settings no longer say who chose them; with `is_complete`, a block goes as well."""
        blocks = [await self._blocks(model, user_id, guild_ids, delete_them=is_complete) for model in self.models]
        none: list[Sequence[int]] = [(), ()]
        deleted, kept = (blocks, none) if is_complete else (none, blocks)
        settings = (
            update(S)
            .where(here(S, guild_ids), S.scope.not_in(OF_THE_BOT), S.updated_by == user_id)
            .values({**without_person([S.updated_by], user_id), S.legacy: only_flags(S.legacy)})
            .returning(S.guild_id)
        )
        history = (
            update(H)
            .where(here(H, guild_ids), H.changed_by == user_id)
            .values({H.changed_by: None, H.reason: None, H.legacy: only_flags(H.legacy)})
            .returning(H.id)
        )
        chosen = (await self._session.scalars(settings, execution_options=QUIETLY)).all()
        changed = (await self._session.scalars(history, execution_options=QUIETLY)).all()
        await self._announce({*chosen, *deleted[0]})
        return Part(
            [
                Erased(SETTINGS.name, len(deleted[0]), len(chosen), len(kept[0])),
                Erased(HISTORY.name, len(deleted[1]), len(changed), len(kept[1])),
            ]
        )

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        gone = sum([await forget_some(self._session, model, guild_id, limit) for model in self.models])
        if gone:
            await self._announce({guild_id})
        return gone

    async def _blocks(self, model: Any, user_id: int, guild_ids: Sequence[int], *, delete_them: bool) -> Sequence[int]:
        """Find, or delete, the rows that say that somebody is blocked; return their servers."""
        which = (here(model, guild_ids), _is_block(model, user_id))
        if not delete_them:
            return (await self._session.scalars(select(model.guild_id).where(*which))).all()
        gone = delete(model).where(*which).returning(model.guild_id)
        return (await self._session.scalars(gone, execution_options=QUIETLY)).all()

    async def _announce(self, guild_ids: Collection[int]) -> None:
        if guild_ids:
            changed = func.unnest(literal(sorted(guild_ids), ARRAY(BigInteger))).column_valued("changed")
            await self._session.execute(select(func.pg_notify(CHANNEL, cast(changed, Text))))


def _is_block(model: Any, user_id: int) -> ColumnElement[bool]:
    return and_(model.scope == BLOCKED, model.key == str(user_id))


def _is_chosen_or_blocked(user_id: int) -> ColumnElement[bool]:
    return and_(S.scope.not_in(OF_THE_BOT), or_(S.updated_by == user_id, _is_block(S, user_id)))


def _key(row: Row, user_id: int, is_theirs: bool) -> Any:
    del is_theirs
    is_person = row["scope"] in ABOUT_PEOPLE and row["key"] != str(user_id)
    return f"{row['scope']}.{'somebody' if is_person else row['key']}"


def _value(name: str) -> Any:
    def value(row: Row, user_id: int, is_theirs: bool) -> Any:
        of_somebody = row["scope"] in ABOUT_PEOPLE and row["key"] != str(user_id)
        return plain(row[name]) if (is_theirs or row["key"] == str(user_id)) and not of_somebody else None

    return value


DOCUMENTS = {"key": _key, "value": _value("value")}
OF_HISTORY = {"key": _key, "old_value": _value("old_value"), "new_value": _value("new_value")}
