"""What `/stats` takes with 10,000,000 interactions, beside plain SQL, and what adding them up and deleting them costs.

First all of them are added up, as after an upgrade. `BENCH_ROWS` makes it another number.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.analytics.policy import AnalyticsPolicy
from app.core.analytics.settings import PERIODS
from app.core.clock import utc_now
from app.core.settings.snapshot import SettingsSnapshot
from app.db import create_engine, normalize, session_factory
from app.jobs.analytics.adding import PAUSE
from app.services.analytics.retention import BATCH
from app.uow import UnitOfWork, UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.processes import database
from benchmarks.ticket_table import timed

ROWS = int(os.environ.get("BENCH_ROWS", "10000000"))
FORGOTTEN = ROWS // 10
ROUNDS = 20
SECONDS = 10
DAYS = 730
MOST_MS, MOST_EVERYWHERE_MS, MOST_DELAY_MS = 300, 1000, 50
STAFF = Actor(1, 1, is_staff=True, is_operator=True)
ZONE = "Europe/Brussels"
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_logs' AND indexname LIKE 'ix_%'"
SEED = """
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, success, created_at, outcome, duration_ms,
    first_response_ms, fingerprint, error_message, release, channel_id, locale)
SELECT guild, CASE WHEN guild = 1 THEN luck % 20000 + 1 ELSE guild * 1000 + luck % 300 END,
    'command ' || luck % 100 * (luck / 100 % 100) / 100, (ARRAY['slash', 'slash', 'button', 'form'])[1 + luck % 4],
    how < 93, made, (CASE WHEN how < 93 THEN 'ok' WHEN how < 96 THEN 'refused' WHEN how < 98 THEN 'denied'
        WHEN how < 99 THEN 'timed_out' ELSE 'bug' END), took, took / 2,
    CASE WHEN how = 99 THEN 'f' || luck % 40 END, CASE WHEN how = 99 THEN 'KeyError in app.services.x:y' END,
    '1.' || n * 20 / :rows, 5, 'de'
FROM (
    SELECT n, luck, luck / 1000 % 100 AS how, 20 + (luck % 1013) * (luck % 733) / 200 AS took,
        CASE WHEN n % 10 = 0 THEN 1 ELSE 2 + luck % 499 * (luck / 499 % 499) / 499 END AS guild,
        now() - interval '1 day' * :days * (1 - n / :rows ::float8) AS made
    FROM (SELECT n, hashint4(n) & 2147483647 AS luck FROM generate_series(1, :rows) AS n) AS numbers
) AS interactions
"""
ONE = """
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, outcome, duration_ms)
VALUES (1, 1, 'faq search', 'slash', 'ok', 12)
"""
# The server of these has a million; all of them are read from an index.
YARDSTICK = """
SELECT command_name, command_type, outcome, count(*),
    percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY duration_ms)
FROM audit_logs WHERE grain IS NULL AND command_type <> 'schema' AND created_at >= now() - :days * interval '1 day'
AND (guild_id = :guild OR :guild = 0) GROUP BY 1, 2, 3
"""


async def measure() -> list[Figure]:
    """In this order, as each changes what the next finds."""
    with database() as address:
        engine = create_engine(normalize(address))
        try:
            await _seed(engine)
            uow = UnitOfWorkFactory(session_factory(engine), utc_now)
            return [*await _adding_up(engine, uow), *await _figures(engine, uow), *await _forgetting(engine, uow)]
        finally:
            await engine.dispose()


async def _seed(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SET statement_timeout = 0"))
        indexes = (await connection.execute(text(INDEXES))).all()
        for name, _ in indexes:
            await connection.execute(text(f"DROP INDEX {name}"))
        await connection.execute(text(SEED), {"rows": ROWS, "days": DAYS})
        for _, definition in indexes:
            await connection.execute(text(definition))
        zone = "INSERT INTO bot_settings (guild_id, scope, key, value, value_type) VALUES (1, 'general', 'timezone', "
        await connection.execute(text(zone + f"'\"{ZONE}\"', 'timezone')"))
        await connection.execute(text("VACUUM ANALYZE"))


@asynccontextmanager
async def _beside(engine: AsyncEngine) -> AsyncGenerator[list[float]]:
    """Do what commands do, twenty times a second: read the settings of a server, and write down an interaction."""
    taken = list[float]()

    async def command() -> None:
        async with engine.begin() as connection:
            (await connection.execute(text("SELECT * FROM bot_settings WHERE guild_id = 1"))).all()
            await connection.execute(text(ONE))

    async def go_on() -> None:
        while True:
            taken.append(await timed(command))
            await asyncio.sleep(0.05)

    task = asyncio.create_task(go_on())
    try:
        yield taken
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _quiet(engine: AsyncEngine) -> float:
    """Return what such a command takes while nothing else happens: 99 of a hundred take no longer."""
    async with _beside(engine) as taken:
        await asyncio.sleep(SECONDS)
    return quantile(taken, 0.99)


async def _adding_up(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    async def all_batches(add_up: Callable[[UnitOfWork], Awaitable[bool]]) -> None:
        goes_on = True
        while goes_on:
            begun = time.perf_counter()
            async with uow() as work:
                goes_on = await add_up(work)
            batches.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(PAUSE.total_seconds())

    batches, usual, begun = list[float](), await _quiet(engine), time.perf_counter()
    async with _beside(engine) as taken:
        await all_batches(lambda work: work.analytics.sums.add_up())
        servers = time.perf_counter() - begun
        await all_batches(lambda work: work.analytics.sums.add_up_everywhere())
    together, delay = time.perf_counter() - begun, quantile(taken, 0.99) - usual
    return [
        Figure(f"adding up {ROWS:,} interactions of two years by servers", servers, "s"),
        Figure("the same, and for all servers together", together, "s"),
        Figure(f"one of {len(batches)} batches: p95", quantile(batches, 0.95), "ms"),
        Figure("what that adds to a command beside it: p99", delay, "ms", most=MOST_DELAY_MS),
    ]


async def _figures(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    policy = AnalyticsPolicy.of(SettingsSnapshot(1, {"general.timezone": ZONE}))

    async def ours(days: int, *, everywhere: bool) -> int:
        async with uow.reading() as work:
            found = await work.analytics.figures.of(STAFF, policy, days=days, everywhere=everywhere)
            return found.total.count

    async def plain(days: int, guild_id: int) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SET statement_timeout = 0"))
            (await connection.execute(text(YARDSTICK), {"days": days, "guild": guild_id})).all()

    figures = list[Figure]()
    offered = [(days, everywhere) for everywhere in (False, True) for days in PERIODS]
    for days, everywhere in offered:
        whose, most = ("the whole bot", MOST_EVERYWHERE_MS) if everywhere else ("a server", MOST_MS)
        many = await ours(days, everywhere=everywhere)
        taken = [await timed(partial(ours, days, everywhere=everywhere)) for _ in range(ROUNDS)]
        theirs = await timed(partial(plain, days, 0 if everywhere else 1))
        name = f"figures of {whose}, {days} days, {many:,} interactions"
        figures.append(Figure(f"{name}: p95", quantile(taken, 0.95), "ms", most=most))
        figures.append(Figure("the same; against plain SQL", quantile(taken, 0.95), "ms", theirs))
    return figures


async def _forgetting(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    usual, deleted, begun, since = await _quiet(engine), 0, time.perf_counter(), dict[int, datetime]()
    batches = list[float]()
    async with uow() as work:
        kept = await work.analytics.retention.kept()
    async with _beside(engine) as taken:
        while deleted < FORGOTTEN:
            once = time.perf_counter()
            async with uow() as work:
                reached = await work.analytics.retention.forget_events(kept, since)
            batches.append((time.perf_counter() - once) * 1000)
            if reached is None:
                break
            since |= reached
            deleted += BATCH
            await asyncio.sleep(PAUSE.total_seconds())
    delay = quantile(taken, 0.99) - usual
    return [
        Figure(f"deleting {deleted:,} of them in batches", time.perf_counter() - begun, "s"),
        Figure("one batch: p95", quantile(batches, 0.95), "ms"),
        Figure("what that adds to a command beside it: p99", delay, "ms", most=MOST_DELAY_MS),
    ]
