"""One transaction, and the services that share it."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg  # pyright: ignore[reportMissingTypeStubs] -- it has none
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import ORMExecuteState, Session

from app.core.clock import Clock, utc_now
from app.core.commits import SINGLY, has_committed, note_commit
from app.core.errors import BotError, Overtaken, Unavailable
from app.core.messages import msg
from app.core.settings.members import quiet_key
from app.models import AuditLog, FaqSearchLog, Onboarding, Reminder, SupportTicket
from app.pooler import TRANSACTIONS_ONLY
from app.services.analytics import AnalyticsServices
from app.services.faq import FaqServices
from app.services.health import HealthServices
from app.services.member_data import MemberDataService
from app.services.member_wishes import PRIVACY_CHANNEL, MemberPrivacyService, MemberWishService
from app.services.member_zones import CHANNEL as ZONES_CHANNEL
from app.services.member_zones import MemberZoneService
from app.services.onboarding import OnboardingServices
from app.services.privacy import PersonalDataService
from app.services.reminders import ReminderServices
from app.services.settings import SettingsService
from app.services.settings.erasures import ErasureLogService
from app.services.settings.gone import GoneGuildService
from app.services.settings.privacy import SettingsPrivacyService
from app.services.settings.setup import SetupService
from app.services.tickets import TicketServices

log = logging.getLogger(__name__)
T = TypeVar("T")

# The classes of SQLSTATE that say "not now": connection, a transaction that was rolled back for another one's sake (a
# deadlock), resources, operator intervention (shutdown, crash), and the two timeouts a command may run into.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
NOT_NOW = ("08", "40", "53", "57")
LOCK_NOT_AVAILABLE = "55P03"
WROTE = "wrote"
"""What the info of a session holds once it has written something."""

CHANGES_NOTHING = "changes nothing"
"""What the info of a session holds that is for reading alone."""

FOR_READING = "a unit of work that is for reading was to change something"

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
        self.setup = SetupService(session, clock, self.settings)
        """The service of what is kept while a server is being set up."""
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
        self.analytics = AnalyticsServices(session, clock, self.settings)
        """The services of statistics."""
        self.health = HealthServices(session, clock, self.settings)
        """The services of the health trend."""
        self.erasures = ErasureLogService(session)
        """Which people this database was asked to forget, without who they are."""
        self.gone_guilds = GoneGuildService(session, clock)
        """Which servers the bot is not in any more."""
        self.personal_data = PersonalDataService(
            session,
            (self.reminders.privacy, self.onboarding.privacy, self.faq.personal, self.analytics.privacy),
            tickets=self.tickets.privacy,
            settings=SettingsPrivacyService(session),
            members=MemberDataService(session, (ZONES_CHANNEL, PRIVACY_CHANNEL)),
            erasures=self.erasures,
            whose=(
                *(Reminder.created_by, SupportTicket.user_id, Onboarding.user_id),
                *(FaqSearchLog.user_id, AuditLog.user_id),
            ),
        )
        """What is stored about one person, and its end."""

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

    `reading` and `at_once` are quicker for what needs no transaction around it; `snapshot` reads what belongs together.
    All raise DatabaseUnavailable when the database cannot be reached, SchemaChanged when its tables were altered
    meanwhile.
    """

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock = utc_now) -> None:
        self._sessions = sessions
        self._clock = clock
        self._singly = _singly(sessions.kw["bind"])
        self._unmoved = _unmoved(sessions.kw["bind"])

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[UnitOfWork]:
        """Open one transaction."""
        async with self._opened(self._sessions()) as work:
            yield work

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[UnitOfWork]:
        """Open a unit of work that changes nothing, and reads without BEGIN and COMMIT: two round trips less.

        What its statements say may be of different moments.
        """
        async with self._opened(self._sessions(**self._singly, info={CHANGES_NOTHING: True})) as work:
            yield work

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[UnitOfWork]:
        """Open one transaction that changes nothing, and whose statements all see what was there at its first one."""
        async with self._opened(self._sessions(**self._unmoved, info={CHANGES_NOTHING: True})) as work:
            yield work

    async def at_once(self, do: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Do what reads first, and then changes something in a single statement at the end.

        That statement is a transaction by itself, without BEGIN and COMMIT: two round trips less. It has to notice
        when what was read is not so any more. If it does (Overtaken), all of it is done again in a transaction that
        waits for others.
        """
        if self._singly:
            try:
                async with self._opened(self._sessions(**self._singly, info={SINGLY: True})) as work:
                    return await do(work)
            except Overtaken:
                pass
        async with self() as work:
            return await do(work)

    @asynccontextmanager
    async def _opened(self, session: AsyncSession) -> AsyncGenerator[UnitOfWork]:
        committing = False
        try:
            async with session, session.begin():
                work = UnitOfWork(session, self._clock)
                yield work
                committing = True
            if session.info.get(WROTE):
                note_commit()
        except (*DRIVER_ERRORS, TimeoutError) as error:
            # A single statement that wrote is its own commit.
            in_doubt = committing or bool(session.info.get(SINGLY) and session.info.get(WROTE))
            translated = translate(error, during_commit=in_doubt)
            if translated is None:
                raise
            raise translated from error
        work.run_after_commit()


def _singly(bind: object) -> dict[str, Any]:
    """Return what a session needs whose statements are each a transaction; nothing where that cannot be.

    Behind a pooler settings hold for a transaction only, and what was begun by somebody else is not ours to end.
    """
    if not isinstance(bind, AsyncEngine) or bind.get_execution_options().get(TRANSACTIONS_ONLY):
        return {}
    return {"bind": bind.execution_options(isolation_level="AUTOCOMMIT")}


def _unmoved(bind: object) -> dict[str, Any]:
    """Return what a session needs that reads everything as it was at one moment, also through a pooler."""
    if not isinstance(bind, AsyncEngine):
        return {}
    return {"bind": bind.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)}


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, context: object, instances: object) -> None:  # pyright: ignore[reportUnusedFunction] -- SQLAlchemy's
    del context, instances
    if session.info.get(CHANGES_NOTHING) and (session.new or session.dirty or session.deleted):
        raise RuntimeError(FOR_READING)


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, context: object) -> None:  # pyright: ignore[reportUnusedFunction] -- SQLAlchemy's
    del context
    session.info[WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _on_execute(state: ORMExecuteState) -> None:  # pyright: ignore[reportUnusedFunction] -- SQLAlchemy calls it
    if state.is_insert or state.is_update or state.is_delete:
        if state.session.info.get(CHANGES_NOTHING):
            raise RuntimeError(FOR_READING)
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
