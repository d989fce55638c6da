"""What a PostgreSQL schema consists of, as values that can be compared, stored and hashed.

A `Catalog` is the part of the system catalogue that a schema can differ in: everything in the schema
`public` that somebody created there by hand, by a migration or by `create_all`. It leaves out what
belongs to the server and its operator: owners, tablespaces, statistics, storage, and the members of
installed extensions.

Its JSON form is canonical: the same schema gives the same text on PostgreSQL 15, 16, 17 and 18. Two
things that newer servers tell differently are therefore told the old way: NOT NULL is a property of the
column even where it has a row in `pg_constraint` (since 18), and the aliases of `now()` in a default are
`now()`. The one exception is the text of views, which servers before 16 qualify more; a revision that adds
views has to be recorded and checked on 16 or newer.
"""

import functools
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeVar

from pydantic import TypeAdapter

SCHEMA = "public"
"""The schema that belongs to the bot."""

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
    """An index that is not the shadow of a constraint; `definition` is the whole CREATE INDEX."""

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
class Attachment:
    """A trigger or a rule: a whole CREATE statement, and when it fires."""

    name: str
    definition: str
    enabled: Literal["origin", "disabled", "replica", "always"] = "origin"


@dataclass(frozen=True, slots=True)
class Policy:
    """A row security policy; `definition` is what follows the table in CREATE POLICY."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role other than the owner may do; a star marks a privilege it may hand on."""

    role: str
    privileges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """An extended statistics object: a whole CREATE STATISTICS."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with everything that hangs on it."""

    name: str
    kind: Literal["table", "partitioned table", "foreign table"] = "table"
    persistence: Literal["permanent", "unlogged"] = "permanent"
    row_security: bool = False
    force_row_security: bool = False
    replica_identity: str = "default"
    partition_key: str | None = None
    partition_of: str | None = None
    inherits: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    comment: str | None = None
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Attachment, ...] = ()
    rules: tuple[Attachment, ...] = ()
    policies: tuple[Policy, ...] = ()
    statistics: tuple[Statistics, ...] = ()
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A view or a materialized view; `definition` is its query."""

    name: str
    kind: Literal["view", "materialized view"]
    definition: str
    options: tuple[str, ...] = ()
    comment: str | None = None
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Attachment, ...] = ()
    grants: tuple[Grant, ...] = ()


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
class Routine:
    """A function, procedure or aggregate; `signature` is its name with the types of its arguments."""

    signature: str
    kind: Literal["function", "procedure", "aggregate"]
    definition: str
    returns: str | None = None

    @property
    def name(self) -> str:
        """The signature: routines may share a name."""
        return self.signature


@dataclass(frozen=True, slots=True)
class UserType:
    """An enum, a domain, a composite or a range type."""

    name: str
    kind: Literal["enum", "domain", "composite", "range"]
    labels: tuple[str, ...] = ()
    definition: str | None = None
    """A composite's or range's body, a domain's type."""
    not_null: bool = False
    default: str | None = None
    checks: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole schema, every part of it ordered by name (columns: by position)."""

    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    routines: tuple[Routine, ...] = ()
    types: tuple[UserType, ...] = ()
    extensions: tuple[str, ...] = ()
    server_version: int = field(default=0, compare=False)
    """`server_version_num` of the server it was read from; 0 for a stored one. Not part of the schema."""

    @property
    def is_empty(self) -> bool:
        """True when there is no table at all."""
        return not self.tables

    def only(self, tables: Collection[str]) -> "Catalog":
        """Restrict to the given tables and their sequences: what must match when others share the database."""
        return Catalog(
            tables=tuple(table for table in self.tables if table.name in tables),
            sequences=tuple(sequence for sequence in self.sequences if sequence.owner_table in tables),
            server_version=self.server_version,
        )

    def to_json(self, *, indent: int | None = 2) -> str:
        """Write the canonical form: defaults left out, no server version, one final newline."""
        text = _adapter().dump_json(self, indent=indent, exclude_defaults=True, exclude={"server_version"})
        return text.decode() + "\n"

    @staticmethod
    def from_json(text: str | bytes) -> "Catalog":
        """Read what `to_json` wrote or a server answered. Raises `pydantic.ValidationError` for anything else."""
        return _adapter().validate_json(text)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical form, in hexadecimal; the order of columns does not count."""
        unordered = replace(
            self,
            tables=tuple(
                replace(table, columns=tuple(sorted(table.columns, key=lambda column: column.name)))
                for table in self.tables
            ),
        )
        return hashlib.sha256(unordered.to_json(indent=None).encode()).hexdigest()


@functools.cache
def _adapter() -> TypeAdapter[Catalog]:
    # Built on first use: it costs some milliseconds, which a bot that never looks should not pay.
    return TypeAdapter(Catalog)
