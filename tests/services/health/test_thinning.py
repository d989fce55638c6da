"""What becomes of samples with age."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.core.health.trend import Figure, Span
from app.core.health_kinds import HealthGrain, HealthKind
from app.models import HealthCheck
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

ALL = "all shards"
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def minute(at: datetime, **values: object) -> HealthCheck:
    known = {"service": ALL, "version": "1.0", "uptime_seconds": 0, "db_status": "ok", "checked_at": at}
    return HealthCheck(**{**known, **values})


async def thin(uow: UnitOfWorkFactory, limit: int = 100) -> int:
    done = 0
    while True:
        async with uow() as work:
            thinned = await work.health.thinning.thin(limit=limit)
        if not thinned:
            return done
        done += thinned


async def rows(uow: UnitOfWorkFactory) -> list[HealthCheck]:
    async with uow.reading() as work:
        found = await work._session.scalars(select(HealthCheck).order_by(HealthCheck.checked_at, HealthCheck.service))
        return list(found)


async def test_minutes_become_hours_and_hours_days_and_nothing_is_lost_of_means_and_maxima(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    clock.now = NOON
    began = NOON - timedelta(days=4)
    async with uow() as work:
        work._session.add_all(
            [
                *(
                    minute(
                        began + timedelta(minutes=number),
                        database_ms=float(number),
                        shards={"0": 10.0 * number, "1": None},
                        queues={"interactions": float(number)},
                        highest={"loop_lag_ms": 1000.0 - number},
                        loop_lag_ms=1,
                        guild_count=5,
                        revision="010",
                    )
                    for number in range(90)
                ),
                minute(began + timedelta(minutes=91), database_ms=None, db_status="down"),
                minute(began, kind=HealthKind.START),
                minute(began + timedelta(minutes=5), service="shard 1 of 2", memory_mb=50.0),
                minute(NOON - timedelta(hours=47, minutes=1), database_ms=7.0),
            ]
        )
    assert await thin(uow, limit=40) == 92
    hours = [one for one in await rows(uow) if one.grain is HealthGrain.HOUR]
    assert [(one.samples, one.service) for one in hours] == [(60, ALL), (1, "shard 1 of 2"), (31, ALL)]
    first, _, second = hours
    assert first.checked_at == began
    assert first.database_ms == pytest.approx(29.5)
    assert first.shards == {"0": pytest.approx(295), "1": None}
    assert first.queues == {"interactions": pytest.approx(29.5)}
    assert first.highest == {"loop_lag_ms": 1000.0, "database_ms": 59.0, "shard 0": 590.0, "guild_count": 5.0}
    assert (first.guild_count, first.revision, first.db_status, first.version) == (5, "010", "ok", "1.0")
    # A sample in which it did not answer is no zero.
    assert second.database_ms == pytest.approx(74.5)
    async with uow.reading() as work:
        before = await work.health.reading.trend(Span.YEAR, figures=[Figure.DATABASE, Figure.LOOP_LAG])
    clock.move(days=100)
    await thin(uow)
    days = [one for one in await rows(uow) if one.grain is HealthGrain.DAY]
    assert [one.samples for one in days] == [91, 1, 1]
    assert days[0].checked_at == began.replace(hour=0)
    async with uow.reading() as work:
        after = await work.health.reading.trend(Span.YEAR, figures=[Figure.DATABASE, Figure.LOOP_LAG])
    assert [(one.at, one.samples) for one in after.points] == [(one.at, one.samples) for one in before.points]
    assert [one.figures[Figure.DATABASE].highest for one in after.points] == [89, 7]
    assert after.points[0].figures[Figure.LOOP_LAG].highest == 1000
    assert (await rows(uow))[0].kind is HealthKind.SAMPLE
    assert sum(one.kind is HealthKind.START for one in await rows(uow)) == 1
    clock.move(days=700)
    await thin(uow)
    assert await rows(uow) == []


async def test_what_the_predecessor_wrote_counts_as_minutes_of_what_it_called_itself(
    uow: UnitOfWorkFactory, clock: ManualClock
) -> None:
    clock.now = NOON
    async with uow() as work:
        for number in range(4):
            at = NOON - timedelta(days=9, minutes=number * 3)
            work._session.add(minute(at, service="alphapy", db_status="connected", guild_count=number, gpt_status="ok"))
    async with uow.reading() as work:
        trend = await work.health.reading.trend(Span.MONTH)
    assert [one.figures[Figure.GUILDS].mean for one in trend.points] == [2, 0]
    assert (trend.incidents, trend.availability.percent) == ([], None)
    await thin(uow)
    found = await rows(uow)
    assert [(one.samples, one.db_status, one.gpt_status) for one in found] == [
        (3, "connected", "ok"),
        (1, "connected", "ok"),
    ]
    async with uow.reading() as work:
        assert (await work.health.reading.trend(Span.MONTH)).points[0].figures[Figure.GUILDS].highest == 3


async def test_two_processes_do_not_thin_at_once(own_uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    async with own_uow() as work:
        work._session.add_all([minute(clock() - timedelta(days=3, minutes=number)) for number in range(10)])
    async with own_uow() as one, own_uow() as other:
        assert await one.health.thinning.thin() == 10
        assert await other.health.thinning.thin() == 0
    async with own_uow.reading() as work:
        assert await work._session.scalar(select(func.sum(HealthCheck.samples))) == 10
