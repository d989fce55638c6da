"""Differences between what stands for itself: views, sequences, routines."""

from collections.abc import Collection, Iterator
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
from app.migrate.drift.parts import compare_attachments, compare_indexes
from app.migrate.drift.table_properties import compare_grants
from app.migrate.schema.catalog import Catalog, Routine, Sequence, View


def compare_views(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    """Find what differs between views; those that nobody expects are somebody else's."""
    missing, unwanted, changed = matched(live.views, expected.views)
    for view in missing:
        yield Finding(
            "view.missing",
            Severity.ERROR,
            view.name,
            f"There is no {view.kind} {view.name}.",
            _create_view(view),
        )
    for view in unwanted:
        yield foreign("view", view.name, f"The {view.kind} {view.name}")
    for have, want in changed:
        if (have.kind, have.definition, have.options) != (want.kind, want.definition, want.options):
            yield Finding(
                "view.changed",
                Severity.ERROR,
                want.name,
                f"The {have.kind} {want.name} is {_told(have)}, and should be the {want.kind} {_told(want)}.",
                (
                    Step(Phase.DETACH, f"DROP {have.kind.upper()} {qualified(want.name)}"),
                    *_create_view(want),
                ),
            )
            continue
        yield from compare_indexes(have, want)
        yield from compare_attachments(have, want)
        yield from compare_grants(have, want)
        if have.comment != want.comment:
            text = literal(want.comment) if want.comment is not None else "NULL"
            told = f"is {said(have.comment)}, and should be {said(want.comment)}"
            yield Finding(
                "view.comment",
                Severity.WARNING,
                want.name,
                f"The comment on the {want.kind} {want.name} {told}.",
                (Step(Phase.FINISH, f"COMMENT ON {want.kind.upper()} {qualified(want.name)} IS {text}"),),
            )


def _told(view: View) -> str:
    options = f"WITH ({', '.join(view.options)}) " if view.options else ""
    return options + " ".join(view.definition.rstrip("; ").split())


def _create_view(view: View) -> tuple[Step, ...]:
    options = f" WITH ({', '.join(view.options)})" if view.options else ""
    query = " ".join(view.definition.rstrip("; \n").split("\n"))
    bare = View(view.name, view.kind, view.definition)
    return (
        Step(Phase.ATTACH, f"CREATE {view.kind.upper()} {qualified(view.name)}{options} AS{query}"),
        # An index or trigger of its own has to wait until the view is there.
        *(replace(step, phase=Phase.FINISH) for part in compare_indexes(bare, view) for step in part.steps),
        *(replace(step, phase=Phase.FINISH) for part in compare_attachments(bare, view) for step in part.steps),
        *(step for part in compare_grants(bare, view) for step in part.steps),
    )


def compare_sequences(live: Catalog, expected: Catalog, ours: Collection[str]) -> Iterator[Finding]:
    """Find what differs between sequences; `ours` are the tables whose sequences have to match."""
    # An identity makes, owns and drops its sequence: the column's finding says that it is missing.
    missing, unwanted, changed = matched(live.sequences, expected.sequences)
    missing = [sequence for sequence in missing if not sequence.identity]
    unwanted = [sequence for sequence in unwanted if not sequence.identity]
    for have, want in renamed(missing, unwanted, lambda sequence: replace(sequence, name="")):
        yield Finding(
            "sequence.renamed",
            Severity.WARNING,
            want.name,
            f"The sequence {want.name} is called {have.name}.",
            (Step(Phase.PREPARE, f"ALTER SEQUENCE {qualified(have.name)} RENAME TO {quote(want.name)}"),),
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
                f"Column {sequence.owner_table}.{sequence.owner_column} owns a sequence {sequence.name} that the "
                "models do not know.",
                (Step(Phase.SEQUENCE, f"DROP SEQUENCE {qualified(sequence.name)}"),),
            )
        elif not any(sequence.owner_table == table.name for table in live.tables):
            yield foreign("sequence", sequence.name, f"The sequence {sequence.name}")
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
            (Step(Phase.SEQUENCE, f"ALTER SEQUENCE {qualified(want.name)} {_sequence_sql(want)}{_owned(want)}"),)
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


def _create_sequence(sequence: Sequence) -> tuple[Step, ...]:
    name = qualified(sequence.name)
    steps = [Step(Phase.PREPARE, f"CREATE SEQUENCE {name} {_sequence_sql(sequence)}")]
    if sequence.owner_table is not None and sequence.owner_column is not None:
        steps.append(Step(Phase.SEQUENCE, f"ALTER SEQUENCE {name}{_owned(sequence)}"))
        # It starts anew, but the table may hold rows: the next number must be a free one.
        start = next_free(sequence.owner_table, sequence.owner_column)
        steps.append(Step(Phase.SEQUENCE, f"SELECT setval({literal(name)}, {start}, false)"))
    return tuple(steps)


def compare_routines(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    """Find what differs between functions, procedures and aggregates."""
    missing, unwanted, changed = matched(live.routines, expected.routines)
    for routine in missing:
        yield Finding(
            "routine.missing",
            Severity.ERROR,
            routine.name,
            f"There is no {routine.kind} {routine.name}.",
            (Step(Phase.ROUTINE, _routine_sql(routine)),),
        )
    for routine in unwanted:
        yield foreign("routine", routine.name, f"The {routine.kind} {routine.name}")
    for have, want in changed:
        replaceable = (have.kind, have.returns) == (want.kind, want.returns) and want.kind != "aggregate"
        drop = Step(Phase.DETACH, f"DROP {have.kind.upper()} {_spelled(have)}")
        yield Finding(
            "routine.changed",
            Severity.ERROR,
            want.name,
            f"The {want.kind} {want.name} is not what it should be: {_first_difference(have, want)}.",
            (Step(Phase.ROUTINE, _routine_sql(want)),)
            if replaceable
            else (drop, Step(Phase.ATTACH, _routine_sql(want))),
        )


def _spelled(routine: Routine) -> str:
    # The name in a signature is quoted already.
    return f"{qualified('x')[:-1]}{routine.signature}"


def _routine_sql(routine: Routine) -> str:
    if routine.kind == "aggregate":
        return f"CREATE AGGREGATE {_spelled(routine)} ({routine.definition})"
    return routine.definition.rstrip("\n")


def _first_difference(have: Routine, want: Routine) -> str:
    old, new = have.definition.split("\n"), want.definition.split("\n")
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        if before != after:
            return f"line {number} is {before.strip()!r}, and should be {after.strip()!r}"
    return f"it has {len(old)} lines, and should have {len(new)}"


def foreign(noun: str, name: str, described: str) -> Finding:
    """Name what belongs to somebody else."""
    return Finding(f"{noun}.foreign", Severity.NOTE, name, f"{described} is not known to the models and is left alone.")
