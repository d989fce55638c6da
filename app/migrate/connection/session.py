"""The connection that migrates: its time limits, and whether a pooler is in between."""

from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs] -- it has none
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.errors import Conflict, Unavailable
from app.db import DatabaseUrl, create_migration_engine, pooling_of
from app.driver_errors import DRIVER_ERRORS
from app.migrate.connection import release
from app.migrate.connection.options import Options
from app.pooler import Pooling

_SET = text("SELECT set_config(:name, :value, false)")
_LIMITS = text(
    """
    SELECT set_config('lock_timeout', :lock, false), set_config('statement_timeout', :statement, false),
           set_config('idle_in_transaction_session_timeout', :idle, false)
    """
)


class NoConnection(Unavailable):
    """The server does not answer, or does not let this role in."""

    def __init__(self, database: DatabaseUrl, why: BaseException) -> None:
        super().__init__("The database at {database} cannot be reached: {why}", database=database, why=sentence(why))


async def connect(database: DatabaseUrl) -> Any:
    """Open a connection of the driver itself, for a look that has to be quick. Raises as `opened`."""
    driver = cast("Any", asyncpg)
    with _reaching(database):
        await _refuse_pooler(database)
        return await driver.connect(**database.asyncpg_args(application_name=release.migration_name(), timezone="UTC"))


@asynccontextmanager
async def opened(database: DatabaseUrl, *, autocommit: bool = False) -> AsyncGenerator[AsyncConnection]:
    """Open a connection for the length of the block. One in autocommit never holds up CREATE INDEX CONCURRENTLY.

    Raises NoConnection, and PooledConnection.
    """
    with _reaching(database):
        await _refuse_pooler(database)
    engine = create_migration_engine(database, application_name=release.migration_name())
    chosen = engine.execution_options(isolation_level="AUTOCOMMIT") if autocommit else engine
    try:
        async with AsyncExitStack() as stack:
            with _reaching(database):
                connection = await stack.enter_async_context(chosen.connect())
            yield connection
    finally:
        await engine.dispose()


class PooledConnection(Conflict):
    """The address is that of a pooler that lends a server connection for one transaction only."""

    def __init__(self) -> None:
        super().__init__(
            "DATABASE_URL goes through a pooler in transaction mode, where a lock does not hold. "
            "Set MIGRATION_DATABASE_URL to a direct connection, or to a pool in session mode."
        )


def prepare(connection: Connection, options: Options) -> None:
    """Set the limits of a migration and leave no transaction open.

    Set by statements and not when connecting, because poolers refuse a connection that asks for more than they know.
    """
    connection.execute(_LIMITS, options.limits)
    connection.commit()
    try:
        # Without it the server finishes the running statement of a program that was killed, and keeps its locks.
        connection.execute(_SET, {"name": "client_connection_check_interval", "value": "1s"})
        connection.commit()
    except DBAPIError:
        # Not every platform can do it; there the statement timeout is the limit.
        connection.rollback()


@contextmanager
def _reaching(database: DatabaseUrl) -> Generator[None]:
    try:
        yield
    except (*DRIVER_ERRORS, TimeoutError) as error:
        raise NoConnection(database, error) from error


async def _refuse_pooler(database: DatabaseUrl) -> None:
    # Also for what only looks: what a driver prepares there may be another one's in the next transaction.
    if await pooling_of(database) is Pooling.TRANSACTION:
        raise PooledConnection


def sqlstate(error: BaseException) -> str | None:
    """Return the five characters by which PostgreSQL names an error."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state if isinstance(state, str) else None


def sentence(error: BaseException) -> str:
    """Return what a driver's error says, without the wrapping."""
    original = getattr(error, "orig", None) or error
    text_of_it = str(original).strip() or type(original).__name__
    # SQLAlchemy puts the class of the driver's exception in front: `<class '...'>: message`.
    return text_of_it.split(">: ", maxsplit=1)[-1] if text_of_it.startswith("<class") else text_of_it
