"""/faq waiting: what staff may have overlooked, with links."""

from app.bot import Bot
from standin import ChannelType, Person, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.faq.channel import PASSWORD, RULES, Helpdesk
from tests.fixtures.town import Town


async def test_staff_see_what_nobody_answered_in_channels_that_they_can_read(
    bot: Bot, town: Town, clock: ManualClock, moderator: Person, alice: Person, mallory: Person
) -> None:
    desk, world = Helpdesk(bot, town, clock), town.world
    assert "Only staff" in (await alice.slash("faq waiting")).text
    assert "There is no channel to look at" in (await moderator.slash("faq waiting")).text
    forum = world.create_channel(town.guild, "help", ChannelType.FORUM)
    secret = world.create_channel(town.guild, "secret")
    for channel in (town.general, forum, secret):
        await desk.choose(channel, threshold=100)
    waits = await alice.say(f"@everyone **how** do I find it? {town.guild.roles[town.guild.id].mention}")
    answered = await mallory.say(PASSWORD)
    await alice.say("Press the button", reply_to=answered)
    await mallory.at(secret).say(RULES)
    world.set_overwrite(secret, town.guild.roles[town.guild.id], deny=permissions.VIEW_CHANNEL)
    world.set_overwrite(secret, world.bot, allow=permissions.VIEW_CHANNEL)
    post = await mallory.at(forum).open_post("It does not start", "What now?")
    helped = await mallory.at(forum).open_post("It does not stop", "What now?")
    await alice.at(helped.channel).say("Pull the plug")
    await desk.settle()

    reply = await moderator.slash("faq waiting")
    assert reply.private
    said = reply.embeds[0]["description"]
    links = [line.rsplit("/", 1)[1] for line in said.splitlines() if line.startswith("https://discord.com/")]
    assert links == [str(waits.id), str(post.id)]
    assert "@everyone" not in said
    assert r"\*\*how\*\*" in said
    assert alice.pings == []

    clock.move(days=4)
    assert "No question waits" in (await moderator.slash("faq waiting")).embeds[0]["description"]
    assert len((await moderator.slash("faq waiting", days=5)).embeds[0]["description"].splitlines()) == 4
