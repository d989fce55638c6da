"""Poolers such as PgBouncer: what is different behind one, and how one and its mode are recognised.

In transaction mode a server connection is lent for one transaction only. What belongs to a session does not hold there:
settings, prepared statements, locks of a session, LISTEN. In any mode a pooler may refuse or forget the settings that a
connection asks for. https://www.pgbouncer.org/features.html#sql-feature-map-for-pooling-modes
"""

from enum import Enum
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from app.known_types import KnowingConnection

UNNAMED: dict[str, Any] = {
    # The unnamed statement is prepared and executed in one transaction, hence on one server connection.
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}
"""Arguments for a connection of SQLAlchemy's through such a pooler."""

TRANSACTIONS_ONLY = "transactions_only"
"""The option of an engine whose settings hold in transactions only (`set_in_each_transaction`)."""


class Pooling(Enum):
    """What is between the bot and the server."""

    NONE = "a direct connection"
    SESSION = "a pooler in session mode"
    TRANSACTION = "a pooler in transaction mode"


class LentConnection(KnowingConnection):
    """A connection that learns types in one transaction, as it may be another server's in the next."""

    async def set_type_codec(self, *arguments: Any, **named: Any) -> None:
        """Do what asyncpg does."""
        async with self.transaction():
            await super().set_type_codec(*arguments, **named)


async def pooling_behind(arguments: dict[str, Any]) -> Pooling:
    """Find out what `asyncpg.connect` with these arguments reaches.

    A server names its process when the connection is made. A pooler names another; in transaction mode it then lends
    one process to two connections that ask one after the other.
    """
    first = await asyncpg.connect(**{**arguments, "statement_cache_size": 0})
    try:
        process = await _process(first)
        if process == first.get_server_pid():
            return Pooling.NONE
        second = await asyncpg.connect(**{**arguments, "statement_cache_size": 0})
        try:
            is_lent = await _process(second) == process or await _process(first) != process
            return Pooling.TRANSACTION if is_lent else Pooling.SESSION
        finally:
            second.terminate()
    finally:
        first.terminate()


async def _process(connection: Any) -> int:
    async with connection.transaction():
        return await connection.fetchval("SELECT pg_backend_pid()")


def set_in_each_transaction(engine: Engine, values: dict[str, str]) -> None:
    """Set server settings at the beginning of each transaction, for it alone."""
    calls = ", ".join(f"set_config({_literal(name)}, {_literal(value)}, true)" for name, value in values.items())

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT {calls}")

    event.listen(engine, "begin", begin)


def _literal(text: str) -> str:
    # Parameters would cost a round trip more. E'' reads backslashes the same way whatever the server's setting.
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
