"""Differences between two tables of one name as such: policies, grants, durability, partitions, comments."""

from collections.abc import Iterator

from app.migrate.drift.findings import Finding, Phase, Severity, Step, literal, qualified, quote, said
from app.migrate.schema.catalog import Table, View


def compare_policies(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between the row security policies of two tables."""
    have = {policy.name: policy.definition for policy in live.policies}
    want = {policy.name: policy.definition for policy in expected.policies}
    for name in sorted(have | want):
        on = f"POLICY {quote(name)} ON {qualified(live.name)}"
        yield from _replaced("policy", live.name, name, have, want, f"DROP {on}", f"CREATE {on} {want.get(name)}")


def compare_statistics(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between the extended statistics of two tables."""
    have = {item.name: item.definition for item in live.statistics}
    want = {item.name: item.definition for item in expected.statistics}
    for name in sorted(have | want):
        drop = f"DROP STATISTICS {qualified(name)}"
        yield from _replaced("statistics", live.name, name, have, want, drop, want.get(name, ""))


def _replaced(
    noun: str, table: str, name: str, have: dict[str, str], want: dict[str, str], drop: str, create: str
) -> Iterator[Finding]:
    old, new = have.get(name), want.get(name)
    if old == new:
        return
    what = "missing" if old is None else "unexpected" if new is None else "changed"
    yield Finding(
        f"{noun}.{what}",
        Severity.WARNING,
        f"{table}.{name}",
        f"The {noun} {name} on {table} is {old or 'missing'}, and should be {new or 'absent'}.",
        (
            *((Step(Phase.DETACH, drop),) if old is not None else ()),
            *((Step(Phase.ATTACH, create),) if new is not None else ()),
        ),
    )


def compare_grants(live: Table | View, expected: Table | View) -> Iterator[Finding]:
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
        yield Finding(
            "grant.changed",
            Severity.WARNING,
            live.name,
            f"On {live.name}, {role} {'; '.join(told)}.",
            (
                *(
                    Step(Phase.FINISH, f"REVOKE {privilege.rstrip('*')} ON {qualified(live.name)} FROM {role}")
                    for privilege in surplus
                ),
                *(_grant(live.name, role, privilege) for privilege in lacking),
            ),
        )


def _grant(table: str, role: str, privilege: str) -> Step:
    option = " WITH GRANT OPTION" if privilege.endswith("*") else ""
    return Step(Phase.FINISH, f"GRANT {privilege.rstrip('*')} ON {qualified(table)} TO {role}{option}")


def compare_switches(live: Table, expected: Table) -> Iterator[Finding]:
    """Find what differs between two tables as such: durability, row security, partitions, comment."""
    table = f"ALTER TABLE {qualified(live.name)}"

    def found(what: str, severity: Severity, sentence: str, *clauses: str) -> Finding:
        steps = tuple(Step(Phase.FINISH, f"{table} {clause}") for clause in clauses)
        return Finding(f"table.{what}", severity, live.name, sentence, steps)

    if live.persistence != expected.persistence:
        yield found(
            "persistence",
            Severity.ERROR,
            f"Table {live.name} is {live.persistence}, and should be {expected.persistence}"
            + (": a crash of the server would empty it." if live.persistence == "unlogged" else "."),
            f"SET {'LOGGED' if expected.persistence == 'permanent' else 'UNLOGGED'}",
        )
    if live.row_security != expected.row_security:
        yield found(
            "row_security",
            Severity.WARNING,
            f"Row security of table {live.name} is {'on' if live.row_security else 'off'}, "
            f"and should be {'on' if expected.row_security else 'off'}.",
            f"{'ENABLE' if expected.row_security else 'DISABLE'} ROW LEVEL SECURITY",
        )
    if live.force_row_security != expected.force_row_security:
        yield found(
            "force_row_security",
            Severity.ERROR,
            f"Row security of table {live.name} {'binds' if live.force_row_security else 'spares'} its owner, "
            f"and {'should not' if live.force_row_security else 'should'}.",
            f"{'FORCE' if expected.force_row_security else 'NO FORCE'} ROW LEVEL SECURITY",
        )
    if live.replica_identity != expected.replica_identity:
        # Set by whoever replicates this database logically; nothing here depends on it.
        yield found(
            "replica_identity",
            Severity.NOTE,
            f"The replica identity of table {live.name} is {live.replica_identity}, not {expected.replica_identity}.",
            f"REPLICA IDENTITY {expected.replica_identity.upper()}"
            if " " not in expected.replica_identity
            else f"REPLICA IDENTITY {expected.replica_identity}",
        )
    if live.options != expected.options:
        yield found(
            "options",
            Severity.NOTE,
            f"The storage parameters of table {live.name} are {', '.join(live.options) or 'the usual ones'}, not "
            f"{', '.join(expected.options) or 'the usual ones'}.",
            *(f"RESET ({option.partition('=')[0]})" for option in live.options if option not in expected.options),
            *(f"SET ({option})" for option in expected.options if option not in live.options),
        )
    have = (live.kind, live.partition_key, live.partition_of, live.inherits)
    want = (expected.kind, expected.partition_key, expected.partition_of, expected.inherits)
    if have != want:
        yield found(
            "partitioning",
            Severity.ERROR,
            f"Table {live.name} is a {_lineage(live)}, and should be a {_lineage(expected)}; no single statement "
            "mends that: make a table of the right kind, copy the rows, and swap the names.",
        )
    if live.comment != expected.comment:
        text = literal(expected.comment) if expected.comment is not None else "NULL"
        yield Finding(
            "table.comment",
            Severity.WARNING,
            live.name,
            f"The comment on table {live.name} is {said(live.comment)}, and should be {said(expected.comment)}.",
            (Step(Phase.FINISH, f"COMMENT ON TABLE {qualified(live.name)} IS {text}"),),
        )


def _lineage(table: Table) -> str:
    parts: list[str] = [table.kind]
    if table.partition_key:
        parts.append(f"partitioned by {table.partition_key}")
    if table.partition_of:
        parts.append(f"that is a partition of {table.partition_of}")
    if table.inherits:
        parts.append(f"that inherits from {', '.join(table.inherits)}")
    return " ".join(parts)
