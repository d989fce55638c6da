"""After an upgrade: how long the bot takes to give old reminders their schedules, and what is late because of it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import create_engine, normalize
from benchmarks.figures import Figure
from benchmarks.processes import ROOT, database
from benchmarks.sent_reminders import Arrivals, bots, fill, tidied, town
from standin import Channel, StandIn

MANY = 111_000
PER_SECOND, SECONDS = 10, 60
HEAD_START = 1.0
"""Seconds that the bot gets after it is ready: what is due earlier is late because of its start."""

# Half of them come weekly, half at an event, some of those with an earlier warning. As many at each minute of the day,
# so that it does not matter when this is measured, and those of one minute in many channels.
OLD = text("""
    INSERT INTO reminders (guild_id, name, message, channel_id, time, call_time, days, event_time, timezone, wake_at,
        created_at)
    SELECT CAST(:guild AS bigint), 'old ' || n, 'old ' || n, (CAST(:channels AS bigint[]))[1 + n / 7 % :many],
        CASE WHEN n % 2 = 0 OR n % 3 = 0 THEN make_time(n / 2 % 24, n / 48 % 60, 0) END,
        CASE WHEN n % 5 = 0 THEN make_time((n / 2 + 1) % 24, n / 48 % 60, 0) END,
        CASE WHEN n % 2 = 0 THEN ARRAY[CAST(n % 7 AS text), CAST(n / 7 % 7 AS text)] END,
        CASE WHEN n % 2 = 1 THEN now() + n % 400 * interval '11 hours' + n % 3600 * interval '1 second' END,
        'Europe/Brussels', now(), '2015-01-01'
    FROM generate_series(1, :count) n
""")
# Events without a time of day are sent when they begin.
SOON = text("""
    INSERT INTO reminders (guild_id, name, message, channel_id, event_time, timezone, wake_at, created_at)
    SELECT CAST(:guild AS bigint), 'soon ' || n, 'soon', (CAST(:channels AS bigint[]))[1 + n % :many],
        now() + n * interval '500 milliseconds', 'Europe/Brussels', now(), '2015-01-01'
    FROM generate_series(1, :count) n
""")
LEFT = text("""
    SELECT EXISTS (SELECT 1 FROM reminders
        WHERE next_at IS NULL AND rrule IS NULL AND starts_at IS NULL AND state = 'waiting')
""")


async def _leave(engine: AsyncEngine, channels: list[Channel]) -> None:
    """Store what an upgrade leaves."""
    guild = channels[0].guild
    assert guild is not None
    values = {"guild": guild.id, "channels": [channel.id for channel in channels], "many": len(channels)}
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(OLD, values | {"count": MANY - 2 * SECONDS})
    await tidied(engine)
    async with engine.begin() as connection:
        await connection.execute(SOON, values | {"count": 2 * SECONDS})


async def upgraded(root: Path = ROOT) -> tuple[float, list[float]]:
    """Seconds until all have a schedule, and by how many each was late that was due meanwhile."""
    world, channels = town()
    with database(root) as address:
        engine = create_engine(normalize(address))
        await _leave(engine, channels)
        async with StandIn(world) as stand_in:
            arrivals = Arrivals(stand_in)
            async with bots(stand_in, address, 1, rest=0, root=root):
                ready = time.time()
                begin = datetime.now(UTC) + timedelta(seconds=HEAD_START)
                await fill(engine, channels, PER_SECOND * SECONDS, begin, timedelta(seconds=1 / PER_SECOND))
                async with engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    while await connection.scalar(LEFT):  # noqa: ASYNC110 -- another process does it
                        await asyncio.sleep(0.1)
                planned = time.time()
                await asyncio.sleep(2)
        await engine.dispose()
    return planned - ready, [at - due for due, at in arrivals.times() if ready + HEAD_START <= due <= planned]


async def figures() -> list[Figure]:
    planned, late = await upgraded()
    return [
        Figure(f"after an upgrade, {MANY:,} old ones: planning them all", planned, "s", most=10),
        Figure(f"the same: the latest of {len(late)} that are due meanwhile", max(late), "s", most=1),
    ]
