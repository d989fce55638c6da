"""Differences between the constraints and indexes of two tables of one name, and the SQL that repairs them."""

from collections.abc import Iterator
from dataclasses import replace

from app.migrate.drift.findings import Finding, Phase, Repair, Severity, matched, qualified, quote, renamed
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
    wanted = {(table.name, constraint) for table in expected_tables for constraint in table.constraints}
    referring = [
        (other.name, constraint, (other.name, constraint) in wanted)
        for other in live_tables
        for constraint in other.constraints
        if constraint.kind == "foreign key" and f"REFERENCES {qualified(live.name)}(" in constraint.definition
    ]
    table = f"ALTER TABLE {qualified(live.name)}"
    missing, unwanted, changed = matched(live.constraints, expected.constraints)
    for have, want in renamed(missing, unwanted, lambda constraint: replace(constraint, name="")):
        yield Finding(
            "constraint.renamed",
            Severity.ERROR,
            f"{live.name}.{want.name}",
            f"The {_NOUN[want.kind]} {want.name} of table {live.name} is called {have.name}.",
            (Repair(Phase.UNCONSTRAIN, f"{table} RENAME CONSTRAINT {quote(have.name)} TO {quote(want.name)}"),),
            was=f"{live.name}.{have.name}",
        )
    for constraint in missing:
        yield Finding(
            "constraint.missing",
            Severity.ERROR,
            f"{live.name}.{constraint.name}",
            f"Table {live.name} lacks its {_NOUN[constraint.kind]} {constraint.name}: "
            f"{_one_line(constraint.definition)}.",
            (Repair(_phase(constraint), f"{table} ADD {constraint_sql(constraint)}"),),
        )
    for constraint in unwanted:
        yield Finding(
            "constraint.unexpected",
            Severity.ERROR,
            f"{live.name}.{constraint.name}",
            f"Table {live.name} has a {_NOUN[constraint.kind]} {constraint.name} that is not in the models: "
            f"{_one_line(constraint.definition)}.",
            (
                *_released(constraint, referring),
                Repair(Phase.UNCONSTRAIN, f"{table} DROP CONSTRAINT {quote(constraint.name)}"),
            ),
        )
    for have, want in changed:
        name = f"{live.name}.{want.name}"
        if have.valid != want.valid and replace(have, valid=want.valid) == want:
            yield Finding(
                "constraint.validity",
                Severity.ERROR,
                name,
                f"The {_NOUN[want.kind]} {name} is {'valid' if have.valid else 'NOT VALID'}, "
                f"and should be {'valid' if want.valid else 'NOT VALID'}.",
                (Repair(_phase(want), f"{table} VALIDATE CONSTRAINT {quote(want.name)}"),) if want.valid else (),
            )
            continue
        yield Finding(
            "constraint.changed",
            Severity.ERROR,
            name,
            f"The {_NOUN[want.kind]} {name} is {_one_line(have.definition)}, "
            f"and should be {_one_line(want.definition)}.",
            (
                *_released(have, referring),
                Repair(Phase.UNCONSTRAIN, f"{table} DROP CONSTRAINT {quote(want.name)}"),
                Repair(_phase(want), f"{table} ADD {constraint_sql(want)}"),
            ),
        )


def _released(key: Constraint, referring: list[tuple[str, Constraint, bool]]) -> Iterator[Repair]:
    """Free a key: drop the foreign keys that refer to it, and create those again that are expected."""
    columns = {quote(column) for column in key.columns}
    for table, foreign, stays in referring if key.kind in {"primary key", "unique"} else ():
        referred = foreign.definition.partition(" REFERENCES ")[2].partition("(")[2].partition(")")[0]
        if set(referred.split(", ")) != columns:
            continue
        alter = f"ALTER TABLE {qualified(table)}"
        yield Repair(Phase.DETACH, f"{alter} DROP CONSTRAINT {quote(foreign.name)}")
        if stays:
            yield Repair(Phase.FOREIGN_KEY, f"{alter} ADD {constraint_sql(foreign)}")


def constraint_sql(constraint: Constraint) -> str:
    """Write a constraint as CREATE TABLE and ADD want it."""
    validity = "" if constraint.valid else " NOT VALID"
    return f"CONSTRAINT {quote(constraint.name)} {constraint.definition}{validity}"


def _phase(constraint: Constraint) -> Phase:
    return Phase.FOREIGN_KEY if constraint.kind == "foreign key" else Phase.CONSTRAINT


def compare_indexes(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between the indexes of two tables."""
    missing, unwanted, changed = matched(live.indexes, expected.indexes)
    for have, want in renamed(missing, unwanted, lambda index: (index.shape, index.valid)):
        yield Finding(
            "index.renamed",
            _weight(want),
            f"{live.name}.{want.name}",
            f"The index {want.name} on {live.name} is called {have.name}.",
            (Repair(Phase.UNCONSTRAIN, f"ALTER INDEX {qualified(have.name)} RENAME TO {quote(want.name)}"),),
            was=f"{live.name}.{have.name}",
        )
    for index in missing:
        yield Finding(
            "index.missing",
            _weight(index),
            f"{live.name}.{index.name}",
            f"There is no index {index.name} on {live.name}: {_one_line(index.shape)}.",
            (Repair(Phase.INDEX, index.definition),),
        )
    for index in unwanted:
        yield Finding(
            "index.unexpected",
            _weight(index),
            f"{live.name}.{index.name}",
            f"There is an index {index.name} on {live.name} that is not in the models: {_one_line(index.shape)}.",
            (Repair(Phase.UNCONSTRAIN, f"DROP INDEX {qualified(index.name)}"),),
        )
    for have, want in changed:
        if have.definition == want.definition and have.valid != want.valid:
            yield Finding(
                "index.invalid",
                _weight(want),
                f"{live.name}.{want.name}",
                f"The index {want.name} on {live.name} is INVALID: it was not built to the end, and "
                "queries do not use it.",
                (Repair(Phase.INDEX, f"REINDEX INDEX {qualified(want.name)}"),),
            )
            continue
        yield Finding(
            "index.changed",
            _weight(want),
            f"{live.name}.{want.name}",
            f"The index {want.name} on {live.name} is {_one_line(have.shape)}, and should be {_one_line(want.shape)}.",
            (Repair(Phase.UNCONSTRAIN, f"DROP INDEX {qualified(want.name)}"), Repair(Phase.INDEX, want.definition)),
        )


def _weight(index: Index) -> Severity:
    # A unique index is a rule; any other is only speed.
    return Severity.ERROR if index.unique else Severity.WARNING


def _one_line(definition: str) -> str:
    return " ".join(definition.rstrip("; ").split())
