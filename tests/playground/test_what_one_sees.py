"""Everybody's page shows what Discord would show them, and hears of it when it changes."""

from discord import Bot

from playground.bot import BotProcess
from playground.server import PlaygroundServer
from standin import ChannelType, StandIn, contents
from standin.permissions import VIEW_CHANNEL
from tests.fixtures.town import Town
from tests.playground.conftest import Page


async def test_a_closed_channel_does_not_exist_for_a_member(page: Page, town: Town, stand_in: StandIn) -> None:
    closed = str(town.closed.id)
    secret = await stand_in.person(town.owner, town.closed).say("the secret")
    view = (await page.ask("hello", person=None))["view"]
    assert closed not in {channel["id"] for channel in view["guilds"][0]["channels"]}
    for op in ("open", "commands", "say", "slash", "press", "read"):
        about = {"message": str(secret.id), "custom_id": "x", "attachment": "1", "text": "x", "name": "x"}
        assert await page.refused(op, channel=closed, **about) == "There is no such channel."
    await stand_in.person(town.owner, town.general).say("for all")
    await page.message("for all")
    assert "the secret" not in str(page.pushed)

    # The same page, as somebody who may: the refusal above was not for another reason.
    view = (await page.ask("become", person=str(town.owner.id)))["view"]
    assert closed in {channel["id"] for channel in view["guilds"][0]["channels"]}
    assert [message["text"] for message in (await page.ask("open", channel=closed))["messages"]] == ["the secret"]
    await stand_in.person(town.owner, town.closed).say("another secret")
    await page.message("another secret")


async def test_only_ones_own_servers_are_there(page: Page, town: Town) -> None:
    view = (await page.ask("hello", person=None))["view"]
    assert [guild["name"] for guild in view["guilds"]] == ["Town"]
    assert await page.refused("open", channel=str(town.square.id)) == "There is no such channel."
    view = (await page.ask("become", person=str(town.stranger.id)))["view"]
    assert [guild["name"] for guild in view["guilds"]] == ["Town", "Elsewhere"]
    notes = {person["username"]: person["note"] for person in view["people"]}
    assert notes["owner"] == "owns Town"
    assert notes["stranger"] == "no role, Mayors"
    assert "operator" not in notes


async def test_changes_of_the_world_arrive_as_one_new_view(page: Page, town: Town, stand_in: StandIn) -> None:
    page.forget()
    world = stand_in.world
    made = world.create_channel(town.guild, "fresh")
    hidden = world.create_channel(town.guild, "hidden")
    world.set_overwrite(hidden, town.guild.everyone, deny=VIEW_CHANNEL)
    role = world.create_role(town.guild, "Gardeners", color=0x00FF00, hoist=True)
    world.grant(town.guild.member("mallory"), role)
    view = await page.told("view")
    guild = view["guilds"][0]
    names = {channel["name"] for channel in guild["channels"]}
    assert "fresh" in names
    assert "hidden" not in names
    mallory = next(member for member in guild["members"] if member["username"] == "mallory")
    assert (mallory["color"], mallory["group"]) == ("#00ff00", "Gardeners")
    assert [kind for kind, _ in page.pushed].count("view") == 1

    page.forget()
    world.delete_channel(made)
    guild = (await page.told("view"))["guilds"][0]
    assert "fresh" not in {channel["name"] for channel in guild["channels"]}


async def test_threads_are_seen_by_those_inside(page: Page, town: Town, stand_in: StandIn) -> None:
    thread = stand_in.world.create_thread(town.general, "whisper", town.owner, private=True)
    page.forget()
    view = (await page.ask("hello", person=None))["view"]
    assert "whisper" not in {channel["name"] for channel in view["guilds"][0]["channels"]}
    stand_in.world.join_thread(thread, town.alice)
    view = await page.told("view", lambda view: "whisper" in str(view))
    shown = next(channel for channel in view["guilds"][0]["channels"] if channel["name"] == "whisper")
    assert shown["type"] == ChannelType.PRIVATE_THREAD
    assert shown["parent"] == str(town.general.id)


async def test_edits_deletions_typing_and_answers_are_told(page: Page, town: Town, stand_in: StandIn) -> None:
    mallory = stand_in.person(town.mallory, town.general)
    await mallory.type()
    assert (await page.told("typing"))["user"] == str(town.mallory.id)
    first = await mallory.say("frist")
    await mallory.edit(first, "first")
    edited = await page.message("first")
    assert edited["edited"]
    await mallory.say(f"answer {town.alice.mention}", reply_to=first)
    answer = await page.message("answer")
    assert answer["reply"] == {"id": str(first.id), "deleted": False, "author": "Mallory", "text": "first"}
    assert answer["pings_me"]
    await mallory.delete(first)
    assert (await page.told("gone"))["id"] == str(first.id)
    (shown,) = (await page.ask("open", channel=str(town.general.id)))["messages"]
    assert shown["reply"]["deleted"]


async def test_the_bot_is_in_the_direct_messages(page: Page, small_bot: Bot, town: Town) -> None:
    view = (await page.ask("hello", person=None))["view"]
    (dm,) = view["dms"]
    assert dm["name"] == "Concierge"
    await page.ask("slash", channel=dm["id"], name="sample echo", options={"text": "in private"})
    assert (await page.message("in private"))["channel"] == dm["id"]
    await page.ask("become", person=str(town.mallory.id))
    assert await page.refused("open", channel=dm["id"]) == "There is no such channel."


async def test_two_pages_of_two_people_at_once(page: Page, playground: PlaygroundServer, town: Town) -> None:
    async with Page.opened(playground.url) as other:
        await other.ask("hello", person=str(town.mallory.id))
        await page.ask("say", channel=str(town.general.id), text="hello over there")
        heard = await other.message("hello over there")
        assert heard["author"]["name"] == "Alice"


async def test_the_bots_process_and_connection_are_told(stand_in: StandIn, sample_process: BotProcess) -> None:
    async with PlaygroundServer(stand_in, sample_process) as server, Page.opened(server.url) as page:
        assert (await page.ask("hello", person=None))["bot"]["state"] == "stopped"
        await page.ask("start_bot")
        online = await page.told("bot", lambda bot: bot["online"])
        assert online["state"] == "running"
        assert "sample bot starts" in online["log"]
        await stand_in.has_command("Greet")
        page.forget()
        await sample_process.stop()
        stopped = await page.told("bot", lambda bot: bot["state"] == "stopped" and not bot["online"])
        assert stopped["exit"] == 0


async def test_what_the_page_cannot_draw_is_said_in_words(page: Page, town: Town, stand_in: StandIn) -> None:
    world, owner = stand_in.world, stand_in.person(town.owner, town.general)
    said = await owner.say("Fog ahead")
    world.messages.pin(said, town.owner)
    await owner.forward(said)
    question = {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "Yes"}}]}
    await owner.say(poll=contents.poll(question, world.now()), stickers=[contents.sticker(1, "Wave")])
    thread = world.create_thread(town.general, "whisper", town.owner)
    world.join_thread(thread, town.alice, by=town.owner)
    world.edit_thread(thread, name="aloud", by=town.owner)
    await page.ask("become", person=str(town.owner.id))
    shown = [message["text"] for message in (await page.ask("open", channel=str(town.general.id)))["messages"]]
    assert shown == [
        "Fog ahead",
        "",
        "*forwarded:*\n> Fog ahead",
        "**Tea?**\n- Yes\n*sticker: Wave*",
    ]
    shown = [message["text"] for message in (await page.ask("open", channel=str(thread.id)))["messages"]]
    assert shown == [f"*added {town.alice.mention}*", "*named this **aloud***"]
