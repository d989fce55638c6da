"""What a PostgreSQL schema consists of, as values that can be compared, stored and hashed.

A `Catalog` holds everything in the schema of the bot that was created there by hand, by a migration or by `create_all`.
It leaves out what belongs to the server and its operator: owners, tablespaces, statistics, storage, and the members of
installed extensions.

Its JSON form is canonical: the same schema gives the same text on PostgreSQL 15, 16, 17 and 18. Where newer servers
answer differently, the older form is used: NOT NULL is a property of the column, though it has a row in `pg_constraint`
since 18, and the aliases of `now()` in a default are `now()`. The one exception is the text of views, which servers
before 16 qualify more: record and check a revision that adds views on 16 or newer.
"""

import functools
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA = "public"
"""The schema in which a catalogue tells everything, wherever it is."""

VERSION_TABLE = "alembic_version"
"""Alembic's own table: in every managed database and never part of a catalogue."""


class Named(Protocol):
    """Whatever has a name within its kind."""

    @property
    def name(self) -> str:
        """The name."""
        ...


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `default` is the expression of a default or, with `generated`, of the value."""

    name: str
    type: str
    not_null: bool = False
    default: str | None = None
    generated: Literal["stored", "virtual"] | None = None
    identity: Literal["always", "by default"] | None = None
    collation: str | None = None
    """Qualified and quoted, and only when it is not the type's own."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint other than NOT NULL; `definition` is what follows its name in ADD CONSTRAINT."""

    name: str
    kind: Literal["primary key", "unique", "foreign key", "check", "exclude"]
    definition: str
    columns: tuple[str, ...] = ()
    valid: bool = True
    """False while existing rows have not been checked (NOT VALID)."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index that does not belong to a constraint; `definition` is the whole CREATE INDEX."""

    name: str
    definition: str
    unique: bool = False
    columns: tuple[str, ...] = ()
    """The plain columns it stores or includes; expressions are only in the definition."""
    valid: bool = True
    """False after a CREATE INDEX CONCURRENTLY that failed or was interrupted."""

    @property
    def shape(self) -> str:
        """Everything but the name: method, keys with operator class and order, INCLUDE, predicate."""
        head, _, tail = self.definition.partition(" USING ")
        return f"{'UNIQUE ' if head.startswith('CREATE UNIQUE') else ''}{tail}"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role other than the owner may do; a star marks the grant option."""

    role: str
    privileges: tuple[str, ...]
    trusted: bool = False
    """Whether that is who has read this, or whoever may do so anyway because it is a member of the owner."""


@dataclass(frozen=True, slots=True)
class Other:
    """An object of a kind that no model describes, in a schema or on a table. It is compared as text."""

    kind: str
    """As people say it: view, function, enum, trigger, policy, …"""
    label: str
    definition: str

    @property
    def name(self) -> str:
        """The kind and the label: two kinds may share a label."""
        return f"{self.kind} {self.label}"

    @property
    def family(self) -> str:
        """The kind as the name of a finding begins."""
        return self.kind.replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Table:
    """A table and its parts."""

    name: str
    kind: str = "table"
    """Anything else, such as a partition, is described with its parents and its key."""
    persistence: Literal["permanent", "unlogged"] = "permanent"
    row_security: bool = False
    force_row_security: bool = False
    replica_identity: str = "default"
    options: tuple[str, ...] = ()
    comment: str | None = None
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    grants: tuple[Grant, ...] = ()
    others: tuple[Other, ...] = ()
    """Triggers, rules, policies and extended statistics."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence and the column that owns it; `identity` if the column made it."""

    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int = 1
    cycle: bool = False
    owner_table: str | None = None
    owner_column: str | None = None
    identity: bool = False


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole schema, every part of it ordered by name (columns: by position)."""

    tables: tuple[Table, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    extensions: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()
    """Views, functions, procedures, aggregates and types."""

    @property
    def is_empty(self) -> bool:
        """True when there is no table at all."""
        return not self.tables

    def to_json(self, *, indent: int | None = 2) -> str:
        """Write the canonical form: defaults left out, one final newline."""
        return _adapter().dump_json(self, indent=indent, exclude_defaults=True).decode() + "\n"

    @staticmethod
    def from_json(text: str | bytes) -> "Catalog":
        """Read what `to_json` wrote or a server answered. Raises `pydantic.ValidationError` for anything else."""
        return _adapter().validate_json(text)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal; neither the order of columns counts, nor who has asked."""
        unordered = replace(
            self,
            tables=tuple(
                replace(
                    table,
                    columns=tuple(sorted(table.columns, key=lambda column: column.name)),
                    grants=tuple(replace(grant, trusted=False) for grant in table.grants),
                )
                for table in self.tables
            ),
        )
        return hashlib.sha256(unordered.to_json(indent=None).encode()).hexdigest()


@functools.cache
def _adapter() -> "TypeAdapter[Catalog]":
    # Built on first use: it costs some milliseconds, which a bot that never looks should not pay.
    from pydantic import TypeAdapter

    return TypeAdapter(Catalog)
