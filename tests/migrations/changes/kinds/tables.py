"""Tables as a whole."""

import sqlalchemy as sa

from tests.migrations.changes.row import Change, Models, both_ways, nothing

Col, Int = sa.Column, sa.Integer


def partitioned(models: Models) -> None:
    models.bare(
        Col("id", Int, primary_key=True),
        Col("day", sa.Date, primary_key=True),
        Col("word", sa.Text, index=True, comment="What was said."),
        postgresql_partition_by="RANGE (day)",
    )


def rich(models: Models) -> None:
    models.table(
        Col("word", sa.Text(collation="C"), nullable=False, server_default="a: b", comment="It's one."),
        Col("twice", Int, sa.Computed("n * 2", persisted=True)),
        Col("n", Int, sa.Identity(always=True)),
        sa.CheckConstraint("n > 0", name="positive"),
        sa.UniqueConstraint("n", postgresql_include=["word"]),
        sa.Index(models.name("ix"), sa.text("lower(word)"), postgresql_where=sa.text("n > 3")),
        comment="Everything.",
    )


CHANGES = [
    *both_ways(
        Change("a table", nothing, lambda m: m.table(Col("word", sa.Text))),
        Change("a table without a key", nothing, lambda m: m.bare(Col("word", sa.Text))),
        Change("a table with a name that needs quotes", nothing, lambda m: m.table(name="Of “All” Things")),
        Change("a table with a comment", nothing, lambda m: m.table(comment="It's “new”: 100 %")),
        Change("a comment of a table", lambda m: m.table(), lambda m: m.table(comment="New.")),
        Change("another comment of a table", lambda m: m.table(comment="Old."), lambda m: m.table(comment="New.")),
        Change(
            "a comment of a table and a new column",
            lambda m: m.table(),
            lambda m: m.table(Col("n", Int), comment="New."),
        ),
        Change("a table with everything", nothing, rich),
        Change("a partitioned table", nothing, partitioned),
        Change(
            "a table partitioned by a list",
            nothing,
            lambda m: m.bare(Col("kind", sa.Text), postgresql_partition_by="LIST (kind)"),
        ),
        Change(
            "a table partitioned by hash",
            nothing,
            lambda m: m.bare(
                Col("kind", Int, primary_key=True, autoincrement=False), postgresql_partition_by="HASH (kind)"
            ),
        ),
        Change("an unlogged table", nothing, lambda m: m.table(prefixes=["UNLOGGED"])),
        Change("a table becomes unlogged", lambda m: m.table(), lambda m: m.table(prefixes=["UNLOGGED"])),
        Change("a table of sixty columns", nothing, lambda m: m.table(*(Col(f"c{n}", Int) for n in range(60)))),
        Change("two tables for one", lambda m: m.table(), lambda m: (m.table(name="u"), m.table(name="v"))),
    ),
    Change(
        "a column of another name",
        lambda m: m.table(Col("old", sa.Text)),
        lambda m: m.table(Col("new", sa.Text)),
        writes=("is expected",),
    ),
    Change(
        "a table in another schema",
        nothing,
        lambda m: m.table(schema="elsewhere"),
        refused="Leave `schema=` out of the model.",
    ),
    Change(
        "a table of another name",
        # Of columns that no other row has: only then is it the same table.
        lambda m: m.table(Col("same", Int)),
        lambda m: m.table(Col("same", Int), name="u"),
        writes=("op.rename_table('{t}', '",),
    ),
]
