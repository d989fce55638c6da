"""What the statements about the health trend have in common."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, literal_column, select, true

from app.core.health_kinds import HealthKind
from app.models.health_check import HealthCheck


def constant(text: str) -> Any:
    """Return a text as a constant of the statement, as indexes of some rows only have it."""
    return cast("Any", literal_column(f"'{text}'"))


SAMPLE: ColumnElement[str] = constant(HealthKind.SAMPLE)
EMPTY = cast("Any", literal_column("'{}'::jsonb"))
"""A document without anything."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Where steps of time are counted from: a midnight."""


def each_service() -> Any:
    """Select each service with its newest row, by jumping through the index from one to the next."""
    row = HealthCheck
    newest = (row.service, row.checked_at.desc())
    first = select(row.id, row.service, row.checked_at).order_by(*newest).limit(1).subquery()
    found = select(first).cte("found", recursive=True)
    following = (
        select(row.id, row.service, row.checked_at)
        .where(row.service > found.c.service)
        .order_by(*newest)
        .limit(1)
        .lateral()
    )
    return found.union_all(select(following).select_from(found).join(following, true()))
