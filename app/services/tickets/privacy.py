"""What `support_tickets` holds about one person: for their export, and their erasure."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, case, cast, func, literal_column, null, or_, select, union, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.documents import without
from app.core.privacy.exporting import Row, plain
from app.core.privacy.report import Erased, Stored
from app.core.tickets.privacy import (
    bare_events,
    events_without,
    happened_in,
    record_without,
    said_in,
    text_of,
)
from app.models import SupportTicket, TicketStatus
from app.models.support_ticket import ACTED, IS_OVER, NAMED
from app.services.statements import (
    QUIETLY,
    Shards,
    find_rows,
    forget_some,
    guilds_in,
    here,
    occurs,
    only_flags,
    told,
    without_person,
)

T = SupportTicket
TABLE = TABLES["support_tickets"]
OVER = (TicketStatus.CLOSED.value, TicketStatus.ARCHIVED.value)
OPEN = tuple(one.value for one in TicketStatus if one.value not in OVER)
CHUNK = 100
"""Tickets whose documents are held at once: each may be a megabyte."""
STAFF = [
    getattr(T, name)
    for name in (*("claimed_by", "opened_by", "first_answered_by", "close_requested_by", "closed_by", "escalated_to"),)
]
OF_OPENER: dict[Any, Any] = {
    **dict.fromkeys(
        (T.username, T.record, T.search_text, T.rating_comment, T.close_reason, T.opener_left_at, T.legacy)
    ),
    T.user_id: 0,
    T.description: "",
    T.answers: [],
    T.labels: [],
    T.added_user_ids: [],
}
"""What becomes of a ticket whose opener was erased; its figures stay."""


class TicketPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        found: list[Stored] = []
        async for rows in self._chunks(user_id, here(T, guild_ids)):
            found += await told(TABLE, rows, user_id, DOCUMENTS)
        return found

    async def open_ones(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[int]:
        """Return the tickets with this person that are not over, which an erasure leaves alone, by their ids."""
        return (await self._session.scalars(_about(user_id, here(T, guild_ids), T.status.in_(OPEN)))).all()

    async def erase(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Erased]:
        """Erase somebody from the tickets of some servers that are over."""
        return [Erased(TABLE.name, changed=await self._erase(user_id, here(T, guild_ids), T.status.in_(OVER)))]

    async def erase_from(self, user_id: int, among: Sequence[int]) -> None:
        """Erase somebody from those of some tickets that are over."""
        await self._erase(user_id, T.id.in_(among), T.status.in_(OVER))

    async def _erase(self, user_id: int, *conditions: ColumnElement[bool]) -> int:
        done = 0
        async for rows in self._chunks(user_id, *conditions, lock=True):
            done += len(rows)
            documents = [_documents(row, user_id) for row in rows]
            await self._session.execute(update(T), documents, execution_options=QUIETLY)
            others = [row["id"] for row in rows if row["user_id"] != user_id]
            own = [row["id"] for row in rows if row["user_id"] == user_id]
            if others:
                await self._change(others, _without_participant(user_id))
            if own:
                await self._change(own, {**OF_OPENER, **without_person(STAFF, user_id)})
        return done

    async def are_over(self, ids: Sequence[int]) -> Sequence[int]:
        """Return those of some tickets that are over, or gone."""
        query = select(T.id).where(T.id.in_(ids), T.status.not_in(OVER))
        still = set((await self._session.scalars(query)).all())
        return [one for one in ids if one not in still]

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers that have tickets."""
        return await guilds_in(self._session, T, shards)

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return await forget_some(self._session, T, guild_id, limit)

    async def _change(self, ids: Sequence[int], values: Mapping[Any, Any]) -> None:
        await self._session.execute(update(T).where(T.id.in_(ids)).values(dict(values)), execution_options=QUIETLY)

    async def _chunks(
        self, user_id: int, *conditions: ColumnElement[bool], lock: bool = False
    ) -> AsyncGenerator[list[dict[str, Any]]]:
        """Yield rows with their documents, some at a time. The ids are found first, without the documents."""
        ids = (await self._session.scalars(_about(user_id, *conditions).order_by("id"))).all()
        for place in range(0, len(ids), CHUNK):
            some = ids[place : place + CHUNK]
            if lock:
                await self._session.execute(select(T.id).where(T.id.in_(some)).order_by(T.id).with_for_update())
            yield await find_rows(self._session, T, T.id.in_(some), without=("search",))


def _about(user_id: int, *conditions: ColumnElement[bool]) -> Any:
    """Select the tickets in which somebody occurs: by columns, by indexes of documents, and among those still open."""
    somebody = cast([user_id], ARRAY(BIGINT))
    by_column = or_(T.user_id == user_id, *(one == user_id for one in STAFF), T.added_user_ids.contains(somebody))
    over: ColumnElement[bool] = literal_column(f"support_tickets.{IS_OVER}", Boolean)
    named: Any = literal_column(NAMED, JSONB)
    acted: Any = literal_column(ACTED, JSONB)
    in_open = or_(occurs(T.events, user_id), func.coalesce(T.record["people"].op("?")(str(user_id)), False))
    return union(
        select(T.id).where(*conditions, by_column),
        select(T.id).where(*conditions, over, T.record.is_not(None), named.op("?")(str(user_id))),
        select(T.id).where(*conditions, over, acted.contains([user_id])),
        select(T.id).where(*conditions, T.status.in_(OPEN), in_open),
    )


def _documents(row: Row, user_id: int) -> dict[str, Any]:
    """Return what the documents of a ticket become, for an update by its key."""
    if row["user_id"] == user_id:
        return {"id": row["id"], "events": bare_events(row["events"], user_id)}
    record = record_without(row["record"], user_id)
    return {
        "id": row["id"],
        "events": events_without(row["events"], user_id),
        "record": record,
        "search_text": text_of(record) if row["search_text"] is not None else None,
        "description": without(row["description"], user_id),
        "answers": without(row["answers"], user_id),
    }


def _without_participant(user_id: int) -> dict[Any, Any]:
    is_closer = T.closed_by == user_id
    return {
        **without_person(STAFF, user_id),
        T.close_runs_out_at: case((T.close_requested_by == user_id, null()), else_=T.close_runs_out_at),
        T.close_reason: case((is_closer, null()), else_=T.close_reason),
        T.added_user_ids: func.array_remove(T.added_user_ids, user_id),
        T.legacy: only_flags(T.legacy),
    }


def _record(row: Row, user_id: int, is_theirs: bool) -> Any:
    return said_in(row["record"], user_id, is_theirs=is_theirs)


def _events(row: Row, user_id: int, is_theirs: bool) -> Any:
    return happened_in(row["events"], user_id, is_theirs=is_theirs)


def _labels(row: Row, user_id: int, is_theirs: bool) -> Any:
    del user_id
    return plain(row["labels"]) if is_theirs else None


DOCUMENTS = {"record": _record, "events": _events, "labels": _labels}
