"""Hearing what other processes announce, whatever becomes of the connection."""

import asyncio
from contextlib import suppress

import pytest

from app.db import DatabaseUrl
from app.listener import Listener
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import connect

CHANNEL = "said"
KILL = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_a_farewell_without_an_end_is_noticed_and_announcements_arrive_again(
    relay: Relay, own_database: DatabaseUrl, caplog: pytest.LogCaptureFixture
) -> None:
    """The server ends the connection while nothing is asked on it, and its end gets lost on the way."""
    heard, gaps = asyncio.Queue[str](), asyncio.Queue[bool]()
    listener = Listener(
        relay.database,
        {CHANNEL: heard.put_nowait},
        lambda: gaps.put_nowait(listener.is_connected),
        application_name="listening",
        check_seconds=0.2,
    )
    running = asyncio.create_task(listener.run())
    server = await connect(own_database)
    try:
        async with asyncio.timeout(60):
            assert await gaps.get()
            await server.execute(f"NOTIFY {CHANNEL}, 'first'")
            assert await heard.get() == "first"
            relay.stays_open = True
            assert await server.fetchval(KILL) == 1
            assert [await gaps.get(), await gaps.get()] == [False, True]
            await server.execute(f"NOTIFY {CHANNEL}, 'second'")
            assert await heard.get() == "second"
        assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await server.close()


async def test_a_mistake_of_ours_does_not_end_the_listening(
    relay: Relay, own_database: DatabaseUrl, caplog: pytest.LogCaptureFixture
) -> None:
    heard, connected = asyncio.Queue[str](), 0

    def on_gap() -> None:
        nonlocal connected
        if not listener.is_connected:
            return
        connected += 1
        if connected == 1:
            raise LookupError("a mistake")

    listener = Listener(relay.database, {CHANNEL: heard.put_nowait}, on_gap, application_name="listening")
    running = asyncio.create_task(listener.run())
    server = await connect(own_database)
    try:
        async with asyncio.timeout(60):
            while connected < 2:
                await asyncio.sleep(0.01)
            await server.execute(f"NOTIFY {CHANNEL}, 'heard'")
            assert await heard.get() == "heard"
        (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
        assert told.getMessage() == "listening was interrupted"
        assert told.exc_info
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await server.close()
