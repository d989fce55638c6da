"""Many who need a connection at once, while the server refuses them and when it is back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app import connection_pool
from app.core.clock import Clock
from app.db import DatabaseUrl, create_engine, session_factory
from app.known_types import KnowingConnection
from app.uow import DatabaseUnavailable, UnitOfWorkFactory
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import connect
from tests.services.test_listener import KILL

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


async def _rush(engine: AsyncEngine, rounds: int = 10) -> set[int]:
    """Many want a connection at once, again and again; return which server processes they had."""
    pid = text("SELECT pg_backend_pid()")

    async def one() -> set[int]:
        had = set[int]()
        for _ in range(rounds):
            async with engine.connect() as connection:
                had.add((await connection.execute(pid)).scalar_one())
            await asyncio.sleep(0)
        return had

    return set[int]().union(*await asyncio.gather(*(one() for _ in range(EVERYBODY))))


async def test_connections_of_a_rush_are_used_again_and_not_made_anew(own_database: DatabaseUrl) -> None:
    engine = create_engine(own_database)
    assert len(await _rush(engine) | await _rush(engine)) == 10
    await engine.dispose()


async def test_half_of_the_connections_stay_and_the_others_until_nobody_needs_them(
    own_database: DatabaseUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_pool, "SPARE_SECONDS", 0.3)
    engine = create_engine(own_database)
    pool: Any = engine.pool
    server = await connect(own_database)

    async def there() -> set[int]:
        found = await server.fetch(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'concierge' AND datname = current_database()"
        )
        return {row["pid"] for row in found}

    async def needed() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(0.02)"))

    had = await _rush(engine)
    # For longer than connections may lie unused: all of them are needed.
    for _ in range(60):
        await asyncio.gather(*(needed() for _ in range(10)))
    assert await there() == had
    async with asyncio.timeout(20):
        while len(await there()) > 5:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.7)
    left = await there()
    assert len(left) == 5
    assert left < had
    assert len(await _rush(engine) | left) == 10
    assert pool.checkedout() == 0
    await engine.dispose()
    await asyncio.sleep(0.7)
    assert await there() == set()
    await server.close()


async def test_a_server_that_does_not_hear_the_farewell_keeps_no_places(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_pool, "SPARE_SECONDS", 0.2)
    engine = create_engine(relay.database)
    pool: Any = engine.pool
    await _rush(engine)
    relay.held.clear()
    # While they end, no more of them end than half.
    await asyncio.sleep(1)
    assert (pool.checkedin(), pool.checkedout()) == (5, 5)
    async with asyncio.timeout(20):
        while pool.checkedout():
            await asyncio.sleep(0.05)
    assert pool.checkedin() == 5
    relay.held.set()
    assert len(await _rush(engine)) == 10
    await engine.dispose()


async def test_who_waits_while_the_pool_ends_opens_a_connection(relay: Relay) -> None:
    engine = create_engine(relay.database, pool_size=1)
    pool: Any = engine.pool
    assert len(await _rush(engine)) == 2
    # Whoever is not told that there is room sleeps for longer than this test has patience.
    pool._timeout = 600.0
    # Of this one the end is known already, and that of the other one is waited for.
    pool._pool._queue._queue[-1].dbapi_connection.driver_connection.terminate()
    relay.held.clear()
    ending = asyncio.create_task(engine.dispose())

    async def asked() -> int:
        async with engine.connect() as connection:
            return (await connection.execute(text("SELECT 1"))).scalar_one()

    async with asyncio.timeout(20):
        while pool.checkedin():
            await asyncio.sleep(0.01)
        asking = [asyncio.create_task(asked()) for _ in range(2)]
        while pool.waiting < 2:
            await asyncio.sleep(0.01)
        relay.held.set()
        await ending
        assert await asyncio.gather(*asking) == [1, 1]
    await engine.dispose()


@pytest.mark.parametrize("busy", [False, True])
async def test_a_connection_whose_farewell_was_heard_but_not_its_end_is_replaced(
    relay: Relay, own_database: DatabaseUrl, clock: Clock, *, busy: bool
) -> None:
    """Also in the middle of a transaction. See https://github.com/sqlalchemy/sqlalchemy/issues/13241."""
    engine = create_engine(relay.database)
    uow = UnitOfWorkFactory(session_factory(engine), clock)
    server = await connect(own_database)

    async def farewell() -> None:
        relay.stays_open = True
        assert await server.fetchval(KILL) == 1
        # Until what the server said has arrived.
        await asyncio.sleep(0.5)
        relay.stays_open = False

    async def looked(between: Callable[[], Awaitable[None]] | None = None) -> None:
        async with uow() as work:
            await work.settings.get_snapshot(1)
            if between:
                await between()
                await work.settings.get_snapshot(1)

    if not busy:
        await looked()
        await farewell()
    with pytest.raises(DatabaseUnavailable):
        await looked(farewell if busy else None)
    for _ in range(3):
        await looked()
    await engine.dispose()
    await server.close()


async def test_what_comes_back_after_the_end_is_closed(own_database: DatabaseUrl) -> None:
    """As of a task that a stop did not wait for."""
    engine = create_engine(own_database)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await engine.dispose()
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    assert driver.is_closed()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await engine.dispose()


async def test_a_connection_that_ends_while_it_is_made_is_the_databases(
    own_database: DatabaseUrl, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the driver says of it then comes as it is, past SQLAlchemy."""
    learn, server = KnowingConnection.set_type_codec, await connect(own_database)

    async def learn_too_late(self: KnowingConnection, *arguments: Any, **named: Any) -> None:
        assert await server.fetchval(KILL) == 1
        while not self.is_closed():
            await asyncio.sleep(0.01)
        await learn(self, *arguments, **named)

    engine = create_engine(own_database)
    uow = UnitOfWorkFactory(session_factory(engine), clock)

    async def looked() -> None:
        async with asyncio.timeout(60), uow() as work:
            await work.settings.get_snapshot(1)

    with monkeypatch.context() as patched:
        patched.setattr(KnowingConnection, "set_type_codec", learn_too_late)
        with pytest.raises(DatabaseUnavailable, match="nothing was changed"):
            await looked()
    await looked()
    await engine.dispose()
    await server.close()
