"""Writing down interactions, many in one statement."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Insert,
    Integer,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    column,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from app.core.analytics.recording import InteractionRecord, Lost
from app.core.interactions import Outcome
from app.models import AuditLog
from app.services.analytics.rows import LOST, is_event

Read = Callable[[InteractionRecord], Any]

COLUMNS: Mapping[str, tuple[TypeEngine[Any], Read]] = {
    "created_at": (DateTime(timezone=True), lambda record: record.at),
    "guild_id": (BigInteger(), lambda record: record.guild_id),
    "channel_id": (BigInteger(), lambda record: record.channel_id),
    "user_id": (BigInteger(), lambda record: record.user_id),
    "command_name": (Text(), lambda record: record.name),
    "command_type": (Text(), lambda record: record.kind.value),
    "outcome": (Text(), lambda record: record.outcome.value),
    "success": (Boolean(), lambda record: record.outcome is Outcome.OK),
    "duration_ms": (Integer(), lambda record: record.duration_ms),
    "first_response_ms": (Integer(), lambda record: record.first_response_ms),
    "error_message": (Text(), lambda record: record.error),
    "fingerprint": (Text(), lambda record: record.fingerprint),
    "reference": (Text(), lambda record: record.reference),
    "locale": (Text(), lambda record: record.locale),
    "shard": (Integer(), lambda record: record.shard),
    "release": (Text(), lambda record: record.release),
    "count": (Integer(), lambda record: record.count),
}
"""Each column of an interaction: its type, and what of the record it holds."""
OF_LOST: Mapping[str, Callable[[Lost], Any]] = {
    "created_at": lambda lost: lost.at,
    "guild_id": lambda lost: lost.guild_id,
    "user_id": lambda _: 0,
    "command_name": lambda _: LOST,
    "command_type": lambda _: LOST,
    "success": lambda _: False,
    "release": lambda lost: lost.release,
    "count": lambda lost: lost.count,
}
"""The same of interactions that were lost; their other columns are empty."""
SAME = ("guild_id", "created_at", "user_id", "command_name", "command_type")
"""What two rows have in common only if they are about the same interaction."""


def _given() -> TableValuedAlias:
    """Return lists of equal length, the parameters `in_<column>`, as a table."""
    kinds: dict[str, TypeEngine[Any]] = {name: kind for name, (kind, _) in COLUMNS.items()}
    lists = (cast(bindparam(f"in_{name}", type_=ARRAY(kind)), ARRAY(kind)) for name, kind in kinds.items())
    columns = (column(name, kind) for name, kind in kinds.items())
    return func.unnest(*lists).table_valued(*columns, name="given").render_derived()


def _recording(*, again: bool) -> Insert:
    """Make the statement. It has the same text for any number of rows, so that it is prepared once."""
    given = _given()
    rows = select(*(given.c[name] for name in COLUMNS))
    if again:
        is_same = (AuditLog.__table__.c[name] == given.c[name] for name in SAME)
        took_as_long = AuditLog.duration_ms.is_not_distinct_from(given.c.duration_ms)
        rows = rows.where(~exists().where(*is_same, took_as_long, is_event()))
    made = insert(AuditLog).from_select([*COLUMNS], rows, include_defaults=False)
    # Its parameters are no rows.
    return made.execution_options(dml_strategy="orm")


_RECORDING, _RECORDING_AGAIN = _recording(again=False), _recording(again=True)


class RecordingService:
    """Writes down interactions that are over."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(
        self, records: Sequence[InteractionRecord], lost: Sequence[Lost] = (), *, again: bool = False
    ) -> None:
        """Write down interactions, and how many were lost before, in one statement: all of it, or nothing.

        `again` leaves out what was written already, for when the time before nobody heard whether it was.
        """
        given = {
            f"in_{name}": [*map(read, records), *(OF_LOST[name](one) if name in OF_LOST else None for one in lost)]
            for name, (_, read) in COLUMNS.items()
        }
        await self._session.execute(_RECORDING_AGAIN if again else _RECORDING, given)
