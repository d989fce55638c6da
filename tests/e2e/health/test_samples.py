"""What the bot writes down of itself while it runs, and when it is started and stopped."""

import asyncio
import json

from app.bot import Bot
from app.core.clock import always_running
from app.core.health.trend import Cause, Figure, Span
from app.core.health.vitals import LoopLag, Standstill
from app.core.health_kinds import HealthKind
from app.db import DatabaseUrl
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import HEAD, fetch

ROWS = "SELECT * FROM health_check_history ORDER BY checked_at, kind <> 'start', id"


async def kinds(database: DatabaseUrl) -> list[str]:
    return [row["kind"] for row in await fetch(database, ROWS)]


async def test_a_sample_a_minute_from_the_start_to_the_stop(
    running: Running, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    async with running() as bot:
        await bot.jobs.run_now("health")
        clock.move(seconds=61)
        await bot.jobs.run_now("health")
        clock.move(seconds=30)
        await bot.jobs.run_now("health")
    rows = await fetch(own_database, ROWS)
    assert [row["kind"] for row in rows] == ["start", "sample", "sample", "stop"]
    sample = rows[2]
    assert sample["service"] == "all shards"
    assert sample["revision"] == HEAD
    assert sample["database_ms"] > 0
    assert sample["memory_mb"] > 10
    assert sample["guild_count"] == 2
    assert set(json.loads(sample["queues"])) >= {
        "interactions",
        "reminders_under_way",
        "tickets_under_way",
        "faq_questions",
    }
    assert list(json.loads(sample["shards"])) in ([], ["0"])
    assert sample["since"] == rows[0]["checked_at"] == rows[3]["since"]
    assert bot.vitals.latest is not None


async def test_an_outage_of_the_database_is_in_the_trend_afterwards(
    fragile: Bot, relay: Relay, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    await fragile.jobs.run_now("health")
    await relay.cut()
    for _ in range(5):
        clock.move(minutes=1)
        await fragile.jobs.run_now("health")
    assert fragile.vitals.latest.state == "down"
    assert await kinds(own_database) == ["start", "sample"]
    await relay.open()
    async with asyncio.timeout(60):
        while (await fragile.database.look()).seconds is None:
            await asyncio.sleep(0.1)
    for _ in range(4):
        clock.move(minutes=1)
        await fragile.jobs.run_now("health")
    async with fragile.uow.reading() as work:
        trend = await work.health.reading.trend(Span.DAY)
    (incident,) = trend.incidents
    assert (incident.cause, incident.reasons) == (Cause.DOWN, ("no_database",))
    assert incident.lasted(clock()).total_seconds() == 5 * 60
    assert sum(point.samples for point in trend.points) == 10
    assert [row["db_status"] for row in await fetch(own_database, ROWS) if row["kind"] == HealthKind.SAMPLE] == [
        "ok",
        *["down"] * 5,
        *["ok"] * 4,
    ]
    assert any(Figure.DATABASE in point.figures for point in trend.points)


async def test_a_machine_that_slept_says_so_as_soon_as_it_wakes(
    running: Running, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    slept = 0.0
    gaps = "SELECT checked_at, since FROM health_check_history WHERE kind = 'gap'"
    async with running() as bot:
        await bot.jobs.run_now("health")
        bot.vitals.loop._running = lambda: always_running() + slept
        await asyncio.sleep(0.1)
        clock.move(hours=2)
        slept = 7200.0
        async with asyncio.timeout(60):
            while not (found := await fetch(own_database, gaps)):
                await asyncio.sleep(0.05)
        (gap,) = found
        assert abs((clock() - gap["checked_at"]).total_seconds()) < 2
        assert abs((gap["checked_at"] - gap["since"]).total_seconds() - 7200) < 2
        async with bot.uow.reading() as work:
            trend = await work.health.reading.trend(Span.DAY)
    assert [one.cause for one in trend.incidents] == [Cause.STOOD_STILL]


async def test_who_stood_still_twice_before_it_could_say_so_did_once() -> None:
    passed = [0.0]
    noticed = list[float]()
    lag = LoopLag(lambda: passed[0])
    lag.start(lambda: noticed.append(passed[0]))
    for now in (100.0, 300.0):
        await asyncio.sleep(0.1)
        passed[0] = now
        async with asyncio.timeout(60):
            while noticed[-1:] != [now]:
                await asyncio.sleep(0.01)
    passed[0] = 310.0
    assert lag.take_standstill() == Standstill(300.0, 10.0)
    assert lag.take_standstill() is None
    await lag.stop()


async def test_a_clock_that_was_ahead_at_the_start_is_no_crash_later(
    running: Running, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    clock.move(hours=1)
    async with running() as bot:
        bot.vitals.reminder_lateness = lambda: 500.0
        for _ in range(4):
            await bot.jobs.run_now("health")
            clock.move(minutes=1)
        clock.move(hours=-1)
        bot.vitals.reminder_lateness = lambda: 0.0
        for _ in range(4):
            await bot.jobs.run_now("health")
            clock.move(minutes=1)
    clock.move(seconds=5)
    async with running() as bot:
        for _ in range(3):
            clock.move(hours=1)
            for _ in range(3):
                await bot.jobs.run_now("health")
                clock.move(minutes=1)
        async with bot.uow.reading() as work:
            trend = await work.health.reading.trend(Span.DAY)
    assert {one.cause for one in trend.incidents} <= {Cause.STOPPED}
    assert "crash" not in await kinds(own_database)
