"""A server that the bot is not in any more is forgotten after a time; one that an outage hides never."""

import logging
from typing import Any

import pytest

from app.bot import Bot
from app.jobs.privacy.servers import ForgetServers
from standin import StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.jobs import settle_privacy
from tests.fixtures.personal import Somebody, everything, fill
from tests.fixtures.town import Town


async def servers(bot: Bot) -> dict[str, set[int]]:
    async with bot.uow() as work:
        rows = await everything(work._session)
    found = {table: {row["guild_id"] for row in listed if row.get("guild_id")} for table, listed in rows.items()}
    return {table: ids for table, ids in found.items() if ids}


async def filled(bot: Bot, town: Town) -> None:
    async with bot.uow() as work:
        for guild in (town.guild, town.elsewhere):
            who = Somebody(town.alice.id, guild.id, town.mallory.id, town.moderator.id)
            await fill(work._session, who)


async def until_forgotten(bot: Bot, clock: ManualClock) -> None:
    for _ in range(60):
        clock.move(seconds=1)
        await settle_privacy(bot, "servers")


async def gone(bot: Bot) -> set[int]:
    async with bot.uow() as work:
        return set(await work.gone_guilds.all())


async def test_a_server_that_removed_the_bot_while_it_was_off_is_forgotten(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with running() as bot:
        await filled(bot, town)
        await settle_privacy(bot, "servers")
        assert await gone(bot) == set()
    town.world.bot_leaves(town.elsewhere)
    async with running() as bot:
        await settle_privacy(bot, "servers")
        assert await gone(bot) == {town.elsewhere.id}
        clock.move(days=82)
        await settle_privacy(bot, "servers")
        assert "will be deleted" not in caplog.text
        clock.move(days=2)
        with caplog.at_level(logging.WARNING):
            await settle_privacy(bot, "servers")
            await settle_privacy(bot, "servers")
        assert caplog.text.count("will be deleted") == 1
        assert all(town.elsewhere.id in ids for ids in (await servers(bot)).values())
        clock.move(days=7)
        await until_forgotten(bot, clock)
        assert {one for ids in (await servers(bot)).values() for one in ids} == {town.guild.id}
        assert await gone(bot) == set()
        assert "a server was forgotten" in caplog.text


async def test_who_invites_the_bot_again_finds_everything(running: Running, town: Town, clock: ManualClock) -> None:
    async with running() as bot:
        await filled(bot, town)
        town.world.bot_leaves(town.elsewhere)
        await _until(bot, lambda: town.elsewhere.id not in {guild.id for guild in bot.guilds})
        await settle_privacy(bot, "servers")
        assert await gone(bot) == {town.elsewhere.id}
        clock.move(days=89)
        town.world.bot_joins(town.elsewhere)
        await _until(bot, lambda: town.elsewhere.id in {guild.id for guild in bot.guilds})
        await settle_privacy(bot, "servers")
        assert await gone(bot) == set()
        clock.move(days=30)
        await until_forgotten(bot, clock)
        assert {town.guild.id, town.elsewhere.id} <= (await servers(bot))["reminders"]


async def _until(bot: Bot, is_so: Any) -> None:
    import asyncio

    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_an_outage_deletes_nothing(running: Running, town: Town, clock: ManualClock) -> None:
    async with running() as bot:
        await filled(bot, town)
    town.world.outage(town.elsewhere)
    async with running() as bot:
        await settle_privacy(bot, "servers")
        assert await gone(bot) == set()
        clock.move(days=1000)
        await until_forgotten(bot, clock)
        assert {town.guild.id, town.elsewhere.id} <= (await servers(bot))["reminders"]


@pytest.mark.parametrize("days", [0, 2])
async def test_operators_say_after_how_long_or_never(
    running: Running, town: Town, clock: ManualClock, days: int
) -> None:
    async with running(forget_servers_after_days=days) as bot:
        await filled(bot, town)
        town.world.bot_leaves(town.elsewhere)
        await _until(bot, lambda: town.elsewhere.id not in {guild.id for guild in bot.guilds})
        await settle_privacy(bot, "servers")
        clock.move(days=3)
        await until_forgotten(bot, clock)
        is_there = town.elsewhere.id in (await servers(bot)).get("reminders", set())
        assert is_there is (days == 0)


async def test_a_process_concludes_nothing_about_servers_of_another(
    running: Running, town: Town, clock: ManualClock
) -> None:
    async with running() as bot:
        await filled(bot, town)
    mine = (town.guild.id >> 22) % 2
    async with running(shard_count=2, shard_ids=(mine,)) as bot:
        await settle_privacy(bot, "servers")
        clock.move(days=1000)
        await until_forgotten(bot, clock)
        assert await gone(bot) == set()
        assert {town.guild.id, town.elsewhere.id} <= (await servers(bot))["reminders"]


async def test_a_server_that_came_back_while_the_bot_was_off_is_kept_though_it_is_not_named_yet(
    running: Running, town: Town, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with running() as bot:
        await filled(bot, town)
        town.world.bot_leaves(town.elsewhere)
        await _until(bot, lambda: town.elsewhere.id not in {guild.id for guild in bot.guilds})
        await settle_privacy(bot, "servers")
    clock.move(days=100)
    town.world.bot_joins(town.elsewhere)
    async with running() as bot:
        # As at a start, when one of several shards is connected and Discord has not named its servers yet.
        monkeypatch.setattr(ForgetServers, "_there", lambda _: {town.guild.id})
        await until_forgotten(bot, clock)
        assert town.elsewhere.id in (await servers(bot))["reminders"]
        assert "is there: it is kept" in caplog.text
        clock.move(days=1)
        await until_forgotten(bot, clock)
        assert town.elsewhere.id in (await servers(bot))["reminders"], "its time begins anew"


async def test_while_discord_does_not_say_whether_a_server_is_gone_it_is_kept(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock
) -> None:
    async with running() as bot:
        await filled(bot, town)
        town.world.bot_leaves(town.elsewhere)
        await _until(bot, lambda: town.elsewhere.id not in {guild.id for guild in bot.guilds})
        await settle_privacy(bot, "servers")
        clock.move(days=100)
        stand_in.faults.fail("GET /guilds/{guild_id}", 403, times=1000)
        await settle_privacy(bot, "servers")
        assert town.elsewhere.id in (await servers(bot))["reminders"]
        stand_in.faults.clear()
        clock.move(minutes=2)
        await until_forgotten(bot, clock)
        assert town.elsewhere.id not in (await servers(bot)).get("reminders", set())
