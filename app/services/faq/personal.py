"""What `faq_entries` and `faq_search_logs` hold about one person: for their export, and their erasure.

What a member sees of their own searches, and stops, is in `app.services.faq.privacy`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.documents import without
from app.core.privacy.exporting import YOU, Row, plain
from app.core.privacy.pending import Part
from app.core.privacy.report import Erased, Stored
from app.models import FaqEntry, FaqSearchLog
from app.services.faq.log import voter
from app.services.faq.privacy import SearchPrivacyService
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

E, L = FaqEntry, FaqSearchLog
ENTRIES, SEARCHES = TABLES["faq_entries"], TABLES["faq_search_logs"]
STAFF = [E.created_by, E.updated_by, E.deleted_by, E.owner_user_id]


class FaqPersonalDataService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    models = (E, L)

    def __init__(self, session: AsyncSession, searches: SearchPrivacyService) -> None:
        self._session = session
        self._searches = searches

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        entries = await find_rows(self._session, E, here(E, guild_ids), _has_worked_on(user_id))
        searches = await find_rows(self._session, L, here(L, guild_ids), L.user_id == user_id)
        handled = await find_rows(
            self._session, L, here(L, guild_ids), L.handled_at.is_not(None), L.handled_by == user_id
        )
        drafts = await find_rows(self._session, L, here(L, guild_ids), _is_draft_of(user_id))
        rows = {row["id"]: row for row in (*searches, *handled, *drafts)}
        return [
            *await told(ENTRIES, entries, user_id, OF_ENTRIES),
            *await told(SEARCHES, [rows[key] for key in sorted(rows)], user_id, OF_SEARCHES),
        ]

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Forget their searches, and take them out of entries, earlier versions, and what was dealt with."""
        del is_complete
        forgotten = await self._searches.forget_in(user_id, guild_ids)
        handled = (
            update(L)
            .where(here(L, guild_ids), L.handled_at.is_not(None), L.handled_by == user_id)
            .values(without_person([L.handled_by], user_id))
            .returning(L.id)
        )
        dealt_with = len((await self._session.scalars(handled, execution_options=QUIETLY)).all())
        # Locked before they are read: a version that somebody writes at this moment would be lost.
        theirs = select(E.id).where(here(E, guild_ids), _has_worked_on(user_id)).order_by(E.id).with_for_update()
        ids = (await self._session.scalars(theirs)).all()
        found = await find_rows(self._session, E, among(E.id, ids)) if ids else []
        if found:
            histories = [{"id": row["id"], "history": without(row["history"], user_id)} for row in found]
            await self._session.execute(update(E), histories, execution_options=QUIETLY)
            changed = {**without_person(STAFF, user_id), E.legacy: only_flags(E.legacy)}
            await self._session.execute(update(E).where(among(E.id, ids)).values(changed), execution_options=QUIETLY)
        return Part([Erased(ENTRIES.name, changed=len(found)), Erased(SEARCHES.name, changed=forgotten + dealt_with)])

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return sum([await forget_some(self._session, model, guild_id, limit) for model in self.models])


def _has_worked_on(user_id: int) -> ColumnElement[bool]:
    return or_(*(column == user_id for column in STAFF), occurs(E.history, user_id))


def _is_draft_of(user_id: int) -> ColumnElement[bool]:
    return L.draft.is_not(None) & (L.draft["user"].astext == str(user_id))


def _history(row: Row, user_id: int, is_theirs: bool) -> Any:
    """Return the versions that they wrote."""
    del is_theirs
    versions = [cast("Mapping[str, Any]", one) for one in row["history"] or () if isinstance(one, dict)]
    return [{**plain(one), "by": YOU} for one in versions if one.get("by") == str(user_id)]


def _votes(row: Row, user_id: int, is_theirs: bool) -> Any:
    """Return their own vote on each answer, by the entry."""
    del is_theirs
    mine = voter(row["id"], user_id)
    votes = cast("Mapping[str, bool]", row["votes"] or {})
    return {key.partition(":")[0]: helpful for key, helpful in votes.items() if key.partition(":")[2] == mine}


def _draft(row: Row, user_id: int, is_theirs: bool) -> Any:
    del is_theirs
    draft = cast("Mapping[str, Any]", row["draft"] or {})
    return {**plain(draft), "user": YOU} if draft.get("user") == str(user_id) else None


OF_ENTRIES = {"history": _history}
OF_SEARCHES = {"votes": _votes, "draft": _draft}
