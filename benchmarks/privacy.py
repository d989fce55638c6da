"""What exporting and erasing a member with 10,000 rows takes in a server of 1,000,000, while others write.

The rows are of all kinds: interactions, searches, members, tickets with what was said in them, reminders, settings.
"""

import asyncio
import time
import tracemalloc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.clock import utc_now
from app.core.privacy.tombstones import Tombstone
from app.db import create_engine, normalize, session_factory
from app.ui.privacy.exporting import export_of
from app.uow import UnitOfWorkFactory
from benchmarks.figures import Figure, quantile
from benchmarks.processes import database
from benchmarks.ticket_table import timed

GUILD, MEMBER, STAFF = 1 << 22, 700_000_000_000_000_001, 700_000_000_000_000_002
ROUNDS = 5
SEED = (
    """
    INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, outcome, created_at, duration_ms, channel_id)
    SELECT :guild, CASE WHEN n <= 8500 THEN CAST(:member AS bigint) ELSE 1000000 + n % 40000 END, 'faq search',
        'command', 'ok', now() - n * interval '20 seconds', 40, 5 FROM generate_series(1, 700000) AS n
    """,
    """
    INSERT INTO audit_logs (guild_id, user_id, command_name, command_type, grain, created_at, until, count, people_ids,
        step_counts)
    SELECT :guild, 0, '', 'seen', 'day', now() - interval '1 day', now(), 40001,
        array_agg(CASE WHEN n = 7 THEN CAST(:member AS bigint) ELSE 1000000 + n END), array_agg(739000)
    FROM generate_series(1, 40001) AS n
    """,
    """
    INSERT INTO faq_search_logs (guild_id, user_id, query, query_key, results_count, searched_at)
    SELECT :guild, CASE WHEN n <= 1300 THEN CAST(:member AS bigint) ELSE 1000000 + n % 40000 END,
        'how do i reset my password ' || n, 'reset my password ' || n, 3, now() - n * interval '1 minute'
    FROM generate_series(1, 150000) AS n
    """,
    """
    INSERT INTO onboarding (guild_id, user_id, responses, joined_at, completed_at, rules_version, rules_accepted_at)
    SELECT :guild, CASE WHEN n = 1 THEN CAST(:member AS bigint) ELSE 1000000 + n END,
        jsonb_build_object('version', 2, 'answers', jsonb_build_object('1', 'from somewhere ' || n)),
        now() - n * interval '5 minutes', now(), 1, now() FROM generate_series(1, 90000) AS n
    """,
    """
    INSERT INTO support_tickets (guild_id, user_id, number, type, type_name, description, status, closed_at, claimed_by,
        events, record, search_text)
    SELECT :guild, opener, n, 't', 'Help', 'My order has not arrived yet.', 'closed', now(), helper,
        jsonb_build_array(jsonb_build_object('at', now(), 'kind', 'opened', 'by', opener),
            jsonb_build_object('at', now(), 'kind', 'claimed', 'by', helper)),
        jsonb_build_object('version', 1, 'facts', jsonb_build_object('number', n, 'opener_id', opener),
            'people', jsonb_build_object(opener::text, jsonb_build_object('id', opener, 'name', 'somebody'),
                helper::text, jsonb_build_object('id', helper, 'name', 'helper', 'is_staff', true)),
            'messages', (SELECT jsonb_object_agg(m, jsonb_build_object('id', m, 'at', now(), 'author_id',
                CASE WHEN m % 2 = 0 THEN opener ELSE helper END, 'body', jsonb_build_object('content',
                    'message ' || md5(n::text || m) || ' ' || md5(m::text || n) || ' and so on')))
                FROM generate_series(1, 20) AS m)),
        'message ' || n
    FROM (SELECT n, CASE WHEN n <= 60 THEN CAST(:member AS bigint) ELSE 1000000 + n % 40000 END AS opener,
        CASE WHEN n BETWEEN 61 AND 100 THEN CAST(:member AS bigint) ELSE CAST(:staff AS bigint) + n % 20 END AS helper
        FROM generate_series(1, 50000) AS n) AS made
    """,
    """
    INSERT INTO reminders (guild_id, name, channel_id, message, created_by, phrase, state)
    SELECT :guild, 'tea ' || n, 5, 'drink tea', CASE WHEN n <= 99 THEN CAST(:member AS bigint) ELSE 1000000 + n END,
        'tomorrow', 'done' FROM generate_series(1, 5000) AS n
    """,
    """
    INSERT INTO settings_history (guild_id, scope, key, new_value, value_type, changed_by, change_type)
    SELECT :guild, 'general', 'page_size', to_jsonb(n % 9), 'number', CAST(:staff AS bigint), 'updated'
    FROM generate_series(1, 5000) AS n
    """,
)
COPY = "INSERT INTO audit_logs (guild_id, user_id, command_name, command_type) VALUES (:guild, 5, 'help', 'command')"
OTHERS = "UPDATE support_tickets SET updated_at = now() WHERE guild_id = :guild AND number = :number"
# The last is that of autovacuum, which nobody who writes waits for.
STRONG = """
SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND granted AND relation > 16384
    AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock')
"""


@asynccontextmanager
async def _filled() -> AsyncGenerator[AsyncEngine]:
    with database() as address:
        engine = create_engine(normalize(address))
        try:
            async with engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("SET statement_timeout = 0"))
                for statement in SEED:
                    given = {"guild": GUILD, "member": MEMBER, "staff": STAFF}
                    await connection.execute(text(statement), {k: v for k, v in given.items() if f":{k}" in statement})
                await connection.execute(text("VACUUM ANALYZE"))
            yield engine
        finally:
            await engine.dispose()


async def measure() -> list[Figure]:
    async with _filled() as engine:
        uow = UnitOfWorkFactory(session_factory(engine), utc_now)

        async def export() -> int:
            async with uow.reading() as work:
                found = await work.personal_data.export(MEMBER, [GUILD])
            return (await asyncio.to_thread(export_of, found, utc_now(), lambda _: "Town")).rows

        rows = await export()
        taken, spent = list[float](), time.process_time()
        for _ in range(ROUNDS):
            taken.append(await timed(export))
        spent = (time.process_time() - spent) / ROUNDS
        tracemalloc.start()
        await export()
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        waits, quiet, strong, seconds = await _erased(engine, uow)
        async with uow.reading() as work:
            found = await work.personal_data.export(MEMBER, [GUILD])
        left = sum(len(rows) for server in found.values() for rows in server.values())
        return [
            Figure(f"export of {rows:,} rows, median", quantile(taken, 0.5) / 1000, "s", most=1),
            Figure("the same, processor time of the bot", spent, "s", most=1),
            Figure("the same, the most memory that it holds", memory, "MB", most=50),
            Figure("deletion of as many", seconds, "s", most=2),
            Figure("rows that are left of them", left, "", most=0),
            Figure("writing of others meanwhile, p99", quantile(waits, 0.99), "ms"),
            Figure("the same while nobody deletes", quantile(quiet, 0.99), "ms"),
            Figure("locks on tables that others would wait for", strong, "", most=0),
        ]


async def _erased(engine: AsyncEngine, uow: UnitOfWorkFactory) -> tuple[list[float], list[float], int, float]:
    """Erase, while others write and somebody looks which locks there are; return what each took."""
    quiet, busy, strong = list[float](), list[float](), 0
    over = asyncio.Event()

    async def write(into: list[float]) -> None:
        number = 30_000
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for _ in range(100_000):
                if over.is_set():
                    return
                number += 1
                begun = time.perf_counter()
                await connection.execute(text(COPY), {"guild": GUILD})
                await connection.execute(text(OTHERS), {"guild": GUILD, "number": number})
                into.append((time.perf_counter() - begun) * 1000)

    async def look() -> int:
        most = 0
        async with engine.connect() as connection:
            while not over.is_set():
                most = max(most, (await connection.execute(text(STRONG))).scalar_one())
                await asyncio.sleep(0.01)
        return most

    writing = asyncio.create_task(write(quiet))
    await asyncio.sleep(1.5)
    over.set()
    await writing
    over.clear()
    writing, looking = asyncio.create_task(write(busy)), asyncio.create_task(look())
    begun = time.perf_counter()
    async with uow() as work:
        await work.personal_data.erase(Tombstone.new(MEMBER, GUILD, utc_now(), is_complete=True))
    seconds = time.perf_counter() - begun
    over.set()
    await writing
    strong = await looking
    return busy, quiet, strong, seconds
