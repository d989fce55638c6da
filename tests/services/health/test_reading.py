"""Reading the health trend: what points, incidents and availability are made of."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.core.health.trend import Cause, Figure, ShardNumber, Span
from app.core.health.vitals import LoopLag
from app.core.health_kinds import HealthGrain, HealthKind, HealthState
from app.models import HealthCheck
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

ALL = "all shards"


def row(clock: ManualClock, minutes_ago: float, kind: HealthKind = HealthKind.SAMPLE, **values: Any) -> HealthCheck:
    return HealthCheck(
        **{
            "service": ALL,
            "version": "1.0",
            "uptime_seconds": 0,
            "db_status": "ok",
            "checked_at": clock() - timedelta(minutes=minutes_ago),
            "kind": kind,
            **values,
        }
    )


async def test_points_are_means_of_minutes_and_of_what_was_thinned(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    clock.now = clock.now.replace(hour=12, minute=0)
    async with uow() as work:
        work._session.add_all(
            [
                row(clock, 600, HealthKind.START),
                row(clock, 62, database_ms=10, shards={"0": 100, "1": None}, gateway_ms=100),
                row(clock, 61, database_ms=None, shards={"0": 300, "1": 500}, gateway_ms=500),
                row(
                    clock,
                    61.5,
                    database_ms=40,
                    samples=2,
                    grain=HealthGrain.HOUR,
                    highest={"database_ms": 90, "shard 1": 700},
                    shards={"1": 200},
                ),
                row(clock, 1, memory_mb=80),
                row(clock, 1, memory_mb=60, service="shard 1 of 2", guild_count=7),
                row(clock, 2, memory_mb=70, service="shard 0 of 2", guild_count=5),
            ]
        )
    async with uow.reading() as work:
        whole = await work.health.reading.trend(Span.YEAR)
        second = await work.health.reading.trend(Span.YEAR, shard=ShardNumber(1, 2), figures=[Figure.GATEWAY])
        fine = await work.health.reading.trend(Span.DAY, figures=[Figure.DATABASE])
    figures = {one: found for point in whole.points for one, found in point.figures.items()}
    assert sum(point.samples for point in fine.points) >= 5
    assert [found.mean for point in fine.points for found in point.figures.values()] == [pytest.approx(30)]
    assert figures[Figure.DATABASE].highest == 90
    assert figures[Figure.GUILDS].mean == 12
    assert figures[Figure.MEMORY].mean == pytest.approx(70)
    (gateway,) = second.points[0].figures.values()
    assert (gateway.mean, gateway.highest) == (pytest.approx((500 + 2 * 200) / 3), 700)


async def test_downtime_is_read_from_what_happened(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    def ago(minutes: float) -> Any:
        return clock() - timedelta(minutes=minutes)

    async with uow() as work:
        work._session.add_all(
            [
                row(clock, 1000, HealthKind.START),
                row(clock, 700, HealthKind.CRASH, since=ago(1000)),
                row(clock, 690, HealthKind.START),
                row(clock, 600, HealthKind.STOP, since=ago(690)),
                row(clock, 500, HealthKind.START, version="2.0"),
                row(clock, 400, HealthKind.GAP, since=ago(420), version="2.0"),
                row(clock, 300, HealthKind.CHANGE, state=HealthState.DOWN, reasons=["no_database"], version="2.0"),
                row(clock, 270, HealthKind.CHANGE, state=HealthState.OK, version="2.0"),
                # The next release starts before this one stops.
                row(clock, 200, HealthKind.START, version="3.0"),
                row(clock, 199, HealthKind.STOP, since=ago(500), version="2.0"),
                row(clock, 0, version="3.0"),
            ]
        )
    async with uow.reading() as work:
        trend = await work.health.reading.trend(Span.DAY)
        page = await work.health.reading.incidents(ago(450))
        spans = await work.health.reading.availability()
    assert [(one.cause, one.lasted(clock())) for one in trend.incidents] == [
        (Cause.CRASHED, timedelta(minutes=10)),
        (Cause.STOPPED, timedelta(minutes=100)),
        (Cause.STOOD_STILL, timedelta(minutes=20)),
        (Cause.DOWN, timedelta(minutes=30)),
    ]
    assert trend.incidents[-1].reasons == ("no_database",)
    assert [(one.version, one.before) for one in trend.releases] == [("2.0", "1.0"), ("3.0", "2.0")]
    assert (trend.availability.down, trend.availability.planned) == (timedelta(minutes=60), timedelta(minutes=100))
    assert trend.availability.known == timedelta(minutes=1000)
    assert trend.availability.percent == pytest.approx(100 * (1 - 60 / 900))
    assert spans[Span.DAY] == trend.availability
    assert spans[Span.YEAR].known == timedelta(minutes=1000)
    assert [one.cause for one in page.found] == [Cause.DOWN, Cause.STOOD_STILL]


async def test_a_process_that_runs_for_long_and_was_often_unwell_is_still_known_to_run(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    changes = [
        row(clock, 2000 + number, HealthKind.CHANGE, state=HealthState.DEGRADED if number % 2 else HealthState.OK)
        for number in range(200)
    ]
    async with uow() as work:
        work._session.add_all(
            [
                row(clock, 9000, HealthKind.START),
                *changes,
                row(clock, 300, HealthKind.CHANGE, state=HealthState.DOWN, reasons=["no_gateway"]),
                row(clock, 270, HealthKind.CHANGE, state=HealthState.OK),
                row(clock, 199, HealthKind.START, version="2.0"),
                row(clock, 0, version="2.0"),
            ]
        )
    async with uow.reading() as work:
        trend = await work.health.reading.trend(Span.DAY)
    assert trend.availability.known == timedelta(days=1)
    assert trend.availability.down == timedelta(minutes=30)
    assert [one.cause for one in trend.incidents] == [Cause.DOWN]
    assert [one.before for one in trend.releases] == ["1.0"]


async def test_years_of_a_bot_that_was_often_unwell_hold_nobody_up(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    async with uow() as work:
        await work._session.execute(
            text("""
                INSERT INTO health_check_history (service, version, uptime_seconds, db_status, kind, checked_at, state)
                SELECT 'all shards', '1.0', 0, 'ok', kind,
                    CAST(:now AS timestamptz) - n * interval '1 hour' + part * interval '10 minutes', state
                FROM generate_series(4000, 1, -1) AS n,
                    (VALUES (0, 'start', NULL), (1, 'change', 'down'), (2, 'change', 'ok'), (3, 'stop', NULL))
                        AS happened(part, kind, state)
            """),
            {"now": clock()},
        )
    lag = LoopLag()
    lag.start(lambda: None)
    began = time.perf_counter()
    async with uow.reading() as work:
        page = await work.health.reading.incidents(clock() - timedelta(days=700))
        await work.health.reading.availability()
    lasted = time.perf_counter() - began
    await asyncio.sleep(0.6)
    _, most = lag.take()
    await lag.stop()
    assert page.total > 4000
    assert most < lasted / 4


async def test_nothing_is_said_where_nothing_is_known(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    async with uow.reading() as work:
        trend = await work.health.reading.trend(Span.MONTH)
        assert await work.health.reading.processes() == []
    assert (trend.points, trend.incidents, trend.availability.percent, trend.known_since) == ([], [], None, None)
