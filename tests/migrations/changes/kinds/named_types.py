"""Types that have a name: enums, domains, and what uses them. Made once and before, dropped once and after."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from tests.migrations.changes.row import Change, Models, both_ways, nothing


def colour(models: Models, *values: str, name: str = "colour") -> sa.Enum:
    return sa.Enum(*(values or ("red", "it's blue")), name=models.name(name), metadata=models.metadata)


def email(models: Models, **options: object) -> pg.DOMAIN:
    options = {"check": sa.text("VALUE LIKE '%@%'"), "constraint_name": "has_at", **options}
    return pg.DOMAIN(models.name("email"), sa.Text(), metadata=models.metadata, **options)


def with_enum(models: Models) -> None:
    models.table(sa.Column("colour", colour(models)))


def two_tables(models: Models) -> None:
    kind = colour(models)
    models.table(sa.Column("colour", kind))
    models.table(sa.Column("colour", kind, server_default="red"), name="u")


def of_values(*values: str, **options: object):
    return lambda models: models.table(sa.Column("colour", colour(models, *values), **options))


CHANGES = [
    *both_ways(
        Change("a table with an enum", nothing, with_enum, writes=("CREATE TYPE",)),
        Change("two tables with one enum", nothing, two_tables),
        Change("a second table with an enum", with_enum, two_tables),
        Change("an enum column", lambda m: m.table(), with_enum),
        Change(
            "an enum column with a default",
            lambda m: m.table(),
            of_values("red", "blue", server_default="red", nullable=False),
        ),
        Change(
            "two enum columns",
            lambda m: m.table(),
            lambda m: m.table(sa.Column("a", colour(m, name="a")), sa.Column("b", colour(m, name="b"))),
        ),
        Change(
            "an array of an enum", lambda m: m.table(), lambda m: m.table(sa.Column("colours", pg.ARRAY(colour(m))))
        ),
        Change("text to enum", lambda m: m.table(sa.Column("colour", sa.Text)), with_enum),
        Change(
            "text to enum with a default",
            lambda m: m.table(sa.Column("colour", sa.Text, server_default="red")),
            of_values("red", "blue", server_default="red"),
        ),
        Change(
            "an enum for another",
            lambda m: m.table(sa.Column("colour", colour(m, "red", "blue", name="old"))),
            lambda m: m.table(sa.Column("colour", colour(m, "red", "green", name="new"))),
        ),
        Change("an enum in a key", nothing, lambda m: m.bare(sa.Column("colour", colour(m), primary_key=True))),
        Change("a table with a domain", nothing, lambda m: m.table(sa.Column("email", email(m)))),
        Change("a domain column", lambda m: m.table(), lambda m: m.table(sa.Column("email", email(m)))),
        Change(
            "a domain with a default that refuses NULL",
            lambda m: m.table(),
            lambda m: m.table(sa.Column("email", email(m, default="a@b", not_null=True))),
        ),
        Change(
            "text to a domain",
            lambda m: m.table(sa.Column("email", sa.Text)),
            lambda m: m.table(sa.Column("email", email(m))),
        ),
        Change(
            "a domain of digits",
            nothing,
            lambda m: m.table(sa.Column("price", pg.DOMAIN(m.name("price"), sa.Numeric(8, 2), metadata=m.metadata))),
        ),
    ),
    Change(
        "a value at the end of an enum",
        of_values("a", "b"),
        of_values("a", "b", "c"),
        writes=("ADD VALUE IF NOT EXISTS 'c' AFTER 'b'",),
        stays=True,
    ),
    Change("a value at the beginning of an enum", of_values("b", "c"), of_values("a", "b", "c"), stays=True),
    Change("values everywhere in an enum", of_values("b", "d"), of_values("a", "b", "c", "d", "it's e"), stays=True),
    Change("a value less in an enum", of_values("a", "b", "c"), of_values("a", "b"), by_hand="Fix it by hand."),
    Change("another order in an enum", of_values("a", "b"), of_values("b", "a"), by_hand="Fix it by hand."),
    Change(
        "another check of a domain",
        lambda m: m.table(sa.Column("email", email(m))),
        lambda m: m.table(sa.Column("email", email(m, check=sa.text("length(VALUE) > 3")))),
        by_hand="Fix it by hand.",
    ),
]
