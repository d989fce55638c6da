"""Differences between types and extensions."""

from collections.abc import Iterator

from app.migrate.drift.findings import Finding, Phase, Severity, Step, literal, matched, qualified, quote
from app.migrate.drift.objects import foreign
from app.migrate.drift.parts import constraint_sql
from app.migrate.schema.catalog import Catalog, UserType


def compare_types(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    """Find what differs between enums, domains, composite and range types."""
    missing, unwanted, changed = matched(live.types, expected.types)
    for item in missing:
        yield Finding(
            "type.missing",
            Severity.ERROR,
            item.name,
            f"There is no {item.kind} {item.name}.",
            (Step(Phase.PREPARE, _type_sql(item)),),
        )
    for item in unwanted:
        yield foreign("type", item.name, f"The {item.kind} type {item.name}")
    for have, want in changed:
        if have.kind == want.kind == "enum":
            yield _enum(have, want)
        elif have.kind == want.kind == "domain" and have.definition == want.definition:
            yield _domain(have, want)
        else:
            yield Finding(
                "type.changed",
                Severity.ERROR,
                want.name,
                f"The {have.kind} {want.name} is {have.definition}, and should be the {want.kind} "
                f"{want.definition}; no single statement mends that while columns use it.",
            )


def _type_sql(item: UserType) -> str:
    name = qualified(item.name)
    match item.kind:
        case "enum":
            return f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, item.labels))})"
        case "domain":
            parts = [f"CREATE DOMAIN {name} AS {item.definition}"]
            parts += [f"DEFAULT {item.default}"] if item.default is not None else []
            parts += ["NOT NULL"] if item.not_null else []
            parts += [constraint_sql(check) for check in item.checks]
            return " ".join(parts)
        case "composite":
            return f"CREATE TYPE {name} AS ({item.definition})"
        case "range":
            return f"CREATE TYPE {name} AS RANGE ({item.definition})"


def _enum(have: UserType, want: UserType) -> Finding:
    name = qualified(want.name)
    sentence = f"The enum {want.name} is ({', '.join(have.labels)}), and should be ({', '.join(want.labels)})"
    steps: list[Step] = []
    if [label for label in want.labels if label in have.labels] == list(have.labels):
        for position, label in enumerate(want.labels):
            if label not in have.labels:
                place = (
                    f"AFTER {literal(want.labels[position - 1])}" if position else f"BEFORE {literal(have.labels[0])}"
                )
                steps.append(Step(Phase.PREPARE, f"ALTER TYPE {name} ADD VALUE {literal(label)} {place}"))
    else:
        differing = [(old, new) for old, new in zip(have.labels, want.labels, strict=False) if old != new]
        if len(have.labels) == len(want.labels) and len(differing) == 1:
            old, new = differing[0]
            steps.append(Step(Phase.PREPARE, f"ALTER TYPE {name} RENAME VALUE {literal(old)} TO {literal(new)}"))
        else:
            sentence += "; labels cannot be removed or reordered: make a new type and convert its columns"
    return Finding("type.labels", Severity.ERROR, want.name, f"{sentence}.", tuple(steps))


def _domain(have: UserType, want: UserType) -> Finding:
    name = f"ALTER DOMAIN {qualified(want.name)}"
    told: list[str] = []
    clauses: list[str] = []
    if have.not_null != want.not_null:
        told.append(f"{'must not' if want.not_null else 'may'} be empty")
        clauses.append(f"{'SET' if want.not_null else 'DROP'} NOT NULL")
    if have.default != want.default:
        told.append(f"defaults to {want.default or 'nothing'}")
        clauses.append(f"SET DEFAULT {want.default}" if want.default is not None else "DROP DEFAULT")
    missing, unwanted, changed = matched(have.checks, want.checks)
    clauses += [f"DROP CONSTRAINT {quote(check.name)}" for check in [*unwanted, *(old for old, _ in changed)]]
    clauses += [f"ADD {constraint_sql(check)}" for check in [*missing, *(new for _, new in changed)]]
    told += [f"checks {check.name}: {check.definition}" for check in want.checks if check not in have.checks]
    told += [f"has no {check.name}" for check in unwanted]
    steps = tuple(Step(Phase.PREPARE, f"{name} {clause}") for clause in clauses)
    return Finding(
        "type.domain",
        Severity.ERROR,
        want.name,
        f"The domain {want.name} differs; as expected, it {' and '.join(told)}.",
        steps,
    )


def compare_extensions(live: Catalog, expected: Catalog) -> Iterator[Finding]:
    """Find the extensions that are missing; hosts install others, which is their right."""
    for name in sorted(set(expected.extensions) - set(live.extensions)):
        yield Finding(
            "extension.missing",
            Severity.ERROR,
            name,
            f"The extension {name} is not installed.",
            (Step(Phase.PREPARE, f"CREATE EXTENSION {quote(name)}"),),
        )
