"""Differences between sequences, and the SQL that repairs them."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from app.migrate.drift.findings import Finding, Phase, Repair, Severity, foreign, matched, qualified, quote, renamed
from app.migrate.schema.catalog import Catalog, Sequence


def compare_sequences(live: Catalog, expected: Catalog, ours: Collection[str]) -> Iterator[Finding]:
    """Find what differs between sequences; `ours` are the tables whose sequences have to match."""
    # The sequence of an identity comes and goes with it, and has no finding of its own.
    missing, unwanted, changed = matched(live.sequences, expected.sequences)
    for sequence in missing:
        steps = tuple(_identity_options(sequence)) if sequence.identity else ()
        if steps:
            sentence = f"The sequence of {sequence.owner_table}.{sequence.owner_column} is to have its own options."
            yield Finding("sequence.options", Severity.WARNING, sequence.name, sentence, steps)
    missing, unwanted = ([one for one in some if not one.identity] for some in (missing, unwanted))
    for have, want in renamed(missing, unwanted, lambda sequence: replace(sequence, name="")):
        sentence = f"The sequence {want.name} is called {have.name}."
        step = Repair(Phase.PREPARE, f"ALTER SEQUENCE {qualified(have.name)} RENAME TO {quote(want.name)}")
        yield Finding("sequence.renamed", Severity.WARNING, want.name, sentence, (step,), was=have.name)
    for sequence in missing:
        owner = f" for {sequence.owner_table}.{sequence.owner_column}" if sequence.owner_table else ""
        sentence = f"There is no sequence {sequence.name}{owner}."
        yield Finding("sequence.missing", Severity.ERROR, sequence.name, sentence, tuple(_create(sequence)))
    for sequence in unwanted:
        if sequence.owner_table in ours:
            column = f"{sequence.owner_table}.{sequence.owner_column}"
            sentence = f"Column {column} owns a sequence {sequence.name} that is not in the models."
            yield Finding("sequence.unexpected", Severity.WARNING, sequence.name, sentence, (_dropped(sequence),))
        elif not any(sequence.owner_table == table.name for table in live.tables):
            yield foreign("sequence", sequence.name)
    for have, want in changed:
        old, new = _properties(have), _properties(want)
        told = [f"{label} is {old[label]}, and should be {new[label]}" for label in old if old[label] != new[label]]
        steps = [Repair(Phase.SEQUENCE, f"ALTER SEQUENCE {qualified(want.name)} {_sequence_sql(want)}{_owned(want)}")]
        if have.identity != want.identity:
            # The identity itself comes and goes with a finding of its column.
            steps = list(_create(want)) if have.identity else [_dropped(have), *_identity_options(want)]
        yield Finding(
            "sequence.changed",
            Severity.ERROR if have.owner_column != want.owner_column else Severity.WARNING,
            want.name,
            f"Of the sequence {want.name}, {'; '.join(told)}.",
            tuple(steps),
        )


def _properties(sequence: Sequence) -> dict[str, object]:
    return {
        "type": sequence.type,
        "start": sequence.start,
        "step": sequence.increment,
        "minimum": sequence.minimum,
        "maximum": sequence.maximum,
        "cache": sequence.cache,
        "cycling": "on" if sequence.cycle else "off",
        "owner": f"{sequence.owner_table}.{sequence.owner_column}" if sequence.owner_table else "none",
        "identity": "on" if sequence.identity else "off",
    }


def _sequence_sql(sequence: Sequence) -> str:
    return (
        f"AS {sequence.type} INCREMENT BY {sequence.increment} MINVALUE {sequence.minimum} "
        f"MAXVALUE {sequence.maximum} START WITH {sequence.start} CACHE {sequence.cache} "
        f"{'CYCLE' if sequence.cycle else 'NO CYCLE'}"
    )


def _dropped(sequence: Sequence) -> Repair:
    return Repair(Phase.SEQUENCE, f"DROP SEQUENCE {qualified(sequence.name)}")


_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def _identity_options(sequence: Sequence) -> Iterator[Repair]:
    """Set what the sequence of a new identity does not have by itself."""
    usual = replace(
        sequence, start=1, increment=1, minimum=1, maximum=_LARGEST.get(sequence.type, 0), cache=1, cycle=False
    )
    if sequence != usual:
        sql = f"ALTER SEQUENCE {qualified(sequence.name)} {_sequence_sql(sequence)} RESTART"
        yield Repair(Phase.OPTIONS, sql)


def _owned(sequence: Sequence) -> str:
    if sequence.identity:
        return ""
    if sequence.owner_table is None or sequence.owner_column is None:
        return " OWNED BY NONE"
    return f" OWNED BY {qualified(sequence.owner_table)}.{quote(sequence.owner_column)}"


def _create(sequence: Sequence) -> Iterator[Repair]:
    name = qualified(sequence.name)
    yield Repair(Phase.PREPARE, f"CREATE SEQUENCE {name} {_sequence_sql(sequence)}")
    if sequence.owner_table is not None and sequence.owner_column is not None:
        yield Repair(Phase.SEQUENCE, f"ALTER SEQUENCE {name}{_owned(sequence)}")
        # It starts at the beginning, but the table may have rows: the next number must be free.
        # The names are quoted, and the statement is shown to a person: nobody's input is in it.
        highest = f"SELECT max({quote(sequence.owner_column)}) FROM {qualified(sequence.owner_table)}"  # noqa: S608 -- see above
        literal = "'" + name.replace("'", "''") + "'"
        yield Repair(Phase.SEQUENCE, f"SELECT setval({literal}, coalesce(({highest}), 0) + 1, false)")
