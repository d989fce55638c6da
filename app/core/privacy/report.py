"""What an export found, and what a deletion did: by table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from app.core.records import record

Rows = Sequence[Mapping[str, Any]]
Found = Mapping[str, Rows]
"""What is stored about somebody, by the name of the table."""


@record
class Stored:
    """One row about somebody, as it is written for them."""

    table: str
    guild_id: int
    row: Mapping[str, Any]


@record
class Erased:
    """How many rows of a table were deleted, how many stay without the person, and how many stay theirs."""

    table: str
    deleted: int = 0
    changed: int = 0
    kept: int = 0


@record
class Erasure:
    """What became of everything that was stored about somebody."""

    tables: Mapping[str, Erased] = field(default_factory=dict[str, Erased])
    open_tickets: int = 0
    """How many tickets are not over yet: these are erased when they are."""
    unfinished: int = 0
    """In how many servers something is still to happen to them, as they have not done what new members have to."""

    @classmethod
    def of(cls, parts: Iterable[Erased], *, open_tickets: int = 0, unfinished: int = 0) -> "Erasure":
        """Add up what was done to each table."""
        tables: dict[str, Erased] = {}
        for one in parts:
            so_far = tables.get(one.table, Erased(one.table))
            tables[one.table] = Erased(
                one.table,
                so_far.deleted + one.deleted,
                so_far.changed + one.changed,
                so_far.kept + one.kept,
            )
        touched = {name: one for name, one in tables.items() if one.deleted or one.changed or one.kept}
        return cls(touched, open_tickets, unfinished)

    @property
    def rows(self) -> int:
        """How many rows were deleted or changed."""
        return sum(one.deleted + one.changed for one in self.tables.values())

    @property
    def found_something(self) -> bool:
        """Whether anything was there, also what goes later."""
        return bool(self.rows or self.open_tickets or self.unfinished)
