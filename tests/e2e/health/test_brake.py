"""What the bot does when Discord refuses it again and again: it stops asking, and goes on answering."""

import discord
import pytest

from app.bot import Bot
from app.core.errors import Unavailable
from app.effects import sending
from app.ui.kit.budgeting import HeldBack
from standin import Person, StandIn
from tests.fixtures.town import Town

MESSAGES = "POST /channels/{channel_id}/messages"


async def test_after_too_many_refusals_only_people_are_answered(
    bot: Bot, stand_in: StandIn, town: Town, owner: Person
) -> None:
    requests = bot.vitals.requests
    requests.max_invalid = 40
    stand_in.faults.fail(MESSAGES, 403, times=1000, code=50013)
    refused = 0
    for number in range(50):
        try:
            await sending.send(bot, town.general.id, {"content": "Hello"}, once=f"n{number}")
        except discord.Forbidden:
            refused += 1
        except HeldBack:
            pass
    assert refused == requests.recent == requests.refused == 40
    assert requests.held_back == 10
    assert len(stand_in.calls(MESSAGES)) == 40
    # Jobs take it for a Discord that is away, and people are told that later is better.
    assert issubclass(HeldBack, sending.ERRORS)
    assert issubclass(HeldBack, Unavailable)
    assert "Everything works" in (await owner.slash("health now")).full_text
    with pytest.raises(HeldBack):
        await bot.fetch_channel(town.log.id)
    await bot.jobs.run_now("health")
    assert bot.vitals.latest is not None
    requests.max_invalid = 1000
    stand_in.faults.clear()
    await sending.send(bot, town.general.id, {"content": "Hello"}, once="again")


async def test_answers_that_come_too_soon_are_counted(bot: Bot, stand_in: StandIn, town: Town) -> None:
    stand_in.faults.rate_limit(MESSAGES, times=2, retry_after=0.01)
    await sending.send(bot, town.general.id, {"content": "Hello"}, once="one")
    assert (bot.vitals.requests.rate_limited, bot.vitals.requests.recent) == (2, 2)


async def test_the_bot_still_reaches_discord_to_hear_what_people_ask(
    bot: Bot, stand_in: StandIn, owner: Person
) -> None:
    bot.vitals.requests.max_invalid = 0
    stand_in.faults.drop_gateway(resumable=False)
    await stand_in.until(lambda: not stand_in.gateway.is_ready)
    await stand_in.until(lambda: stand_in.gateway.is_ready)
    assert "Everything works" in (await owner.slash("health now")).full_text
    assert bot.vitals.requests.held_back == 0
