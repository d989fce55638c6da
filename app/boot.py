"""What the bot needs before it logs in: a database that answers, and a schema it can work with.

Discord counts logins and resets the token of a bot that makes too many. So the process waits, or gives up, before the
first one.
"""

import asyncio
import logging
import random
import ssl
from datetime import timedelta
from pathlib import Path

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.config import ConfigurationError, MigrationsOnBoot
from app.core.errors import BotError, DatabaseUnreachable, Unavailable, UserError
from app.db import DatabaseUrl, create_engine, pooling_of, session_factory
from app.driver_errors import DRIVER_ERRORS
from app.erased_again import erase_again
from app.erasures import ErasureFile
from app.migrate.connection.place import NoPlace, look, require
from app.migrate.migrator import Migrator
from app.migrate.run import progress
from app.migrate.status import NO_PLACE, SchemaStatus, State
from app.pooler import Pooling
from app.uow import UnitOfWorkFactory

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.25
MAX_PAUSE_SECONDS = 5.0
CONNECT_SECONDS = 5.0

# What waiting does not fix: wrong credentials, no such role, no such database, no right to connect, options or settings
# that there are not, the certificate of somebody else.
PERMANENT_ERRORS = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ClientConfigurationError,
    asyncpg.UndefinedObjectError,
    asyncpg.InvalidParameterValueError,
    asyncpg.CantChangeRuntimeParamError,
    ssl.SSLCertVerificationError,
)


class SchemaNotAcceptable(BotError):
    """The bot must not run on this schema; the text says why, and the command that fixes it."""


async def await_database(database: DatabaseUrl, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Return once the database answers.

    Tries again with growing pauses for `patience_seconds`, then raises DatabaseUnreachable; at once for what waiting
    cannot fix.
    """
    pause = FIRST_PAUSE_SECONDS
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while True:
        try:
            connection = await asyncpg.connect(
                **{"timeout": CONNECT_SECONDS, **database.asyncpg_args(application_name="concierge boot")}
            )
            await connection.close()
        except asyncpg.ProtocolViolationError as error:
            # A pooler that knows a few settings only. In transaction mode they are set in each transaction instead.
            if await pooling_of(database) is not Pooling.SESSION:
                return
            raise DatabaseUnreachable(
                f"The pooler at {database} does not pass on what the address sets: {error}. "
                "Set it for the role instead: ALTER ROLE … SET …"
            ) from error
        except PERMANENT_ERRORS as error:
            raise DatabaseUnreachable(f"The database at {database} refuses the connection: {error}") from error
        except (*DRIVER_ERRORS, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            if asyncio.get_running_loop().time() + pause > deadline:
                raise DatabaseUnreachable(f"The database at {database} does not answer: {reason}") from error
            log.warning("the database does not answer yet", extra={"database": str(database), "reason": reason})
            # Processes that lost the same database should not all come back at once.
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 -- nothing secret about a pause
            pause = min(pause * 2, MAX_PAUSE_SECONDS)
        else:
            return


async def check_schema(migrator: Migrator, mode: MigrationsOnBoot) -> SchemaStatus | None:
    """Compare the schema with the newest revision, and act on a difference as the mode says.

    Returns the state in which the bot may start. Raises SchemaNotAcceptable, with the command that fixes it, and
    DatabaseUnreachable.
    """
    try:
        return await _checked(migrator, mode)
    except Unavailable as error:
        raise DatabaseUnreachable(str(error)) from error


async def _checked(migrator: Migrator, mode: MigrationsOnBoot) -> SchemaStatus | None:
    if mode is MigrationsOnBoot.OFF:
        try:
            await migrator.require_place()
        except NoPlace as refusal:
            raise SchemaNotAcceptable(str(refusal)) from refusal
        log.info("the schema is not checked", extra={"mode": mode.value})
        return None
    status = await migrator.status()
    if status.state is State.AT_HEAD:
        log.info("the schema is at the newest revision", extra={"revision": status.head})
        return status
    facts = f"{status.sentence} {status.fix}".strip()
    if mode is MigrationsOnBoot.WARN and status.state not in NO_PLACE:
        log.warning("the schema is not at the newest revision; starting anyway: %s", facts)
        return status
    if mode is MigrationsOnBoot.AUTO and status.state in {State.EMPTY, State.BEHIND}:
        return await _migrate(migrator)
    raise SchemaNotAcceptable(facts)


async def check_place(engine: AsyncEngine) -> None:
    """Raise SchemaNotAcceptable for a database that could not hold the bot's tables, without a direct connection."""
    async with engine.connect() as connection:
        at = await connection.run_sync(look)
    try:
        require(at)
    except NoPlace as refusal:
        raise SchemaNotAcceptable(str(refusal)) from refusal
    log.info("the schema is not checked: there is no direct connection")


async def repeat_erasures(uow: UnitOfWorkFactory, known: ErasureFile) -> int:
    """Erase again whom this database does not know to be erased, as after a backup was restored; return how many.

    Before the first login, so that nothing is sent to them. Raises SchemaNotAcceptable, DatabaseUnreachable and
    ConfigurationError.
    """
    try:
        tombstones = await asyncio.to_thread(known.read)
    except OSError as error:
        told = (
            f"DATA_DIR: {known.path} cannot be read ({error.strerror}). It says who was erased, so nothing starts "
            "without it: let the user who runs the bot read and write it."
        )
        raise ConfigurationError([told]) from error
    try:
        done = await erase_again(uow, tombstones)
    except Unavailable as error:
        raise DatabaseUnreachable(str(error)) from error
    except SQLAlchemyError as error:
        raise SchemaNotAcceptable(
            "People who were erased have to be erased in this database again, and its schema does not allow it: "
            f"{type(error).__name__}. Apply the migrations first: concierge migrate apply."
        ) from error
    return done


async def repeat_after_restore(database: DatabaseUrl, data_dir: Path, keep_days: int) -> int | None:
    """Erase again in a database that was just restored; None if its schema is too old for that before a start."""
    engine = create_engine(database, application_name="concierge restore")
    known = ErasureFile(data_dir, keep=timedelta(days=keep_days))
    try:
        return await repeat_erasures(UnitOfWorkFactory(session_factory(engine)), known)
    except SchemaNotAcceptable:
        return None
    finally:
        await engine.dispose()


async def _migrate(migrator: Migrator) -> SchemaStatus:
    try:
        result = await migrator.apply_on_boot(progress.to_log)
    except Unavailable:
        raise
    except UserError as refusal:
        raise SchemaNotAcceptable(str(refusal)) from refusal
    if not result.ok:
        raise SchemaNotAcceptable(f"The migration at boot failed: {result.sentence}")
    status = await migrator.status()
    if status.state is not State.AT_HEAD:
        raise SchemaNotAcceptable(f"{status.sentence} {status.fix}".strip())
    log.info("the schema was migrated", extra={"revision": status.head})
    return status
