"""Differences between two tables of one name as such: durability, row security, kind, comment, grants."""

from collections.abc import Iterator

from app.migrate.drift.findings import Finding, Phase, Repair, Severity, by_hand, literal, qualified, said
from app.migrate.schema.catalog import Table


def compare_grants(live: Table, expected: Table) -> Iterator[Finding]:
    """Find which roles other than the owner may do more or less than expected."""
    have = {grant.role: set(grant.privileges) for grant in live.grants}
    want = {grant.role: set(grant.privileges) for grant in expected.grants}
    for role in sorted(have | want):
        surplus = sorted(have.get(role, set()) - want.get(role, set()))
        lacking = sorted(want.get(role, set()) - have.get(role, set()))
        if not surplus and not lacking:
            continue
        told = [f"may {', '.join(surplus)} and should not"] if surplus else []
        told += [f"may not {', '.join(lacking)} and should"] if lacking else []
        on = f"ON {qualified(live.name)}"
        statements = [f"REVOKE {privilege.rstrip('*')} {on} FROM {role}" for privilege in surplus]
        statements += [
            f"GRANT {privilege.rstrip('*')} {on} TO {role}{' WITH GRANT OPTION' if privilege.endswith('*') else ''}"
            for privilege in lacking
        ]
        yield Finding(
            "grant.changed",
            Severity.WARNING,
            live.name,
            f"On {live.name}, {role} {'; '.join(told)}.",
            tuple(Repair(Phase.FINISH, statement) for statement in statements),
        )


def compare_properties(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between two tables as such."""
    name = live.name

    def found(what: str, severity: Severity, sentence: str, clause: str) -> Finding:
        step = Repair(Phase.FINISH, f"ALTER TABLE {qualified(name)} {clause}")
        return Finding(f"table.{what}", severity, name, sentence, (step,))

    if live.persistence != expected.persistence:
        yield found(
            "persistence",
            Severity.ERROR,
            f"Table {name} is {live.persistence}, and should be {expected.persistence}"
            + (": a crash of the server would empty it." if live.persistence == "unlogged" else "."),
            f"SET {'LOGGED' if expected.persistence == 'permanent' else 'UNLOGGED'}",
        )
    if live.row_security != expected.row_security:
        yield found(
            "row_security",
            Severity.WARNING,
            f"Row security of table {name} is {'on' if live.row_security else 'off'}, "
            f"and should be {'on' if expected.row_security else 'off'}.",
            f"{'ENABLE' if expected.row_security else 'DISABLE'} ROW LEVEL SECURITY",
        )
    if live.force_row_security != expected.force_row_security:
        yield found(
            "force_row_security",
            Severity.ERROR,
            f"Row security of table {name} {'applies' if live.force_row_security else 'does not apply'} to its owner, "
            f"and {'should not' if live.force_row_security else 'should'}.",
            f"{'FORCE' if expected.force_row_security else 'NO FORCE'} ROW LEVEL SECURITY",
        )
    # Both are set by whoever runs the server; nothing here depends on them.
    if live.replica_identity != expected.replica_identity:
        told = f"The replica identity of table {name} is {live.replica_identity}, not {expected.replica_identity}."
        yield Finding("table.replica_identity", Severity.NOTE, name, told)
    if live.options != expected.options:
        have, want = (", ".join(one.options) or "the defaults" for one in (live, expected))
        yield Finding(
            "table.options", Severity.NOTE, name, f"The storage parameters of table {name} are {have}, not {want}."
        )
    if live.kind != expected.kind:
        yield by_hand(
            "table.kind",
            name,
            f"{name} is a {live.kind}, and should be a {expected.kind}: create a table of the right kind, copy the "
            "rows, and swap the names.",
        )
    if live.comment != expected.comment:
        yield Finding(
            "table.comment",
            Severity.WARNING,
            name,
            f"The comment on table {name} is {said(live.comment)}, and should be {said(expected.comment)}.",
            (Repair(Phase.FINISH, f"COMMENT ON TABLE {qualified(name)} IS {literal(expected.comment)}"),),
        )
