"""What `/faq stats`, `/faq gaps` and forgetting take with 100,000 searches in one guild, beside plain SQL.

Read, grouped and summed up, without the drawing. The yardstick of the figures asks for the same counts in plain SQL.
"""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.faq.policy import FaqPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.db import create_engine, normalize, session_factory
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.processes import database
from benchmarks.ticket_table import timed

SEARCHES, OTHERS = 100_000, 50_000
ROUNDS = 40
MOST_MS = 100
MOST_GAPS_MS = 500
STAFF = Actor(1, 1, is_staff=True)
PERIODS = (("30 days", 30), ("90 days", 90), ("a year", 365))
SEED = """
INSERT INTO faq_search_logs (guild_id, user_id, query, query_key, results_count, searched_at, source, opened_id,
    opened_at, is_helpful, ticket_at, language, after_id)
SELECT CASE WHEN n <= :searches THEN 1 ELSE 2 + n % 50 END, 1000 + luck % 9000, wording, lower(wording), luck % 7,
    now() - interval '1 year' * (n % :searches) / :searches ::float8,
    CASE WHEN luck % 10 < 7 THEN 'search' WHEN luck % 10 < 9 THEN 'ticket' ELSE 'automatic' END,
    CASE WHEN luck % 7 > 1 AND luck % 11 < 7 THEN 1 + luck % 500 END,
    CASE WHEN luck % 7 > 1 AND luck % 11 < 7 THEN now() END,
    CASE WHEN luck % 13 < 3 THEN true WHEN luck % 13 < 4 THEN false END,
    CASE WHEN luck % 17 = 0 THEN now() END, 'en-US', CASE WHEN luck % 19 = 0 THEN n - 1 END
FROM (
    SELECT n, luck, CASE
        WHEN luck % 3 < 2 THEN 'How do I ' || words[1 + luck % 40] || ' ' || words[1 + luck / 40 % 40] || '?'
        ELSE words[1 + luck % 40] || ' ' || words[1 + luck / 7 % 40] || ' ' || luck % 30000 END AS wording
    FROM (SELECT n, hashint4(n) & 2147483647 AS luck FROM generate_series(1, :all) AS n) AS numbers,
        (SELECT array_agg(substr(md5(w::text), 1, 4 + w % 5)) AS words FROM generate_series(1, 40) AS w) AS vocabulary
) AS searches
"""
YARDSTICK = (
    """
    SELECT date_trunc('week', searched_at), count(*), count(*) FILTER (WHERE results_count = 0), count(opened_id),
        count(*) FILTER (WHERE is_helpful), count(ticket_at)
    FROM faq_search_logs WHERE guild_id = 1 AND searched_at >= now() - :days * interval '1 day' GROUP BY 1
    """,
    """
    SELECT count(DISTINCT user_id) FROM faq_search_logs
    WHERE guild_id = 1 AND searched_at >= now() - :days * interval '1 day'
    """,
    """
    SELECT query_key, count(*) FROM faq_search_logs
    WHERE guild_id = 1 AND searched_at >= now() - :days * interval '1 day' GROUP BY 1 ORDER BY 2 DESC LIMIT 10
    """,
    """
    SELECT query_key, count(*) FROM faq_search_logs
    WHERE guild_id = 1 AND searched_at >= now() - :days * interval '1 day' AND results_count = 0
    GROUP BY 1 ORDER BY 2 DESC LIMIT 10
    """,
    """
    SELECT opened_id, count(*) FROM faq_search_logs
    WHERE guild_id = 1 AND searched_at >= now() - :days * interval '1 day' AND opened_id IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC LIMIT 10
    """,
)


async def measure() -> list[Figure]:
    """In turns, so that whatever else the machine does falls on both alike."""
    with database() as address:
        engine = create_engine(normalize(address))
        try:
            async with engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("SET statement_timeout = 0"))
                await connection.execute(text(SEED), {"searches": SEARCHES, "all": SEARCHES + OTHERS})
                await connection.execute(text("VACUUM ANALYZE faq_search_logs"))
            return [*await _figures(engine), *await _gaps(engine), *await _forgetting(engine)]
        finally:
            await engine.dispose()


async def _figures(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)
    policy = FaqPolicy.of(SettingsSnapshot(1, {"faq.keep_searches": 730 * 86400}))

    async def ours(days: int) -> int:
        async with uow() as work:
            return (await work.faq.figures.of(STAFF, policy, days=days)).total.searches

    async def plain(days: int) -> None:
        async with engine.connect() as connection:
            for statement in YARDSTICK:
                (await connection.execute(text(statement), {"days": days})).all()

    figures = list[Figure]()
    for name, days in PERIODS:
        mine, theirs = list[float](), list[float]()
        for _ in range(ROUNDS):
            mine.append(await timed(lambda days=days: ours(days)))
            theirs.append(await timed(lambda days=days: plain(days)))
        many, taken = await ours(days), quantile(mine, 0.95)
        figures += [
            Figure(f"figures of {name}, {many:,} searches: p95", taken, "ms", most=MOST_MS),
            Figure("the same; against plain SQL", taken, "ms", quantile(theirs, 0.95)),
        ]
    return figures


async def _gaps(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def page(days: int) -> int:
        async with uow() as work:
            return (await work.faq.gaps.page(STAFF, 0, days=days)).total

    async def pairs() -> None:
        async with uow() as work:
            await work.faq.synonyms.page(STAFF, 0)

    figures = list[Figure]()
    for name, days in PERIODS:
        taken = [await timed(lambda days=days: page(days)) for _ in range(ROUNDS // 2)]
        many = await page(days)
        figures.append(Figure(f"gaps of {name}, {many:,} groups: p95", quantile(taken, 0.95), "ms", most=MOST_GAPS_MS))
    taken = [await timed(pairs) for _ in range(ROUNDS)]
    figures.append(Figure("suggested words: p95", quantile(taken, 0.95), "ms", most=MOST_MS))
    return figures


async def _forgetting(engine: AsyncEngine) -> list[Figure]:
    uow = UnitOfWorkFactory(session_factory(engine), utc_now)

    async def batch() -> None:
        async with uow() as work:
            await work.faq.retention.forget()

    taken = list[float]()
    for _ in range(ROUNDS):
        taken.append(await timed(batch))
        await asyncio.sleep(0)
    return [Figure("forgetting 500 of many that are due: p95", quantile(taken, 0.95), "ms", most=MOST_MS)]
