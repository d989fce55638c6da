"""Columns that come, go and change."""

import sqlalchemy as sa

from tests.migrations.changes.row import Change, both_ways

CHANGES = [
    *both_ways(
        Change("a column", lambda m: m.table(), lambda m: m.table(sa.Column("word", sa.Text))),
        Change(
            "nullable",
            lambda m: m.table(sa.Column("word", sa.Text)),
            lambda m: m.table(sa.Column("word", sa.Text, nullable=False)),
        ),
    ),
]
