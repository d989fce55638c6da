"""Differences between the columns of one table, and how to mend them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.migrate.drift.findings import (
    Finding,
    Phase,
    Severity,
    Step,
    literal,
    matched,
    next_free,
    qualified,
    quote,
    renamed,
    said,
)
from app.migrate.schema.catalog import Column, Sequence, Table

SET_EXPRESSION_SINCE = 170000
"""`server_version_num` from which a generated column's expression can be replaced in place."""


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


def compare_columns(
    live: Table, expected: Table, sequences: tuple[Sequence, ...], server_version: int
) -> Iterator[Finding]:
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
            + (", and nothing to fill it with: the statement works on a table without rows." if bare else "."),
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
            f"Table {live.name} has a column {column.name} ({column.type}) that the models do not know"
            + (", and it refuses rows that do not fill it." if blocks else "."),
            (_alter(live, Phase.COLUMN, f"DROP COLUMN {quote(column.name)}"),),
            destructive=True,
        )
    for have, want in changed:
        yield from _compare_column(live, expected, have, want, sequences, server_version)
    yield from _compare_order(live, expected)


def _compare_column(
    live: Table,
    expected: Table,
    have: Column,
    want: Column,
    sequences: tuple[Sequence, ...],
    server_version: int,
) -> Iterator[Finding]:
    name = f"{live.name}.{want.name}"
    alter = f"ALTER COLUMN {quote(want.name)}"
    if (have.generated, have.default) != (want.generated, want.default) and (have.generated or want.generated):
        yield _generated(live, expected, have, want, server_version)
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
        yield _identity(live, have, want, sequences)
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
            f"Column {name} sorts by {have.collation or 'the default collation'}, "
            f"and should by {want.collation or 'the default collation'}.",
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


def _generated(live: Table, expected: Table, have: Column, want: Column, server_version: int) -> Finding:
    column = quote(want.name)
    if have.generated == "stored" and want.generated is None:
        clauses = [f"ALTER COLUMN {column} DROP EXPRESSION"]
        if want.default is not None:
            clauses.append(f"ALTER COLUMN {column} SET DEFAULT {want.default}")
        steps = tuple(_alter(live, Phase.COLUMN, clause) for clause in clauses)
    elif have.generated == want.generated and server_version >= SET_EXPRESSION_SINCE:
        steps = (_alter(live, Phase.COLUMN, f"ALTER COLUMN {column} SET EXPRESSION AS ({want.default})"),)
    else:
        # Dropping a column takes its indexes and constraints along: those expected are made again.
        steps = (
            _alter(live, Phase.COLUMN, f"DROP COLUMN {column}, ADD COLUMN {column_sql(want)}"),
            *_parts_on(live, expected, want.name),
            *_comment(live, Column(want.name, want.type), want),
        )
    told = [
        f"generated ({one.generated}) as {one.default}"
        if one.generated
        else f"plain, with {one.default or 'no'} default"
        for one in (have, want)
    ]
    return Finding(
        "column.generated",
        Severity.ERROR,
        f"{live.name}.{want.name}",
        f"Column {live.name}.{want.name} is {told[0]}, and should be {told[1]}.",
        steps,
        destructive=have.generated is None,
    )


def _parts_on(live: Table, expected: Table, column: str) -> Iterator[Step]:
    mentions = re.compile(rf'(?<![\w"]){re.escape(quote(column))}(?![\w"])')
    # What is missing or different anyway has a finding and a statement of its own.
    for index in expected.indexes:
        if index in live.indexes and (column in index.columns or mentions.search(index.shape)):
            yield Step(Phase.INDEX, index.definition)
    for constraint in expected.constraints:
        if constraint in live.constraints and column in constraint.columns:
            yield _alter(live, Phase.CONSTRAINT, f"ADD CONSTRAINT {quote(constraint.name)} {constraint.definition}")


def _identity(live: Table, have: Column, want: Column, sequences: tuple[Sequence, ...]) -> Finding:
    column = quote(want.name)
    alter = f"ALTER COLUMN {column}"
    if want.identity is None:
        clauses = [f"{alter} DROP IDENTITY"]
        if want.default is not None:
            clauses.append(f"{alter} SET DEFAULT {want.default}")
        steps = (_alter(live, Phase.COLUMN, ", ".join(clauses)),)
    elif have.identity is None:
        own = f"pg_get_serial_sequence({literal(qualified(live.name))}, {literal(want.name)})"
        serials = [one for one in sequences if (one.owner_table, one.owner_column) == (live.name, want.name)]
        steps = (
            *([_alter(live, Phase.COLUMN, f"{alter} DROP DEFAULT")] if have.default is not None else []),
            *([_alter(live, Phase.COLUMN, f"{alter} SET NOT NULL")] if not have.not_null else []),
            # The sequence of a serial would keep the name that the identity's own sequence needs.
            *(Step(Phase.COLUMN, f"DROP SEQUENCE {qualified(serial.name)}") for serial in serials),
            _alter(live, Phase.COLUMN, f"{alter} ADD GENERATED {want.identity.upper()} AS IDENTITY"),
            Step(
                Phase.SEQUENCE,
                f"SELECT setval({own}, {next_free(live.name, want.name)}, false)",
            ),
        )
    else:
        steps = (_alter(live, Phase.COLUMN, f"{alter} SET GENERATED {want.identity.upper()}"),)
    return Finding(
        "column.identity",
        Severity.ERROR,
        f"{live.name}.{want.name}",
        f"The identity of column {live.name}.{want.name} is {have.identity or 'none'}, "
        f"and should be {want.identity or 'none'}.",
        steps,
    )


def _compare_order(live: Table, expected: Table) -> Iterator[Finding]:
    want = [column.name for column in expected.columns]
    have = [column.name for column in live.columns]
    if have != want and sorted(have) == sorted(want):
        yield Finding(
            "column.order",
            Severity.NOTE,
            live.name,
            f"The columns of table {live.name} stand in another order, which has no effect here.",
        )


def _comment(live: Table, have: Column, want: Column) -> tuple[Step, ...]:
    if have.comment == want.comment:
        return ()
    text = literal(want.comment) if want.comment is not None else "NULL"
    return (Step(Phase.FINISH, f"COMMENT ON COLUMN {qualified(live.name)}.{quote(want.name)} IS {text}"),)


def _alter(table: Table, phase: Phase, clause: str) -> Step:
    return Step(phase, f"ALTER TABLE {qualified(table.name)} {clause}")
