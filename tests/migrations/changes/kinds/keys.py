"""Primary keys, and where their numbers come from: serial, identity, sequences."""

from typing import Any

import sqlalchemy as sa

from tests.migrations.changes.row import Change, Declare, both_ways, nothing

Int, Big, Col = sa.Integer, sa.BigInteger, sa.Column


def key(kind: Any, *parts: Any, **options: Any) -> Declare:
    return lambda models: models.bare(Col("id", kind, *parts, primary_key=True, **options), Col("word", sa.Text))


def filled(declare: Declare) -> Declare:
    """With rows, whose numbers must not come again."""

    def both(models: Any) -> None:
        declare(models)
        models.execute(f"INSERT INTO {models.name()} (word) VALUES ('a'), ('b')")

    return both


def with_sequence(*, start: int = 1, increment: int = 1) -> Declare:
    def declare(models: Any) -> None:
        numbers = sa.Sequence(models.name("numbers"), start=start, increment=increment, metadata=models.metadata)
        models.table(Col("n", Int, numbers, server_default=numbers.next_value()))

    return declare


serial, plain = key(Int), key(Int, autoincrement=False)
always, default = key(Int, sa.Identity(always=True)), key(Int, sa.Identity())
two = lambda m: m.bare(Col("a", Int, primary_key=True, autoincrement=False), Col("b", Int, primary_key=True))  # noqa: E731 -- a row's side

CHANGES = [
    *both_ways(
        Change("a table with a serial key", nothing, serial),
        Change("a table with an identity", nothing, always),
        Change(
            "a table with an identity with options",
            nothing,
            key(Big, sa.Identity(start=100, increment=5, minvalue=10, maxvalue=9000, cycle=True, cache=3)),
        ),
        Change("a table with a small serial key", nothing, key(sa.SmallInteger)),
        Change("serial to identity", filled(serial), default, keeps="SELECT * FROM {t}"),
        Change("serial to identity always", filled(serial), always, keeps="SELECT * FROM {t}"),
        Change("plain to serial", plain, serial),
        Change("plain to identity", plain, default),
        Change("identity always to by default", always, default),
        Change(
            "other options of an identity",
            key(Int, sa.Identity(start=1)),
            key(Int, sa.Identity(start=500, increment=7, cache=5)),
        ),
        Change("always and other options", always, key(Int, sa.Identity(increment=7))),
        Change("identity and bigint", default, key(Big, sa.Identity())),
        Change("serial to bigserial", filled(serial), key(Big), keeps="SELECT * FROM {t}"),
        Change(
            "serial integer to identity bigint",
            filled(serial),
            key(Big, sa.Identity(always=True)),
            keeps="SELECT * FROM {t}",
        ),
        Change(
            "an identity that is no key",
            lambda m: m.table(Col("n", Int)),
            lambda m: m.table(Col("n", Int, sa.Identity())),
        ),
        Change("a new identity column", lambda m: m.table(), lambda m: m.table(Col("n", Int, sa.Identity(start=5)))),
        Change("a comment and an identity", plain, key(Int, sa.Identity(), comment="Its number.")),
        Change(
            "a serial key where there was none",
            lambda m: m.bare(Col("word", sa.Text)),
            lambda m: m.bare(Col("word", sa.Text), Col("id", Int, primary_key=True)),
        ),
        Change(
            "an identity key where there was none",
            lambda m: m.bare(Col("word", sa.Text)),
            lambda m: m.bare(Col("word", sa.Text), Col("id", Int, sa.Identity(), primary_key=True)),
        ),
        Change(
            "a key of an existing column",
            lambda m: m.bare(Col("a", Int, nullable=False)),
            lambda m: m.bare(Col("a", Int, primary_key=True, autoincrement=False)),
        ),
        Change(
            "a key of two columns",
            lambda m: m.bare(Col("a", Int, primary_key=True, autoincrement=False), Col("b", Int, nullable=False)),
            two,
        ),
        Change(
            "a key of another column",
            lambda m: m.bare(Col("a", Int, primary_key=True, autoincrement=False), Col("b", Int, nullable=False)),
            lambda m: m.bare(Col("a", Int, nullable=False), Col("b", Int, primary_key=True, autoincrement=False)),
        ),
        Change(
            "a key and the foreign key that needs it",
            nothing,
            lambda m: (m.table(), m.table(Col("t_id", sa.ForeignKey(f"{m.name()}.id")), name="u")),
        ),
        Change(
            "a bigger key and what refers to it",
            lambda m: (m.table(), m.table(Col("t_id", sa.ForeignKey(f"{m.name()}.id")), name="u")),
            lambda m: (
                m.bare(Col("id", Big, primary_key=True)),
                m.table(Col("t_id", sa.ForeignKey(f"{m.name()}.id")), name="u"),
            ),
        ),
        Change("another step of a sequence", with_sequence(), with_sequence(increment=3)),
    ),
    # The other way a sequence that no column owns is left alone, because it may be somebody else's.
    Change("a sequence in a default", lambda m: m.table(Col("n", Int)), with_sequence()),
    Change("a table with a sequence in a default", nothing, with_sequence()),
    Change("a column with a sequence in its default", lambda m: m.table(), with_sequence(start=10, increment=5)),
]
