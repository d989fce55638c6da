"""Operators are told once when something is wrong and once when it is over, also while the database is away."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.bot import Bot
from app.db import DatabaseUrl
from standin import Message, Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running, running_bot
from tests.fixtures.jobs import settle_health
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import execute, fetchval
from tests.fixtures.town import Town

KEPT = "SELECT count(*) FROM bot_settings WHERE guild_id = 0 AND scope = 'health_alerts' AND key <> 'place'"


def embed(message: Message) -> dict[str, Any]:
    return message.embeds[0]


async def minutes(bot: Bot, clock: ManualClock, count: int) -> None:
    """Let minutes pass, with a sample in each."""
    for _ in range(count):
        clock.move(minutes=1)
        await settle_health(bot)


def late(bot: Bot, seconds: float) -> None:
    """Let reminders be late."""
    bot.vitals.reminder_lateness = lambda: seconds


@pytest_asyncio.fixture(loop_scope="session")
async def fragile(
    stand_in: StandIn, town: Town, relay: Relay, tmp_path: Path, clock: ManualClock
) -> AsyncGenerator[Bot]:
    """A bot whose database can be cut off; `owner` runs it."""
    async with running_bot(stand_in, relay.database, tmp_path, clock, bot_admin_ids={town.owner.id}) as bot:
        yield bot


@pytest.fixture
def operator(stand_in: StandIn, town: Town) -> Person:
    """Runs the bot."""
    return stand_in.person(town.owner, town.log)


async def test_an_outage_is_told_once_followed_and_reported_as_over(
    fragile: Bot, operator: Person, relay: Relay, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    reply = await operator.slash("health alerts channel", channel=town.log)
    assert reply.text.startswith(f"Alerts about the bot go to <#{town.log.id}> from now on")
    assert "Everybody in this server can see that channel" in reply.text
    assert (await operator.slash("health alerts channel", channel=town.log)).text.endswith("already.")
    await minutes(fragile, clock, 2)
    await relay.cut()
    await minutes(fragile, clock, 2)
    assert town.log.messages == []
    await minutes(fragile, clock, 1)
    (told,) = town.log.messages
    assert embed(told)["title"] == "🔴 The bot does not work"
    assert "2 minutes so far\nWhy: the database did not answer" in embed(told)["description"]
    assert "Database: no answer · Discord: " in embed(told)["description"]
    assert not told.mentioned
    # What goes on is no news: the same message follows it.
    await minutes(fragile, clock, 12)
    assert len(town.log.messages) == 1
    assert "12 minutes so far" in embed(told)["description"] or "13 minutes so far" in embed(told)["description"]
    await relay.open()
    await minutes(fragile, clock, 3)
    first, over = town.log.messages
    assert first is told
    assert embed(told)["title"] == "🟢 The bot works as it should again"
    assert ", 15 minutes in all\nWhy: the database did not answer" in embed(told)["description"]
    assert over.text == "🟢 **The bot works as it should again** · for 15 minutes"
    assert over.reply_to is told
    await minutes(fragile, clock, 8)
    assert len(town.log.messages) == 2
    assert await fetchval(own_database, KEPT) == 0


async def test_a_pause_is_undone_by_nothing_but_its_end(
    bot: Bot, owner: Person, administrator: Person, town: Town, clock: ManualClock
) -> None:
    for command in ("pause", "resume", "off", "show", "channel"):
        chosen: dict[str, Any] = (
            {"length": "2h"} if command == "pause" else {"channel": town.log} if command == "channel" else {}
        )
        refused = await administrator.slash(f"health alerts {command}", **chosen)
        assert refused.text.startswith("Only the people who run this bot may do that.")
    for command in ("pause", "resume", "off"):
        chosen = {"length": "2h"} if command == "pause" else {}
        refused = await owner.slash(f"health alerts {command}", **chosen)
        assert refused.text.startswith("No channel gets alerts about the bot.")
    assert "No channel gets them." in (await owner.slash("health alerts show")).full_text
    await owner.slash("health alerts channel", channel=town.log)
    for wrong in ("soon", "31 days", "5s"):
        assert "such as" in (await owner.slash("health alerts pause", length=wrong)).text
    assert (await owner.slash("health alerts resume")).text == "Alerts are not paused."
    assert "Alerts are paused until <t:" in (await owner.slash("health alerts pause", length="30m")).text
    late(bot, 500)
    await minutes(bot, clock, 20)
    assert bot.vitals.latest is not None
    assert bot.vitals.latest.state == "degraded"
    assert town.log.messages == []
    assert "are paused until" in (await owner.slash("health alerts show")).full_text
    await minutes(bot, clock, 11)
    (told,) = town.log.messages
    assert embed(told)["title"] == "🟠 The bot works, but not well"
    shown = await owner.slash("health alerts show")
    assert "🟠 all shards · since" in shown.full_text
    assert "reminders were late" in shown.full_text
    # In a pause, what was told is kept right, and nothing else is said.
    await owner.slash("health alerts pause", length="1 day")
    late(bot, 0)
    await minutes(bot, clock, 4)
    assert embed(told)["title"] == "🟢 The bot works as it should again"
    assert len(town.log.messages) == 1
    assert (await owner.slash("health alerts resume")).text.startswith("Alerts go on.")
    assert (await owner.slash("health alerts off")).text == "Alerts about the bot are off."
    late(bot, 500)
    await minutes(bot, clock, 5)
    assert len(town.log.messages) == 1


async def test_what_was_told_survives_restarts_and_what_crashed_is_told_afterwards(
    running: Running, operator: Person, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    who = {"bot_admin_ids": {town.owner.id}}
    async with running(**who) as bot:
        await operator.slash("health alerts channel", channel=town.log)
        late(bot, 500)
        await minutes(bot, clock, 4)
        (told,) = town.log.messages
    assert await fetchval(own_database, KEPT) == 1
    # Killed, as far as anybody can see afterwards.
    await execute(own_database, "DELETE FROM health_check_history WHERE kind = 'stop'")
    clock.move(minutes=10)
    async with running(**who) as bot:
        late(bot, 500)
        await minutes(bot, clock, 4)
        _, crashed = town.log.messages
        assert embed(told)["title"] == "🟠 The bot works, but not well"
        assert embed(crashed)["title"] == "🟠 The bot ended without being told to, and runs again"
        late(bot, 0)
        await minutes(bot, clock, 6)
    assert embed(told)["title"] == "🟢 The bot works as it should again"
    assert len(town.log.messages) == 3
    async with running(**who) as bot:
        await minutes(bot, clock, 5)
    assert len(town.log.messages) == 3


async def test_what_was_told_without_a_database_is_over_after_a_restart_too(
    stand_in: StandIn, operator: Person, relay: Relay, town: Town, own_database: DatabaseUrl, tmp_path: Path,
    clock: ManualClock,
) -> None:  # fmt: skip
    who = {"bot_admin_ids": {town.owner.id}}
    async with running_bot(stand_in, relay.database, tmp_path, clock, **who) as bot:
        await operator.slash("health alerts channel", channel=town.log)
        await minutes(bot, clock, 2)
        await relay.cut()
        await minutes(bot, clock, 4)
        (told,) = town.log.messages
        assert embed(told)["title"] == "🔴 The bot does not work"
    assert await fetchval(own_database, KEPT) == 0
    # It ended before the database came back. A file that is none is no reason not to start.
    await relay.open()
    (kept,) = tmp_path.rglob("alerts-*.json")
    async with running_bot(stand_in, relay.database, tmp_path, clock, **who) as bot:
        await minutes(bot, clock, 6)
        assert embed(told)["title"] == "🟢 The bot works as it should again"
        assert await fetchval(own_database, KEPT) == 0
        assert not kept.exists()
        kept.write_text('{"told_', encoding="utf-8")
    async with running_bot(stand_in, relay.database, tmp_path, clock, **who) as bot:
        await minutes(bot, clock, 2)
    _, ended, over = town.log.messages
    # Nor could it write down that it was told to stop.
    assert embed(ended)["title"] == "🟠 The bot ended without being told to, and runs again"
    assert over.text == "🟢 **The bot works as it should again** · for 4 minutes"
    assert over.reply_to is told


async def test_flapping_and_becoming_worse_are_said_as_such(
    fragile: Bot, operator: Person, relay: Relay, town: Town, clock: ManualClock
) -> None:
    await operator.slash("health alerts channel", channel=town.log)
    late(fragile, 500)
    await minutes(fragile, clock, 4)
    (told,) = town.log.messages
    await relay.cut()
    await minutes(fragile, clock, 3)
    _, worse = town.log.messages
    assert worse.text.startswith("🔴 **It has become worse: the bot does not work any more** · the database")
    assert embed(told)["title"] == "🔴 The bot does not work"
    await relay.open()
    for seconds in (0, 500, 0, 500):
        late(fragile, seconds)
        await minutes(fragile, clock, 3)
    assert fragile.vitals.latest is not None
    assert fragile.vitals.latest.state == "flapping"
    newest = [message for message in town.log.messages if message.embeds][-1]
    assert embed(newest)["title"] == "🟠 The bot changes between working and not working, again and again"
    count = len(town.log.messages)
    # Somebody deletes the message: it is not posted again, and the end is told all the same.
    await operator.delete(newest)
    late(fragile, 0)
    await minutes(fragile, clock, 40)
    assert len(town.log.messages) == count
    assert town.log.messages[-1].text.startswith("🟢 **The bot works as it should again**")


async def test_a_process_that_does_not_run_is_told_of_by_the_first(
    running: Running, operator: Person, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    other = """
        INSERT INTO health_check_history (service, version, uptime_seconds, db_status, kind, checked_at, since)
        VALUES ('shard 1 of 2', '1.0', 0, 'ok', $1, $2, $3)
    """
    began = clock() - timedelta(minutes=30)
    await execute(own_database, other, "start", began, began)
    await execute(own_database, other, "sample", clock() - timedelta(minutes=10), began)
    async with running(bot_admin_ids={town.owner.id}, shard_count=2, shard_ids="0") as bot:
        await operator.slash("health alerts channel", channel=town.log)
        await minutes(bot, clock, 6)
        (told,) = town.log.messages
        assert embed(told)["title"] == "🔴 A part of the bot does not run"
        assert "It ended without being told to, and has not been started again." in embed(told)["description"]
        assert "shard 1 of 2 · release 1.0" in embed(told)["description"]
        again = clock() + timedelta(seconds=1)
        await execute(own_database, other, "start", again, again)
        await minutes(bot, clock, 2)
        assert embed(told)["title"] == "🟢 All of the bot runs again"
        assert town.log.messages[-1].text.startswith("🟢 **All of the bot runs again** · shard 1 of 2 · for ")
        assert len(town.log.messages) == 2


OTHER = """
    INSERT INTO health_check_history (service, version, uptime_seconds, db_status, kind, checked_at, since)
    VALUES ($1, '1.0', 0, 'ok', $2, $3, $4)
"""


async def test_nobody_is_taken_for_gone_who_was_away_with_the_database_or_starts_too(
    running: Running,
    relay: Relay,
    operator: Person,
    town: Town,
    own_database: DatabaseUrl,
    tmp_path: Path,
    stand_in: StandIn,
    clock: ManualClock,
) -> None:
    who = {"bot_admin_ids": {town.owner.id}, "shard_count": 2, "shard_ids": "0"}
    began = clock() - timedelta(minutes=30)
    await execute(own_database, OTHER, "shard 1 of 2", "start", began, began)
    # Both were stopped by a loss of power, and the other one comes a moment later.
    await execute(own_database, OTHER, "shard 1 of 2", "sample", clock() - timedelta(minutes=10), began)
    async with running_bot(stand_in, relay.database, tmp_path, clock, **who) as bot:
        await operator.slash("health alerts channel", channel=town.log)
        await minutes(bot, clock, 1)
        again = clock() + timedelta(seconds=5)
        await execute(own_database, OTHER, "shard 1 of 2", "start", again, again)
        await execute(own_database, OTHER, "shard 1 of 2", "sample", again, again)
        assert town.log.messages == []
        for _ in range(5):
            await minutes(bot, clock, 1)
            await execute(own_database, OTHER, "shard 1 of 2", "sample", clock(), again)
        count = len(town.log.messages)
        await relay.cut()
        await minutes(bot, clock, 6)
        await relay.open()
        async with asyncio.timeout(60):
            while (await bot.database.look()).seconds is None:
                await asyncio.sleep(0.1)
        await minutes(bot, clock, 1)
        titles = [embed(message)["title"] for message in town.log.messages[count:] if message.embeds]
        assert "🔴 A part of the bot does not run" not in titles
        await minutes(bot, clock, 4)
        assert "🔴 A part of the bot does not run" in [embed(one)["title"] for one in town.log.messages if one.embeds]


async def test_a_process_that_ends_again_and_again_is_told_of_once(
    running: Running, operator: Person, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    who = {"bot_admin_ids": {town.owner.id}}
    async with running(**who) as bot:
        await operator.slash("health alerts channel", channel=town.log)
        await minutes(bot, clock, 1)
    for _ in range(4):
        await execute(own_database, "DELETE FROM health_check_history WHERE kind = 'stop'")
        clock.move(minutes=3)
        async with running(**who) as bot:
            await minutes(bot, clock, 4)
    (told,) = town.log.messages
    assert embed(told)["title"] == "🟠 The bot ended without being told to, and runs again"


async def test_what_was_told_of_shards_ends_when_they_are_divided_otherwise(
    running: Running, operator: Person, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    who = {"bot_admin_ids": {town.owner.id}}
    async with running(**who, shard_count=1, shard_ids="0") as bot:
        await operator.slash("health alerts channel", channel=town.log)
        late(bot, 500)
        await minutes(bot, clock, 4)
        (told,) = town.log.messages
    async with running(**who) as bot:
        await minutes(bot, clock, 3)
        assert embed(told)["title"] == "🟠 The bot works, but not well"
        await minutes(bot, clock, 3)
    assert embed(told)["title"] == "🟢 The bot works as it should again"
    assert await fetchval(own_database, KEPT) == 0
