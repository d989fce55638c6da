"""What it takes to find, send and keep reminders, against a bare bot that sends the same messages."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.db import create_engine, normalize, session_factory
from app.services.reminders.leases import claim_query
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.processes import ROOT, concierge, database, process
from standin import Channel, StandIn, World
from standin.changes import Change, ChangeKind

SIZES = (10_000, 100_000, 1_000_000)
CLAIMS, PER_CLAIM = 600, 20
BURST, PROCESSES = 10_000, 2
PER_SECOND, SECONDS = 50, 30
CHANNELS = 40

FILL = text("""
    INSERT INTO reminders (guild_id, name, message, phrase, channel_id, created_by, target_kind, target_id, timezone,
        starts_at, next_at, wake_at)
    SELECT CAST(:guild AS bigint), 'reminder ' || n, 'reminder ' || n, 'x',
        (CAST(:channels AS bigint[]))[1 + n % :many], 1, 'member', 1, 'UTC', at, at, at
    FROM (SELECT n, CAST(:first AS timestamptz) + n * CAST(:apart AS interval) AS at
        FROM generate_series(0, :count - 1) n) AS due
""")


async def fill(
    engine: AsyncEngine, channels: list[Channel], count: int, first: datetime, apart: timedelta = timedelta()
) -> None:
    """Store reminders that come due one after the other."""
    guild = channels[0].guild
    assert guild is not None
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(
            FILL,
            {
                "guild": guild.id,
                "channels": [channel.id for channel in channels],
                "many": len(channels),
                "first": first,
                "apart": apart,
                "count": count,
            },
        )
        await connection.execute(text("SELECT pg_notify('concierge_reminders', '')"))


async def tidied(engine: AsyncEngine) -> None:
    """Do what PostgreSQL does by itself after so many rows, so that it is not measured as part of what comes next."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("VACUUM ANALYZE reminders"))
        await connection.execute(text("CHECKPOINT"))


def town() -> tuple[World, list[Channel]]:
    world = World()
    guild = world.add_guild("Town", world.add_user("owner"))
    return world, [world.create_channel(guild, f"channel-{number}") for number in range(CHANNELS)]


async def claims(engine: AsyncEngine, channels: list[Channel], waiting: int) -> tuple[list[float], list[float]]:
    """Milliseconds that one claim of 20 takes among so many that wait: of the statement in PostgreSQL, and of it all.

    The second includes the way there and back and the rows becoming objects. What both leave out is the commit, which
    waits for the disk.
    """
    now = datetime.now(UTC)
    await fill(engine, channels, waiting, now + timedelta(days=1), timedelta(seconds=1))
    await fill(engine, channels, 2 * CLAIMS * PER_CLAIM, now - timedelta(hours=1), timedelta(milliseconds=1))
    await tidied(engine)
    uow = UnitOfWorkFactory(session_factory(engine))
    statements: list[float] = []
    wholes: list[float] = []
    for _ in range(CLAIMS):
        query = claim_query(now, PER_CLAIM).compile(engine.sync_engine, compile_kwargs={"literal_binds": True})
        async with engine.begin() as connection:
            plan = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}")
            statements.append(float(plan.scalar_one()[0]["Execution Time"]))
        async with uow() as work:
            began = time.perf_counter()
            deliveries, _ = await work.reminders.delivery.claim(limit=PER_CLAIM)
            wholes.append((time.perf_counter() - began) * 1000)
        assert len(deliveries) == PER_CLAIM
    # The first few pay for connecting and for compiling the statements.
    return statements[10:], wholes[10:]


class Arrivals:
    """When each message arrived at the stand-in, in seconds since 1970."""

    def __init__(self, stand_in: StandIn) -> None:
        self.at: dict[str, float] = {}
        self.doubled = 0
        stand_in.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        if change.kind is not ChangeKind.MESSAGE_CREATED or change.message is None or change.message.nonce is None:
            return
        nonce = str(change.message.nonce)
        self.doubled += nonce in self.at
        self.at[nonce] = time.time()

    async def until(self, count: int, patience: float = 300) -> None:
        async with asyncio.timeout(patience):
            while len(self.at) < count:  # noqa: ASYNC110 -- thousands of messages need no event each
                await asyncio.sleep(0.05)


@asynccontextmanager
async def bots(stand_in: StandIn, address: str, count: int) -> AsyncGenerator[list[int]]:
    """So many processes of the bot, ready; yields how much memory each of them uses, in bytes."""
    environment = {"PATH": os.environ["PATH"], **concierge(stand_in, address)}
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "run", cwd=ROOT, env=environment, stdout=DEVNULL, stderr=DEVNULL
        )
        for _ in range(count)
    ]
    try:
        async with asyncio.timeout(120):
            while len(stand_in.gateway.sessions) < count:  # noqa: ASYNC110 -- asked for once in a run
                await asyncio.sleep(0.1)
        await asyncio.sleep(5)
        yield [psutil.Process(one.pid).memory_info().rss for one in running]
    finally:
        for one in running:
            one.terminate()
        for one in running:
            await one.wait()


async def bare(at_once: int) -> float:
    """Messages per second of the bare bot, so many at a time."""
    world, channels = town()
    async with StandIn(world) as stand_in:
        arrivals = Arrivals(stand_in)
        ids = ",".join(str(channel.id) for channel in channels)
        count = BURST if at_once > 1 else BURST // 4
        arguments = (stand_in.api_url, stand_in.token, ids, str(count), str(at_once))
        async with process(stand_in, "benchmarks.bare_sender", *arguments):
            await arrivals.until(count)
        return count / (max(arrivals.at.values()) - min(arrivals.at.values()))


async def burst() -> tuple[float, int]:
    """Reminders per second when all are due at once, and how many came twice."""
    world, channels = town()
    with database() as address:
        engine = create_engine(normalize(address))
        async with StandIn(world) as stand_in, bots(stand_in, address, PROCESSES):
            arrivals = Arrivals(stand_in)
            due = datetime.now(UTC) + timedelta(seconds=6)
            await fill(engine, channels, BURST, due)
            await arrivals.until(BURST)
            await asyncio.sleep(2)
        await engine.dispose()
    return BURST / (max(arrivals.at.values()) - due.timestamp()), arrivals.doubled


async def lateness() -> list[float]:
    """Seconds between the moment a reminder is due and its arrival, at 50 a second."""
    world, channels = town()
    count = PER_SECOND * SECONDS
    with database() as address:
        engine = create_engine(normalize(address))
        async with StandIn(world) as stand_in, bots(stand_in, address, PROCESSES):
            arrivals = Arrivals(stand_in)
            due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
            await fill(engine, channels, count, due, timedelta(seconds=1 / PER_SECOND))
            await arrivals.until(count)
        await engine.dispose()
    return [at - int(nonce.split("-")[2], 36) / 1000 for nonce, at in arrivals.at.items()]


async def memory(waiting: int) -> float:
    """Megabytes that a process uses with so many reminders waiting."""
    world, channels = town()
    with database() as address:
        engine = create_engine(normalize(address))
        await fill(engine, channels, waiting, datetime.now(UTC) + timedelta(days=1), timedelta(seconds=1))
        await engine.dispose()
        async with StandIn(world) as stand_in, bots(stand_in, address, 1) as used:
            return used[0] / 1e6


async def pages(over: int) -> list[float]:
    """Milliseconds that staff wait for a page of a server's list of 1,000, with so many others that are over."""
    _, channels = town()
    guild = channels[0].guild
    assert guild is not None
    with database() as address:
        engine = create_engine(normalize(address))
        await fill(engine, channels, 1000 + over, datetime.now(UTC) + timedelta(days=1), timedelta(seconds=1))
        async with engine.begin() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await connection.execute(
                text("UPDATE reminders SET state = 'done', wake_at = NULL, next_at = NULL WHERE id > 1000")
            )
        await tidied(engine)
        uow = UnitOfWorkFactory(session_factory(engine))
        staff = Actor(guild.id, 1, is_staff=True)
        took: list[float] = []
        for number in range(CLAIMS):
            async with uow() as work:
                began = time.perf_counter()
                await work.reminders.making.list_page(staff, everybody=True, page=number % 10, page_size=15)
                took.append((time.perf_counter() - began) * 1000)
        await engine.dispose()
    return took[10:]


async def measure() -> list[Figure]:
    world, channels = town()
    del world
    p99: dict[int, float] = {}
    whole: dict[int, float] = {}
    for size in SIZES:
        with database() as address:
            engine = create_engine(normalize(address))
            statements, wholes = await claims(engine, channels, size)
            p99[size], whole[size] = quantile(statements, 0.99), quantile(wholes, 0.99)
            await engine.dispose()
    figures = [Figure(f"claim of 20 among {size:,} waiting, p99", p99[size], "ms", most=5) for size in SIZES]
    figures += [Figure(f"the same until they are objects, {size:,}, p99", whole[size], "ms") for size in SIZES]
    figures.append(Figure("claim, most against fewest waiting, p99", p99[SIZES[-1]], "ms", p99[SIZES[0]], most=1.5))
    none, many = quantile(await pages(0), 0.5), quantile(await pages(100_000), 0.5)
    figures.append(Figure("a page of a list of 1,000, with 100,000 that are over, median", many, "ms", none, most=1.5))
    loop, together = await bare(1), await bare(200)
    rate, doubled = await burst()
    figures += [
        Figure("10,000 due at once, two processes, against a bare loop", rate, "a second", loop, least=0.6),
        Figure("the same, against a bare bot that sends 200 at a time", rate, "a second", together),
        Figure("of these, sent twice", doubled, "", most=0),
    ]
    late = await lateness()
    figures.append(Figure("lateness at 50 a second, p99", quantile(late, 0.99), "s", most=1))
    figures.append(Figure("lateness at 50 a second, median", quantile(late, 0.5), "s"))
    few, most = await memory(1000), await memory(1_000_000)
    figures.append(Figure("memory with 1,000,000 waiting, against 1,000", most, "MB", few, most=1.05))
    return figures
