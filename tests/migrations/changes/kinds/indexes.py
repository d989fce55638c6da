"""Indexes of all methods, with everything that they can say."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from tests.migrations.changes.row import Change, Declare, Models, both_ways, nothing


def index(*keys: Any, called: str = "ix", **options: Any) -> Declare:
    """A table of many columns with one index; without keys, without an index."""

    def declare(models: Models) -> None:
        made = [sa.Index(models.name(called), *keys, **options)] if keys else []
        models.table(
            sa.Column("a", sa.Integer),
            sa.Column("b", sa.Integer),
            sa.Column("word", sa.Text),
            sa.Column("tags", pg.ARRAY(sa.Text)),
            sa.Column("document", pg.JSONB),
            sa.Column("span", pg.TSTZRANGE),
            sa.Column("words", pg.TSVECTOR),
            sa.Column("at", sa.DateTime(timezone=True)),
            *made,
        )

    return declare


none, col, text = index(), sa.column, sa.text

SHAPES: dict[str, Declare] = {
    "of one column": index("a"),
    "of two columns": index("a", "b"),
    "that is unique": index("a", unique=True),
    "unique with nulls not distinct": index("a", unique=True, postgresql_nulls_not_distinct=True),
    "with DESC": index(col("a").desc()),
    "with DESC NULLS LAST": index(col("a").desc().nulls_last(), "b"),
    "with NULLS FIRST": index(col("a").asc().nulls_first()),
    "by hash": index("a", postgresql_using="hash"),
    "by gin": index("tags", postgresql_using="gin"),
    "by gin over a document": index("document", postgresql_using="gin"),
    "by gin with jsonb_path_ops": index(
        "document", postgresql_using="gin", postgresql_ops={"document": "jsonb_path_ops"}
    ),
    "by gist": index("span", postgresql_using="gist"),
    "by spgist": index("word", postgresql_using="spgist"),
    "by brin": index("at", postgresql_using="brin"),
    "by brin with storage": index("at", postgresql_using="brin", postgresql_with={"pages_per_range": 32}),
    "with fillfactor": index("a", postgresql_with={"fillfactor": 70}),
    "with text_pattern_ops": index("word", postgresql_ops={"word": "text_pattern_ops"}),
    "with INCLUDE": index("a", postgresql_include=["b", "word"]),
    "with a predicate": index("a", postgresql_where=text("b > 3")),
    "with a predicate of a word": index("a", postgresql_where=text("word = 'it''s'")),
    "unique with a predicate": index("a", unique=True, postgresql_where=text("word IS NULL")),
    "of an expression": index(text("lower(word)")),
    "of a function": index(sa.func.lower(col("word"))),
    "of an expression and a column": index(text("lower(word)"), "a"),
    "of a unique expression": index(text("lower(word)"), unique=True),
    "of an expression with an operator class": index(text("lower(word) text_pattern_ops")),
    "of an expression, descending": index(text("abs(a) DESC NULLS LAST")),
    "with a collation": index(text('word COLLATE "C"')),
    "of a key of a document": index(text("(document ->> 'name')")),
    "of words of a text": index(text("to_tsvector('english', word)"), postgresql_using="gin"),
    "with everything": index(
        col("a").desc(),
        "b",
        unique=True,
        postgresql_include=["word"],
        postgresql_where=text("a > 0"),
        postgresql_with={"fillfactor": 80},
    ),
}

CHANGES = [
    *both_ways(*(Change(f"an index {name}", none, shape) for name, shape in SHAPES.items())),
    *both_ways(
        Change("a table with an index with everything", nothing, SHAPES["with everything"]),
        Change(
            "another predicate", index("a", postgresql_where=text("b > 3")), index("a", postgresql_where=text("b > 4"))
        ),
        Change("a predicate", index("a"), index("a", postgresql_where=text("b > 4"))),
        Change("another method", index("a"), index("a", postgresql_using="hash")),
        Change("another operator class", index("word"), index("word", postgresql_ops={"word": "text_pattern_ops"})),
        Change("another order", index("a"), index(col("a").desc())),
        Change("nulls elsewhere", index(col("a").desc()), index(col("a").desc().nulls_last())),
        Change("more columns", index("a"), index("a", "b")),
        Change("more included", index("a", postgresql_include=["b"]), index("a", postgresql_include=["b", "word"])),
        Change("a plain index becomes unique", index("a"), index("a", unique=True)),
        Change("another expression of an index", index(text("lower(word)")), index(text("upper(word)"))),
        Change("a column for an expression", index("word"), index(text("lower(word)"))),
        Change("another fillfactor", index("a"), index("a", postgresql_with={"fillfactor": 60})),
        Change("an indexed column", lambda m: m.table(), lambda m: m.table(sa.Column("n", sa.Integer, index=True))),
        Change(
            "an indexed column of another type",
            lambda m: m.table(sa.Column("n", sa.Integer, index=True)),
            lambda m: m.table(sa.Column("n", sa.BigInteger, index=True)),
        ),
    ),
    Change("an index of another name", index("a", called="old"), index("a", called="new"), writes=("RENAME TO",)),
]
