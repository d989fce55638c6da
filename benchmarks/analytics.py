"""What `/stats` takes with 10,000,000 interactions, beside plain SQL, and what adding them up and deleting them costs.

First those of some servers are added up, as after an upgrade, and all of them for the whole bot. `BENCH_ROWS` makes it
another number.
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
from app.services.analytics import sums
from app.services.analytics.retention import BATCH
from app.uow import UnitOfWork, UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.processes import database
from benchmarks.ticket_table import timed

ROWS = int(os.environ.get("BENCH_ROWS", "10000000"))
FORGOTTEN = ROWS // 10
ROUNDS = 20
SECONDS, LONG_SECONDS = 10, 60
DAYS = 730
SERVERS = 500
SHARDS = (SERVERS, [0, *range(1, SERVERS, 50)])
"""Of which servers sums are made: each is a shard, and that with a million interactions is the first."""
BATCHES = 10
"""So many of the whole bot are made as the bot makes them, the others without pauses between them."""
LARGE = 300_000
"""Interactions of one of these."""
MOST_MS, MOST_EVERYWHERE_MS, MOST_DELAY_MS = 300, 1000, 50
STAFF = Actor(1, 1, is_staff=True, is_operator=True)
ZONE = "Europe/Brussels"
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_logs' AND indexname LIKE 'ix_%'"
SEED = """
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, success, created_at, outcome, duration_ms,
    first_response_ms, fingerprint, error_message, release, channel_id, locale)
SELECT CASE WHEN guild = 1 THEN 1 ELSE guild * 4194304::bigint END,
    CASE WHEN guild = 1 THEN luck % 20000 + 1 ELSE guild * 1000 + luck % 300 END,
    'command ' || luck % 100 * (luck / 100 % 100) / 100, (ARRAY['slash', 'slash', 'button', 'form'])[1 + luck % 4],
    how < 93, made, (CASE WHEN how < 93 THEN 'ok' WHEN how < 96 THEN 'refused' WHEN how < 98 THEN 'denied'
        WHEN how < 99 THEN 'timed_out' ELSE 'bug' END), took, took / 2,
    CASE WHEN how = 99 THEN 'f' || luck % 40 END, CASE WHEN how = 99 THEN 'KeyError in app.services.x:y' END,
    '1.' || n * 20 / :rows, 5, 'de'
FROM (
    SELECT n, luck, luck / 1000 % 100 AS how, 20 + (luck % 1013) * (luck % 733) / 200 AS took,
        CASE WHEN n % 10 = 0 THEN 1 ELSE 2 + luck % 498 * (luck / 498 % 498) / 498 END AS guild,
        now() - interval '1 day' * :days * (1 - n / :rows ::float8) AS made
    FROM (SELECT n, hashint4(n) & 2147483647 AS luck FROM generate_series(1, :rows) AS n) AS numbers
) AS interactions
"""
ONE = """
INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, outcome, duration_ms)
VALUES (1, 1, 'faq search', 'slash', 'ok', 12)
"""
SUMMED = "SELECT sum(count) FROM audit_logs WHERE grain = 'day' AND command_name <> ''"
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
        patient = create_engine(normalize(f"{address}&statement_timeout=0&work_mem=64MB"))
        try:
            await _seed(patient)
            uow, slow = (UnitOfWorkFactory(session_factory(one), utc_now) for one in (engine, patient))
            figures = await _adding_up(engine, uow)
            figures += await _adding_up_the_rest(patient, slow)
            return [*figures, *await _figures(patient, uow), *await _forgetting(engine, uow)]
        finally:
            await engine.dispose()
            await patient.dispose()


async def _seed(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
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


async def _quiet(engine: AsyncEngine, seconds: float = SECONDS) -> tuple[float, float]:
    """Return what such a command takes while nothing else happens: 99 of a hundred take no longer, and none longer."""
    async with _beside(engine) as taken:
        await asyncio.sleep(seconds)
    return quantile(taken, 0.99), max(taken)


async def _adding_up(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    batches, (usual, _), begun = list[float](), await _quiet(engine), time.perf_counter()

    async def some(most: int, add_up: Callable[[UnitOfWork], Awaitable[bool]]) -> None:
        for _ in range(most):
            once = time.perf_counter()
            async with uow() as work:
                goes_on = await add_up(work)
            if not goes_on:
                break
            batches.append((time.perf_counter() - once) * 1000)
            await asyncio.sleep(PAUSE.total_seconds())

    async with _beside(engine) as taken:
        await some(ROWS, lambda work: work.analytics.sums.add_up(SHARDS))
        servers, of_servers = time.perf_counter() - begun, len(batches)
        await some(BATCHES, lambda work: work.analytics.sums.add_up_everywhere())
    delay = quantile(taken, 0.99) - usual
    async with engine.connect() as connection:
        summed = await connection.scalar(text(SUMMED))
    return [
        Figure(f"adding up {summed:,} interactions of {len(SHARDS[1])} servers, two years, with pauses", servers, "s"),
        Figure(f"one of {of_servers} batches: p95", quantile(batches[:of_servers], 0.95), "ms"),
        Figure(f"one of {len(batches) - of_servers} of all servers: p95", quantile(batches[of_servers:], 0.95), "ms"),
        Figure("what that adds to a command beside it: p99", delay, "ms", most=MOST_DELAY_MS),
    ]


async def _adding_up_the_rest(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    goes_on, usual, begun = True, sums.BATCH, time.perf_counter()
    sums.BATCH = LARGE
    try:
        while goes_on:
            async with uow() as work:
                goes_on = await work.analytics.sums.add_up_everywhere()
    finally:
        sums.BATCH = usual
    took = time.perf_counter() - begun
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE audit_logs"))
    return [Figure("adding up the rest for all servers together, in large batches without pauses", took, "s")]


async def _figures(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    policy = AnalyticsPolicy.of(SettingsSnapshot(1, {"general.timezone": ZONE}))

    async def ours(days: int, *, everywhere: bool) -> int:
        async with uow.reading() as work:
            found = await work.analytics.figures.of(STAFF, policy, days=days, everywhere=everywhere)
            return found.total.count

    async def plain(days: int, guild_id: int) -> None:
        async with engine.connect() as connection:
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
    (usual, longest), deleted, since = await _quiet(engine, LONG_SECONDS), 0, dict[int, datetime]()
    batches, begun = list[float](), time.perf_counter()
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
    took = time.perf_counter() - begun
    return [
        Figure(f"deleting {deleted:,} of them in batches", took, "s"),
        Figure("one batch: p95", quantile(batches, 0.95), "ms"),
        Figure("what that adds to a command beside it: p99", quantile(taken, 0.99) - usual, "ms", most=MOST_DELAY_MS),
        Figure(f"the longest of {len(taken):,} such commands", max(taken) - usual, "ms", most=MOST_DELAY_MS),
        Figure(f"the longest in {LONG_SECONDS} s before it, with nothing beside it", longest - usual, "ms"),
    ]
