"""Giving answers to others: in the channel, to one member, and as a reply to their message."""

import asyncio

from app.bot import Bot
from app.core.actor import Actor
from app.effects.faq.sharing import MAX_SHARED
from standin import Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.faq.shelf import Shelf
from tests.fixtures.town import Town


async def test_an_answer_is_shared_in_the_channel_and_everybody_votes(
    shelf: Shelf, town: Town, alice: Person, mallory: Person, stand_in: StandIn
) -> None:
    entry = await shelf.write("How do I get roles?", "Ask @everyone and <@&1>.")
    said = await alice.slash("faq search", question="get roles")
    await alice.click(said, "Share in this channel")
    await stand_in.until(lambda: said.text.endswith("You shared this answer in the channel."))
    assert [one.label for one in said.buttons] == ["Helpful", "Not helpful"]
    post = mallory.last_message
    assert post is not None
    assert post.text == f"-# Shared by {alice.mention}"
    assert post.embeds[0]["title"] == "How do I get roles?"
    assert not alice.pings
    assert not mallory.pings
    thanks = await mallory.click(post, "Helpful")
    assert thanks.private
    assert thanks.text == "Thank you. That counts."
    await mallory.click(post, "Helpful")
    await alice.click(post, "Not helpful")
    assert await shelf.counts(entry) == (1, 1, 1)
    # Who may not write somewhere does not do it through the bot.
    town.world.set_overwrite(town.general, town.guild.roles[town.guild.id], deny=permissions.SEND_MESSAGES)
    again = await alice.slash("faq search", question="get roles")
    refused = await alice.click(again, "Share in this channel")
    assert refused.text == "You cannot write in this channel, so you cannot share an answer in it."
    thread = town.world.create_thread(town.general, "closed talk", town.owner)
    there = alice.at(thread)
    again = await there.slash("faq search", question="get roles")
    town.world.edit_thread(thread, locked=True)
    refused = await there.click(again, "Share in this channel")
    assert refused.text == "You cannot write in this channel, so you cannot share an answer in it."
    town.world.edit_thread(thread, locked=False)
    await there.click(again, "Share in this channel")
    await stand_in.until(lambda: "You shared" in again.text)
    await shelf.remove(entry)
    assert (await mallory.click(post, "Not helpful")).text == "This answer is not in the FAQ any more."


async def test_an_answer_is_for_one_member_who_alone_is_pinged(
    shelf: Shelf, town: Town, alice: Person, mallory: Person, moderator: Person, stand_in: StandIn
) -> None:
    entry = await shelf.write("How do I get roles?")
    await shelf.write("How do I get more roles?")
    said = await alice.choose(
        await alice.slash("faq search", question="roles"), "Read an answer…", "How do I get roles?"
    )
    form = await alice.click(said, "Send to a member…")
    refused = await alice.submit(form, {"To whom?": [town.world.bot]})
    assert refused.text == "Bots read no answers. Choose a member."
    done = await alice.submit(await alice.click(refused, "Try again"), {"To whom?": [mallory.user]})
    (ping,) = mallory.pings
    assert ping.text == f"{mallory.mention}, {alice.mention} thinks that this may help you:"
    assert ping.embeds[0]["title"] == "How do I get roles?"
    assert not alice.pings
    assert not moderator.pings
    assert f"You shared this answer with {mallory.mention}." in done.full_text
    again = await alice.choose(
        await alice.slash("faq search", question="roles"), "Read an answer…", "How do I get roles?"
    )
    form = await alice.click(again, "Send to a member…")
    await alice.submit(form, {"To whom?": [mallory.user], "Where?": "In a direct message"})
    letter = mallory.in_dm().last_message
    assert letter is not None
    assert letter.text == f"{alice.mention} from **Town** thinks that this may help you:"
    thanks = await mallory.in_dm().click(letter, "Not helpful")
    assert thanks.text == "Thank you. That counts."
    assert not thanks.buttons
    assert await shelf.counts(entry) == (2, 0, 1)


async def test_two_presses_share_once_and_nobody_floods_a_channel(
    shelf: Shelf, town: Town, alice: Person, mallory: Person, moderator: Person, clock: ManualClock, stand_in: StandIn
) -> None:
    await shelf.write("How do I get roles?")

    def posts() -> int:
        return sum("Shared by" in one.text for one in town.general.messages)

    async def share(person: Person) -> str:
        said = await person.slash("faq search", question="get roles")
        done = await person.click(said, "Share in this channel")
        return done.text

    said = await alice.slash("faq search", question="get roles")
    await asyncio.gather(*(alice.click(said, "Share in this channel") for _ in range(2)))
    await stand_in.until(lambda: said.text.endswith("You shared this answer in the channel."))
    assert posts() == 1
    for _ in range(MAX_SHARED - 1):
        await share(alice)
    assert posts() == MAX_SHARED
    clock.move(minutes=1)
    refused = "You have given 5 answers to others within 10 minutes. You can give the next one in 9 minutes."
    assert await share(alice) == refused
    asked = await mallory.say("how do I get roles?")
    offered = await alice.context_menu("Answer from FAQ", asked)
    assert (await alice.choose(offered, "Answer with…", "How do I get roles?")).text == refused
    # Nobody has to answer for others, and staff may.
    for _ in range(MAX_SHARED + 1):
        await share(moderator)
    done = await mallory.choose(
        await mallory.context_menu("Answer from FAQ", asked), "Answer with…", "How do I get roles?"
    )
    assert done.text.startswith("Answered with")
    assert posts() == 2 * MAX_SHARED + 1
    clock.move(minutes=9)
    await share(alice)
    assert posts() == 2 * MAX_SHARED + 2


async def test_nobody_is_written_to_directly_while_discord_minds(
    shelf: Shelf, town: Town, alice: Person, mallory: Person, clock: ManualClock, stand_in: StandIn
) -> None:
    await shelf.write("How do I get roles?")
    stand_in.faults.fail("POST /users/@me/channels", 403, code=40003, message="Too fast")

    async def send() -> str:
        said = await alice.slash("faq search", question="get roles")
        form = await alice.click(said, "Send to a member…")
        done = await alice.submit(form, {"To whom?": [mallory.user], "Where?": "In a direct message"})
        return done.text

    assert "open no more direct messages" in await send()
    assert await send() == (
        "Discord lets me write to nobody directly for the next 6 hours. You can give the answer in this channel."
    )
    clock.move(hours=6)
    await send()
    assert mallory.in_dm().last_message is not None


async def test_a_message_is_answered_from_the_faq_once(
    bot: Bot, town: Town, shelf: Shelf, alice: Person, mallory: Person, moderator: Person, stand_in: StandIn
) -> None:
    entry = await shelf.write("How do I get roles?", "In <#1>.")
    for number in range(4):
        await shelf.write(f"How do I get rid of role number {number}?")
    asked = await mallory.say("hey, how do i get roles please?")
    offered = await alice.context_menu("Answer from FAQ", asked)
    assert offered.private
    assert offered.embeds[0]["fields"][0]["name"] == "How do I get roles?"
    assert len(offered.embeds[0]["fields"]) == 3
    others = await moderator.context_menu("Answer from FAQ", asked)
    done = await alice.choose(offered, "Answer with…", "How do I get roles?")
    assert done.text.startswith("Answered with “How do I get roles?”: https://discord.com/channels/")
    assert not done.selects
    post = mallory.last_message
    assert post is not None
    assert post.reply_to is asked
    assert post.text == f"-# From the FAQ, chosen by {alice.mention}"
    assert not mallory.pings
    refused = await moderator.choose(others, "Answer with…", "How do I get roles?")
    assert refused.text == "That message has this answer already."
    await moderator.choose(others, "Answer with…", "How do I get rid of role number 0?")
    await mallory.click(post, "Helpful")
    assert await shelf.counts(entry) == (1, 1, 0)
    # As if the process had been killed after that was taken down, and before it was posted; and pressed twice then.
    again = await mallory.say("how do i get roles, everybody?")
    offered = await alice.context_menu("Answer from FAQ", again)
    log_id = (await shelf.searches())[-1].id
    async with bot.uow() as work:
        await work.faq.messages.answered(Actor(town.guild.id, alice.id), log_id, entry.id)
    await asyncio.gather(*(alice.choose(offered, "Answer with…", "How do I get roles?") for _ in range(2)))
    assert sum(one.reply_to is again for one in town.general.messages) == 1
    assert await shelf.counts(entry) == (2, 1, 0)
    silent = await mallory.say("👍")
    assert (await alice.context_menu("Answer from FAQ", silent)).text == (
        "There are no words in that message to search for."
    )
    gone = await mallory.say("how do I get roles")
    offered = await alice.context_menu("Answer from FAQ", gone)
    await mallory.delete(gone)
    refused = await alice.choose(offered, "Answer with…", "How do I get roles?")
    assert refused.text == "The message is gone."
    assert await shelf.counts(entry) == (2, 1, 0)
    stand_in.violations.clear()
