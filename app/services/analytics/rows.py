"""What statements about `audit_logs` have in common: which rows are interactions, how they ended, how long it took."""

import math
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Float,
    SmallInteger,
    and_,
    bindparam,
    case,
    cast,
    func,
)
from sqlalchemy.sql import literal_column

from app.core.analytics.durations import GROWTH
from app.core.analytics.recording import OTHER
from app.core.interactions import InteractionKind, Outcome
from app.models.audit_log import IS_EVENT, IS_WHOLE, AuditLog

A = AuditLog
LOST, SCHEMA = "lost", "schema"
"""Rows of `audit_logs` of these types are no interactions."""
TOTAL, PEOPLE, SEEN = "total", "people", "seen"
"""Sums of no command: how much was used, how many people there were, and who was last seen when."""
NO_USE = (InteractionKind.AUTOCOMPLETE.value, LOST, TOTAL, PEOPLE, SEEN, SCHEMA)
"""What is no use of a command."""
NEVER = 32767
"""In the place of the days since somebody was seen before."""
SECOND = 1000
"""Milliseconds."""


def is_event() -> Any:
    """Return the condition that a row is one interaction, in the words of the index; about the innermost table."""
    return literal_column(f"({IS_EVENT})", Boolean)


def is_whole() -> Any:
    """Return the condition that a row is a sum of no single command, in the words of the index."""
    return literal_column(f"({IS_WHOLE})", Boolean)


def constant(sql: str) -> ColumnElement[Any]:
    """Return a part of a statement that is no parameter, so that PostgreSQL knows which index fits."""
    found: ColumnElement[Any] = literal_column(sql)
    return found


def at(name: str) -> Any:
    """Return a parameter that is a moment."""
    return bindparam(name, type_=DateTime(timezone=True))


def event_here(*, everywhere: bool) -> ColumnElement[bool]:
    """Return the condition that a row is an interaction of the parameters `since` to `until`, and of `guild`."""
    when = (is_event(), A.created_at >= at("since"), A.created_at < at("until"))
    return and_(*when) if everywhere else and_(A.guild_id == bindparam("guild", type_=BigInteger()), *when)


def ended(row: Any = A) -> Any:
    """Return how an interaction ended. Rows of before revision 010 only say whether it worked."""
    return case((row.outcome.is_not(None), row.outcome), (row.success, Outcome.OK.value), else_=Outcome.BUG.value)


def called(row: Any = A) -> Any:
    """Return the name of what was used. Rows of before revision 010 may have none, as sums of no command have."""
    return func.coalesce(func.nullif(row.command_name, ""), constant(f"'{OTHER}'"))


def step(row: Any = A) -> Any:
    """Return the step of a duration, as app.core.analytics.durations has it; NULL if nobody measured it."""
    log = func.ln(cast(func.greatest(row.duration_ms, 1), Float)) / math.log(GROWTH)
    return case((row.duration_ms.is_not(None), cast(func.greatest(func.ceil(log - 1e-9), 0), SmallInteger)))


def total(of: Any, *conditions: ColumnElement[bool]) -> Any:
    """Return a sum that is 0 if there is nothing to add."""
    added = func.sum(of).filter(*conditions) if conditions else func.sum(of)
    return cast(func.coalesce(added, 0), BigInteger)
