"""What all models share: naming, column types, and two kinds of rule."""

import enum
import json
import re
from datetime import date, datetime
from datetime import time as wall_clock
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    MetaData,
    Text,
    Time,
    TypeDecorator,
    case,
    cast,
    func,
    literal_column,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

E = TypeVar("E", bound=enum.StrEnum)

Snowflake = Annotated[int, mapped_column(BigInteger)]
"""An id that Discord gave out."""

CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
"""A moment that is the start of the inserting transaction unless the writer says otherwise."""

Legacy = Annotated[
    dict[str, Any] | None,
    mapped_column(JSONB(none_as_null=True), nullable=True, deferred=True, deferred_raiseload=True),
]
"""What a row from before revision 002 held that its table no longer accepts; NULL for every other row.

A key is a column. `[before, after]` says what 002 replaced and by what (`before` is null for a column that did not
exist); `true` says that the value was kept although it breaks a rule. `downgrade` reads it to give back the row as it
was, and nothing else does: it is not loaded with the row.
"""


FIRST_MOMENT: ColumnElement[Any] = literal_column("'0001-01-01 00:00:00+00'::timestamptz")
# One microsecond before midnight is how the driver spells infinity.
LAST_MOMENT: ColumnElement[Any] = literal_column("'9999-12-31 23:59:59+00'::timestamptz")
FIRST_LOCAL: ColumnElement[Any] = literal_column("'0001-01-01 00:00:00'::timestamp")
LAST_LOCAL: ColumnElement[Any] = literal_column("'9999-12-31 23:59:59'::timestamp")
NO_TIME: ColumnElement[Any] = literal_column("interval '0'")


class AnyClock(TypeDecorator[wall_clock]):
    """A time of day that somebody may have written by hand: PostgreSQL knows 24:00, which Python does not.

    One such row would otherwise fail every query that meets it, and with it all others. It is read as midnight.
    """

    impl = Time
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read it so that 24 hours wrap around."""
        return type_coerce(column + NO_TIME, self)


class AnyMoment(TypeDecorator[datetime]):
    """A moment that somebody may have written by hand: PostgreSQL knows infinity and the year 20000.

    One such row would otherwise fail every query that meets it, and with it all others. It is read as the first or the
    last moment that Python knows.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read it within what Python knows."""
        return _within(self, column, FIRST_MOMENT, LAST_MOMENT)


class AnyLocal(TypeDecorator[datetime]):
    """The same of what clocks show somewhere, without a time zone."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read it within what Python knows."""
        return _within(self, column, FIRST_LOCAL, LAST_LOCAL)


class _ReadAsJson(TypeDecorator[list[date]]):
    """Days as JSON writes them, whatever the server is set to write dates like."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> list[date] | None:  # noqa: ARG002 - inherited
        """Read those that Python knows."""
        if value is None:
            return None
        return [date.fromisoformat(day) for day in json.loads(value) if _DAY.fullmatch(day or "")]


_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class AnyDays(TypeDecorator[list[date]]):
    """The same of a list of days; what is no day of Python's calendar is left out."""

    impl = ARRAY(Date)
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read them as text, which the driver does not look into."""
        return type_coerce(cast(func.to_jsonb(column), Text), _ReadAsJson())


def _within(
    kind: TypeDecorator[datetime], column: ColumnElement[Any], first: ColumnElement[Any], last: ColumnElement[Any]
) -> ColumnElement[Any]:
    # Of NULL alone, `greatest` and `least` would make the first moment.
    return type_coerce(case((column.is_not(None), func.least(func.greatest(column, first), last))), kind)


class Base(DeclarativeBase):
    """The eleven tables. Every constraint and index has a name that follows from what it is on."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read once by DeclarativeBase, which declares it without ClassVar
        str: Text(),
        datetime: AnyMoment,
    }


class TextEnum(TypeDecorator[E]):
    """A text column that holds the value of an enum's member and is read as that member.

    Not SQLAlchemy's own `Enum`, which would make it a VARCHAR of some length and so rewrite tables whose columns
    are text. Goes with `one_of`, without which a word unknown to the enum could get in and every query that meets
    its row would raise ValueError.
    """

    impl = Text
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        """Use the members of this enum."""
        super().__init__()
        self.members = members

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - inherited
        """Write a member, or the value of one. Raises ValueError for anything else."""
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> E | None:  # noqa: ARG002 - inherited
        """Read a member."""
        return None if value is None else self.members(value)


def one_of(column: str, members: type[enum.StrEnum]) -> CheckConstraint:
    """Allow the values of an enum and nothing else.

    A new member therefore needs a migration (dropping and adding a constraint, milliseconds), not only code. That is
    the price for finding a wrong word when it is written, by whomever, and not when a list fails to load.
    """
    words = ", ".join(f"'{member.value}'" for member in members)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def unless_older(rule: str, column: str, *, name: str) -> CheckConstraint:
    """Demand `rule`, except of rows that broke it before it was made.

    Without IS TRUE, a row whose `legacy` is NULL would pass every such rule: a CHECK accepts NULL.
    """
    return CheckConstraint(f"{rule} OR (legacy ? '{column}') IS TRUE", name=name)


def at_most(column: str, characters: int) -> CheckConstraint:
    """Limit the length of a text, counted as PostgreSQL and Discord do: in code points."""
    return unless_older(f"char_length({column}) <= {characters}", column, name=f"{column}_length")


def positive(column: str) -> CheckConstraint:
    """Count from one."""
    return unless_older(f"{column} >= 1", column, name=f"{column}_positive")
