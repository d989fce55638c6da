"""What the database says of itself, for those who run the bot."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import DatabaseUrl, create_engine, pooling_of
from app.models import Base, HealthCheck
from app.pooler import Pooling
from app.services.health.database import HealthDatabaseService
from tests.fixtures.clock import ManualClock
from tests.fixtures.postgres import execute


async def test_every_table_is_there_with_its_size_and_what_was_added(
    own_database: DatabaseUrl, clock: ManualClock
) -> None:
    engine = create_engine(own_database, pool_size=1)
    async with AsyncSession(engine) as session:
        session.add_all(
            HealthCheck(service="all shards", version="1", uptime_seconds=0, db_status="ok", checked_at=clock())
            for _ in range(5)
        )
        await session.commit()
        # The server writes down what it counted once a second, and at the end of a session.
        await session.execute(text("SELECT pg_stat_force_next_flush()"))
        await session.commit()
        facts = await HealthDatabaseService(session).facts()
    await engine.dispose()
    assert {one.name for one in facts.tables} == set(Base.metadata.tables)
    assert [one.size for one in facts.tables] == sorted((one.size for one in facts.tables), reverse=True)
    (history,) = [one for one in facts.tables if one.name == "health_check_history"]
    assert (history.rows, history.added) == (5, 5)
    assert history.size >= 8192
    assert facts.size > sum(one.size for one in facts.tables)
    assert (facts.encoding, facts.is_pooled) == ("UTF8", False)
    assert any(one.startswith("plpgsql ") for one in facts.extensions)
    assert facts.version[:2].isdigit()


async def test_tables_of_the_same_name_in_another_schema_are_not_taken_for_ours(own_database: DatabaseUrl) -> None:
    await execute(own_database, "CREATE SCHEMA other; CREATE TABLE other.reminders (id int)")
    engine = create_engine(own_database, pool_size=1)
    async with AsyncSession(engine) as session:
        names = [one.name for one in (await HealthDatabaseService(session).facts()).tables]
    await engine.dispose()
    assert names.count("reminders") == 1
    assert len(names) == len(set(names))


async def test_a_pooler_in_between_is_noticed(pooled: DatabaseUrl) -> None:
    pooling = await pooling_of(pooled)
    assert pooling is not Pooling.NONE
    engine = create_engine(pooled, pool_size=1, pooling=pooling)
    async with AsyncSession(engine) as session:
        assert (await HealthDatabaseService(session).facts()).is_pooled
    await engine.dispose()
