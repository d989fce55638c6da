"""Writing the health trend: what is written twice, who crashed, and what is taken back."""

from datetime import timedelta

from app.core.health.figures import HealthFigures
from app.core.health.records import HealthRecord, Run, Waiting
from app.core.health.trend import Cause, Figure, Span
from app.core.health_kinds import HealthKind, HealthState
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock


def figures(run: Run, clock: ManualClock, **values: object) -> HealthFigures:
    known: dict[str, object] = {
        "at": clock(),
        "service": run.service,
        "version": run.version,
        "revision": "010",
        "started_at": run.began,
        "database_ms": 1.5,
        "pool_in_use": 1,
        "pool_waiting": 0,
        "pool_size": 10,
        "loop_lag_ms": 0.2,
        "highest_loop_lag_ms": 7.0,
        "shards": {0: 40.0, 1: None},
        "reconnects": 0,
        "rate_limited": 0,
        "invalid_requests": 0,
        "reminder_late_seconds": 0.0,
        "memory_mb": 80.0,
        "cpu_percent": 1.0,
        "guilds": 3,
        "queues": {"audit": 2.0},
    }
    return HealthFigures(**{**known, **values})  # type: ignore[arg-type] -- values of a test


def sample(run: Run, clock: ManualClock) -> list[HealthRecord]:
    waiting = Waiting(run)
    waiting.sample(figures(run, clock))
    return waiting.records


async def causes(uow: UnitOfWorkFactory) -> list[Cause]:
    async with uow.reading() as work:
        return [one.cause for one in (await work.health.reading.trend(Span.DAY)).incidents]


async def test_what_is_written_twice_is_there_once(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    run = Run("all shards", clock(), "1.0")
    clock.move(minutes=1)
    for _ in range(2):
        async with uow() as work:
            is_new = await work.health.recording.write(run, sample(run, clock))
    assert not is_new
    async with uow.reading() as work:
        trend = await work.health.reading.trend(Span.DAY)
        (process,) = await work.health.reading.processes()
    (point,) = trend.points
    assert (point.samples, point.figures[Figure.LOOP_LAG].highest, point.figures[Figure.GATEWAY].mean) == (1, 7.0, 40.0)
    assert (process.state, process.version) == (HealthState.OK, "1.0")


async def test_who_falls_silent_has_crashed_until_it_is_heard_again(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    first = Run("all shards", clock(), "1.0")
    clock.move(minutes=1)
    async with uow() as work:
        assert await work.health.recording.write(first, sample(first, clock))
    clock.move(seconds=80)
    # One takes over from the other: neither has crashed.
    second = Run("all shards", clock(), "2.0")
    async with uow() as work:
        await work.health.recording.write(second, sample(second, clock))
        assert await work.health.recording.find_crashed(second) == []
    clock.move(minutes=5)
    async with uow() as work:
        await work.health.recording.write(second, sample(second, clock))
        assert await work.health.recording.find_crashed(second) == ["all shards"]
        assert await work.health.recording.find_crashed(second) == []
    assert await causes(uow) == [Cause.CRASHED]
    async with uow() as work:
        assert not await work.health.recording.write(first, sample(first, clock))
    assert await causes(uow) == []
    waiting = Waiting(first)
    waiting.end(HealthKind.STOP, clock(), None)
    async with uow() as work:
        await work.health.recording.write(first, waiting.records)
    clock.move(minutes=5)
    async with uow() as work:
        await work.health.recording.write(second, sample(second, clock))
        assert await work.health.recording.find_crashed(second) == []
    assert await causes(uow) == []


async def test_what_a_restored_database_has_forgotten_is_no_crash(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    yesterday = Run("all shards", clock(), "1.0")
    async with uow() as work:
        await work.health.recording.write(yesterday, sample(yesterday, clock))
    clock.move(hours=20)
    today = Run("all shards", clock(), "1.0")
    clock.move(hours=1)
    async with uow() as work:
        assert await work.health.recording.write(today, sample(today, clock))
        await work.health.recording.assume_stopped(today)
        assert await work.health.recording.find_crashed(today) == []
        trend = await work.health.reading.trend(Span.DAY)
    assert (trend.incidents, trend.availability.percent) == ([], 100)
    assert trend.availability.known == timedelta(hours=21)


def test_what_waits_has_an_end(clock: ManualClock) -> None:
    run = Run("all shards", clock(), "1.0")
    waiting = Waiting(run)
    waiting.gap(clock(), clock(), None)
    for _ in range(1500):
        clock.move(minutes=1)
        waiting.sample(figures(run, clock))
    assert len(waiting.records) == 1440
    assert waiting.lost == 61
    assert waiting.records[0].kind is HealthKind.GAP
