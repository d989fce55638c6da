"""Types of columns, with their parameters: in a new table, in a new column, and one changed into another."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from app.models import TicketStatus
from app.models.base import TextEnum
from tests.migrations.changes.row import Change, Declare, Models, both_ways, nothing


class Money(sa.TypeDecorator[Any]):
    """A decorator from outside SQLAlchemy: the revision writes what stores it."""

    impl = sa.Numeric(12, 2)
    cache_ok = True


class Tags(sa.TypeDecorator[Any]):
    impl = pg.ARRAY(sa.String(30))
    cache_ok = True


class Nested(sa.TypeDecorator[Any]):
    impl = Money
    cache_ok = True


SCALARS: dict[str, Any] = {
    "small": sa.SmallInteger(),
    "big": sa.BigInteger(),
    "number": sa.Numeric(),
    "price": sa.Numeric(10, 2),
    "whole": sa.Numeric(30, 0),
    "ratio": sa.Double(),
    "single": sa.REAL(),
    "short": sa.Float(24),
    "code": sa.String(7),
    "any_string": sa.String(),
    "fixed": sa.CHAR(3),
    "flag": sa.Boolean(),
    "blob": sa.LargeBinary(),
    "day": sa.Date(),
    "moment": sa.DateTime(timezone=True),
    "wall": sa.DateTime(),
    "exact": pg.TIMESTAMP(timezone=True, precision=0),
    "hour": sa.Time(),
    "zoned_hour": sa.Time(timezone=True),
    "minute": pg.TIME(precision=0),
    "length": sa.Interval(),
    "seconds": sa.Interval(native=True, second_precision=3),
    "years": pg.INTERVAL(fields="YEAR TO MONTH"),
    "id2": sa.Uuid(),
    "id3": pg.UUID(),
    "document": pg.JSONB(),
    "text_document": pg.JSON(),
    "plain_document": sa.JSON(),
    "address": pg.INET(),
    "net": pg.CIDR(),
    "card": pg.MACADDR(),
    "card8": pg.MACADDR8(),
    "bits": pg.BIT(5),
    "bits2": pg.BIT(8, varying=True),
    "amount": pg.MONEY(),
    "words": pg.TSVECTOR(),
    "question": pg.TSQUERY(),
    "path": pg.JSONPATH(),
    "class_": pg.REGCLASS(),
    "oid": pg.OID(),
    "span": pg.INT4RANGE(),
    "span8": pg.INT8RANGE(),
    "prices": pg.NUMRANGE(),
    "days": pg.DATERANGE(),
    "stay": pg.TSTZRANGE(),
    "stays": pg.TSTZMULTIRANGE(),
    "spans": pg.INT4MULTIRANGE(),
    "names": pg.ARRAY(sa.Text()),
    "codes": pg.ARRAY(sa.String(5)),
    "matrix": pg.ARRAY(sa.Integer(), dimensions=2),
    "moments": pg.ARRAY(sa.DateTime(timezone=True)),
    "lengths": pg.ARRAY(sa.Interval()),
    "prices2": sa.ARRAY(sa.Numeric(10, 2)),
    "decorated": Money(),
    "decorated_array": Tags(),
    "nested": Nested(),
    "status": TextEnum(TicketStatus),
    "variant": sa.Text().with_variant(sa.String(9), "postgresql"),
    "pickled": sa.PickleType(),
    "unicode": sa.UnicodeText(),
}


def of(kind: Any, **options: Any) -> Declare:
    return lambda models: models.table(sa.Column("value", kind, **options))


def every(models: Models) -> None:
    models.table(*(sa.Column(name, kind) for name, kind in SCALARS.items()))


# From, to; the way back is tested as well, and as a change of its own.
RETYPED: dict[str, tuple[Any, Any]] = {
    "integer to bigint": (sa.Integer(), sa.BigInteger()),
    "smallint to integer": (sa.SmallInteger(), sa.Integer()),
    "a longer string": (sa.String(10), sa.String(20)),
    "string to text": (sa.String(10), sa.Text()),
    "a string without a limit": (sa.String(10), sa.String()),
    "more digits": (sa.Numeric(6, 2), sa.Numeric(10, 2)),
    "another scale": (sa.Numeric(10, 2), sa.Numeric(10, 4)),
    "numeric without precision": (sa.Numeric(10, 2), sa.Numeric()),
    "integer to numeric": (sa.Integer(), sa.Numeric(12, 0)),
    "real to double": (sa.REAL(), sa.Double()),
    "date to timestamp": (sa.Date(), sa.DateTime()),
    "timestamp to timestamptz": (sa.DateTime(), sa.DateTime(timezone=True)),
    "timestamp of another precision": (pg.TIMESTAMP(precision=3), pg.TIMESTAMP(precision=0)),
    "time to timetz": (sa.Time(), sa.Time(timezone=True)),
    "interval of another precision": (sa.Interval(second_precision=3), sa.Interval()),
    "interval of other fields": (pg.INTERVAL(fields="DAY"), pg.INTERVAL(fields="DAY TO SECOND", precision=2)),
    "text to interval": (sa.Text(), sa.Interval()),
    "interval to text": (sa.Interval(), sa.String(40)),
    "json to jsonb": (pg.JSON(), pg.JSONB()),
    "text to jsonb": (sa.Text(), pg.JSONB()),
    "text to uuid": (sa.Text(), sa.Uuid()),
    "text to integer": (sa.Text(), sa.Integer()),
    "text to boolean": (sa.Text(), sa.Boolean()),
    "text to date": (sa.Text(), sa.Date()),
    "text to inet": (sa.Text(), pg.INET()),
    "inet to cidr": (pg.INET(), pg.CIDR()),
    "bytea to text": (sa.LargeBinary(), sa.Text()),
    "bits of another length": (pg.BIT(3), pg.BIT(5)),
    "array of another length": (pg.ARRAY(sa.String(5)), pg.ARRAY(sa.String(9))),
    "array of strings to texts": (pg.ARRAY(sa.String(5)), pg.ARRAY(sa.Text())),
    "array of integers to bigints": (pg.ARRAY(sa.Integer()), pg.ARRAY(sa.BigInteger())),
    "int4range to int8range by way of text": (sa.Text(), pg.INT8RANGE()),
    "numrange to text": (pg.NUMRANGE(), sa.Text()),
    "decorator to what stores it, longer": (Money(), sa.Numeric(14, 2)),
}

NO_CAST = "There is no cast from the one to the other: write how values become others."

CHANGES = [
    *both_ways(
        Change("a table of all types", nothing, every),
        Change("columns of all types", lambda m: m.table(), every),
        Change(
            "an interval as the annotation makes it",
            lambda m: m.table(),
            of(sa.Interval()),
            writes=("sa.Interval()",),
        ),
        *(Change(name, of(old), of(new)) for name, (old, new) in RETYPED.items()),
        Change(
            "text to integer with defaults", of(sa.Text(), server_default="1"), of(sa.Integer(), server_default="2")
        ),
        *(
            Change(
                f"an array of {what} for one of text, with a default",
                of(pg.ARRAY(sa.Text()), server_default="{}"),
                of(pg.ARRAY(kind), server_default=default),
            )
            for what, kind, default in (
                ("integers", sa.Integer(), "{}"),
                ("numbers", sa.BigInteger(), sa.text("ARRAY[1, 2]::bigint[]")),
                ("strings", sa.String(9), "{a}"),
            )
        ),
        Change("text to array", of(sa.Text()), of(pg.ARRAY(sa.Text()))),
        Change("array to jsonb", of(pg.ARRAY(sa.Text())), of(pg.JSONB()), by_hand=NO_CAST),
        Change("integer to timestamp", of(sa.Integer()), of(sa.DateTime(timezone=True)), by_hand=NO_CAST),
        Change("integer to boolean", of(sa.Integer()), of(sa.Boolean())),
        Change("double to interval", of(sa.Double()), of(sa.Interval()), by_hand=NO_CAST),
    ),
]
