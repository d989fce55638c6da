"""Defaults and expressions that a server prints in other words than a model has."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from tests.migrations.changes.row import Change, Declare, Models, both_ways

EXPRESSIONS = {
    "a path into JSON with a cast": "CAST(doc ->> 'level' AS integer)",
    "a deep path into JSON": "(doc -> 'a' ->> 'b')",
    "a day in a zone": "date_trunc('day', created AT TIME ZONE 'Europe/Brussels')",
    "a text vector of two columns": "to_tsvector('english', coalesce(word, '') || ' ' || coalesce(other, ''))",
    "CASE": "(CASE WHEN size > 3 THEN 'large' ELSE word END)",
    "BETWEEN": "(size BETWEEN 1 AND 10)",
    "IN": "(word IN ('a', 'b', 'c'))",
    "NOT IN": "(size NOT IN (1, 2))",
    "LIKE": "(word LIKE 'a%')",
    "COALESCE and lower": "lower(coalesce(word, other))",
    "arithmetic": "((size * 2 + 1) / 3)",
    "a negative number": "(size - -1)",
    "extract": "extract(year FROM created AT TIME ZONE 'UTC')",
    "an interval": "((created AT TIME ZONE 'UTC') + INTERVAL '1 day')",
    "substring": "substring(word FROM 1 FOR 3)",
    "position": "position('x' IN word)",
    "trim": "trim(BOTH ' ' FROM word)",
    "a cast": "(size::text)",
    "an array": "(ARRAY[word, other])",
    "IS DISTINCT FROM": "(word IS DISTINCT FROM other)",
}
DEFAULTS: dict[str, tuple[Any, Any]] = {
    "an empty JSON object": (sa.JSON, "{}"),
    "a JSON object": (sa.JSON, '{"a": [1, 2]}'),
    "an empty JSONB list": (postgresql.JSONB, sa.text("'[]'::jsonb")),
    "an empty array": (postgresql.ARRAY(sa.Text), "{}"),
    "an array": (postgresql.ARRAY(sa.Integer), sa.text("ARRAY[1, 2]")),
    "an apostrophe": (sa.Text, "it's"),
    "a moment": (sa.DateTime(timezone=True), sa.text("now() + interval '1 day'")),
    "a number": (sa.Numeric(6, 2), sa.text("1.50")),
    "an interval": (sa.Interval, sa.text("'01:30:00'")),
    "a random identifier": (sa.Uuid, sa.text("gen_random_uuid()")),
    "true": (sa.Boolean, sa.true()),
}


def _table(*parts: Callable[[Models], SchemaItem], more: bool = False) -> Declare:
    return lambda models: models.table(
        sa.Column("word", sa.Text),
        sa.Column("other", sa.Text),
        sa.Column("size", sa.Integer),
        sa.Column("created", sa.DateTime(timezone=True)),
        sa.Column("doc", postgresql.JSONB),
        *(part(models) for part in parts),
        *([sa.Column("flag", sa.Boolean)] if more else []),
    )


def _indexed(expression: str, *, more: bool = False) -> Declare:
    return _table(lambda models: sa.Index(models.name("ix"), sa.text(expression)), more=more)


def _defaulted(kind: Any, default: Any, *, more: bool = False) -> Declare:
    return _table(lambda _: sa.Column("value", kind, server_default=default), more=more)


CHANGES = [
    *both_ways(
        *(Change(f"an index of {what}", _table(), _indexed(sql)) for what, sql in EXPRESSIONS.items()),
        *(Change(f"a default of {what}", _table(), _defaulted(*one)) for what, one in DEFAULTS.items()),
    ),
    *(
        Change(f"beside an index of {what}", _indexed(sql), _indexed(sql, more=True))
        for what, sql in EXPRESSIONS.items()
    ),
    *(
        Change(f"beside a default of {what}", _defaulted(*one), _defaulted(*one, more=True))
        for what, one in DEFAULTS.items()
    ),
    Change("another JSON default", _defaulted(sa.JSON, "{}"), _defaulted(sa.JSON, '{"a": 1}')),
    Change(
        "another index expression",
        _indexed(EXPRESSIONS["CASE"]),
        _indexed("(CASE WHEN size > 4 THEN 'large' ELSE word END)"),
    ),
]
