"""What `reminders` holds about one person: for their export, and their erasure."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, delete, func, null, or_, update
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.privacy.declared import TABLES
from app.core.privacy.documents import SOMEBODY
from app.core.privacy.pending import Part
from app.core.privacy.report import Erased, Stored
from app.models import Reminder, TargetKind
from app.services.statements import (
    QUIETLY,
    find_rows,
    forget_some,
    here,
    only_flags,
    told,
    without_person,
)

R = Reminder
TABLE = TABLES["reminders"]
TEXTS = (R.name, R.message, R.phrase, R.location)


class ReminderPrivacyService:
    """Exports and erases people, and forgets servers. Whoever calls it has asked whether that is wanted."""

    models = (R,)

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def export(self, user_id: int, guild_ids: Sequence[int]) -> Sequence[Stored]:
        """Return what is stored about somebody in some servers."""
        return await told(TABLE, await find_rows(self._session, R, here(R, guild_ids), _is_about(user_id)), user_id)

    async def erase(self, user_id: int, guild_ids: Sequence[int], *, is_complete: bool) -> Part:
        """Delete their reminders, and take them out of those that stay. What stops waking needs no announcement."""
        del is_complete
        own = R.created_by == user_id
        is_for_them = and_(R.direct, R.target_kind == TargetKind.MEMBER, R.target_id == user_id)
        goes = or_(and_(own, ~_is_needed(user_id)), is_for_them)
        gone = await self._session.scalars(
            delete(R).where(here(R, guild_ids), goes).returning(R.id), execution_options=QUIETLY
        )
        is_target = and_(R.target_kind == TargetKind.MEMBER, R.target_id == user_id)
        values: dict[Any, Any] = {
            **without_person([R.deleted_by], user_id, 0),
            **without_person([R.created_by], user_id),
            R.target_kind: case((is_target, null()), else_=R.target_kind),
            R.target_id: case((is_target, null()), else_=R.target_id),
            R.subscribers: func.jsonb_path_query_array(R.subscribers, _others_than(user_id)),
            R.origin_channel_id: case((own, null()), else_=R.origin_channel_id),
            R.origin_message_id: case((own, null()), else_=R.origin_message_id),
            R.legacy: only_flags(R.legacy),
            **{column: _unnamed(column, user_id) for column in TEXTS},
        }
        left = await self._session.scalars(
            update(R).where(here(R, guild_ids), _is_about(user_id)).values(values).returning(R.id),
            execution_options=QUIETLY,
        )
        return Part([Erased(TABLE.name, deleted=len(gone.all()), changed=len(left.all()))])

    async def forget_guild(self, guild_id: int, limit: int) -> int:
        """Delete some of a server's rows; return how many."""
        return await forget_some(self._session, R, guild_id, limit)


def _is_about(user_id: int) -> ColumnElement[bool]:
    return or_(
        R.created_by == user_id,
        and_(R.target_kind == TargetKind.MEMBER, R.target_id == user_id),
        R.deleted_by == user_id,
        R.subscribers.contains([user_id]),
        *(column.contains(f"<@{user_id}>") | column.contains(f"<@!{user_id}>") for column in TEXTS),
    )


def _is_needed(user_id: int) -> ColumnElement[bool]:
    """Tell of a reminder that somebody made whether others wait for it: it goes to a channel, and not to them alone."""
    others = func.jsonb_path_exists(R.subscribers, _others_than(user_id))
    pings_many = func.coalesce(R.target_kind.in_([TargetKind.ROLE, TargetKind.EVERYONE]), False)
    return and_(~R.direct, R.deleted_at.is_(None), or_(pings_many, others))


def _others_than(user_id: int) -> ColumnElement[Any]:
    return cast(f"$[*] ? (@ != {user_id})", JSONPATH)


def _unnamed(column: Any, user_id: int) -> Any:
    return func.regexp_replace(cast(column, Text), f"<@!?{user_id}>", SOMEBODY, "g")
