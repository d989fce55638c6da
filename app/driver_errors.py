"""What comes out of the database driver when the database is away, said once for all who wait for it."""

import asyncpg  # pyright: ignore[reportMissingTypeStubs] -- it has none
from sqlalchemy.exc import SQLAlchemyError

OWN_ERRORS = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What the driver raises by itself, without a word of the server."""

DRIVER_ERRORS = (SQLAlchemyError, asyncpg.PostgresError, *OWN_ERRORS)
"""What a database that is away may raise. What it answers while a connection is being opened, as that it is starting up
or has too many already, comes from asyncpg as it is: SQLAlchemy wraps only what follows."""

LOST_CONNECTION = frozenset(
    {"ConnectionDoesNotExistError", "InterfaceError", "CannotConnectNowError", "InternalClientError"}
)
"""What asyncpg raises without an SQLSTATE when the connection dies under it.

The last one in particular when the server has said goodbye to a connection that was doing nothing, and the end of the
connection itself has not arrived: it refuses what is sent next. Seen with asyncpg 0.32.
"""
