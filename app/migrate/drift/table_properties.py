"""Differences between two tables of one name as such: durability, row security, kind, comment, grants."""

from collections.abc import Iterator

from app.migrate.drift.findings import Finding, Phase, Repair, Severity, alter, by_hand, error, literal, qualified
from app.migrate.schema.catalog import Table


def compare_grants(live: Table, expected: Table) -> Iterator[Finding]:
    """Find which roles other than the owner may do more or less than expected."""
    have, want = ({grant.role: set(grant.privileges) for grant in one.grants} for one in (live, expected))
    trusted = {grant.role for grant in live.grants if grant.trusted}
    for role in sorted(have | want):
        more, less = have.get(role, set()) - want.get(role, set()), want.get(role, set()) - have.get(role, set())
        surplus, lacking = ", ".join(sorted(more)), ", ".join(sorted(less))
        harmless = None if less else _harmless(role, more, trusted=role in trusted)
        if harmless:
            sentence = f"On {live.name}, {role} may {surplus}: {harmless}."
            yield Finding("grant.foreign", Severity.NOTE, live.name, sentence)
            continue
        told = [f"may {surplus} and should not"] if surplus else []
        told += [f"may not {lacking} and should"] if lacking else []
        if told:
            sentence = f"On {live.name}, {role} {'; '.join(told)}."
            yield by_hand("grant.changed", live.name, sentence, Severity.WARNING)


def _harmless(role: str, privileges: set[str], *, trusted: bool) -> str | None:
    """Say why privileges that are not in the models are no difference, if they are none."""
    if not privileges:
        return None
    if trusted:
        return "it is the role that asks, or a member of the owner"
    if role != "PUBLIC" and all(one.startswith("SELECT") and "*" not in one for one in privileges):
        return "it can only read, for statistics or backups"
    return None


def compare_properties(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between two tables as such. Of this our tables have only their durability."""
    name = live.name
    if live.persistence != expected.persistence:
        risk = ": a crash of the server would empty it." if live.persistence == "unlogged" else "."
        sentence = f"Table {name} is {live.persistence}, and should be {expected.persistence}{risk}"
        clause = f"SET {'LOGGED' if expected.persistence == 'permanent' else 'UNLOGGED'}"
        yield error("table.persistence", name, sentence, alter(name, Phase.FINISH, clause))
    for what, label, severity in _OTHERS:
        have, want = (_told(getattr(one, what)) for one in (live, expected))
        if have == want:
            continue
        sentence = f"The {label} of table {name} is {have}, and should be {want}."
        if what == "comment":
            step = Repair(Phase.FINISH, f"COMMENT ON TABLE {qualified(name)} IS {literal(expected.comment)}")
            yield Finding("table.comment", severity, name, sentence, (step,))
        elif severity is Severity.NOTE:
            yield Finding(f"table.{what}", severity, name, sentence)
        else:
            yield by_hand(f"table.{what}", name, sentence, severity)


_OTHERS = (
    ("row_security", "row security", Severity.WARNING),
    ("force_row_security", "row security for the owner", Severity.ERROR),
    ("kind", "kind", Severity.ERROR),
    ("comment", "comment", Severity.WARNING),
    # Set by whoever runs the server; nothing here depends on them.
    ("replica_identity", "replica identity", Severity.NOTE),
    ("options", "list of storage parameters", Severity.NOTE),
)


def _told(value: str | tuple[str, ...] | bool | None) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return (", ".join(value) if isinstance(value, tuple) else value) or "empty"
