"""Many who need a connection at once, while the server refuses them and when it is back."""

import asyncio
import time
from typing import Any

from sqlalchemy import text

from app.core.clock import Clock
from app.db import DatabaseUrl, create_engine, session_factory
from app.uow import DatabaseUnavailable, UnitOfWorkFactory
from tests.fixtures.outage import Relay

EVERYBODY = 30
"""Three times as many as there are places in the pool."""


async def test_everybody_who_waits_hears_at_once_that_the_database_refuses(relay: Relay, clock: Clock) -> None:
    engine = create_engine(relay.database)
    uow = UnitOfWorkFactory(session_factory(engine), clock)
    pool: Any = engine.pool

    async def seconds_of(number: int) -> tuple[str, float]:
        began = time.monotonic()
        try:
            async with uow() as work:
                await work.settings.get_snapshot(number + 1)
        except DatabaseUnavailable:
            return "away", time.monotonic() - began
        return "there", time.monotonic() - began

    async def everybody() -> list[tuple[str, float]]:
        return await asyncio.gather(*(seconds_of(number) for number in range(EVERYBODY)))

    # Refused by the machine, and by a server that is starting; with connections from before, and with none.
    for kind in ("machine", "server", "machine"):
        if kind == "machine":
            await relay.cut()
        else:
            relay.refusal = "57P03", "the database system is starting up"
            await engine.dispose()
            pool = engine.pool
        heard = await everybody()
        assert {word for word, _ in heard} == {"away"}, kind
        assert max(seconds for _, seconds in heard) < 1, kind
        assert pool.checkedout() == 0
        relay.refusal = None
        if kind == "machine":
            await relay.open()
        heard = await everybody()
        assert {word for word, _ in heard} == {"there"}, kind
        assert pool.checkedout() == 0
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT 1")) == 1
    await engine.dispose()


async def test_the_connection_that_was_used_last_is_used_next(own_database: DatabaseUrl) -> None:
    engine = create_engine(own_database)
    pid = text("SELECT pg_backend_pid(), current_setting('tcp_keepalives_idle')")

    async def asked() -> tuple[int, str]:
        async with engine.connect() as connection:
            found = (await connection.execute(pid)).one()
            await asyncio.sleep(0.1)
            return found[0], found[1]

    assert len(set(await asyncio.gather(*(asked() for _ in range(3))))) == 3
    assert len({await asked() for _ in range(4)}) == 1
    await engine.dispose()
