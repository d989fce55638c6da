"""What the bot asks Discord to tell it, and what it does without."""

import asyncio

import discord
import pytest

from app.bot import Bot
from app.discord_login import IntentTaken
from standin import Person, StandIn
from tests.fixtures.discord import Running
from tests.fixtures.town import Town


def hearing(bot: Bot) -> list[str]:
    heard: list[str] = []

    async def on_message(message: discord.Message) -> None:
        heard.append(message.content)

    async def on_raw_message_edit(event: discord.RawMessageUpdateEvent) -> None:
        heard.append(f"edited: {event.data['content']}")

    async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
        heard.append("deleted")

    for listener in (on_message, on_raw_message_edit, on_raw_message_delete):
        bot.add_listener(listener)
    return heard


async def test_messages_are_looked_at_only_where_a_feature_listens(
    bot: Bot, stand_in: StandIn, alice: Person, town: Town
) -> None:
    assert bot.intents == discord.Intents(guilds=True, guild_messages=True, message_content=True, members=True)
    assert bot.reads_content
    assert bot.sees_members
    heard = hearing(bot)
    await alice.say("to nobody")
    bot.heard_channels.add(town.log.id)
    there = alice.at(town.log)
    said = await there.say("in the log")
    await there.edit(said, "in the book")
    await there.delete(said)
    await bot.wait_for("raw_message_delete", timeout=60)
    assert heard == ["in the log", "edited: in the book", "deleted"]
    member = town.guild.members[town.mallory.id]
    town.world.repeat_join(member)
    town.world.remove_member(town.guild, town.mallory)
    left = await bot.wait_for("raw_member_remove", timeout=60)
    assert (left.guild_id, left.user.id) == (town.guild.id, town.mallory.id)
    # Neither a member nor a message stays behind.
    assert list(bot.cached_messages) == []
    assert [member.id for guild in bot.guilds for member in guild.members] == [bot.user.id] * 2
    assert bot.users == [bot.user]


async def test_without_the_intents_it_asks_for_less_and_hears_only_what_is_meant_for_it(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    town.world.application.allowed_intents = 0
    async with running() as bot:
        assert bot.intents == discord.Intents(guilds=True, guild_messages=True)
        assert not bot.reads_content
        assert not bot.sees_members
        heard = hearing(bot)
        bot.heard_channels.add(town.general.id)
        alice = stand_in.person(town.alice, town.general)
        await alice.say("secret")
        last = await alice.say(f"{town.world.bot.mention} help")
        await bot.wait_for("message", check=lambda message: message.id == last.id, timeout=60)
        assert heard == ["", f"{town.world.bot.mention} help"]


async def test_an_intent_that_is_switched_off_after_it_was_read_ends_the_bot_with_a_sentence(
    running: Running, stand_in: StandIn, town: Town
) -> None:
    async def start() -> None:
        async with running():
            raise AssertionError("it connected")

    hold = stand_in.faults.hold("GET /gateway/bot")
    starting = asyncio.create_task(start())
    await hold.reached()
    town.world.application.allowed_intents = 0
    hold.release()
    with pytest.raises(IntentTaken, match="switched off"):
        await starting
