"""A real PgBouncer in transaction mode: no error, no limit lost, however many ask at once."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.clock import Clock
from app.db import DatabaseUrl, create_engine, is_lent, session_factory
from app.uow import UnitOfWorkFactory
from standin import StandIn
from tests.fixtures.bots import Start
from tests.fixtures.postgres import execute, url_text

COMMANDS = 96


async def test_the_bot_works_through_a_pooler_in_transaction_mode(
    pooled: DatabaseUrl, own_database: DatabaseUrl, clock: Clock
) -> None:
    assert await is_lent(pooled)
    assert not await is_lent(own_database)
    engine = create_engine(pooled, pool_size=COMMANDS // 2, lent=True)
    uow = UnitOfWorkFactory(session_factory(engine), clock)

    async def command(number: int) -> None:
        async with uow() as work:
            await work.settings.get_snapshot(number % 7 + 1)
        async with engine.connect() as connection:
            limits = [
                await connection.scalar(text(f"SHOW {name}")) for name in ("statement_timeout", "lock_timeout", "jit")
            ]
            assert limits == ["10s", "3s", "off"]

    await asyncio.gather(*(command(number) for number in range(COMMANDS)))
    await execute(own_database, "ALTER TABLE bot_settings ADD COLUMN new_one integer")
    await asyncio.gather(*(command(number) for number in range(COMMANDS)))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('statement_timeout', '50ms', true)"))
        with pytest.raises(DBAPIError, match="statement timeout"):
            await connection.execute(text("SELECT pg_sleep(5)"))
    await engine.dispose()


async def test_start_and_doctor_name_the_pooler_and_the_direct_connection_it_needs(
    pooled: DatabaseUrl, own_database: DatabaseUrl, start: Start, stand_in: StandIn
) -> None:
    through = pooled.url.set(drivername="postgresql").render_as_string()
    alone = await start(DATABASE_URL=through)
    assert await alone.ended() == 2
    assert alone.lines[-1].startswith("MIGRATION_DATABASE_URL: has to be a direct connection")
    ill = await start("doctor", DATABASE_URL=through)
    assert await ill.ended() == 1
    assert "Set MIGRATION_DATABASE_URL" in ill.printed
    well = await start(DATABASE_URL=through, MIGRATION_DATABASE_URL=url_text(own_database))
    await stand_in.ready()
    assert "through a pooler in transaction mode" in well.printed
