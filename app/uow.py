"""One transaction, and the services that share it."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import ORMExecuteState, Session

from app.core.clock import Clock, utc_now
from app.core.commits import (
    ALONE,
    CHANGES_NOTHING,
    FOR_READING,
    RECENT,
    SINGLY,
    WROTE,
    has_committed,
    note_commit,
    note_write,
)
from app.core.errors import BotError, Overtaken, Unavailable
from app.core.messages import msg
from app.core.privacy.pending import Waits
from app.core.recent import Recent
from app.core.settings.members import quiet_key
from app.driver_errors import DRIVER_ERRORS, LOST_CONNECTION
from app.lazy_session import LazySession
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

    The only place where services are built: what each of them needs is readable here. Each is made when it is first
    asked for.
    """

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._after_commit: list[Callable[[], None]] = []

    @cached_property
    def settings(self) -> SettingsService:
        """Return the service of bot_settings and settings_history."""
        return SettingsService(self._session, self._clock)

    @cached_property
    def setup(self) -> SetupService:
        """Return the service of what is kept while a server is being set up."""
        return SetupService(self._session, self._clock, self.settings)

    @cached_property
    def member_zones(self) -> MemberZoneService:
        """Return the service of the clocks by which members live."""
        return MemberZoneService(self._session)

    @cached_property
    def member_privacy(self) -> MemberPrivacyService:
        """Return the service of who wants nothing kept of what they search for."""
        return MemberPrivacyService(self._session)

    @cached_property
    def member_quiet(self) -> MemberWishService:
        """Return the service of who wants no answers suggested by the bot."""
        return MemberWishService(self._session, quiet_key)

    @cached_property
    def reminders(self) -> ReminderServices:
        """Return the services of reminders."""
        return ReminderServices(self._session, self._clock, self.settings)

    @cached_property
    def onboarding(self) -> OnboardingServices:
        """Return the services of onboarding."""
        return OnboardingServices(self._session, self._clock, self.settings)

    @cached_property
    def tickets(self) -> TicketServices:
        """Return the services of tickets."""
        return TicketServices(self._session, self._clock, self.settings)

    @cached_property
    def faq(self) -> FaqServices:
        """Return the services of the FAQ."""
        return FaqServices(self._session, self._clock, self.settings)

    @cached_property
    def analytics(self) -> AnalyticsServices:
        """Return the services of statistics."""
        return AnalyticsServices(self._session, self._clock, self.settings)

    @cached_property
    def health(self) -> HealthServices:
        """Return the services of the health trend."""
        return HealthServices(self._session, self._clock, self.settings)

    @cached_property
    def erasures(self) -> ErasureLogService:
        """Return the service of which people this database was asked to forget, without who they are."""
        return ErasureLogService(self._session)

    @cached_property
    def gone_guilds(self) -> GoneGuildService:
        """Return the service of the servers that the bot is not in any more."""
        return GoneGuildService(self._session, self._clock)

    @cached_property
    def personal_data(self) -> PersonalDataService:
        """Return the service of what is stored about one person, and its end."""
        return PersonalDataService(
            self._session,
            (
                *(self.reminders.privacy, self.onboarding.privacy, self.faq.personal, self.analytics.privacy),
                *(self.tickets.privacy, SettingsPrivacyService(self._session)),
            ),
            waiting={
                Waits.SEEN: self.analytics.privacy,
                Waits.ONBOARDING: self.onboarding.privacy,
                Waits.TICKET: self.tickets.privacy,
            },
            members=MemberDataService(self._session, (ZONES_CHANNEL, PRIVACY_CHANNEL)),
            erasures=self.erasures,
            whose=(
                *(Reminder.created_by, SupportTicket.user_id, Onboarding.user_id),
                *(FaqSearchLog.user_id, AuditLog.user_id),
            ),
        )

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

    def __init__(self, sessions: async_sessionmaker[LazySession], clock: Clock = utc_now) -> None:
        self._sessions = sessions
        self._clock = clock
        self._singly = _singly(sessions.kw["bind"])
        self._unmoved = _unmoved(sessions.kw["bind"])
        self._recent = Recent()

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[UnitOfWork]:
        """Open one transaction."""
        async with self._opened(self._sessions()) as work:
            yield work

    def forget_recent(self) -> None:
        """Forget what was remembered of rows, as when somebody was erased from them."""
        self._recent.clear()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[UnitOfWork]:
        """Open a unit of work that changes nothing, and reads without BEGIN and COMMIT: two round trips less.

        What its statements say may be of different moments.
        """
        info = {CHANGES_NOTHING: True, ALONE: self._singly.get("bind")} | (
            {RECENT: self._recent} if self._singly else {}
        )
        session = self._sessions(**self._singly, info=info)
        async with self._opened(session, singly=bool(self._singly)) as work:
            yield work

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[UnitOfWork]:
        """Open one transaction that changes nothing, and whose statements all see what was there at its first one."""
        async with self._opened(self._sessions(**self._unmoved, info={CHANGES_NOTHING: True})) as work:
            yield work

    async def at_once(self, do: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Do what reads first, and then changes something in a single statement at the end.

        That statement is a transaction by itself, without BEGIN and COMMIT: two round trips less. It has to notice
        when what was read, or is remembered, is not so any more. If it does (Overtaken), all of it is done again in a
        transaction that waits for others.
        """
        if self._singly:
            try:
                info = {SINGLY: True, ALONE: self._singly["bind"], RECENT: self._recent}
                async with self._opened(self._sessions(**self._singly, info=info), singly=True) as work:
                    return await do(work)
            except Overtaken:
                pass
        async with self() as work:
            return await do(work)

    @asynccontextmanager
    async def _opened(self, session: LazySession, *, singly: bool = False) -> AsyncGenerator[UnitOfWork]:
        committing, work = False, UnitOfWork(session, self._clock)
        try:
            async with _statements(session) if singly else _transaction(session):
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


@asynccontextmanager
async def _transaction(session: AsyncSession) -> AsyncGenerator[None]:
    async with session, session.begin():
        yield


@asynccontextmanager
async def _statements(session: LazySession) -> AsyncGenerator[None]:
    """Let each statement be a transaction by itself: there is nothing to begin, to commit or to take back."""
    try:
        yield
        if session.is_made and (session.new or session.dirty or session.deleted):
            await session.flush()
    except BaseException:
        # A statement that was cancelled leaves a connection to be ended, which nobody may interrupt.
        async with session:
            raise
    # Without the task in which that is done: here nothing is waited for.
    await session.close()


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


@asynccontextmanager
async def asked(
    asking: Awaitable[T], opened: AbstractAsyncContextManager[UnitOfWork]
) -> AsyncGenerator[tuple[T, UnitOfWork]]:
    """Learn who asks, and open a unit of work only then: that takes a look at the settings, in another one."""
    context = await asking
    async with opened as work:
        yield context, work


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
        if state.session.info.get(SINGLY):
            # Nothing is in doubt while there is no connection.
            state.session.connection()
        note_write(state.session.info)


def translate(error: BaseException, *, during_commit: bool = False) -> BotError | None:
    """Say what a driver's error means for the person who waits; None when it is a bug of ours."""
    if isinstance(error, (OSError, TimeoutError, PoolTimeout, DisconnectionError)):
        return DatabaseUnavailable(during_commit=during_commit)
    # What PostgreSQL says while a connection is being opened comes as it is, everything later wrapped.
    state = str(getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None) or "")
    if state[:2] in NOT_NOW or state == LOCK_NOT_AVAILABLE:
        return DatabaseUnavailable(during_commit=during_commit)
    if not isinstance(error, DBAPIError):
        return DatabaseUnavailable(during_commit=during_commit) if type(error).__name__ in LOST_CONNECTION else None
    cause = getattr(error.orig, "__cause__", None)
    if "InvalidCachedStatementError" in {type(error.orig).__name__, type(cause).__name__}:
        return SchemaChanged("a prepared statement outlived its tables")
    if error.connection_invalidated:
        return DatabaseUnavailable(during_commit=during_commit)
    if any(isinstance(one, OSError) or type(one).__name__ in LOST_CONNECTION for one in (error.orig, cause)):
        return DatabaseUnavailable(during_commit=during_commit)
    return None
