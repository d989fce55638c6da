"""Builds the whole bot and keeps it running."""

import asyncio
import importlib
import logging
import pkgutil
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from types import ModuleType

import discord
from sqlalchemy.ext.asyncio import AsyncEngine

from app import boot, commands, health_metrics, jobs, process_metrics
from app.bot import Bot
from app.caches import GuildSettings, MemberPrivacy, MemberZones, guild_settings, member_privacy, member_zones
from app.config import ConfigurationError, MigrationsOnBoot, Settings
from app.connection_pool import TurnTakingPool
from app.core.clock import Clock, utc_now
from app.core.errors import DatabaseUnreachable
from app.core.operators import Operators
from app.core.privacy.tombstones import CHANNEL as ERASURES_CHANNEL
from app.core.runner import JobRunner
from app.core.scheduling import zone_data
from app.database_probe import DatabaseProbe
from app.db import DatabaseUrl, create_engine, pooling_of, session_factory
from app.discord_login import connected
from app.driver_errors import DRIVER_ERRORS
from app.effects.erasing import heard
from app.erasures import ErasureFile
from app.http_server import AddressUnusable, serving
from app.listener import Listener
from app.metrics import Metrics
from app.migrate.connection.release import application_name
from app.migrate.migrator import Migrator
from app.pooler import Pooling
from app.readiness import Readiness
from app.services.member_wishes import PRIVACY_CHANNEL
from app.services.member_zones import CHANNEL as ZONES_CHANNEL
from app.services.settings import CHANNEL as SETTINGS_CHANNEL
from app.uow import UnitOfWorkFactory

log = logging.getLogger(__name__)

NO_DIRECT_CONNECTION = (
    "MIGRATION_DATABASE_URL: has to be a direct connection, or a pool in session mode: through a pooler in transaction "
    "mode nothing can be migrated, or heard of other processes."
)

CLOSING_SECONDS = 1.0
"""How long a database has for closing its connections, which usually takes a moment."""
SCHEMA_CHANNEL = "concierge_schema"
"""Where a finished migration is announced."""


def point_at(api_url: str | None) -> None:
    """Send REST calls to a stand-in, for the whole process; None means Discord."""
    if api_url is not None:
        discord.http.Route.API_BASE_URL = api_url.rstrip("/")


@asynccontextmanager
async def prepared(
    settings: Settings,
    database: DatabaseUrl,
    migrations: DatabaseUrl,
    *,
    clock: Clock = utc_now,
    guild_ready_timeout: float = 1.0,
) -> AsyncGenerator[Bot]:
    """Check database and schema, then yield the whole bot, not logged in yet.

    Raises DatabaseUnreachable, SchemaNotAcceptable, and ConfigurationError for an address where nothing can be served,
    before anything is sent to Discord.
    """
    async with AsyncExitStack() as stack:
        data = zone_data.used()
        others = [str(other) for other in data.others]
        log.info("time zone data", extra={"version": data.version, "source": str(data.source), "others": others})
        await boot.await_database(migrations)
        migrator = Migrator(migrations, backups=settings.data_dir / "backups")
        pooling, has_direct = await _pooling(database, migrations, settings.boot_mode)
        schema = None
        if has_direct:
            schema = await boot.check_schema(migrator, settings.boot_mode)
        engine = create_engine(database, application_name=application_name(), pooling=pooling)
        stack.push_async_callback(_give_back, engine)
        if not has_direct:
            await boot.check_place(engine)
        uow = UnitOfWorkFactory(session_factory(engine), clock)
        erasures = ErasureFile(settings.data_dir, keep=timedelta(days=settings.keep_erasures_days))
        await boot.repeat_erasures(uow, erasures)
        bot = Bot(
            uow=uow,
            settings=guild_settings(uow),
            member_zones=member_zones(uow),
            member_privacy=member_privacy(uow),
            migrator=migrator,
            operators=Operators(settings.bot_admin_ids, settings.home_guild_id),
            clock=clock,
            database=DatabaseProbe(engine),
            erasures=erasures,
            forget_servers_after=timedelta(days=days) if (days := settings.forget_servers_after_days) else None,
            # Connections in use are unaffected and are dropped when they come back.
            refresh_schema=engine.dispose,
            data_dir=settings.data_dir,
            home_guild_id=settings.home_guild_id,
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) if settings.shard_ids is not None else None,
            guild_ready_timeout=guild_ready_timeout,
        )
        features, background = import_features()
        for module in features:
            module.setup(bot)
        metrics = Metrics()
        bot.interactions.measure(metrics)
        stack.push_async_callback(bot.interactions.stop)
        bot.jobs = JobRunner([module.make(bot, metrics) for module in background], clock)
        bot.before_stop += [bot.jobs.stop, bot.interactions.settle]
        listener = _listener(migrations, bot, engine.dispose)
        bot.listener = listener
        if has_direct:
            await stack.enter_async_context(_task(listener.run(), "listener"))
        else:
            bot.jobs.trust(connected=False)
        ready = Readiness(bot, schema)
        process_metrics.measure(metrics, bot, listener)
        health_metrics.measure(metrics, bot.vitals, ready.fits)
        served = serving(settings.http_host, settings.http_port, ready=ready, metrics=metrics)
        try:
            bot.health_address = await stack.enter_async_context(served)
        except AddressUnusable as error:
            raise ConfigurationError([f"{'HTTP_PORT' if error.is_port else 'HTTP_HOST'}: {error}"]) from error
        yield bot


async def _give_back(engine: AsyncEngine) -> None:
    """Close the connections to the database. One that hangs is not waited for, or nothing would end the process."""
    closing = asyncio.create_task(engine.dispose(), name="closing connections")
    await asyncio.wait([closing], timeout=CLOSING_SECONDS)
    if not closing.done():
        log.warning("the database does not answer: its connections are dropped")
        # SQLAlchemy would call that an error.
        logging.getLogger(f"{TurnTakingPool.__module__}.{TurnTakingPool.__qualname__}").setLevel(logging.CRITICAL)
        closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)


async def _pooling(database: DatabaseUrl, migrations: DatabaseUrl, mode: MigrationsOnBoot) -> tuple[Pooling, bool]:
    """Return what the bot goes through, and whether it has a connection of its own beside that."""
    if database != migrations:
        await boot.await_database(database)
    try:
        pooling = await pooling_of(database)
        has_direct = await pooling_of(migrations) is not Pooling.TRANSACTION
    except DRIVER_ERRORS as error:
        raise DatabaseUnreachable(f"The database at {database} does not answer: {error}") from error
    if pooling is not Pooling.NONE:
        log.info("through %s: limits hold per transaction, no statement is kept prepared", pooling.value)
    if not has_direct and mode is not MigrationsOnBoot.OFF:
        raise ConfigurationError([NO_DIRECT_CONNECTION])
    if not has_direct:
        log.warning("%s Until then other processes are not heard: settings are read each time", NO_DIRECT_CONNECTION)
    return pooling, has_direct


def import_features() -> tuple[list[ModuleType], list[ModuleType]]:
    """Return every module of `app.commands` and of `app.jobs`; the first call imports them."""
    commands_found, jobs_found = (
        [importlib.import_module(f"{package.__name__}.{name}") for name in sorted(_names(package))]
        for package in (commands, jobs)
    )
    return commands_found, jobs_found


def _names(package: ModuleType) -> Iterable[str]:
    return (module.name for module in pkgutil.iter_modules(package.__path__))


async def run_until_stopped(settings: Settings, database: DatabaseUrl, migrations: DatabaseUrl) -> None:
    """Run the bot until SIGTERM or SIGINT. Raises ValueError without a token."""
    if settings.discord_token is None:
        raise ValueError("no token")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    point_at(settings.discord_api_url)
    run = asyncio.create_task(_run(settings, database, migrations, settings.discord_token), name="run")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({run, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not run.done():
        log.info("stopping")
        run.cancel()
    stopping.cancel()
    with suppress(asyncio.CancelledError):
        await run


async def _run(settings: Settings, database: DatabaseUrl, migrations: DatabaseUrl, token: str) -> None:
    async with prepared(settings, database, migrations) as bot, connected(bot, token) as client:
        # Ends by itself only if Discord ends it, for example because the token was revoked.
        await client


def _listener(
    database: DatabaseUrl,
    bot: Bot,
    refresh_schema: Callable[[], Awaitable[None]],
) -> Listener:
    caches: Sequence[GuildSettings | MemberZones | MemberPrivacy]
    caches = (bot.settings, bot.member_zones, bot.member_privacy)
    refreshing: set[asyncio.Task[None]] = set()

    def schema_changed(payload: str) -> None:
        log.info("the schema changed", extra={"revision": payload})
        task = asyncio.ensure_future(refresh_schema())
        refreshing.add(task)
        task.add_done_callback(refreshing.discard)
        trust(connected=True)
        bot.jobs.wake_all()

    def erased(payload: str) -> None:
        task = asyncio.ensure_future(heard(bot, payload))
        refreshing.add(task)
        task.add_done_callback(refreshing.discard)

    def trust(*, connected: bool) -> None:
        for cache in caches:
            cache.trust(connected=connected)

    def gap() -> None:
        trust(connected=listener.is_connected)
        bot.jobs.trust(connected=listener.is_connected)

    listener = Listener(
        database,
        {
            SETTINGS_CHANNEL: bot.settings.announced,
            ZONES_CHANNEL: bot.member_zones.announced,
            PRIVACY_CHANNEL: bot.member_privacy.announced,
            SCHEMA_CHANNEL: schema_changed,
            ERASURES_CHANNEL: erased,
            **bot.jobs.channels(),
        },
        on_gap=gap,
        application_name=f"{application_name()} listener",
    )
    return listener


@asynccontextmanager
async def _task(coroutine: Awaitable[None], name: str) -> AsyncGenerator[None]:
    task = asyncio.ensure_future(coroutine)
    task.set_name(name)  # pyright: ignore[reportAttributeAccessIssue] -- a coroutine always becomes a task
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
