"""Writing rows for the person whom they are about, without anybody else's data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from typing import Any, cast

from app.core.privacy.documents import without_others
from app.core.privacy.report import Stored
from app.core.privacy.tables import Column, Says, Table

YOU = "you"
PLAIN = frozenset({str, int, bool, float, type(None)})
Row = Mapping[str, Any]
Read = Callable[[Row, int, bool], Any]
"""Writes a document of a row for a person; the last argument says whether the row is about them."""


def written(table: Table, row: Row, user_id: int, documents: Mapping[str, Read] | None = None) -> dict[str, Any]:
    """Return what of a row is about a person, as JSON holds it. What is empty is left out."""
    is_theirs = any(row.get(name) == user_id for name in table.owners)
    columns, said = table.by_name, dict[str, Any]()
    for name, value in row.items():
        # Most of a row is empty, and there may be very many.
        if value is None:
            continue
        column = columns.get(name)
        if column is None:
            found = plain(value) if is_theirs or name in table.brief else None
        elif not column.in_export:
            continue
        elif documents and name in documents:
            found = documents[name](row, user_id, is_theirs)
        else:
            found = _personal(column, value, user_id, is_theirs=is_theirs or name in table.brief)
        if found not in (None, [], {}, ""):
            said[name] = without_others(found, user_id)
    return said


def _personal(column: Column, value: Any, user_id: int, *, is_theirs: bool) -> Any:
    if column.says is Says.PERSON:
        return YOU if value == user_id else column.other if is_theirs and value else None
    if column.says is Says.PEOPLE:
        people = cast("Sequence[Any]", value or ())
        # How many others there are is about these.
        return [YOU] if user_id in people else None
    return plain(value) if is_theirs else None


def stored(
    table: Table, rows: Iterable[Row], user_id: int, documents: Mapping[str, Read] | None = None
) -> list[Stored]:
    """Return rows as they are written for a person."""
    return [Stored(table.name, row["guild_id"], written(table, row, user_id, documents)) for row in rows]


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in cast("list[Any]", value)]
    return value
