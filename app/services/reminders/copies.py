"""Rows of `reminders` outside any session: as quick to read as plain objects, and with the same facts.

SQLAlchemy takes 0.02 ms to make an object of a row that it watches, and more to write it back, three times for each
message. Whoever delivers needs neither, so what is claimed, sent and settled are copies. What is written of them is
written by one statement for many, and only where the row is still the one that was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    Text,
    select,
    true,
    update,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.selectable import LateralFromClause, TableValuedAlias
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.models import Reminder
from app.services.statements import given_rows, version_of

TABLE = cast("Table", Reminder.__table__)
VERSION = version_of("reminders")


class _Copy:
    """Holds columns as attributes. A column that was not read is no attribute."""


for _name, _fact in vars(Reminder).items():
    if isinstance(_fact, (property, hybrid_property, FunctionType)) and not _name.startswith("_"):
        setattr(_Copy, _name, _fact)


def columns(names: Iterable[str]) -> list[Column[Any]]:
    """Return the columns of these names."""
    return [TABLE.c[name] for name in names]


def copy_of(names: Sequence[str], values: Iterable[Any]) -> Reminder:
    """Return a row that has these columns; its other attributes are what a Reminder says of itself."""
    copy = _Copy()
    # More values may follow, which belong to no column.
    vars(copy).update(zip(names, values, strict=False))
    return cast("Reminder", copy)


def another(reminder: Reminder) -> Reminder:
    """Return a copy that can be changed, of a copy."""
    values: Mapping[str, Any] = vars(reminder)
    return copy_of(tuple(values), values.values())


def listed(**kinds: TypeEngine[Any]) -> TableValuedAlias:
    """Return lists of equal length, the parameters `in_<column>`, as a table."""
    return given_rows("ours", **{name: (f"in_{name}", kind) for name, kind in kinds.items()})


def rewriting(names: Sequence[str], **same: Any) -> ReturningUpdate[Any]:
    """Return the statement that writes these columns of many copies, and what is the `same` for all of them.

    `values_of` returns its parameters.

    It returns the ids of the rows that were still the ones that had been read. The others stay as they are.
    """
    ours = listed(id=Integer(), version=Text(), **{name: _plain(TABLE.c[name].type) for name in names})
    row = row_of(ours, version=VERSION)
    locked = (
        select(row.c.id, *(ours.c[name].label(f"new_{name}") for name in names))
        .select_from(ours.join(row, true()))
        .where(row.c.version == ours.c.version)
        .cte("locked")
    )
    return (
        update(TABLE)
        .where(TABLE.c.id == locked.c.id)
        .values({name: locked.c[f"new_{name}"] for name in names} | same)
        .returning(TABLE.c.id)
    )


def row_of(ours: TableValuedAlias, **named: ColumnElement[Any]) -> LateralFromClause:
    """Return the row of each id in `ours`, locked: found by the index, though reading all rows may look cheaper.

    They are locked in the order of the list, which has to be sorted, so that nobody waits for somebody who waits for
    them.
    """
    found = select(TABLE.c.id, *(value.label(name) for name, value in named.items())).where(TABLE.c.id == ours.c.id)
    return found.with_for_update().lateral("row")


def values_of(names: Sequence[str], copies: Sequence[tuple[Reminder, str]]) -> dict[str, Any]:
    """Return the parameters of `rewriting`: copies as they shall be, each with the version that it was read in."""
    found = sorted(copies, key=lambda one: one[0].id)
    rows = [vars(copy) for copy, _ in found]
    given: dict[str, Any] = {f"in_{name}": [values[name] for values in rows] for name in ("id", *names)}
    return {**given, "in_version": [version for _, version in found]}


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
