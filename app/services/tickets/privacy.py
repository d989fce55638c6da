"""What `support_tickets` holds about one person: for their export, and their erasure."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, case, cast, func, literal_column, null, or_, select, union, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.documents import without
from app.core.privacy.exporting import Row, plain
from app.core.privacy.pending import Part, Pending, Waits
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
    among,
    find_rows,
    forget_some,
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

    models = (T,)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        found: list[Stored] = []
        ids = (await self._session.scalars(_about(user_id, here(T, guild_ids)).order_by("id"))).all()
        async for rows in self._chunks(ids):
            found += await told(TABLE, rows, user_id, DOCUMENTS)
        return found

    async def waiting(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Pending]:
        """Return the tickets with this person that are not over, which an erasure leaves alone."""
        found = await self._session.scalars(_about(user_id, here(T, guild_ids), T.status.in_(OPEN)))
        return [Pending(Waits.TICKET, one, user_id) for one in found]

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Erase somebody from the tickets of some servers that are over; those that are not are left for later.

        Which are is known for certain: nobody closes or opens one again until the transaction ends.
        """
        del is_complete
        found = (await self._session.scalars(_about(user_id, here(T, guild_ids)))).all()
        over, still = await self._locked(found)
        done = await self._erase(user_id, over)
        return Part([Erased(TABLE.name, changed=done)], [Pending(Waits.TICKET, one, user_id) for one in still])

    async def erase_later(self, waiting: Sequence[Pending], limit: int) -> Sequence[Pending]:
        """Erase people from those tickets that are over by now, or gone, of some of them; return which these were."""
        ids = [one.id for one in waiting]
        still_open = set(await self._session.scalars(select(T.id).where(among(T.id, ids), T.status.in_(OPEN))))
        due = [one for one in waiting if one.id not in still_open][:limit]
        over, still = await self._locked([one.id for one in due])
        due = [one for one in due if one.id not in still]
        for person in {one.person for one in due}:
            await self._erase(person, sorted({one.id for one in due if one.person == person} & set(over)))
        return due

    async def _locked(self, ids: Sequence[int]) -> tuple[Sequence[int], Collection[int]]:
        """Lock tickets, and return those that are over and those that are not; one that is gone is neither."""
        locked = select(T.id, T.status).where(among(T.id, ids)).order_by(T.id).with_for_update()
        found = (await self._session.execute(locked)).all()
        return [row.id for row in found if row.status in OVER], {row.id for row in found if row.status in OPEN}

    async def _erase(self, user_id: int, ids: Sequence[int]) -> int:
        """Erase somebody from tickets that are locked; return from how many."""
        async for rows in self._chunks(ids):
            documents = [_documents(row, user_id) for row in rows]
            await self._session.execute(update(T), documents, execution_options=QUIETLY)
            others = [row["id"] for row in rows if row["user_id"] != user_id]
            own = [row["id"] for row in rows if row["user_id"] == user_id]
            if others:
                await self._change(others, _without_participant(user_id))
            if own:
                await self._change(own, {**OF_OPENER, **without_person(STAFF, user_id)})
        return len(ids)

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return await forget_some(self._session, T, guild_id, limit)

    async def _change(self, ids: Sequence[int], values: Mapping[Any, Any]) -> None:
        await self._session.execute(update(T).where(T.id.in_(ids)).values(dict(values)), execution_options=QUIETLY)

    async def _chunks(self, ids: Sequence[int]) -> AsyncGenerator[list[dict[str, Any]]]:
        """Yield rows with their documents, some at a time."""
        for place in range(0, len(ids), CHUNK):
            yield await find_rows(self._session, T, T.id.in_(ids[place : place + CHUNK]), without=("search",))


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
