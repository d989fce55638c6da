"""Differences between sequences, and the SQL that repairs them."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from app.migrate.drift.findings import (
    Finding,
    Phase,
    Repair,
    Severity,
    foreign,
    literal,
    matched,
    qualified,
    quote,
    renamed,
)
from app.migrate.schema.catalog import Catalog, Sequence


def compare_sequences(live: Catalog, expected: Catalog, ours: Collection[str]) -> Iterator[Finding]:
    """Find what differs between sequences; `ours` are the tables whose sequences have to match."""
    # The sequence of an identity comes and goes with it, and has no finding of its own.
    missing, unwanted, changed = matched(live.sequences, expected.sequences)
    missing = [sequence for sequence in missing if not sequence.identity]
    unwanted = [sequence for sequence in unwanted if not sequence.identity]
    for have, want in renamed(missing, unwanted, lambda sequence: replace(sequence, name="")):
        yield Finding(
            "sequence.renamed",
            Severity.WARNING,
            want.name,
            f"The sequence {want.name} is called {have.name}.",
            (Repair(Phase.PREPARE, f"ALTER SEQUENCE {qualified(have.name)} RENAME TO {quote(want.name)}"),),
            was=have.name,
        )
    for sequence in missing:
        yield Finding(
            "sequence.missing",
            Severity.ERROR,
            sequence.name,
            f"There is no sequence {sequence.name}"
            + (f" for {sequence.owner_table}.{sequence.owner_column}." if sequence.owner_table else "."),
            _create_sequence(sequence),
        )
    for sequence in unwanted:
        if sequence.owner_table in ours:
            yield Finding(
                "sequence.unexpected",
                Severity.WARNING,
                sequence.name,
                f"Column {sequence.owner_table}.{sequence.owner_column} owns a sequence {sequence.name} that is "
                "not in the models.",
                (Repair(Phase.SEQUENCE, f"DROP SEQUENCE {qualified(sequence.name)}"),),
            )
        elif not any(sequence.owner_table == table.name for table in live.tables):
            yield foreign("sequence", sequence.name)
    for have, want in changed:
        told = [
            f"{label} is {old}, and should be {new}"
            for label, old, new in zip(_SEQUENCE_LABELS, _properties(have), _properties(want), strict=True)
            if old != new
        ]
        yield Finding(
            "sequence.changed",
            Severity.ERROR if have.owner_column != want.owner_column else Severity.WARNING,
            want.name,
            f"Of the sequence {want.name}, {'; '.join(told)}.",
            (Repair(Phase.SEQUENCE, f"ALTER SEQUENCE {qualified(want.name)} {_sequence_sql(want)}{_owned(want)}"),)
            if have.identity == want.identity
            else (),
        )


_SEQUENCE_LABELS = ("type", "start", "step", "minimum", "maximum", "cache", "cycling", "owner", "identity")


def _properties(sequence: Sequence) -> tuple[object, ...]:
    owner = f"{sequence.owner_table}.{sequence.owner_column}" if sequence.owner_table else "none"
    return (
        sequence.type,
        sequence.start,
        sequence.increment,
        sequence.minimum,
        sequence.maximum,
        sequence.cache,
        "on" if sequence.cycle else "off",
        owner,
        "on" if sequence.identity else "off",
    )


def _sequence_sql(sequence: Sequence) -> str:
    return (
        f"AS {sequence.type} INCREMENT BY {sequence.increment} MINVALUE {sequence.minimum} "
        f"MAXVALUE {sequence.maximum} START WITH {sequence.start} CACHE {sequence.cache} "
        f"{'CYCLE' if sequence.cycle else 'NO CYCLE'}"
    )


def _owned(sequence: Sequence) -> str:
    if sequence.identity:
        return ""
    if sequence.owner_table is None or sequence.owner_column is None:
        return " OWNED BY NONE"
    return f" OWNED BY {qualified(sequence.owner_table)}.{quote(sequence.owner_column)}"


def _create_sequence(sequence: Sequence) -> tuple[Repair, ...]:
    name = qualified(sequence.name)
    steps = [Repair(Phase.PREPARE, f"CREATE SEQUENCE {name} {_sequence_sql(sequence)}")]
    if sequence.owner_table is not None and sequence.owner_column is not None:
        steps.append(Repair(Phase.SEQUENCE, f"ALTER SEQUENCE {name}{_owned(sequence)}"))
        # It starts at the beginning, but the table may have rows: the next number must be free.
        # The names are quoted, and the statement is shown to a person: nobody's input is in it.
        highest = f"SELECT max({quote(sequence.owner_column)}) FROM {qualified(sequence.owner_table)}"  # noqa: S608 -- see above
        steps.append(Repair(Phase.SEQUENCE, f"SELECT setval({literal(name)}, coalesce(({highest}), 0) + 1, false)"))
    return tuple(steps)
