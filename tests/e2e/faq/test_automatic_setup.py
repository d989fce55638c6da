"""/faq auto: where answers are suggested, who may say so, and what is wrong there."""

from app.bot import Bot
from standin import ChannelType, Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.faq.channel import PASSWORD, Helpdesk, suggestions
from tests.fixtures.town import Town


async def test_managers_choose_channels_and_are_told_what_is_missing(
    bot: Bot, town: Town, clock: ManualClock, manager: Person, helper_one: Person, alice: Person
) -> None:
    desk, world = Helpdesk(bot, town, clock), town.world
    for person in (alice, helper_one):
        for command, more in (("set", {"channel": town.general}), ("off", {"channel": "x"}), ("list", {})):
            refused = await person.slash(f"faq auto {command}", **more)
            assert refused.private
            assert "Only people who may manage this server" in refused.text
    assert "Nowhere yet" in (await manager.slash("faq auto list")).embeds[0]["description"]

    for wrong in ({"wait": "soon"}, {"wait": "2h"}, {"cool_down": "8d"}, {"cool_down": "-5s"}):
        said = (await manager.slash("faq auto set", channel=town.general, **wrong)).text
        assert f"`{next(iter(wrong))}` takes a length of time up to" in said
    world.set_overwrite(town.log, world.bot, deny=permissions.SEND_MESSAGES | permissions.EMBED_LINKS)
    lacking = (await manager.slash("faq auto set", channel=town.log)).text
    assert lacking.endswith("Embed Links and Send Messages.")
    forum = world.create_channel(town.guild, "help", ChannelType.FORUM)
    world.set_overwrite(forum, world.bot, deny=permissions.SEND_MESSAGES | permissions.SEND_MESSAGES_IN_THREADS)
    lacking = (await manager.slash("faq auto set", channel=forum)).text
    assert lacking.endswith("Give me these there first: Send Messages in Threads.")
    world.set_overwrite(forum, world.bot, deny=permissions.SEND_MESSAGES | permissions.EMBED_LINKS)
    lacking = (await manager.slash("faq auto set", channel=forum)).text
    assert lacking.endswith("Give me these there first: Embed Links.")
    world.set_overwrite(forum, world.bot, deny=permissions.SEND_MESSAGES)
    await manager.slash("faq auto set", channel=forum, threshold=90, cool_down="1h", wait="none")
    voice = world.create_channel(town.guild, "voice", ChannelType.VOICE)
    for channel in (voice, town.square):
        refused = await manager.slash("faq auto set", channel=channel, raw=True)
        assert refused.text.endswith(("Choose a text channel or a forum.", "Choose one from the list."))

    said = await manager.slash("faq auto set", channel=town.general)
    assert said.text.startswith(f"Answers are suggested in {town.general.mention} from now on.")
    assert "sure by at least 70%, after 5 seconds without another answer, the same answer again after 10 minutes" in (
        said.text
    )
    same = await manager.slash("faq auto set", channel=town.general, wait="5s")
    assert "That would change nothing" in same.text
    changed = await manager.slash("faq auto set", channel=town.general, threshold=1)
    assert "sure by at least 1%, after 5 seconds" in changed.text
    await manager.click(changed, "Undo")
    listed = (await manager.slash("faq auto list")).embeds[0]["description"]
    assert "sure by at least 90%, at once, the same answer again after 1 hour" in listed
    assert "sure by at least 70%" in listed

    # What is gone, or not writable any more, is said, and can be forgotten.
    world.set_overwrite(town.general, world.bot, deny=permissions.READ_MESSAGE_HISTORY)
    world.delete_channel(forum)
    await desk.settle()
    listed = (await manager.slash("faq auto list")).embeds[0]["description"]
    assert "This channel is gone" in listed
    assert "I lack permissions there: **Read Message History**" in listed
    offered = await manager.autocomplete("faq auto off", "channel", "")
    assert {one["name"] for one in offered} == {"#general", f"A channel that is gone · {forum.id}"}
    for typed in ("nowhere", str(town.log.id), "9" * 30, town.square.mention):
        assert "No answers are suggested there" in (await manager.slash("faq auto off", channel=typed)).text
    await manager.slash("faq auto off", channel=str(forum.id))
    gone = await manager.slash("faq auto off", channel="#general")
    assert "Nothing is suggested in" in gone.text
    history = (await manager.slash("settings history")).embeds[0]["description"]
    assert history.count("Suggested answers") + history.count("faq_automatic") >= 5

    # And as it was switched off, nothing is said.
    world.clear_overwrite(town.general, world.bot.id)
    await desk.add(PASSWORD)
    await alice.say(PASSWORD)
    assert await desk.suggested(town.general) == []
    await manager.click(gone, "Undo")
    await desk.settle()
    await alice.say(PASSWORD)
    assert len(await desk.suggested(town.general)) == 1


async def test_without_message_content_it_says_so_at_once(
    running: Running, town: Town, stand_in: StandIn, clock: ManualClock
) -> None:
    town.world.application.allowed_intents = 0
    async with running() as bot:
        manager, alice = (stand_in.person(one, town.general) for one in (town.manager, town.alice))
        said = await manager.slash("faq auto set", channel=town.general, wait="none")
        assert "I may not read messages, so nothing is suggested anywhere" in said.text
        assert "I may not read messages" in (await manager.slash("faq auto list")).text
        desk = Helpdesk(bot, town, clock)
        await desk.add(PASSWORD)
        await alice.say(PASSWORD)
        await desk.settle()
        assert suggestions(town.general) == []
