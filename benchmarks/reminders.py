"""What it takes to find, send and keep reminders, against a bare bot that sends the same messages."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.db import create_engine, normalize, session_factory
from app.services.reminders.leases import CLAIM, claim_values
from app.uow import UnitOfWorkFactory
from benchmarks import old_reminders
from benchmarks.figures import Figure, quantile
from benchmarks.processes import ROOT, database, process
from benchmarks.sent_reminders import Arrivals, bots, fill, tidied, town
from standin import Channel, StandIn

SIZES = (10_000, 100_000, 1_000_000)
CLAIMS, PER_CLAIM = 600, 20
BURST, PROCESSES = 10_000, 2
PER_SECOND, SECONDS = 50, 30


async def claims(engine: AsyncEngine, channels: list[Channel], waiting: int) -> tuple[list[float], list[float]]:
    """Milliseconds that one claim of 20 takes among so many that wait: of the statement in PostgreSQL, and of it all.

    The second includes the way there and back, the commit, and the rows becoming objects.
    """
    now = datetime.now(UTC)
    await fill(engine, channels, waiting, now + timedelta(days=1), timedelta(seconds=1))
    await fill(engine, channels, 2 * CLAIMS * PER_CLAIM, now - timedelta(hours=1), timedelta(milliseconds=1))
    await tidied(engine)
    uow = UnitOfWorkFactory(session_factory(engine))
    statements: list[float] = []
    wholes: list[float] = []
    for _ in range(CLAIMS):
        query, given = asked(engine, CLAIM, claim_values(now, PER_CLAIM))
        async with engine.begin() as connection:
            plan = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}", given)
            statements.append(float(plan.scalar_one()[0]["Execution Time"]))
        began = time.perf_counter()
        claimed = await uow.at_once(lambda work: work.reminders.delivery.claim(limit=PER_CLAIM))
        wholes.append((time.perf_counter() - began) * 1000)
        assert len(claimed.deliveries) == PER_CLAIM
    # The first few pay for connecting and for compiling the statements.
    return statements[10:], wholes[10:]


def asked(engine: AsyncEngine, statement: Executable, values: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """Return a statement as it is sent, and what is sent with it."""
    compiled: Any = statement.compile(engine.sync_engine)  # pyright: ignore[reportAttributeAccessIssue] -- it has one
    given = compiled.construct_params(values)
    return str(compiled), tuple(given[name] for name in compiled.positiontup)


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


async def burst(root: Path = ROOT) -> tuple[float, int]:
    """Reminders per second when all are due at once, and how many came twice."""
    world, channels = town()
    with database(root) as address:
        engine = create_engine(normalize(address))
        async with StandIn(world) as stand_in, bots(stand_in, address, PROCESSES, root=root):
            arrivals = Arrivals(stand_in)
            due = datetime.now(UTC) + timedelta(seconds=6)
            await fill(engine, channels, BURST, due)
            await arrivals.until(BURST)
            await asyncio.sleep(2)
        await engine.dispose()
    return BURST / (max(arrivals.at.values()) - due.timestamp()), arrivals.doubled


async def lateness(root: Path = ROOT) -> list[float]:
    """Seconds between the moment a reminder is due and its arrival, at 50 a second."""
    world, channels = town()
    count = PER_SECOND * SECONDS
    with database(root) as address:
        engine = create_engine(normalize(address))
        async with StandIn(world) as stand_in, bots(stand_in, address, PROCESSES, root=root):
            arrivals = Arrivals(stand_in)
            due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
            await fill(engine, channels, count, due, timedelta(seconds=1 / PER_SECOND))
            await arrivals.until(count)
        await engine.dispose()
    return [at - due for due, at in arrivals.times()]


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
    figures += [Figure(f"the same until they are objects, {size:,}, p99", whole[size], "ms", most=4) for size in SIZES]
    figures.append(Figure("claim, most against fewest waiting, p99", p99[SIZES[-1]], "ms", p99[SIZES[0]], most=1.5))
    none, many = quantile(await pages(0), 0.5), quantile(await pages(100_000), 0.5)
    figures.append(Figure("a page of a list of 1,000, with 100,000 that are over, median", many, "ms", none, most=1.5))
    loop, together = await bare(1), await bare(200)
    rate, doubled = await burst()
    figures += [
        Figure("10,000 due at once, two processes, against a bare loop", rate, "a second", loop, least=0.6),
        Figure("the same, against a bare bot that sends 200 at a time", rate, "a second", together, least=0.85),
        Figure("of these, sent twice", doubled, "", most=0),
    ]
    late = await lateness()
    figures.append(Figure("lateness at 50 a second, p99", quantile(late, 0.99), "s", most=0.1))
    figures.append(Figure("lateness at 50 a second, median", quantile(late, 0.5), "s"))
    figures += await old_reminders.figures()
    few, most = await memory(1000), await memory(1_000_000)
    figures.append(Figure("memory with 1,000,000 waiting, against 1,000", most, "MB", few, most=1.05))
    return figures
