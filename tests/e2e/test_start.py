"""When the bot is ready, and what it does when Discord refuses its commands: it runs with those that Discord has."""

import asyncio
from typing import Any

import discord
import pytest

from standin import StandIn
from standin.refusals import NoSuchCommand
from standin.rest.applications import MAX_CREATIONS_PER_DAY
from standin.server import PATIENCE
from tests.fixtures.discord import Running
from tests.fixtures.town import Town

PUT = "PUT /applications/{application_id}/commands"
GET = "GET /applications/{application_id}/commands"
SOON = {"retry_seconds": 0.05}
"""The usual minute would be long for a test."""
OLD = "Of an older version"


class Hurried:
    """asyncio for a module that sleeps for long."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _: float) -> None:
        await asyncio.sleep(0.01)


def age(stand_in: StandIn) -> None:
    """Make Discord's commands those of an older version: one is described otherwise."""
    commands = stand_in.world.commands
    for command in commands.of(None):
        if command["name"] == "settings":
            commands.edit(None, command, {"description": OLD})


def is_new(stand_in: StandIn) -> bool:
    return OLD not in {command["description"] for command in stand_in.world.commands.of(None)}


def refusals(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [record for record in caplog.records if (record.name, record.levelname) == ("app.command_sync", "ERROR")]


@pytest.mark.parametrize(
    ("route", "status", "code"), [(PUT, 400, 30034), (PUT, 400, 50035), (GET, 403, 0), (PUT, 500, 0), (PUT, 429, 0)]
)
async def test_the_bot_works_with_the_commands_of_discord_while_its_own_are_refused(
    route: str,
    status: int,
    code: int,
    running: Running,
    stand_in: StandIn,
    town: Town,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running():
        age(stand_in)
    if status == 429:
        stand_in.faults.rate_limit(route, retry_after=3600)
    else:
        stand_in.faults.fail(route, status, 9, code=code)
    # What py-cord itself waits for, in vain, must not keep the bot from Discord.
    async with running(waits={"commands_seconds": 0.2}):
        manager = stand_in.person(town.manager, town.general)
        assert "set" in (await manager.slash("settings set", key="general.page_size", value="5")).text
        assert not is_new(stand_in)
    if status in {400, 403}:
        (refused,) = refusals(caplog)
        assert refused.reason.startswith(str(status))
        assert refused.again_in_seconds == 60
    assert not [record for record in caplog.records if record.exc_info]


async def test_what_cannot_be_read_is_logged_at_once_and_asked_for_again(
    running: Running, stand_in: StandIn, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async with running():
        stand_in.world.commands.overwrite(None, [])
    stand_in.faults.show_page(GET, 200)
    async with running(waits=SOON):
        await stand_in.has_command("timezone")
        (unread,) = refusals(caplog)
        assert unread.exc_info


async def test_refused_commands_are_tried_again_until_discord_has_them(
    running: Running, stand_in: StandIn, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async with running():
        stand_in.world.commands.overwrite(None, [])
    stand_in.world.commands.creations = MAX_CREATIONS_PER_DAY
    async with running(waits=SOON) as bot:
        async with asyncio.timeout(PATIENCE):
            while len(refusals(caplog)) < 2:
                await asyncio.sleep(0.01)
        with pytest.raises(NoSuchCommand):
            await stand_in.person(town.alice, town.general).slash("timezone show")
        stand_in.world.commands.creations = 0
        await stand_in.has_command("timezone")
        sent = len(stand_in.calls(PUT))
        await asyncio.sleep(0.2)
        assert len(stand_in.calls(PUT)) == sent
        assert not bot.is_closed()


async def test_a_gateway_that_is_away_is_tried_again_without_end(
    running: Running, stand_in: StandIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # py-cord waits five seconds each time.
    monkeypatch.setattr(discord.shard, "asyncio", Hurried())
    stand_in.faults.refuse_gateway(3)
    async with running():
        await stand_in.ready()
    failures = [record.exc_info[1] for record in caplog.records if record.name == "discord.shard" and record.exc_info]
    assert len(failures) == 3
    # One that happened inside the handling of another would be one step nearer to the limit of recursion.
    assert not [failure for failure in failures if failure.__context__ in failures]


@pytest.mark.parametrize("exists", [True, False])
async def test_a_home_server_without_the_bot_is_named_and_served_once_it_is_invited(
    exists: bool, running: Running, stand_in: StandIn, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.world.bot_leaves(town.elsewhere)
    home = town.elsewhere.id if exists else 1
    async with running(home_guild_id=home):
        (refused,) = refusals(caplog)
        assert "HOME_GUILD_ID" in refused.message
        assert (refused.guild, refused.again_in_seconds) == (home, 60)
        await stand_in.has_command("settings")
        if exists:
            stand_in.world.bot_joins(town.elsewhere)
            await stand_in.has_command("migrate")


@pytest.mark.parametrize("shards", [None, 2])
async def test_it_is_ready_once_all_servers_are_there(shards: int | None, running: Running, town: Town) -> None:
    async with asyncio.timeout(PATIENCE / 2), running(guild_ready_timeout=PATIENCE * 2, shard_count=shards) as bot:
        assert {guild.id for guild in bot.guilds if not guild.unavailable} == set(town.world.guilds)


async def test_servers_that_discord_cannot_reach_are_waited_for_a_moment(running: Running, town: Town) -> None:
    away = next(iter(town.world.guilds))
    town.world.unavailable.add(away)
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(PATIENCE), running(guild_ready_timeout=1.5) as bot:
        assert asyncio.get_running_loop().time() - began > 1.5
        assert [guild.id for guild in bot.guilds if guild.unavailable] == [away]
