"""Differences between the constraints and indexes of two tables of one name, and the SQL that repairs them."""

from collections.abc import Iterator
from dataclasses import replace

from app.migrate.drift.findings import (
    Finding,
    Phase,
    Repair,
    Severity,
    alter,
    error,
    matched,
    qualified,
    quote,
    renamed,
)
from app.migrate.schema.catalog import Constraint, Index, Table

_NOUN = {
    "primary key": "primary key",
    "unique": "unique constraint",
    "foreign key": "foreign key",
    "check": "check",
    "exclude": "exclusion constraint",
}


def compare_constraints(
    live: Table, expected: Table, live_tables: tuple[Table, ...], expected_tables: tuple[Table, ...]
) -> Iterator[Finding]:
    """Find what differs between the constraints of two tables.

    All tables of both schemas are needed because a key cannot be dropped while a foreign key refers to it.
    """
    table = live.name
    wanted = {(other.name, constraint) for other in expected_tables for constraint in other.constraints}
    referring = [
        (other.name, constraint, (other.name, constraint) in wanted)
        for other in live_tables
        for constraint in other.constraints
        if constraint.kind == "foreign key" and f"REFERENCES {qualified(table)}(" in constraint.definition
    ]

    def dropped(constraint: Constraint) -> Iterator[Repair]:
        yield from _released(constraint, referring)
        yield alter(table, Phase.UNCONSTRAIN, f"DROP CONSTRAINT {quote(constraint.name)}")

    missing, unwanted, changed = matched(live.constraints, expected.constraints)
    for have, want in renamed(missing, unwanted, lambda constraint: replace(constraint, name="")):
        yield error(
            "constraint.renamed",
            f"{table}.{want.name}",
            f"The {_NOUN[want.kind]} {want.name} of table {table} is called {have.name}.",
            alter(table, Phase.UNCONSTRAIN, f"RENAME CONSTRAINT {quote(have.name)} TO {quote(want.name)}"),
            was=f"{table}.{have.name}",
        )
    for one in missing:
        sentence = f"Table {table} lacks its {_NOUN[one.kind]} {one.name}: {_one_line(one.definition)}."
        yield error("constraint.missing", f"{table}.{one.name}", sentence, _added(table, one))
    for one in unwanted:
        sentence = (
            f"Table {table} has a {_NOUN[one.kind]} {one.name} that is not in the models: {_one_line(one.definition)}."
        )
        yield error("constraint.unexpected", f"{table}.{one.name}", sentence, *dropped(one))
    for have, want in changed:
        name, noun = f"{table}.{want.name}", _NOUN[want.kind]
        if replace(have, valid=want.valid) == want:
            old, new = ("valid" if one.valid else "NOT VALID" for one in (have, want))
            sentence = f"The {noun} {name} is {old}, and should be {new}."
            repair = alter(table, _phase(want), f"VALIDATE CONSTRAINT {quote(want.name)}")
            yield error("constraint.validity", name, sentence, *([repair] if want.valid else []))
            continue
        sentence = f"The {noun} {name} is {_one_line(have.definition)}, and should be {_one_line(want.definition)}."
        yield error("constraint.changed", name, sentence, *dropped(have), _added(table, want))


def _released(key: Constraint, referring: list[tuple[str, Constraint, bool]]) -> Iterator[Repair]:
    """Free a key: drop the foreign keys that refer to it, and create those again that are expected."""
    columns = {quote(column) for column in key.columns}
    for table, foreign, stays in referring if key.kind in {"primary key", "unique"} else ():
        referred = foreign.definition.partition(" REFERENCES ")[2].partition("(")[2].partition(")")[0]
        if set(referred.split(", ")) != columns:
            continue
        yield alter(table, Phase.DETACH, f"DROP CONSTRAINT {quote(foreign.name)}")
        if stays:
            yield _added(table, foreign)


def _added(table: str, constraint: Constraint) -> Repair:
    validity = "" if constraint.valid else " NOT VALID"
    clause = f"ADD CONSTRAINT {quote(constraint.name)} {constraint.definition}{validity}"
    return alter(table, _phase(constraint), clause)


def _phase(constraint: Constraint) -> Phase:
    return Phase.FOREIGN_KEY if constraint.kind == "foreign key" else Phase.CONSTRAINT


def compare_indexes(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between the indexes of two tables."""
    table = live.name

    def found(what: str, index: Index, sentence: str, *repairs: Repair, was: str | None = None) -> Finding:
        # A unique index is a rule; any other is only speed.
        weight = Severity.ERROR if index.unique else Severity.WARNING
        return Finding(f"index.{what}", weight, f"{table}.{index.name}", sentence, repairs, was=was)

    missing, unwanted, changed = matched(live.indexes, expected.indexes)
    for have, want in renamed(missing, unwanted, lambda index: (index.shape, index.valid)):
        sentence = f"The index {want.name} on {table} is called {have.name}."
        step = Repair(Phase.UNCONSTRAIN, f"ALTER INDEX {qualified(have.name)} RENAME TO {quote(want.name)}")
        yield found("renamed", want, sentence, step, was=f"{table}.{have.name}")
    for index in missing:
        sentence = f"There is no index {index.name} on {table}: {_one_line(index.shape)}."
        yield found("missing", index, sentence, Repair(Phase.INDEX, index.definition))
    for index in unwanted:
        sentence = f"There is an index {index.name} on {table} that is not in the models: {_one_line(index.shape)}."
        yield found("unexpected", index, sentence, _dropped(index))
    for have, want in changed:
        told = f"The index {want.name} on {table} is"
        if have.definition == want.definition and have.valid != want.valid:
            sentence = f"{told} INVALID: it was not built to the end, and queries do not use it."
            yield found("invalid", want, sentence, Repair(Phase.INDEX, f"REINDEX INDEX {qualified(want.name)}"))
            continue
        sentence = f"{told} {_one_line(have.shape)}, and should be {_one_line(want.shape)}."
        yield found("changed", want, sentence, _dropped(want), Repair(Phase.INDEX, want.definition))


def _dropped(index: Index) -> Repair:
    return Repair(Phase.UNCONSTRAIN, f"DROP INDEX {qualified(index.name)}")


def _one_line(definition: str) -> str:
    return " ".join(definition.rstrip("; ").split())
