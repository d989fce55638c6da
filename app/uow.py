"""One transaction, and the services that share it."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import asyncpg  # pyright: ignore[reportMissingTypeStubs] -- it has none
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import ORMExecuteState, Session

from app.core.clock import Clock, utc_now
from app.core.commits import has_committed, note_commit
from app.core.errors import BotError, Unavailable
from app.core.messages import msg
from app.core.settings.members import quiet_key
from app.services.faq import FaqServices
from app.services.member_wishes import MemberPrivacyService, MemberWishService
from app.services.member_zones import MemberZoneService
from app.services.onboarding import OnboardingServices
from app.services.reminders import ReminderServices
from app.services.settings import SettingsService
from app.services.tickets import TicketServices

log = logging.getLogger(__name__)

# The classes of SQLSTATE that say "not now": connection, a transaction that was rolled back for another one's sake (a
# deadlock), resources, operator intervention (shutdown, crash), and the two timeouts a command may run into.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
NOT_NOW = ("08", "40", "53", "57")
LOCK_NOT_AVAILABLE = "55P03"
WROTE = "wrote"
"""What the info of a session holds once it has written something."""

DRIVER_ERRORS = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a database that is away may raise. What it answers while a connection is being opened, as that it is starting up
or has too many already, comes from asyncpg as it is: SQLAlchemy wraps only what follows."""


class SchemaChanged(BotError):
    """The tables changed under a statement the connection had prepared; nothing was done, and a second try works."""


class DatabaseUnavailable(Unavailable):
    """The database is away, or too busy, for the moment."""

    def __init__(self, *, during_commit: bool = False) -> None:
        told = msg("The database is not available right now, so nothing was changed. Please try again in a minute.")
        if during_commit:
            told = msg("The database went away while saving. Please check whether it was saved, and try again if not.")
        elif has_committed():
            told = msg("The database went away after a part of that, or all of it, was saved. Please check what is so.")
        super().__init__(told)


class UnitOfWork:
    """One transaction, and the services that share it.

    The only place where services are built: what each of them needs is readable here.
    """

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._after_commit: list[Callable[[], None]] = []
        self.settings = SettingsService(session, clock)
        """The service of bot_settings and settings_history."""
        self.member_zones = MemberZoneService(session)
        """By which clock members live."""
        self.member_privacy = MemberPrivacyService(session)
        """Who wants nothing kept of what they search for."""
        self.member_quiet = MemberWishService(session, quiet_key)
        """Who wants no answers suggested by the bot."""
        self.reminders = ReminderServices(session, clock)
        """The services of reminders."""
        self.onboarding = OnboardingServices(session, clock, self.settings)
        """The services of onboarding."""
        self.tickets = TicketServices(session, clock, self.settings)
        """The services of tickets."""
        self.faq = FaqServices(session, clock, self.settings)
        """The services of the FAQ."""

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run `action` once the transaction is durable; forget it on rollback."""
        self._after_commit.append(action)

    def run_after_commit(self) -> None:
        """Run what was asked for. The row is saved by now, so a failure here is logged and told to nobody."""
        for action in self._after_commit:
            try:
                action()
            except Exception:
                log.exception("after-commit action failed")


class UnitOfWorkFactory:
    """Opens units of work: `async with uow() as work: ...` commits on a clean exit, rolls back on an exception.

    Raises DatabaseUnavailable when the database cannot be reached, SchemaChanged when its tables were altered
    meanwhile.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock = utc_now) -> None:
        self._sessions = sessions
        self._clock = clock

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[UnitOfWork]:
        """Open one transaction."""
        committing = False
        try:
            async with self._sessions() as session, session.begin():
                work = UnitOfWork(session, self._clock)
                yield work
                committing = True
            if session.info.get(WROTE):
                note_commit()
        except (*DRIVER_ERRORS, TimeoutError) as error:
            translated = translate(error, during_commit=committing)
            if translated is None:
                raise
            raise translated from error
        work.run_after_commit()


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, context: object) -> None:  # pyright: ignore[reportUnusedFunction] -- SQLAlchemy's
    del context
    session.info[WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _on_execute(state: ORMExecuteState) -> None:  # pyright: ignore[reportUnusedFunction] -- SQLAlchemy calls it
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[WROTE] = True


def translate(error: BaseException, *, during_commit: bool = False) -> BotError | None:
    """Say what a driver's error means for the person who waits; None when it is a bug of ours."""
    if isinstance(error, (OSError, TimeoutError, PoolTimeout, DisconnectionError)):
        return DatabaseUnavailable(during_commit=during_commit)
    # What PostgreSQL says while a connection is being opened comes as it is, everything later wrapped.
    state = str(getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or "")
    if state[:2] in NOT_NOW or state == LOCK_NOT_AVAILABLE:
        return DatabaseUnavailable(during_commit=during_commit)
    if not isinstance(error, DBAPIError):
        return None
    cause = getattr(error.orig, "__cause__", None)
    if "InvalidCachedStatementError" in {type(error.orig).__name__, type(cause).__name__}:
        return SchemaChanged("a prepared statement outlived its tables")
    if error.connection_invalidated:
        return DatabaseUnavailable(during_commit=during_commit)
    if isinstance(cause, (OSError, TimeoutError)) or type(cause).__name__ in LOST_CONNECTION:
        return DatabaseUnavailable(during_commit=during_commit)
    return None


# asyncpg raises these without an SQLSTATE when the socket dies under it.
LOST_CONNECTION = frozenset({"ConnectionDoesNotExistError", "InterfaceError", "CannotConnectNowError"})
