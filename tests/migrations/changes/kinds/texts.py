"""Texts with every awkward character, wherever SQL is written."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import SchemaItem

from tests.migrations.changes.row import Change, Declare, Models, both_ways, nothing

AWKWARD = {
    "a word after a colon": "at :noon",
    "colons": "a:b ::c :d: 12:30 \\:e \\\\:f",
    "quotation marks": "it's 'quoted' \"twice\"",
    "quotation marks around it": "'quoted'",
    "backslashes": "C:\\temp\\new \\",
    "percent signs": "100% %s %(x)s %%",
    "braces": "{} {x} {{y}} [1] <b>",
    "dollar signs": "$1 $$ $tag$ ?",
    "lines": "one\ntwo\r\n\tthree -- /* no comment */",
    "unicode": "Grüße 🎉 שלום \u0301",
}


def _sql(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column("'" + text.replace("'", "''") + "'", sa.Text)


def _plain(models: Models) -> object:
    return models.table(sa.Column("word", sa.Text), sa.Column("other", sa.Text))


def _word(*parts: Callable[[], SchemaItem], **options: Any) -> Declare:
    return lambda models: models.table(
        sa.Column("word", sa.Text, **options), sa.Column("other", sa.Text), *(part() for part in parts)
    )


def _everywhere(text: str, *, excludes: bool = True) -> Declare:
    said = sa.column("word") != _sql(text)

    def declare(models: Models) -> object:
        return models.table(
            sa.Column("word", sa.Text, server_default=_sql(text)),
            sa.Column("other", sa.Text, server_default=text, comment=text),
            sa.Column("more", sa.Text, sa.Computed(sa.column("other").op("||")(_sql(text)), persisted=True)),
            sa.CheckConstraint(said, name="said"),
            *(
                [ExcludeConstraint(("word", "="), name=models.name("ex"), using="btree", where=said)]
                if excludes
                else []
            ),
            sa.Index(models.name("ix"), sa.func.coalesce(sa.column("word"), _sql(text)), postgresql_where=said),
            comment=text,
        )

    return declare


def _index(text: str) -> Declare:
    return lambda models: models.table(
        sa.Column("word", sa.Text),
        sa.Column("other", sa.Text),
        sa.Index(models.name("ix"), sa.text("(word || 'at \\:noon')"), postgresql_where=sa.text(text)),
    )


CHANGES = [
    *both_ways(
        *(Change(f"{what} come everywhere", _plain, _everywhere(text)) for what, text in AWKWARD.items()),
        *(
            Change(f"a new table with {what}", nothing, _everywhere(text, excludes=False))
            for what, text in AWKWARD.items()
        ),
        Change("a default by text()", _plain, _word(server_default=sa.text(r"'at \:noon'"))),
        Change("a check by text()", _plain, _word(lambda: sa.CheckConstraint(r"word <> 'at \:noon'", name="said"))),
        Change("a predicate by text()", _plain, _index(r"word <> 'at \:noon'")),
        Change(
            "JSON with colons", _plain, _word(lambda: sa.Column("doc", sa.JSON, server_default='{"a":true, "b" :null}'))
        ),
    ),
    Change("one text for another", _word(server_default="at :noon"), _word(server_default=r"C:\temp")),
    Change(
        "one expression for another",
        _word(server_default=sa.text(r"'at \:noon'")),
        _word(server_default=sa.text(r"'C:\temp'")),
    ),
]
