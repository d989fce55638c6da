"""Types that a schema has of its own, enums and domains above all: the SQL that makes, extends and drops them."""

import re
from collections.abc import Iterable

from app.migrate.drift.findings import qualified
from app.migrate.schema.catalog import SCHEMA, Catalog, Other, Table

_LABEL = re.compile(r"'((?:[^']|'')*)'")
_TYPES = ("enum", "domain", "composite type", "range type")


def created_type(other: Other) -> str | None:
    """Return the statement that makes a type, or None for what is not a type."""
    name = qualified(other.label)
    match other.kind:
        case "enum":
            return f"CREATE TYPE {name} AS ENUM ({other.definition})"
        case "domain":
            return f"CREATE DOMAIN {name} AS {other.definition}"
        case "composite type":
            return f"CREATE TYPE {name} AS ({other.definition})"
        case "range type":
            return f"CREATE TYPE {name} AS RANGE ({other.definition})"
        case _:
            return None


def dropped_type(other: Other) -> str:
    """Return the statement that drops a type."""
    return f"DROP {'DOMAIN' if other.kind == 'domain' else 'TYPE'} {qualified(other.label)}"


def new_values(have: Other, want: Other) -> list[str]:
    """Return the statements that add the values an enum lacks; none if that is not all that differs.

    They may be run again, because PostgreSQL cannot take a value out: after a way back, it is still there.
    """
    old, new = _LABEL.findall(have.definition), _LABEL.findall(want.definition)
    if want.kind != "enum" or [label for label in new if label in old] != old:
        return []
    statements: list[str] = []
    for place, label in enumerate(new):
        if label not in old:
            where = f"AFTER '{new[place - 1]}'" if place else f"BEFORE '{old[0]}'" if old else ""
            statements.append(f"ALTER TYPE {qualified(want.label)} ADD VALUE IF NOT EXISTS '{label}' {where}".rstrip())
    return statements


def no_longer_used(live: Catalog, described: Catalog) -> list[Other]:
    """List the types that columns of `live` use and nothing that the models describe does."""
    known = {other.name for other in described.others}
    used, wanted = column_types(live.tables), column_types(described.tables)
    return [
        other
        for other in live.others
        if other.kind in _TYPES and other.name not in known and f"{SCHEMA}.{other.label}" in used - wanted
    ]


def column_types(tables: Iterable[Table]) -> set[str]:
    """Return the types of all columns; of an array, that of its elements."""
    return {column.type.replace('"', "").removesuffix("[]") for table in tables for column in table.columns}
