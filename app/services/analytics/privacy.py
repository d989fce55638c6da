"""What `audit_logs` holds about one person: for their export, and their erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.exporting import YOU, Row, plain
from app.core.privacy.pending import Part, Pending, Waits
from app.core.privacy.report import Erased, Stored
from app.services.analytics.rows import SEEN, A, is_whole
from app.services.analytics.sums import EVERYWHERE, TRY_TO_LOCK
from app.services.statements import QUIETLY, find_rows, forget_some, guilds_in, here, told

TABLE = TABLES["audit_logs"]


class AnalyticsPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    models = (A,)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        used = await find_rows(self._session, A, here(A, guild_ids), A.user_id == user_id)
        seen = await find_rows(self._session, A, here(A, guild_ids), _is_seen(user_id))
        return await told(TABLE, (*used, *seen), user_id, DOCUMENTS)

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Take a person out of what they used here, and out of who was seen here and anywhere.

        What was used is still counted. That somebody returns is not known any more. Sums that are being made at this
        moment may name them from what was there before: then that is looked at again once these are made.
        """
        del is_complete
        changed = await self.unname(user_id, guild_ids)
        # Never waited for, as a batch may take minutes. With it, none is being made until this transaction ends.
        is_alone = await self._session.scalar(TRY_TO_LOCK)
        changed += await self._forget_seen(user_id, [*guild_ids, EVERYWHERE], waits=bool(is_alone))
        again = () if is_alone else [EVERYWHERE] if EVERYWHERE in guild_ids else guild_ids
        return Part([Erased(TABLE.name, changed=changed)], [Pending(Waits.SEEN, one, user_id) for one in again])

    async def waiting(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Pending]:
        """Return nothing: whether sums are being made is known once it is erased."""
        del user_id, guild_ids
        return ()

    async def erase_later(self, waiting: Sequence[Pending], limit: int) -> Sequence[Pending]:
        """Take people out of who was seen, unless sums are being made; return whom and where that was."""
        if not waiting or not await self._session.scalar(TRY_TO_LOCK):
            return ()
        due, everywhere = waiting[:limit], [EVERYWHERE, *await guilds_in(self._session, self.models)]
        for one in due:
            guild_ids = everywhere if one.id == EVERYWHERE else [one.id, EVERYWHERE]
            await self._forget_seen(one.person, guild_ids, waits=True)
        return due

    async def unname(self, user_id: int, guild_ids: Sequence[int], *, until: datetime | None = None) -> int:
        """Take a person out of what they used in some servers, until a moment or ever; return from how many rows."""
        which = [here(A, guild_ids), A.user_id == user_id, *([A.created_at <= until] if until is not None else ())]
        values = {
            A.user_id: 0,
            A.channel_id: None,
            A.locale: None,
            A.legacy: None,
            A.details: A.details.op("-")("by"),
        }
        used = update(A).where(*which).values(values).returning(A.id)
        return len((await self._session.scalars(used, execution_options=QUIETLY)).all())

    async def _forget_seen(self, user_id: int, guild_ids: Sequence[int], *, waits: bool) -> int:
        """Take a person out of who was seen; return from how many rows. Those that others have locked may be left."""
        rows = select(A.id).where(_is_seen(user_id), here(A, guild_ids)).order_by(A.id)
        locked = rows.with_for_update(skip_locked=not waits).cte("locked")
        place = func.array_position(A.people_ids, user_id)
        values = {
            A.people_ids: _without_place(A.people_ids, place),
            A.step_counts: _without_place(A.step_counts, place),
            A.count: A.count - 1,
        }
        seen = update(A).where(A.id == locked.c.id).values(values).returning(A.id)
        return len((await self._session.scalars(seen, execution_options=QUIETLY)).all())

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return await forget_some(self._session, A, guild_id, limit)


def _is_seen(user_id: int) -> ColumnElement[bool]:
    """Tell of the row that says who was last seen when whether this person is among them."""
    return is_whole() & (A.command_type == SEEN) & A.people_ids.contains([user_id])


def _without_place(numbers: Any, place: Any) -> Any:
    """Return an array without the element at one place."""
    return func.array_cat(
        func.trim_array(numbers, func.cardinality(numbers) - place + 1), numbers[place + 1 : func.cardinality(numbers)]
    )


def _day_of(row: Row, user_id: int, is_theirs: bool) -> Any:
    people: list[int] = row["people_ids"] or []
    return None if is_theirs or user_id not in people else row["step_counts"][people.index(user_id)]


def _details(row: Row, user_id: int, is_theirs: bool) -> Any:
    del user_id
    return plain(row["details"]) if is_theirs else None


def _among(row: Row, user_id: int, is_theirs: bool) -> Any:
    del is_theirs
    return [YOU] if user_id in (row.get("people_ids") or []) else None


DOCUMENTS = {"step_counts": _day_of, "details": _details, "people_ids": _among}
