"""Answers that the bot suggests by itself: once, quietly, and only when it is sure and nobody else answers."""

import pytest

from app.bot import Bot
from app.core.settings import general
from standin import ChannelType, Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.faq.channel import PASSWORD, RULES, Helpdesk, suggestions
from tests.fixtures.tickets.office import Office
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"


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


@pytest.mark.parametrize(
    "text", ["ok", "thanks!", "good morning everybody", "How do I get to the moon?", "!reset password"]
)
async def test_it_says_nothing_to_what_asks_nothing_it_knows(
    desk: Helpdesk, town: Town, alice: Person, text: str
) -> None:
    await desk.add(PASSWORD)
    await desk.choose(town.general)
    await alice.say(text)
    assert await desk.suggested(town.general) == []


async def test_it_says_nothing_when_it_is_not_asked(
    desk: Helpdesk, town: Town, stand_in: StandIn, alice: Person, mallory: Person, moderator: Person
) -> None:
    await desk.add(PASSWORD)
    await desk.choose(town.general, cooldown=0)
    await alice.at(town.log).say(PASSWORD)
    await moderator.say(PASSWORD)
    other_bot = town.world.add_user("robot", bot=True)
    town.world.add_member(town.guild, other_bot)
    await stand_in.person(other_bot, town.general).say(PASSWORD)
    said = await mallory.say("I lost mine")
    await alice.say(PASSWORD, reply_to=said)
    await alice.forward(await alice.at(town.log).say(PASSWORD))
    assert await desk.suggested(town.general) == []
    assert suggestions(town.log) == []


async def test_it_says_nothing_when_somebody_was_faster(
    desk: Helpdesk, town: Town, alice: Person, mallory: Person, helper_one: Person
) -> None:
    await desk.add(PASSWORD)
    await desk.choose(town.general, cooldown=0)
    async with desk.bot.uow() as work:
        await work.settings.change(desk.staff, general.STAFF_ROLE, town.staff.id)
    desk.bot.settings.invalidate(town.guild.id)

    asked = await alice.say(PASSWORD)
    await mallory.say("Press the button", reply_to=asked)
    assert await desk.suggested(town.general) == []
    await alice.say(PASSWORD)
    await mallory.say(f"{alice.mention} press the button")
    assert await desk.suggested(town.general) == []
    await alice.say(PASSWORD)
    await helper_one.say("Give me a moment")
    assert await desk.suggested(town.general) == []
    asked = await alice.say(PASSWORD)
    await alice.delete(asked)
    assert await desk.suggested(town.general) == []
    asked = await alice.say(PASSWORD)
    await alice.edit(asked, "never mind, I found it out by myself")
    assert await desk.suggested(town.general) == []

    # Others who talk about something else, and the asker who is not done, only let it wait.
    await alice.say("so how do I reset my password?")
    await desk.later(seconds=4)
    await mallory.say("what a day")
    await alice.say("please")
    assert await desk.suggested(town.general, seconds=4) == []
    (answer,) = await desk.suggested(town.general, seconds=1)
    assert answer.reply_to.text == "so how do I reset my password?"
    # What is edited into a question counts from then on.
    later = await alice.say("I wonder about something")
    await desk.later(seconds=5)
    await alice.edit(later, PASSWORD)
    assert len(await desk.suggested(town.general, seconds=4)) == 1
    assert len(await desk.suggested(town.general, seconds=1)) == 2


async def test_the_asker_and_staff_take_it_away_and_members_want_none(
    desk: Helpdesk, town: Town, alice: Person, mallory: Person, moderator: Person
) -> None:
    await desk.add(PASSWORD)
    await desk.choose(town.general, cooldown=0, wait=0)
    await alice.say(PASSWORD)
    (answer,) = await desk.suggested(town.general)
    refused = await mallory.click(answer, "Dismiss")
    assert refused.private
    assert "Only whoever asked" in refused.text
    gone = await alice.click(answer, "Dismiss")
    assert gone.private
    await desk.settle()
    assert suggestions(town.general) == []
    # Not again today for her; for others, yes.
    await alice.say("how do I reset my password?")
    assert await desk.suggested(town.general) == []
    await mallory.say(PASSWORD)
    (answer,) = await desk.suggested(town.general)
    assert "Don't suggest to me" not in str((await moderator.click(answer, "Dismiss")).message.components)
    desk.clock.move(days=1)
    await alice.say(PASSWORD)
    assert len(await desk.suggested(town.general)) == 1

    quiet = await alice.click(gone, "Don't suggest to me")
    assert "Nothing is suggested to you any more" in quiet.text
    await alice.say(PASSWORD)
    assert len(await desk.suggested(town.general)) == 1
    # What they chose is where all of that is.
    mine = await alice.slash("faq privacy")
    mine = await alice.click(mine, "Suggest answers to me")
    assert "suggested to you again" in mine.text
    await alice.say(PASSWORD)
    assert len(await desk.suggested(town.general)) == 2
    # Of whom nothing is to be kept, no message is searched for.
    await alice.click(mine, "Keep none of my searches")
    await alice.say(PASSWORD)
    assert len(await desk.suggested(town.general)) == 2


async def test_threads_and_posts_belong_to_their_channel(
    desk: Helpdesk, town: Town, alice: Person, mallory: Person
) -> None:
    world = town.world
    await desk.add(PASSWORD)
    forum = world.create_channel(town.guild, "help", ChannelType.FORUM)
    await desk.choose(forum, wait=0)
    await desk.choose(town.general, wait=0)
    # Its title is the question, whatever stands below; each post is a place of its own.
    for person in (alice, mallory):
        first = await person.at(forum).open_post("Reset my password", "I tried everything")
        (answer,) = await desk.suggested(first.channel)
        assert answer.reply_to is first
    await alice.at(first.channel).say(PASSWORD)
    assert await desk.suggested(first.channel) == [answer]

    thread = world.create_thread(town.general, "talk", town.alice)
    await alice.at(thread).say(PASSWORD)
    assert len(await desk.suggested(thread)) == 1
    private = world.create_thread(town.general, "ticket", town.alice, private=True)
    world.join_thread(private, world.bot)
    await alice.at(private).say(PASSWORD)
    assert await desk.suggested(private) == []


async def test_a_long_answer_is_only_begun_and_everybody_says_whether_it_helped(
    desk: Helpdesk, town: Town, office: Office, alice: Person, mallory: Person
) -> None:
    long = "First do this.\n\n" + "```\n" + "x = 1\n" * 200 + "```"
    entry = await desk.add(PASSWORD, long)
    await desk.choose(town.general, wait=0)
    await alice.say(PASSWORD)
    (answer,) = await desk.suggested(town.general)
    description = answer.embeds[0]["description"]
    assert len(description) < 500
    assert description.count("```") == 2
    assert [button.label for button in answer.buttons] == ["Read on", "Helpful", "Not helpful", "Dismiss"]
    whole = await mallory.click(answer, "Read on")
    assert whole.private
    assert whole.embeds[0]["description"] == long
    assert (await alice.click(answer, "Helpful")).private
    await mallory.click(answer, "Not helpful")
    async with desk.bot.uow() as work:
        found = await work.faq.reading.get(desk.staff, entry.id)
    assert (found.opened_count, found.helpful_count, found.unhelpful_count) == (1, 1, 1)

    # Where tickets can be opened, a person can be asked. The buttons of what was removed meanwhile say so.
    await office.configure()
    desk.clock.move(hours=1)
    await mallory.say(PASSWORD)
    (_, answer) = await desk.suggested(town.general)
    asked = await mallory.click(answer, "Ask a person")
    assert asked.modal is not None
    async with desk.bot.uow() as work:
        await work.faq.entries.remove(desk.staff, entry.id)
    for label in ("Read on", "Helpful"):
        gone = await alice.click(answer, label)
        assert gone.private
        assert "not in the FAQ any more" in gone.text


async def test_what_discord_refuses_was_not_suggested(
    desk: Helpdesk, town: Town, alice: Person, mallory: Person
) -> None:
    entry = await desk.add(PASSWORD)
    await desk.choose(town.general, wait=0)
    town.world.set_overwrite(town.general, town.world.bot, deny=permissions.SEND_MESSAGES)
    await alice.say(PASSWORD)
    assert await desk.suggested(town.general) == []
    town.world.clear_overwrite(town.general, town.world.bot.id)
    async with desk.bot.uow() as work:
        assert (await work.faq.reading.get(desk.staff, entry.id)).opened_count == 0
    # So it is neither cooling down nor counted.
    await mallory.say(PASSWORD)
    assert len(await desk.suggested(town.general)) == 1


async def test_two_processes_answer_once_and_a_restart_forgets_what_waits(
    running: Running, town: Town, stand_in: StandIn, clock: ManualClock
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running() as one, running() as other:
        desks = [Helpdesk(bot, town, clock) for bot in (one, other)]
        await desks[0].add(PASSWORD)
        await desks[0].choose(town.general, cooldown=0)
        # What this process did not change it knows within a minute.
        await desks[1].later(minutes=1)
        await alice.say(PASSWORD)
        for desk in desks:
            await desk.settle()
        clock.move(seconds=5)
        for desk in desks:
            await desk.settle()
        assert len(suggestions(town.general)) == 1
        # It reaches Discord, and the process hears nothing of it: said once, and not taken back.
        await alice.say("how do I reset my password")
        for desk in desks:
            await desk.settle()
    async with running() as bot:
        desk = Helpdesk(bot, town, clock)
        assert len(await desk.suggested(town.general)) == 1
        await alice.say(PASSWORD)
        stand_in.faults.reset(POST, after=True)
        assert len(await desk.suggested(town.general)) == 2
