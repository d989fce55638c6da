"""Which erasures this database has had, and what of people is to be erased once it is over.

Both are rows of `bot_settings` that no server has. That of an erasure names nobody: it has the number of a tombstone,
so that a database that was restored from an older backup is known by not having it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.pending import Pending, Waits
from app.core.privacy.tombstones import CHANNEL, Tombstone
from app.core.records import record
from app.core.settings.members import NO_GUILD
from app.core.value_kind import ValueKind
from app.models import BotSetting
from app.services.statements import QUIETLY, given_rows

S = BotSetting
ERASURES, PENDING = "erasures", "erasures_pending"
"""The scopes of these rows."""


@record
class Done:
    """One erasure, as people who run the bot see it: when, where, how many rows, and whether they did it."""

    id: str
    at: datetime
    guild_id: int
    rows: int
    by_operator: bool


class ErasureLogService:
    """Sole writer of these rows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def missing(self, ids: Collection[str]) -> Sequence[str]:
        """Return those of some erasures that this database has not had."""
        # One value with the statement, however many there are: PostgreSQL takes 32,767.
        among = S.key == func.any(literal(list(ids), ARRAY(Text)))
        known = select(S.key).where(S.guild_id == NO_GUILD, S.scope == ERASURES, among)
        had = set((await self._session.scalars(known)).all())
        return [one for one in ids if one not in had]

    async def note(self, tombstone: Tombstone, rows: int, *, by_operator: bool) -> None:
        """Write down that an erasure was done."""
        value = {"at": tombstone.at.isoformat(), "guild": tombstone.guild_id, "rows": rows, "operator": by_operator}
        await self._put(ERASURES, {tombstone.id: value})

    async def tell(self, tombstones: Collection[Tombstone]) -> None:
        """Tell every process, with the commit, who was erased."""
        lines = func.unnest(literal([one.to_line() for one in tombstones], ARRAY(Text))).column_valued("line")
        await self._session.execute(select(func.pg_notify(CHANNEL, lines)))

    async def newest(self, limit: int) -> Sequence[Done]:
        """Return the newest erasures."""
        query = (
            select(S.key, S.value)
            .where(S.guild_id == NO_GUILD, S.scope == ERASURES)
            .order_by(S.value["at"].astext.desc())
            .limit(limit)
        )
        return [
            Done(key, datetime.fromisoformat(value["at"]), value["guild"], value["rows"], value["operator"])
            for key, value in await self._session.execute(query)
        ]

    async def postpone(self, waiting: Collection[Pending]) -> None:
        """Write down from what people are to be erased once it is over."""
        if waiting:
            await self._put(PENDING, {one.key: {one.kind.value: one.id, "person": one.person} for one in waiting})

    async def pending(self, *kinds: Waits) -> Sequence[Pending]:
        """Return what waits for such things."""
        waits = (S.guild_id == NO_GUILD, S.scope == PENDING, _is_of(kinds))
        found = (await self._session.scalars(select(S.value).where(*waits).order_by(S.key))).all()
        return [Pending(kind, one[kind.value], one["person"]) for one in found for kind in kinds if kind.value in one]

    async def settle(self, done: Collection[Pending]) -> None:
        """Forget that these waited."""
        await self._forget(S.key == func.any(literal([one.key for one in done], ARRAY(Text))))

    async def settle_person(self, user_id: int, *kinds: Waits) -> None:
        """Forget that anything of such kinds waited from which to erase somebody."""
        await self._forget(S.value["person"].astext == str(user_id), _is_of(kinds))

    async def _forget(self, *which: ColumnElement[bool]) -> None:
        gone = delete(S).where(S.guild_id == NO_GUILD, S.scope == PENDING, *which)
        await self._session.execute(gone, execution_options=QUIETLY)

    async def _put(self, scope: str, values: Mapping[str, Any]) -> None:
        given = given_rows("given", key=("in_keys", Text()), value=("in_values", JSONB()))
        constants = (literal(NO_GUILD), literal(scope), literal(ValueKind.STRUCTURE.value), func.now())
        rows = select(*constants, given.c.key, given.c.value)
        put = upsert(S).from_select(["guild_id", "scope", "value_type", "updated_at", "key", "value"], rows)
        facts = {name: put.excluded[name] for name in ("value", "value_type", "updated_at")}
        put = put.on_conflict_do_update(index_elements=["guild_id", "scope", "key"], set_=facts)
        lists = {"in_keys": list(values), "in_values": list(values.values())}
        await self._session.execute(put, lists, execution_options={"dml_strategy": "orm"})


def _is_of(kinds: Collection[Waits]) -> ColumnElement[bool]:
    return or_(*(S.value.op("?")(kind.value) for kind in kinds))
