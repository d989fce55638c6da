"""What statements of several features have in common."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, DateTime, TableValuedAlias, bindparam, column, func
from sqlalchemy.types import TypeEngine

QUIETLY = {"synchronize_session": False}
"""For a statement that changes rows of which the session holds none that is looked at afterwards."""
FRESHLY = {"synchronize_session": False, "populate_existing": True}
"""For one that returns the rows as they are now, also those that the session holds."""
MOMENT = DateTime(timezone=True)
"""The type of a moment that is given with a statement."""
Shards = tuple[int, Collection[int]]
"""How many shards there are, and which of them a process has."""


def given_rows(name: str, **columns: tuple[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Return lists that are given with the statement as a table; each column has the parameter's name and the type."""
    lists = (bindparam(parameter, type_=ARRAY(kind)) for parameter, kind in columns.values())
    named = (column(label, kind) for label, (_, kind) in columns.items())
    return func.unnest(*lists).table_valued(*named, name=name).render_derived()


def served(guild_id: Any, shards: Shards | None) -> list[ColumnElement[bool]]:
    """Return the condition that a process serves the server of a row; None is a process that serves all."""
    if shards is None:
        return []
    count, mine = shards
    # https://discord.com/developers/docs/events/gateway#sharding
    return [(guild_id // 2**22 % count).in_(sorted(mine))]
