"""Checks, unique constraints, foreign keys and exclusions, with everything that they can say."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from tests.migrations.changes.row import Change, Declare, Models, both_ways, nothing

Int, Col = sa.Integer, sa.Column
Part = Callable[[Models], Any]
"""A constraint or an index, made anew for each side, because it belongs to one table."""


def parts(*made: Part) -> Declare:
    """A table of four columns with these."""

    def declare(models: Models) -> None:
        columns = Col("a", Int), Col("b", Int), Col("word", sa.Text), Col("span", pg.TSTZRANGE)
        models.table(*columns, *(make(models) for make in made))

    return declare


def check(sql: str, name: str = "rule", **options: Any) -> Part:
    return lambda models: sa.CheckConstraint(sql, name=name, **options)


def unique(*columns: str, name: str | None = None, **options: Any) -> Part:
    return lambda models: sa.UniqueConstraint(*columns, name=name and models.name(name), **options)


def exclude(*elements: tuple[str, str], **options: Any) -> Part:
    return lambda models: pg.ExcludeConstraint(*elements, name=models.name("apart"), **options)


def refers(**options: Any) -> Declare:
    """Two tables, the second of which refers to the first."""

    def declare(models: Models) -> None:
        models.table(Col("n", Int))
        models.table(Col("t_id", Int), sa.ForeignKeyConstraint(["t_id"], [f"{models.name()}.id"], **options), name="u")

    return declare


def stranger(models: Models) -> None:
    models.table(Col("n", Int))
    models.table(Col("t_id", Int), name="u")


def composite(*keys: str, **options: Any) -> Declare:
    def declare(models: Models) -> None:
        models.table(Col("a", Int), Col("b", Int), sa.UniqueConstraint("a", "b"))
        made = (
            [sa.ForeignKeyConstraint(["x", "y"], [f"{models.name()}.{key}" for key in keys], **options)] if keys else []
        )
        models.table(Col("x", Int), Col("y", Int), *made, name="u")

    return declare


def circle(models: Models) -> None:
    models.table(Col("u_id", sa.ForeignKey(f"{models.name('u')}.id")))
    models.table(Col("t_id", sa.ForeignKey(f"{models.name()}.id")), name="u")


def circle_of_three(models: Models) -> None:
    for one, other in (("t", "u"), ("u", "v"), ("v", "t")):
        models.table(Col("other", sa.ForeignKey(f"{models.name(other)}.id", ondelete="CASCADE")), name=one)


def no_circle(models: Models) -> None:
    models.table(Col("u_id", Int))
    models.table(Col("t_id", Int), name="u")


def tree(models: Models) -> None:
    models.table(Col("parent", sa.ForeignKey(f"{models.name()}.id")))


def by_code(models: Models) -> None:
    models.table(Col("code", sa.Text, unique=True))
    models.table(Col("code", sa.ForeignKey(f"{models.name()}.code")), name="u")


def no_code(models: Models) -> None:
    models.table(Col("code", sa.Text))
    models.table(Col("code", sa.Text), name="u")


def enum(**options: Any) -> Declare:
    """A table with an enum, that is a type or text with a check."""

    def declare(models: Models) -> None:
        kind = sa.Enum("red", "it's blue", name=models.name("colour"), metadata=models.metadata, **options)
        models.table(Col("colour", kind))

    return declare


def checked_enum(*, made: bool = True) -> Declare:
    def declare(models: Models) -> None:
        kind = sa.Enum("red", "blue", "green", name=models.name("colour"), metadata=models.metadata)
        models.table(
            Col("colour", kind), *([sa.CheckConstraint("colour <> 'green'", name="not_green")] if made else [])
        )

    return declare


text_enum = enum(native_enum=False, create_constraint=True, length=20)

CHANGES = [
    *both_ways(
        Change("a table with an enum and a check of it", nothing, checked_enum()),
        Change("a check of an enum", checked_enum(made=False), checked_enum()),
        Change(
            "a check of an enum on its column",
            nothing,
            lambda m: m.table(
                Col(
                    "colour",
                    sa.Enum("red", "green", name=m.name("colour"), metadata=m.metadata),
                    sa.CheckConstraint("colour <> 'green'", name="not_green"),
                )
            ),
        ),
        Change("a table with an enum as text", nothing, text_enum),
        Change("an enum as text", lambda m: m.table(), text_enum),
        Change("an enum as text gets its check", enum(native_enum=False, length=20), text_enum),
        Change("text to an enum as text", lambda m: m.table(Col("colour", sa.Text)), text_enum),
        Change("an enum to an enum as text", enum(), text_enum),
        Change(
            "a boolean with a check",
            lambda m: m.table(),
            lambda m: m.table(Col("on", sa.Boolean(create_constraint=True, name="on_or_off"))),
        ),
        Change("a check", parts(), parts(check("a > 0"))),
        Change("another check", parts(check("a > 0")), parts(check("a > 1"))),
        Change("two checks for one", parts(check("a > 0")), parts(check("a > 0", "one"), check("b > 0", "two"))),
        Change("a check of several columns", parts(), parts(check("a > b OR word ~ '^x%'"))),
        Change("a check with IN", parts(), parts(check("word IN ('a', 'b', 'it''s')"))),
        Change("a check in a new table", nothing, parts(check("a BETWEEN 1 AND 5"))),
        Change(
            "a check on a new column",
            lambda m: m.table(),
            lambda m: m.table(Col("n", Int, sa.CheckConstraint("n > 0", name="positive"))),
        ),
        Change("a unique constraint", parts(), parts(unique("a"))),
        Change("a unique constraint of two", parts(), parts(unique("a", "b"))),
        Change(
            "a unique constraint of others", parts(unique("a", "b", name="u1")), parts(unique("a", "word", name="u1"))
        ),
        Change(
            "a unique constraint in another order",
            parts(unique("a", "b", name="u2")),
            parts(unique("b", "a", name="u2")),
        ),
        Change("unique, deferrable", parts(), parts(unique("a", deferrable=True, initially="DEFERRED"))),
        Change("unique becomes deferrable", parts(unique("a")), parts(unique("a", deferrable=True))),
        Change("unique with include", parts(), parts(unique("a", postgresql_include=["b"]))),
        Change(
            "unique includes more",
            parts(unique("a", postgresql_include=["b"])),
            parts(unique("a", postgresql_include=["b", "word"])),
        ),
        Change("unique with nulls not distinct", parts(), parts(unique("a", postgresql_nulls_not_distinct=True))),
        Change(
            "unique becomes nulls not distinct",
            parts(unique("a")),
            parts(unique("a", postgresql_nulls_not_distinct=True)),
        ),
        Change(
            "a new table with all of unique",
            nothing,
            parts(
                unique("a", postgresql_include=["b"]),
                unique("b", deferrable=True),
                unique("word", postgresql_nulls_not_distinct=True),
            ),
        ),
        Change(
            "unique for an index",
            parts(lambda models: sa.Index(models.name("ix"), "a", unique=True)),
            parts(unique("a", name="uq")),
        ),
        Change("a unique column", lambda m: m.table(), lambda m: m.table(Col("code", sa.Text, unique=True))),
        Change("an exclusion", parts(), parts(exclude(("span", "&&")))),
        Change("an exclusion with a predicate", parts(), parts(exclude(("span", "&&"), where=sa.text("a > 0")))),
        Change("another exclusion", parts(exclude(("span", "&&"))), parts(exclude(("span", "-|-")))),
        Change(
            "a new table with an exclusion",
            nothing,
            parts(exclude(("span", "&&"), using="gist", deferrable=True, initially="DEFERRED")),
        ),
        Change("a foreign key", stranger, refers()),
        *(
            Change(f"a foreign key with {told}", stranger, refers(**options))
            for told, options in {
                "ON DELETE CASCADE": {"ondelete": "CASCADE"},
                "ON DELETE SET NULL": {"ondelete": "SET NULL"},
                "ON UPDATE CASCADE, ON DELETE RESTRICT": {"onupdate": "CASCADE", "ondelete": "RESTRICT"},
                "ON DELETE SET DEFAULT": {"ondelete": "SET DEFAULT"},
                "DEFERRABLE": {"deferrable": True},
                "INITIALLY DEFERRED": {"deferrable": True, "initially": "DEFERRED"},
                "MATCH FULL": {"match": "FULL"},
                "NOT VALID": {"postgresql_not_valid": True},
                "everything": {
                    "ondelete": "CASCADE",
                    "onupdate": "CASCADE",
                    "deferrable": True,
                    "initially": "DEFERRED",
                    "match": "FULL",
                },
            }.items()
        ),
        Change("a foreign key becomes deferrable", refers(), refers(deferrable=True)),
        Change("a foreign key deletes", refers(), refers(ondelete="CASCADE")),
        Change("a foreign key with MATCH FULL and nothing else", refers(), refers(match="FULL")),
        Change(
            "tables with a foreign key with everything",
            nothing,
            refers(ondelete="CASCADE", deferrable=True, initially="DEFERRED", match="FULL"),
        ),
        Change("a foreign key of two columns", composite(), composite("a", "b")),
        Change("a foreign key of two columns with MATCH FULL", composite("a", "b"), composite("a", "b", match="FULL")),
        Change("a foreign key in another order", composite("a", "b"), composite("b", "a")),
        Change(
            "a column with a foreign key",
            lambda m: (m.table(), m.table(name="u")),
            lambda m: (m.table(), m.table(Col("t_id", sa.ForeignKey(f"{m.name()}.id"), index=True), name="u")),
        ),
        Change("two tables that refer to each other", nothing, circle),
        Change("three tables in a circle", nothing, circle_of_three),
        Change("two tables begin to refer to each other", no_circle, circle),
        Change("a table that refers to itself", nothing, tree),
        Change("a table begins to refer to itself", lambda m: m.table(), tree),
        Change("a unique constraint and the key that needs it", no_code, by_code),
        Change("tables with a unique constraint and the key that needs it", nothing, by_code),
        Change(
            "the table that a key refers to",
            lambda m: m.table(Col("n", Int), name="u"),
            lambda m: (m.table(), m.table(Col("n", Int), Col("t_id", sa.ForeignKey(f"{m.name()}.id")), name="u")),
        ),
    ),
    Change(
        "a foreign key is validated",
        lambda m: (
            stranger(m),
            m.execute(
                f"ALTER TABLE {m.name('u')} ADD CONSTRAINT fk_{m.name('u')}_t_id FOREIGN KEY (t_id) "
                f"REFERENCES {m.name()} NOT VALID"
            ),
        ),
        refers(),
        writes=("VALIDATE CONSTRAINT",),
        stays=True,
    ),
    Change(
        "a constraint of another name",
        parts(check("a > 0", "old"), unique("a", name="old")),
        parts(check("a > 0", "new"), unique("a", name="new")),
        writes=("RENAME CONSTRAINT",),
    ),
    Change(
        "a foreign key of another name", refers(name="x_fk_old"), refers(name="x_fk_new"), writes=("RENAME CONSTRAINT",)
    ),
]
