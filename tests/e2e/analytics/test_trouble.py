"""What becomes of the account of interactions when the database is away, and when the bot stops."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import aiohttp
import pytest

from app.bot import Bot
from app.core.analytics.recording import InteractionRecord
from app.core.interactions import InteractionKind, Outcome
from app.db import DatabaseUrl
from app.interaction_log import MAX_WAITING
from standin import Person, StandIn
from tests.fixtures.analytics import written
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import connect, execute, fetch
from tests.fixtures.town import Town

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
SLOWLY = """
    CREATE FUNCTION wait_a_moment() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END';
    CREATE TRIGGER slowly AFTER INSERT ON audit_logs FOR EACH STATEMENT EXECUTE FUNCTION wait_a_moment();
"""
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


def a_record(bot: Bot, town: Town) -> InteractionRecord:
    """Return what could have happened at this moment."""
    return InteractionRecord(
        at=bot.clock(),
        guild_id=town.guild.id,
        channel_id=town.general.id,
        user_id=town.alice.id,
        name="help",
        kind=InteractionKind.SLASH,
        outcome=Outcome.OK,
        duration_ms=5,
        first_response_ms=5,
        error=None,
        fingerprint=None,
        reference=None,
        locale="en-GB",
        shard=0,
        release="1",
    )


async def test_while_the_database_is_away_nothing_is_held_up_and_what_is_too_much_is_counted(
    fragile: Bot,
    managing: Person,
    relay: Relay,
    own_database: DatabaseUrl,
    town: Town,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await written(fragile, own_database)
    await relay.cut()
    assert (await managing.slash("settings history")).text.startswith("The database is not available")
    async with asyncio.timeout(60):
        while not any(one.name == "app.core.batch_writer" for one in caplog.records):
            # The first batch is tried again and again, and everything else waits.
            await asyncio.sleep(0.05)
    clock.move(seconds=1)
    record = a_record(fragile, town)
    for number in range(MAX_WAITING + 7):
        fragile.interactions.offer(record)
        if number % 100 == 0:
            await asyncio.sleep(0)
    fragile.interactions.offer(replace(record, guild_id=town.elsewhere.id, kind=InteractionKind.AUTOCOMPLETE, count=10))
    assert (await managing.slash("settings history")).text.startswith("The database is not available")
    async with aiohttp.ClientSession(fragile.health_address) as client, client.get("/metrics") as response:
        metrics = await response.text()
    assert "concierge_interactions_lost_total 18.0" in metrics
    assert f"concierge_interactions_waiting {MAX_WAITING}.0" in metrics
    assert 'kind="slash",outcome="unavailable"} 2.0' in metrics
    assert len([one for one in caplog.records if one.name == "app.core.batch_writer"]) < 10, "not a line for each"

    await relay.open()
    await fragile.interactions.drain()
    query = "SELECT command_type, guild_id, outcome, sum(count), min(created_at) FROM audit_logs GROUP BY 1, 2, 3"
    rows = {tuple(row)[:4]: row[4] for row in await fetch(own_database, query) if row[0] != "schema"}
    assert set(rows) == {
        ("slash", town.guild.id, "unavailable", 1),
        ("slash", town.guild.id, "ok", MAX_WAITING),
        ("lost", town.guild.id, None, 8),
        ("lost", town.elsewhere.id, None, 10),
    }
    assert rows["lost", town.guild.id, None, 8] == clock.now, "when that began"


async def test_what_was_written_without_anybody_hearing_of_it_is_not_written_again(
    fragile: Bot, managing: Person, relay: Relay, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    await managing.slash("settings view")
    await written(fragile, own_database)
    clock.move(seconds=1)
    await execute(own_database, SLOWLY)
    blocker = await connect(own_database)
    async with blocker.transaction(), asyncio.timeout(60):
        await blocker.execute("SELECT pg_advisory_xact_lock(1)")
        await managing.slash("help")
        while not await blocker.fetchval(WAITING):
            await asyncio.sleep(0.01)
        # The row is being written; that it was does not come back.
        relay.deaf = True
    await blocker.close()
    async with asyncio.timeout(60):
        while len(await fetch(own_database, "SELECT 1 FROM audit_logs WHERE command_type <> 'schema'")) < 2:
            await asyncio.sleep(0.02)
    await relay.cut()
    relay.deaf = False
    await relay.open()
    assert await written(fragile, own_database, "command_name") == [("settings view",), ("help",)]


async def test_what_is_being_answered_when_the_bot_stops_is_written_down(
    running: Running, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    async with running() as bot:
        manager = stand_in.person(town.manager, town.general)
        await manager.slash("settings view")
        quick = stand_in.faults.hold(CALLBACK)
        asked = [asyncio.ensure_future(manager.slash(name)) for name in ("help", "settings history")]
        await quick.reached(2)
        assert bot.interactions.under_way == 2
    rows = await fetch(own_database, "SELECT command_name, outcome, error_message FROM audit_logs ORDER BY id")
    assert sorted(tuple(row) for row in rows if row["outcome"]) == [
        ("help", "unavailable", "stopped"),
        ("settings history", "unavailable", "stopped"),
        ("settings view", "ok", None),
    ]
    quick.release()
    for one in asked:
        one.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await one
