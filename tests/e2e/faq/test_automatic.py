"""Answers that the bot suggests by itself: once, quietly, and only when it is sure and nobody else answers."""

import pytest

from app.bot import Bot
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.faq.channel import PASSWORD, RULES, Helpdesk
from tests.fixtures.town import Town


@pytest.fixture
def desk(bot: Bot, town: Town, clock: ManualClock) -> Helpdesk:
    return Helpdesk(bot, town, clock)


async def test_a_question_gets_one_answer_after_the_wait_that_pings_nobody(
    desk: Helpdesk, town: Town, alice: Person, mallory: Person
) -> None:
    await desk.add(PASSWORD)
    await desk.add(RULES, "Look at the pins.")
    await desk.choose(town.general)
    asked = await alice.say("hey, how do I reset my password?")
    assert await desk.suggested(town.general, seconds=4) == []
    (answer,) = await desk.suggested(town.general, seconds=1)
    assert answer.reply_to is asked
    assert answer.pinged == []
    assert answer.embeds[0]["title"] == PASSWORD
    assert answer.embeds[0]["description"] == "Press Forgotten."
    # What is edited later is not answered again, and the same is not said to somebody else so soon.
    await alice.edit(asked, "so how do I reset my password??")
    await mallory.say(PASSWORD)
    assert await desk.suggested(town.general, minutes=5) == [answer]
    await mallory.say(RULES)
    assert len(await desk.suggested(town.general)) == 2
    desk.clock.move(minutes=6)
    await mallory.say("reset password, how?")
    assert len(await desk.suggested(town.general)) == 3
