"""Differences between the columns of one table, and the SQL that repairs them."""

from collections.abc import Iterator
from dataclasses import replace

from app.migrate.drift.findings import (
    Finding,
    Phase,
    Repair,
    Severity,
    by_hand,
    literal,
    matched,
    qualified,
    quote,
    renamed,
    said,
)
from app.migrate.schema.catalog import Column, Table


def column_sql(column: Column) -> str:
    """Write a column as CREATE TABLE and ADD COLUMN want it."""
    parts = [quote(column.name), column.type]
    if column.collation:
        parts.append(f"COLLATE {column.collation}")
    if column.generated:
        parts.append(f"GENERATED ALWAYS AS ({column.default}) {column.generated.upper()}")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.identity:
        parts.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    if column.not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def compare_columns(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between the columns of two tables of one name."""
    missing, unwanted, changed = matched(live.columns, expected.columns)
    for have, want in renamed(missing, unwanted, lambda column: replace(column, name="")):
        yield Finding(
            "column.renamed",
            Severity.ERROR,
            f"{live.name}.{want.name}",
            f"Table {live.name} has a column {have.name} where {want.name}, of the same kind, is expected.",
            (_alter(live, Phase.UNCONSTRAIN, f"RENAME COLUMN {quote(have.name)} TO {quote(want.name)}"),),
            was=f"{live.name}.{have.name}",
        )
    for column in missing:
        bare = column.not_null and column.default is None and column.identity is None
        yield Finding(
            "column.missing",
            Severity.ERROR,
            f"{live.name}.{column.name}",
            f"Table {live.name} has no column {column.name} ({column.type})"
            + (". It has no default, so it can only be added while the table has no rows." if bare else "."),
            (
                _alter(live, Phase.COLUMN, f"ADD COLUMN {column_sql(column)}"),
                *_comment(live, Column(column.name, column.type), column),
            ),
        )
    for column in unwanted:
        blocks = column.not_null and column.default is None and column.identity is None
        yield Finding(
            "column.unexpected",
            Severity.ERROR if blocks else Severity.WARNING,
            f"{live.name}.{column.name}",
            f"Table {live.name} has a column {column.name} ({column.type}) that is not in the models"
            + (", and rows without a value for it are refused." if blocks else "."),
            (_alter(live, Phase.COLUMN, f"DROP COLUMN {quote(column.name)}"),),
            destructive=True,
        )
    for have, want in changed:
        yield from _compare_column(live, have, want)
    yield from _compare_order(live, expected)


def _compare_column(live: Table, have: Column, want: Column) -> Iterator[Finding]:
    name = f"{live.name}.{want.name}"
    alter = f"ALTER COLUMN {quote(want.name)}"
    if have.generated or want.generated:
        if _told(have) != _told(want):
            yield by_hand("column.generated", name, f"Column {name} is {_told(have)}, and should be {_told(want)}.")
    else:
        yield from _type_or_default(live, have, want)
    if have.not_null != want.not_null:
        yield Finding(
            "column.nullable",
            Severity.ERROR,
            name,
            f"Column {name} {'allows' if want.not_null else 'refuses'} NULL, and should not.",
            (_alter(live, Phase.COLUMN, f"{alter} {'SET' if want.not_null else 'DROP'} NOT NULL"),),
        )
    if have.identity != want.identity:
        told = f"The identity of column {name} is {have.identity or 'none'}, and should be {want.identity or 'none'}."
        yield by_hand("column.identity", name, told)
    if have.comment != want.comment:
        yield Finding(
            "column.comment",
            Severity.WARNING,
            name,
            f"The comment on column {name} is {said(have.comment)}, and should be {said(want.comment)}.",
            _comment(live, have, want),
        )


def _type_or_default(live: Table, have: Column, want: Column) -> Iterator[Finding]:
    name = f"{live.name}.{want.name}"
    alter = f"ALTER COLUMN {quote(want.name)}"
    collate = f" COLLATE {want.collation}" if want.collation else ""
    # Without COLLATE, TYPE goes back to the type's own collation.
    retype = f"{alter} TYPE {want.type}{collate}"
    redefault = f"{alter} SET DEFAULT {want.default}" if want.default is not None else f"{alter} DROP DEFAULT"
    if have.type != want.type:
        # The old default may have no cast to the new type: it goes first and comes back as expected.
        clauses = [f"{alter} DROP DEFAULT"] if have.default is not None else []
        clauses.append(f"{retype} USING {quote(want.name)}::{want.type}")
        if want.default is not None:
            clauses.append(redefault)
        yield Finding(
            "column.type",
            Severity.ERROR,
            name,
            f"Column {name} is of type {have.type}, and should be {want.type}.",
            (_alter(live, Phase.COLUMN, ", ".join(clauses)),),
        )
        return
    if have.collation != want.collation:
        yield Finding(
            "column.collation",
            Severity.ERROR,
            name,
            f"The collation of column {name} is {have.collation or 'the default'}, "
            f"and should be {want.collation or 'the default'}.",
            (_alter(live, Phase.COLUMN, retype),),
        )
    if have.default != want.default and not want.identity:
        yield Finding(
            "column.default",
            Severity.ERROR,
            name,
            f"The default of column {name} is {have.default or 'missing'}, and should be {want.default or 'none'}.",
            (_alter(live, Phase.COLUMN, redefault),),
        )


def _told(column: Column) -> str:
    collation = f" COLLATE {column.collation}" if column.collation else ""
    value = f", generated ({column.generated}) as" if column.generated else " with default"
    return f"{column.type}{collation}{value} {column.default or 'none'}"


def _compare_order(live: Table, expected: Table) -> Iterator[Finding]:
    want = [column.name for column in expected.columns]
    have = [column.name for column in live.columns]
    if have != want and sorted(have) == sorted(want):
        yield Finding(
            "column.order",
            Severity.NOTE,
            live.name,
            f"The columns of table {live.name} are in another order, which has no effect here.",
        )


def _comment(live: Table, have: Column, want: Column) -> tuple[Repair, ...]:
    if have.comment == want.comment:
        return ()
    column = f"{qualified(live.name)}.{quote(want.name)}"
    return (Repair(Phase.FINISH, f"COMMENT ON COLUMN {column} IS {literal(want.comment)}"),)


def _alter(table: Table, phase: Phase, clause: str) -> Repair:
    return Repair(phase, f"ALTER TABLE {qualified(table.name)} {clause}")
