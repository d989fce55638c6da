"""The first message of the bot in a server that it joins."""

import asyncio
from datetime import UTC, datetime, timedelta

from app.bot import Bot
from standin import Channel, Guild, Message, StandIn, permissions
from tests.fixtures.discord import Running
from tests.fixtures.town import LONG_AGO, Town

WRITING = permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES


def hellos(guild: Guild) -> list[tuple[Channel, Message]]:
    """Where the bot has introduced itself."""
    return [
        (channel, message)
        for channel in guild.channels.values()
        for message in channel.by_id.values()
        if "I am Concierge" in message.text
    ]


async def test_it_introduces_itself_once_where_it_may_write(running: Running, stand_in: StandIn, town: Town) -> None:
    world = town.world
    async with running():
        harbour = world.add_guild("Harbour", town.owner, with_bot=False)
        closed, quiet, lobby = (world.create_channel(harbour, name) for name in ("closed", "quiet", "lobby"))
        everyone = harbour.roles[harbour.id]
        world.set_overwrite(closed, everyone, deny=permissions.VIEW_CHANNEL)
        world.set_overwrite(quiet, everyone, deny=permissions.SEND_MESSAGES)
        world.bot_joins(harbour, WRITING)
        await stand_in.until(lambda: hellos(harbour))
        ((channel, message),) = hellos(harbour)
        assert channel is lobby
        assert message.pinged == []
        assert "</setup:" in message.text
        begun = await stand_in.person(town.owner, lobby).click(message, "Begin")
        assert begun.private
        assert "Setting up this server" in begun.full_text
        world.add_member(harbour, town.alice)
        refused = await stand_in.person(town.alice, lobby).click(message, "Begin")
        assert refused.text == "Only people who may manage this server can see and change its settings."
        world.outage(harbour)
        world.outage(harbour, over=True)
    async with running() as bot:
        await _settled(bot, harbour)
        assert len(hellos(harbour)) == 1
        assert hellos(town.guild) == []


async def test_it_introduces_itself_in_the_servers_language_with_a_command_to_click(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    world = town.world
    async with running():
        harbour = world.add_guild("Hafen", town.owner, with_bot=False)
        world.edit_guild(harbour, locale="de")
        lobby = world.create_channel(harbour, "lobby")
        world.bot_joins(harbour, WRITING)
        await stand_in.until(lambda: any("Ich bin Concierge" in one.text for one in lobby.by_id.values()))
        (message,) = lobby.by_id.values()
        (setup,) = [one["id"] for one in world.commands.of(None) if one["name"] == "setup"]
        assert f"richtet mich mit **/einrichten** </setup:{setup}> Schritt für Schritt ein" in message.text


async def test_it_introduces_itself_when_it_was_let_in_before_it_was_started(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    me = town.guild.members[town.world.bot.id]
    me.joined_at = datetime.now(UTC) - timedelta(hours=1)
    async with running():
        await stand_in.until(lambda: hellos(town.guild))
    assert len(hellos(town.guild)) == 1
    assert town.elsewhere.members[town.world.bot.id].joined_at == LONG_AGO
    assert hellos(town.elsewhere) == []


async def test_it_introduces_itself_again_to_those_who_let_it_in_again(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    world = town.world
    async with running():
        harbour = world.add_guild("Harbour", town.owner, with_bot=False)
        world.create_channel(harbour, "lobby")
        world.bot_joins(harbour, WRITING)
        await stand_in.until(lambda: len(hellos(harbour)) == 1)
        world.bot_leaves(harbour)
        world.let_pass(3600)
        world.bot_joins(harbour, WRITING)
        harbour.members[world.bot.id].joined_at = world.now()
        await stand_in.until(lambda: len(hellos(harbour)) == 2)


async def test_where_it_may_write_nowhere_it_says_nothing(running: Running, stand_in: StandIn, town: Town) -> None:
    world = town.world
    async with running() as bot:
        harbour = world.add_guild("Harbour", town.owner, with_bot=False)
        world.create_channel(harbour, "news", type=5)
        world.create_channel(harbour, "late", nsfw=True)
        world.set_overwrite(
            world.create_channel(harbour, "quiet"), harbour.roles[harbour.id], deny=permissions.SEND_MESSAGES
        )
        world.bot_joins(harbour, WRITING)
        await _settled(bot, harbour)
        assert hellos(harbour) == []


async def _settled(bot: Bot, guild: Guild) -> None:
    """Wait until the bot knows a server, and then for as long as it takes to say something."""
    async with asyncio.timeout(60):
        while bot.get_guild(guild.id) is None:
            await asyncio.sleep(0.01)
    for _ in range(100):
        await asyncio.sleep(0.01)
