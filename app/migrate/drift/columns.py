"""Differences between the columns of one table, and the SQL that repairs them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.migrate.drift.findings import (
    Finding,
    Phase,
    Repair,
    Severity,
    alter,
    error,
    literal,
    matched,
    qualified,
    quote,
    renamed,
)
from app.migrate.schema.catalog import SCHEMA, Column, Table


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
    table = live.name
    missing, unwanted, changed = matched(live.columns, expected.columns)
    for have, want in renamed(missing, unwanted, lambda column: replace(column, name="")):
        yield error(
            "column.renamed",
            f"{table}.{want.name}",
            f"Table {table} has a column {have.name} where {want.name}, of the same kind, is expected.",
            alter(table, Phase.UNCONSTRAIN, f"RENAME COLUMN {quote(have.name)} TO {quote(want.name)}"),
            was=f"{table}.{have.name}",
        )
    for column in missing:
        only = ". It has no default, so it can only be added while the table has no rows." if _demands(column) else "."
        sentence = f"Table {table} has no column {column.name} ({column.type}){only}"
        yield error("column.missing", f"{table}.{column.name}", sentence, *_added(table, column))
    for column in unwanted:
        refuses = ", and rows without a value for it are refused." if _demands(column) else "."
        yield Finding(
            "column.unexpected",
            Severity.ERROR if _demands(column) else Severity.WARNING,
            f"{table}.{column.name}",
            f"Table {table} has a column {column.name} ({column.type}) that is not in the models{refuses}",
            (alter(table, Phase.COLUMN, f"DROP COLUMN {quote(column.name)}"),),
            destructive=True,
        )
    for have, want in changed:
        yield from _compare_column(live, expected, have, want)
    have, want = ([column.name for column in one.columns] for one in (live, expected))
    if have != want and sorted(have) == sorted(want):
        sentence = f"The columns of table {table} are in another order, which has no effect here."
        yield Finding("column.order", Severity.NOTE, table, sentence)


def _demands(column: Column) -> bool:
    """Whether every new row has to bring a value."""
    return column.not_null and column.default is None and column.identity is None


def _added(table: str, column: Column) -> Iterator[Repair]:
    yield alter(table, Phase.COLUMN, f"ADD COLUMN {column_sql(column)}")
    if column.comment is not None:
        yield _commented(table, column)


def _commented(table: str, column: Column) -> Repair:
    sql = f"COMMENT ON COLUMN {qualified(table)}.{quote(column.name)} IS {literal(column.comment)}"
    return Repair(Phase.FINISH, sql)


def _compare_column(live: Table, expected: Table, have: Column, want: Column) -> Iterator[Finding]:
    table, name = live.name, f"{live.name}.{want.name}"
    if have.generated or want.generated:
        if _told(have) != _told(want):
            sentence = f"Column {name} is {_told(have)}, and should be {_told(want)}."
            bare = replace(want, not_null=have.not_null, comment=have.comment, default=None)
            if have.generated == "stored" and replace(have, generated=None, default=None) == bare:
                steps = [alter(table, Phase.COLUMN, f"ALTER COLUMN {quote(want.name)} DROP EXPRESSION")]
                if want.default is not None:
                    steps.append(alter(table, Phase.COLUMN, _redefault(want)))
                yield error("column.generated", name, sentence, *steps)
            else:
                # PostgreSQL 15 and 16 cannot change an expression, and none can make a plain column computed.
                steps = [*_made_anew(live, expected, want)]
                yield error("column.generated", name, sentence, *steps, destructive=not have.generated)
                return
    else:
        yield from _type_or_default(table, have, want)
    if have.not_null != want.not_null:
        clause = f"ALTER COLUMN {quote(want.name)} {'SET' if want.not_null else 'DROP'} NOT NULL"
        sentence = f"Column {name} {'allows' if want.not_null else 'refuses'} NULL, and should not."
        yield error("column.nullable", name, sentence, alter(table, Phase.COLUMN, clause))
    if have.identity != want.identity:
        sentence = (
            f"The identity of column {name} is {have.identity or 'none'}, and should be {want.identity or 'none'}."
        )
        yield error("column.identity", name, sentence, *_reidentified(table, have, want))
    if have.comment != want.comment:
        sentence = f"The comment on column {name} is {have.comment or 'missing'}, not {want.comment or 'missing'}."
        yield Finding("column.comment", Severity.WARNING, name, sentence, (_commented(table, want),))


def _made_anew(live: Table, expected: Table, column: Column) -> Iterator[Repair]:
    """Drop a column and add it again, with what PostgreSQL drops along with it."""
    yield alter(live.name, Phase.COLUMN, f"DROP COLUMN {quote(column.name)}")
    yield from _added(live.name, column)
    names = re.compile(rf"(?<![\w\"]){re.escape(quote(column.name))}(?![\w\"])")
    for index in expected.indexes:
        if index in live.indexes and (column.name in index.columns or names.search(index.shape)):
            yield Repair(Phase.INDEX, index.definition)
    for one in expected.constraints:
        if one in live.constraints and column.name in one.columns:
            phase = Phase.FOREIGN_KEY if one.kind == "foreign key" else Phase.CONSTRAINT
            validity = "" if one.valid else " NOT VALID"
            yield alter(live.name, phase, f"ADD CONSTRAINT {quote(one.name)} {one.definition}{validity}")


def _reidentified(table: str, have: Column, want: Column) -> Iterator[Repair]:
    column = f"ALTER COLUMN {quote(want.name)}"
    if want.identity is None:
        yield alter(table, Phase.RELEASE, f"{column} DROP IDENTITY")
    elif have.identity is not None:
        yield alter(table, Phase.COLUMN, f"{column} SET GENERATED {want.identity.upper()}")
    else:
        if have.default is not None:
            yield alter(table, Phase.COLUMN, f"{column} DROP DEFAULT")
        yield alter(table, Phase.IDENTITY, f"{column} ADD GENERATED {want.identity.upper()} AS IDENTITY")
        # The next number must be free. The names are quoted, and nobody's input is in it.
        sequence = f"pg_get_serial_sequence({literal(qualified(table))}, {literal(want.name)})"
        highest = f"SELECT max({quote(want.name)}) FROM {qualified(table)}"  # noqa: S608 -- see above
        yield Repair(Phase.VALUE, f"SELECT setval({sequence}, coalesce(({highest}), 0) + 1, false)")


def _type_or_default(table: str, have: Column, want: Column) -> Iterator[Finding]:
    name, column = f"{table}.{want.name}", f"ALTER COLUMN {quote(want.name)}"
    redefault = _redefault(want)
    # Without COLLATE, TYPE goes back to the type's own collation.
    retype = f"{column} TYPE {want.type}{f' COLLATE {want.collation}' if want.collation else ''}"
    if have.type != want.type:
        # The old default may have no cast to the new type: it goes first and comes back as expected.
        clauses = [f"{column} DROP DEFAULT"] if have.default is not None else []
        # Between types that somebody made, such as two enums, there is no cast but by way of text.
        own = any(kind.startswith(f"{SCHEMA}.") for kind in (have.type, want.type))
        clauses.append(f"{retype} USING {quote(want.name)}{'::text' if own else ''}::{want.type}")
        if want.default is not None:
            clauses.append(redefault)
        sentence = f"Column {name} is of type {have.type}, and should be {want.type}."
        yield error("column.type", name, sentence, alter(table, Phase.COLUMN, ", ".join(clauses)))
        return
    if have.collation != want.collation:
        old, new = have.collation or "the default", want.collation or "the default"
        sentence = f"The collation of column {name} is {old}, and should be {new}."
        yield error("column.collation", name, sentence, alter(table, Phase.COLUMN, retype))
    if have.default != want.default and not want.identity:
        old, new = have.default or "missing", want.default or "none"
        sentence = f"The default of column {name} is {old}, and should be {new}."
        yield error("column.default", name, sentence, alter(table, Phase.COLUMN, redefault))


def _redefault(column: Column) -> str:
    value = f"SET DEFAULT {column.default}" if column.default is not None else "DROP DEFAULT"
    return f"ALTER COLUMN {quote(column.name)} {value}"


def _told(column: Column) -> str:
    collation = f" COLLATE {column.collation}" if column.collation else ""
    value = f", generated ({column.generated}) as" if column.generated else " with default"
    return f"{column.type}{collation}{value} {column.default or 'none'}"
