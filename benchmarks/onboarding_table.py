"""The table that the suites about onboarding measure on: 100,000 members of one guild, and those of fifty others."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import create_engine, normalize
from benchmarks.processes import database

MEMBERS, OTHERS, QUESTIONS = 100_000, 50_000, 8

SEED_QUESTIONS = """
INSERT INTO guild_onboarding_questions (guild_id, step_order, question, question_type, options)
SELECT :guild, n, 'Question number ' || n, 'select',
    '[{"value": "a", "label": "Anna"}, {"value": "b", "label": "Berta"}, {"value": "c", "label": "Carla"}]'
FROM generate_series(1, :questions) AS n
"""

SEED = """
WITH questions AS (SELECT array_agg(id ORDER BY step_order) AS ids FROM guild_onboarding_questions
    WHERE guild_id = CAST(:guild AS bigint))
INSERT INTO onboarding (
    guild_id, user_id, state, step, joined_at, asked_at, started_at, completed_at, left_at, responses, timestamp)
SELECT
    CASE WHEN n <= :members THEN CAST(:guild AS bigint) ELSE 2 + n % 50 END, 100000 + n,
    CASE WHEN luck % 20 = 0 THEN 'waiting' WHEN luck % 20 < 3 THEN 'left' WHEN luck % 20 < 5 THEN 'asked'
        WHEN luck % 20 < 8 THEN 'started' ELSE 'completed' END,
    CASE WHEN luck % 20 BETWEEN 5 AND 7 OR luck % 20 = 2 THEN ids[1 + luck / 20 % :questions]::text END,
    joined, CASE WHEN luck % 20 > 0 THEN joined + interval '1 second' END,
    CASE WHEN luck % 20 = 2 OR luck % 20 > 4 THEN joined + random() ^ 4 * interval '2 days' END,
    CASE WHEN luck % 20 > 7 THEN joined + interval '2 days' + random() ^ 3 * interval '3 days' END,
    CASE WHEN luck % 20 BETWEEN 1 AND 2 THEN joined + interval '3 days' END,
    CASE WHEN luck % 20 > 7 THEN jsonb_build_object('version', 2, 'answers', (
        SELECT jsonb_object_agg(id::text, jsonb_build_object(
            'question', 'Question', 'kind', 'select', 'values', jsonb_build_array('a'),
            'labels', jsonb_build_array('Anna'), 'at', null)) FROM unnest(ids) AS id)) END,
    joined
FROM questions, (
    SELECT n, hashint4(n) & 2147483647 AS luck,
        now() - interval '1 year' * (n % :members) / :members ::float8 AS joined
    FROM generate_series(1, :all) AS n
) AS members
"""


@asynccontextmanager
async def members(*, guild: int = 1) -> AsyncGenerator[tuple[AsyncEngine, str]]:
    """Make a database with these members, as PostgreSQL keeps it after a while; its address is for other processes."""
    with database() as address:
        engine = create_engine(normalize(address))
        try:
            async with engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("SET statement_timeout = 0"))
                await connection.execute(text(SEED_QUESTIONS), {"guild": guild, "questions": QUESTIONS})
                counts = {"guild": guild, "questions": QUESTIONS, "members": MEMBERS, "all": MEMBERS + OTHERS}
                await connection.execute(text(SEED), counts)
                await connection.execute(text("VACUUM ANALYZE onboarding"))
            yield engine, address
        finally:
            await engine.dispose()
