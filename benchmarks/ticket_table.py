"""The table that the suites about tickets measure on: 200,000 past tickets in one guild, and those of fifty others."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import create_engine, normalize
from benchmarks.processes import database

TICKETS, OTHERS, OPEN = 200_000, 60_000, 400
YEARS = 3

SEED = """
INSERT INTO support_tickets (
    guild_id, user_id, number, type, type_name, description, created_at, updated_at, status, closed_at, team_role_ids,
    claimed_by, first_answered_by, first_seconds, first_due_at, waits, resolved_seconds, missed, rating, turn,
    turn_since)
SELECT
    CASE WHEN n <= :tickets THEN CAST(:guild AS bigint) ELSE 2 + n % 50 END, n, n, 't' || luck % 6, 'Type ' || luck % 6,
    'My order has not arrived yet. When will it come? ' || repeat('x', n % 300), made, made,
    CASE WHEN is_open THEN 'open' ELSE 'closed' END,
    CASE WHEN NOT is_open THEN made + random() ^ 2 * interval '6 days' END,
    CASE WHEN luck % 6 > 0 THEN ARRAY[700 + luck % 6]::bigint[] ELSE '{}' END, 500 + luck / 6 % 20, 500 + luck / 6 % 20,
    CASE WHEN NOT is_open OR n % 2 = 0 THEN (random() ^ 3 * 36000)::int END, made + interval '1 hour',
    (ARRAY[(random() ^ 3 * 20000)::int, (random() ^ 3 * 20000)::int, (random() ^ 3 * 20000)::int])[1 : luck / 120 % 4],
    CASE WHEN NOT is_open THEN (random() ^ 2 * 360000)::int END,
    CASE WHEN luck / 480 % 10 = 0 THEN ARRAY['first'] ELSE '{}' END,
    CASE WHEN luck / 4800 % 4 = 0 THEN 1 + luck / 19200 % 5 END, 'staff', made
FROM (
    -- Samples are taken by number, so nothing else may depend on the number.
    SELECT n, hashint4(n) & 2147483647 AS luck,
        now() - :years * interval '1 year' * (1 - (n % :tickets) / :tickets ::float8) AS made,
        n <= :tickets AND n > :tickets - :open * 10 AND n % 10 = 0 AS is_open
    FROM generate_series(1, :all) AS n
) AS tickets
"""


@asynccontextmanager
async def tickets(*more: str) -> AsyncGenerator[AsyncEngine]:
    """Make a database with these tickets, changed by some statements, as PostgreSQL keeps it after a while."""
    async with with_address(*more) as (engine, _):
        yield engine


@asynccontextmanager
async def with_address(*more: str, guild: int = 1) -> AsyncGenerator[tuple[AsyncEngine, str]]:
    """Do the same for another guild, and say for other processes where it is."""
    with database() as address:
        engine = create_engine(normalize(address))
        try:
            counts = {"tickets": TICKETS, "open": OPEN, "all": TICKETS + OTHERS, "years": YEARS, "guild": guild}
            async with engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("SET statement_timeout = 0"))
                await connection.execute(text(SEED), counts)
                for statement in more:
                    await connection.execute(text(statement))
                await connection.execute(text("VACUUM ANALYZE support_tickets"))
            yield engine, address
        finally:
            await engine.dispose()


async def timed(ask: Callable[[], Awaitable[object]]) -> float:
    """Return how many milliseconds something takes."""
    begun = time.perf_counter()
    await ask()
    return (time.perf_counter() - begun) * 1000
