"""What `audit_logs` holds about one person: for their export, and their erasure."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.exporting import YOU, Row, plain
from app.core.privacy.report import Erased, Stored
from app.services.analytics.rows import SEEN, A, is_whole
from app.services.analytics.sums import EVERYWHERE
from app.services.statements import QUIETLY, Shards, find_rows, forget_some, guilds_in, here, told

TABLE = TABLES["audit_logs"]


class AnalyticsPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        used = await find_rows(self._session, A, here(A, guild_ids), A.user_id == user_id)
        seen = await find_rows(self._session, A, here(A, guild_ids), _is_seen(user_id))
        return await told(TABLE, (*used, *seen), user_id, DOCUMENTS)

    async def erase(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Erased]:
        """Take a person out of what they used here, and out of who was seen here and anywhere.

        What was used is still counted. That somebody returns is not known any more.
        """
        used = (
            update(A)
            .where(here(A, guild_ids), A.user_id == user_id)
            .values(
                {
                    A.user_id: 0,
                    A.channel_id: None,
                    A.locale: None,
                    A.legacy: None,
                    A.details: A.details.op("-")("by"),
                }
            )
            .returning(A.id)
        )
        place = func.array_position(A.people_ids, user_id)
        seen = (
            update(A)
            .where(_is_seen(user_id), here(A, [*guild_ids, EVERYWHERE]))
            .values(
                {
                    A.people_ids: _without_place(A.people_ids, place),
                    A.step_counts: _without_place(A.step_counts, place),
                    A.count: A.count - 1,
                }
            )
            .returning(A.id)
        )
        done = [(await self._session.scalars(one, execution_options=QUIETLY)).all() for one in (used, seen)]
        return [Erased(TABLE.name, changed=sum(map(len, done)))]

    async def guilds(self, shards: Shards | None = None) -> Sequence[int]:
        """Return the servers in which something was used."""
        return await guilds_in(self._session, A, shards)

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
