"""Connections that ask the server only once what PostgreSQL's own types consist of.

asyncpg knows the plain types and asks for all others, lists of numbers among them, once per connection: 15 to 20 ms of
the server's time, during which whoever needed the connection waits. The numbers of PostgreSQL's own types never change,
so what one connection was told holds for all.
"""

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import asyncpg

FIRST_CHANGING_OID = 10_000
"""What is numbered lower has the same number in every server of every version.

https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT
"""

_told: dict[int, tuple[Any, ...]] = {}
"""What was answered about a type, with the types that it is made of."""
_NOTHING_ASKED = SimpleNamespace(name="nothing was asked")
"""In place of the statement that asked. As it has a name, asyncpg knows that its own unnamed one still stands."""


class KnowingConnection(asyncpg.Connection):
    """A connection that knows what an earlier one of this process has asked."""

    async def _introspect_types(self, typeoids: Collection[int], *how: Any, **named: Any) -> tuple[list[Any], Any]:
        unknown = {oid for oid in typeoids if oid not in _told}
        rows = [row for oid in typeoids if oid in _told for row in _told[oid]]
        if not unknown:
            return rows, _NOTHING_ASKED
        found, asked = await super()._introspect_types(unknown, *how, **named)
        if all(row["oid"] < FIRST_CHANGING_OID for row in found):
            _told.update(dict.fromkeys(unknown, tuple(found)))
        return [*rows, *found], asked
