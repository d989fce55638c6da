"""What a sample of the bot's health takes, and a chart of a year, with 500,000 rows.

All rows are minutes of one process, which is more than is ever kept of one: thinned, it has about 5,000 in a year. The
yardstick of the year is plain SQL over the same rows. A sample is a look at database and schema, and writing.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.clock import utc_now
from app.core.health.figures import HealthFigures
from app.core.health.records import Run, Waiting
from app.core.health.trend import Span
from app.database_probe import DatabaseProbe
from app.db import create_engine, normalize, session_factory
from app.ui.health.trend import chart
from app.ui.health.views import LOOKS, View
from app.ui.kit.charts import pictures
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.processes import database
from benchmarks.ticket_table import timed

ROWS, ROUNDS, SAMPLES = 500_000, 9, 100
MOST_SAMPLE_MS, MOST_YEAR_MS = 10, 500
SEED = """
INSERT INTO health_check_history (service, version, uptime_seconds, db_status, checked_at, kind, since, guild_count,
    database_ms, gateway_ms, loop_lag_ms, memory_mb, shards, highest)
SELECT 'all shards', '1.' || n / 50000, n * 60, 'ok', now() - n * interval '1 minute',
    CASE n % 10000 WHEN 9999 THEN 'start' WHEN 0 THEN 'stop' ELSE 'sample' END,
    now() - (n - n % 10000 + 9999) * interval '1 minute', 100,
    1 + n % 7, 40 + n % 11, n % 5, 90, jsonb_build_object('0', 40 + n % 11), jsonb_build_object('loop_lag_ms', n % 90)
FROM generate_series(:rows, 1, -1) AS n
"""
YARDSTICK = """
SELECT date_bin('1 day', checked_at, '2000-01-01'), avg(database_ms), max(database_ms), avg(gateway_ms), max(gateway_ms)
FROM health_check_history WHERE kind = 'sample' AND checked_at >= now() - interval '365 days' GROUP BY 1 ORDER BY 1
"""


async def measure() -> list[Figure]:
    """Measure both on the same table."""
    with database() as address:
        engine = create_engine(normalize(address))
        try:
            async with engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("SET statement_timeout = 0"))
                await connection.execute(text(SEED), {"rows": ROWS})
                await connection.execute(text("VACUUM ANALYZE health_check_history"))
            uow = UnitOfWorkFactory(session_factory(engine), utc_now)
            return [*await _samples(engine, uow), *await _year(engine, uow)]
        finally:
            await engine.dispose()


async def _samples(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    run, probe = Run("all shards", utc_now() - timedelta(minutes=1), "1.0"), DatabaseProbe(engine)

    async def sample() -> None:
        look, _ = await probe.look(), await probe.revisions()
        waiting = Waiting(run)
        waiting.sample(_figures(run, look.seconds))
        async with uow() as work:
            await work.health.recording.write(run, waiting.records)
            await work.health.recording.find_crashed(run)

    taken = [await timed(sample) for _ in range(SAMPLES)][SAMPLES // 10 :]
    return [
        Figure("a sample: median", quantile(taken, 0.5), "ms", most=MOST_SAMPLE_MS),
        Figure("a sample: p95", quantile(taken, 0.95), "ms"),
    ]


async def _year(engine: AsyncEngine, uow: UnitOfWorkFactory) -> list[Figure]:
    async def plain() -> None:
        async with engine.connect() as connection:
            (await connection.execute(text(YARDSTICK))).all()

    async def drawn() -> None:
        async with uow.reading() as work:
            found = await work.health.reading.trend(Span.YEAR, figures=LOOKS[View.ANSWERS].figures)
        made = chart(found, View.ANSWERS, ZoneInfo("UTC"))
        assert made is not None
        assert len(await pictures([made])) == 1

    async def read() -> None:
        async with uow.reading() as work:
            await work.health.reading.trend(Span.YEAR, figures=LOOKS[View.ANSWERS].figures)

    whole, reading, theirs = list[float](), list[float](), list[float]()
    for _ in range(ROUNDS):
        whole.append(await timed(drawn))
        reading.append(await timed(read))
        theirs.append(await timed(plain))
    return [
        Figure("a year, read and drawn: median", quantile(whole, 0.5), "ms", most=MOST_YEAR_MS),
        Figure("a year, read alone: median", quantile(reading, 0.5), "ms"),
        Figure("the same; against plain SQL", quantile(reading, 0.5), "ms", quantile(theirs, 0.5)),
    ]


def _figures(run: Run, seconds: float | None) -> HealthFigures:
    return HealthFigures(
        at=utc_now(),
        service=run.service,
        version=run.version,
        revision="010",
        started_at=run.began,
        database_ms=seconds * 1000 if seconds is not None else None,
        pool_in_use=1,
        pool_waiting=0,
        pool_size=10,
        loop_lag_ms=0.1,
        highest_loop_lag_ms=3.0,
        shards={0: 40.0},
        reconnects=0,
        rate_limited=0,
        invalid_requests=0,
        reminder_late_seconds=0.0,
        memory_mb=90.0,
        cpu_percent=1.0,
        guilds=100,
        queues={"interactions": 0.0, "tickets_under_way": 1.0},
    )
