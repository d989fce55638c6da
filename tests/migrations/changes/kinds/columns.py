"""Columns that come, go and change: type aside, everything that a column has, one thing or several at once."""

from typing import Any

import sqlalchemy as sa

from tests.migrations.changes.row import Change, Declare, both_ways

Text = sa.Text


def word(*parts: Any, **options: Any) -> Declare:
    """A table with one column `word`, or one of another type."""
    kind = options.pop("type_", sa.Text())
    return lambda models: models.table(sa.Column("word", kind, *parts, **options), sa.Column("n", sa.Integer))


def size(*parts: Any, **options: Any) -> Declare:
    return lambda models: models.table(sa.Column("n", sa.Integer), sa.Column("size", sa.Integer, *parts, **options))


def computed(expression: str, **options: Any) -> Declare:
    return lambda models: models.table(
        sa.Column("n", sa.Integer), sa.Column("size", sa.Integer, sa.Computed(expression, persisted=True), **options)
    )


C = sa.Text(collation="C")
POSIX = sa.Text(collation="POSIX")

CHANGES = [
    *both_ways(
        Change("a column", lambda m: m.table(), lambda m: m.table(sa.Column("word", Text))),
        Change(
            "a column with a default, a comment and a collation",
            lambda m: m.table(),
            lambda m: m.table(sa.Column("word", C, server_default="it", comment="A word.", nullable=False)),
        ),
        Change(
            "a column with a name that needs quotes",
            lambda m: m.table(),
            lambda m: m.table(sa.Column("Order by", Text), sa.Column("user", sa.Integer)),
        ),
        Change("a computed column", lambda m: m.table(sa.Column("n", sa.Integer)), computed("n * 2")),
        Change("three columns", lambda m: m.table(), word()),
        Change("nullable", word(), word(nullable=False)),
        Change("a default", word(), word(server_default="x")),
        Change("another default", word(server_default="x"), word(server_default="y")),
        Change("a default of an expression", word(), word(server_default=sa.func.current_user())),
        Change(
            "a default of now",
            word(type_=sa.DateTime(True)),
            word(type_=sa.DateTime(True), server_default=sa.func.now()),
        ),
        Change(
            "a default of the time a day from now",
            word(type_=sa.DateTime(True)),
            word(type_=sa.DateTime(True), server_default=sa.text("now() + interval '1 day'")),
        ),
        Change("a default of false", word(type_=sa.Boolean()), word(type_=sa.Boolean(), server_default=sa.false())),
        Change(
            "a default of a random uuid",
            word(type_=sa.Uuid()),
            word(type_=sa.Uuid(), server_default=sa.text("gen_random_uuid()")),
        ),
        Change("a default of seven", size(), size(server_default="7")),
        Change("a default of a negative number", size(), size(server_default=sa.text("-7"))),
        Change("a comment", word(), word(comment="It's “new”: 100 %")),
        Change("another comment", word(comment="One."), word(comment="Two.")),
        Change("a collation", word(), word(type_=C)),
        Change("another collation", word(type_=POSIX), word(type_=C)),
        # Two at once.
        Change("nullable and default", word(), word(nullable=False, server_default="x")),
        Change("nullable and comment", word(), word(nullable=False, comment="Must be.")),
        Change("default and comment", word(server_default="a"), word(server_default="b", comment="Now b.")),
        Change("collation and nullable", word(), word(type_=C, nullable=False)),
        Change("collation and comment", word(), word(type_=C, comment="By bytes.")),
        Change("collation and default", word(), word(type_=C, server_default="x")),
        Change(
            "collation, nullable, default and comment",
            word(),
            word(type_=C, nullable=False, server_default="x", comment="All."),
        ),
        Change("collation and type", word(type_=sa.String(20)), word(type_=C)),
        Change("collation, type and nullable", word(type_=sa.String(20)), word(type_=C, nullable=False)),
        Change(
            "type and nullable",
            size(),
            lambda m: m.table(sa.Column("n", sa.Integer), sa.Column("size", sa.BigInteger, nullable=False)),
        ),
        Change(
            "type and default",
            size(server_default="1"),
            lambda m: m.table(sa.Column("n", sa.Integer), sa.Column("size", sa.BigInteger, server_default="2")),
        ),
        Change(
            "type and comment",
            size(),
            lambda m: m.table(sa.Column("n", sa.Integer), sa.Column("size", sa.BigInteger, comment="Big.")),
        ),
        Change(
            "type, nullable, default and comment",
            size(),
            lambda m: m.table(
                sa.Column("n", sa.Integer),
                sa.Column("size", sa.BigInteger, nullable=False, server_default="3", comment="All."),
            ),
        ),
        # Computed.
        Change("computed from plain", size(), computed("n * 2")),
        Change("computed from plain and nullable", size(), computed("n * 2", nullable=False)),
        Change("computed from plain and comment", size(), computed("n * 2", comment="Twice.")),
        Change("computed from a default", size(server_default="1"), computed("n * 2")),
        Change("another expression", computed("n * 2"), computed("n * 3")),
        Change("another expression and nullable", computed("n * 2"), computed("n * 3", nullable=False)),
        Change("nullable of a computed column", computed("n * 2"), computed("n * 2", nullable=False)),
        Change("comment of a computed column", computed("n * 2"), computed("n * 2", comment="Twice.")),
        Change(
            "type of a computed column",
            computed("n * 2"),
            lambda m: m.table(
                sa.Column("n", sa.Integer), sa.Column("size", sa.BigInteger, sa.Computed("n * 2", persisted=True))
            ),
        ),
        Change(
            "a computed column and what it is computed from",
            lambda m: m.table(),
            lambda m: m.table(
                sa.Column("n", sa.Integer), sa.Column("size", sa.Integer, sa.Computed("n + 1", persisted=True))
            ),
        ),
        Change(
            "an index on a computed column that changes",
            lambda m: m.table(
                sa.Column("n", sa.Integer),
                sa.Column("size", sa.Integer, sa.Computed("n + 1", persisted=True), index=True),
            ),
            lambda m: m.table(
                sa.Column("n", sa.Integer),
                sa.Column("size", sa.Integer, sa.Computed("n + 2", persisted=True), index=True),
            ),
        ),
    ),
    Change(
        "a column goes for another one",
        word(),
        lambda m: m.table(sa.Column("sentence", sa.Integer), sa.Column("n", sa.Integer)),
    ),
]
