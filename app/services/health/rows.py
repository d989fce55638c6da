"""What the statements about the health trend have in common."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column, select, true

from app.core.health_kinds import HealthKind
from app.models.health_check import HealthCheck

SAMPLE: ColumnElement[str] = literal_column(f"'{HealthKind.SAMPLE}'")
"""As the index of what happened has it."""


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
