"""How full a place may be, which names it takes, how often it is renamed, and what a closed door answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from standin import Channel, ChannelType, Guild, NotPossible, Overwrite, Person, Role, StandIn, World, permissions
from standin.gateway.codes import GUILD_MESSAGES, GUILDS
from tests.standin.test_gateway import opened
from tests.standin.wire import Api, GatewayClient

THREADS = permissions.CREATE_PRIVATE_THREADS | permissions.SEND_MESSAGES_IN_THREADS


@pytest.fixture
def bots_role(world: World, lighthouse: Guild) -> Role:
    [role_id] = lighthouse.members[world.bot.id].role_ids
    return lighthouse.roles[role_id]


@pytest.fixture
def thread(general: Channel, world: World) -> Channel:
    return world.create_thread(general, "ticket", world.bot, private=True, invitable=False)


async def test_names_with_words_that_discord_does_not_take(
    api: Api, lighthouse: Guild, general: Channel, discord_: StandIn
):
    lighthouse.refused_names = {"1488"}
    for refused in (
        await api.post(f"/guilds/{lighthouse.id}/channels", {"name": "ticket-1488"}),
        await api.patch(f"/channels/{general.id}", {"name": "ticket-1488"}),
    ):
        assert refused.refusal == (400, 50035)
        assert refused.wrong("name") == ["INVALID_COMMUNITY_PROPERTY_NAME"]
    assert (await api.post(f"/guilds/{lighthouse.id}/channels", {"name": "ticket-1489"})).status == 201
    # The place refuses it, not Discord's format: nobody's mistake.
    assert discord_.violations == []


async def test_a_third_name_or_topic_within_ten_minutes_has_to_wait(
    api: Api, general: Channel, thread: Channel, world: World, discord_: StandIn
):
    async def rename(place: Channel, **body: Any) -> Any:
        return await api.patch(f"/channels/{place.id}", body)

    for number in range(2):
        assert (await rename(general, name=f"n{number}")).status == 200
        assert (await rename(thread, name=f"n{number}")).status == 200
    world.let_pass(60)
    refused = await rename(general, name="n3")
    assert refused.status == 429
    assert 535 < refused.body["retry_after"] <= 540
    # The headers tell of another limit, as Discord's do.
    assert refused.headers["X-RateLimit-Remaining"] == "4"
    assert (await rename(thread, name="n3")).status == 429
    assert (await rename(general, topic="t", rate_limit_per_user=5)).status == 200
    assert len(discord_.violations) == 2
    world.let_pass(540)
    assert (await rename(general, name="n3")).status == 200


async def test_a_category_takes_whom_it_lets_in(
    api: Api, lighthouse: Guild, general: Channel, world: World, bots_role: Role, discord_: StandIn
):
    crowded = world.create_channel(lighthouse, "Crowded", ChannelType.CATEGORY)
    world.edit_channel(general, parent_id=crowded.id)
    for number in range(49):
        world.create_channel(lighthouse, f"c{number}", parent=crowded)
    # It is inside already.
    assert (await api.patch(f"/channels/{general.id}", {"parent_id": str(crowded.id), "topic": "x"})).status == 200
    other = lighthouse.channel("support")
    full = await api.patch(f"/channels/{other.id}", {"parent_id": str(crowded.id)})
    assert full.wrong("parent_id") == ["CHANNEL_PARENT_MAX_CHANNELS"]
    world.edit_role(bots_role, permissions=permissions.MANAGE_CHANNELS)
    attic = world.create_channel(lighthouse, "Attic", ChannelType.CATEGORY)
    inside = {"name": "x", "parent_id": str(attic.id)}
    world.set_overwrite(attic, bots_role, deny=permissions.MANAGE_CHANNELS)
    assert (await api.post(f"/guilds/{lighthouse.id}/channels", inside)).refusal == (403, 50013)
    world.set_overwrite(attic, bots_role, deny=permissions.VIEW_CHANNEL)
    assert (await api.post(f"/guilds/{lighthouse.id}/channels", inside)).refusal == (403, 50001)
    lighthouse.required_channel_ids = {other.id}
    assert (await api.delete(f"/channels/{other.id}")).refusal == (400, 50074)
    assert discord_.violations == []


async def test_a_new_channel_gives_away_only_what_the_bot_has(
    api: Api, lighthouse: Guild, world: World, bots_role: Role
):
    world.edit_role(bots_role, permissions=permissions.MANAGE_CHANNELS)
    for kind in ("allow", "deny"):
        overwrite = {"id": str(lighthouse.id), "type": 0, kind: str(permissions.MANAGE_MESSAGES)}
        body = {"name": "x", "permission_overwrites": [overwrite]}
        assert (await api.post(f"/guilds/{lighthouse.id}/channels", body)).refusal == (403, 50013)
    private = {"id": str(lighthouse.id), "type": 0, "deny": str(permissions.VIEW_CHANNEL)}
    body = {"name": "x", "permission_overwrites": [private]}
    assert (await api.post(f"/guilds/{lighthouse.id}/channels", body)).status == 201


async def test_a_timed_out_bot_answers_and_does_nothing_else(
    api: Api, lighthouse: Guild, general: Channel, path: str, world: World, thread: Channel
):
    own = lighthouse.members[world.bot.id]
    world.edit_member(own, timed_out_until=datetime.now(UTC) + timedelta(hours=1))
    assert (await api.post(path, {"content": "x"})).refusal == (403, 50013)
    assert (await api.post(f"/guilds/{lighthouse.id}/channels", {"name": "x"})).refusal == (403, 50013)
    assert (await api.post(f"/channels/{general.id}/threads", {"name": "x", "type": 12})).refusal == (403, 50013)
    assert (await api.patch(f"/channels/{general.id}", {"topic": "x"})).refusal == (403, 50013)
    assert (await api.get(path)).status == 200
    world.let_pass(3601)
    assert (await api.post(path, {"content": "x"})).status == 200


async def test_private_threads_are_made_and_filled_with_permission(
    api: Api, lighthouse: Guild, general: Channel, world: World, bots_role: Role
):
    world.edit_role(bots_role, permissions=0)
    world.edit_role(lighthouse.everyone, permissions=permissions.VIEW_CHANNEL | permissions.SEND_MESSAGES)
    threads = f"/channels/{general.id}/threads"
    assert (await api.post(threads, {"name": "x", "type": 12})).refusal == (403, 50013)
    world.edit_role(bots_role, permissions=permissions.CREATE_PRIVATE_THREADS)
    made = (await api.post(threads, {"name": "x", "type": 12, "invitable": False})).body
    # To write in a thread takes a permission of its own.
    assert (await api.post(f"/channels/{made['id']}/messages", {"content": "x"})).refusal == (403, 50013)
    alice = world.user("alice")
    assert (await api.put(f"/channels/{made['id']}/thread-members/{alice.id}")).refusal == (403, 50013)
    world.edit_role(bots_role, permissions=THREADS)
    assert (await api.put(f"/channels/{made['id']}/thread-members/{alice.id}")).status == 204
    assert (await api.patch(f"/channels/{made['id']}", {"rate_limit_per_user": 5})).refusal == (403, 50013)
    assert (await api.delete(f"/channels/{made['id']}")).refusal == (403, 50013)
    news = lighthouse.channel("announcements")
    world.set_overwrite(news, world.bot, allow=permissions.CREATE_PRIVATE_THREADS | permissions.VIEW_CHANNEL)
    assert (await api.post(f"/channels/{news.id}/threads", {"name": "x", "type": 12})).refusal == (400, 50024)


async def test_how_many_threads_and_how_many_in_one(
    api: Api, lighthouse: Guild, general: Channel, thread: Channel, world: World
):
    members = f"/channels/{thread.id}/thread-members"
    for number in range(999):
        thread.thread_members[number] = world.now()
    assert (await api.put(f"{members}/{world.user('alice').id}")).refusal == (400, 30033)
    lighthouse.max_active_threads = 1
    threads = f"/channels/{general.id}/threads"
    assert (await api.post(threads, {"name": "x", "type": 12})).refusal == (400, 160006)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": True})).status == 200
    world.create_thread(general, "other", world.bot)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": False})).refusal == (400, 160006)
    assert (await api.post(f"/channels/{thread.id}/messages", {"content": "x"})).refusal == (400, 160006)


async def test_locked_and_archived_threads(
    api: Api, general: Channel, thread: Channel, world: World, bots_role: Role, alice: Person
):
    world.join_thread(thread, alice.user)
    there = alice.at(thread)
    said = (await api.post(f"/channels/{thread.id}/messages", {"content": "header"})).body
    one = f"/channels/{thread.id}/messages/{said['id']}"
    world.edit_thread(thread, locked=True)
    with pytest.raises(NotPossible, match="locked"):
        await there.say("too late")
    assert (await api.patch(one, {"content": "closed"})).status == 200
    world.edit_role(bots_role, permissions=THREADS)
    assert (await api.post(f"/channels/{thread.id}/messages", {"content": "x"})).refusal == (403, 160005)
    assert (await api.patch(one, {"content": "x"})).refusal == (403, 160005)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": True})).refusal == (403, 50013)
    world.edit_thread(thread, archived=True)
    assert (await api.post(f"/channels/{thread.id}/messages", {"content": "x"})).refusal == (403, 50083)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": False})).refusal == (403, 50013)
    world.edit_thread(thread, locked=False)
    assert (await api.patch(one, {"content": "x"})).refusal == (400, 50083)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": False})).status == 200
    other = world.create_thread(general, "alice's", alice.user)
    world.edit_thread(other, archived=True)
    # Who may write may open it again, and change nothing else about it.
    assert (await api.patch(f"/channels/{other.id}", {"archived": False, "name": "x"})).refusal == (403, 50013)
    assert (await api.patch(f"/channels/{other.id}", {"archived": False})).status == 200


async def test_archived_threads_are_listed(api: Api, general: Channel, world: World, bots_role: Role, alice: Person):
    mine = [world.create_thread(general, f"t{number}", world.bot, private=True) for number in range(3)]
    hers = world.create_thread(general, "hers", alice.user, private=True)
    public = world.create_thread(general, "open", alice.user)
    for thread in (*mine, hers, public):
        world.edit_thread(thread, archived=True)

    async def names(path: str) -> tuple[list[str], bool]:
        body = (await api.get(f"/channels/{general.id}{path}")).body
        return [each["name"] for each in body["threads"]], body["has_more"]

    assert await names("/threads/archived/private?limit=3") == (["hers", "t2", "t1"], True)
    assert await names("/users/@me/threads/archived/private") == (["t2", "t1", "t0"], False)
    assert await names(f"/users/@me/threads/archived/private?before={mine[1].id}") == (["t0"], False)
    assert await names("/threads/archived/public") == (["open"], False)
    world.edit_role(bots_role, permissions=THREADS)
    assert (await api.get(f"/channels/{general.id}/threads/archived/private")).refusal == (403, 50013)


async def test_a_quiet_thread_is_archived_and_that_is_told(
    gateway: GatewayClient, api: Api, general: Channel, world: World
):
    socket = await opened(gateway, GUILDS | GUILD_MESSAGES)
    thread = world.create_thread(general, "ticket", world.bot, private=True, auto_archive_duration=60)
    world.let_pass(50 * 60)
    await api.post(f"/channels/{thread.id}/messages", {"content": "still here"})
    world.let_pass(50 * 60)
    assert thread.thread
    assert not thread.thread.archived
    world.let_pass(10 * 60)
    assert (await socket.until("THREAD_UPDATE"))["thread_metadata"]["archived"]
    await api.post(f"/channels/{thread.id}/messages", {"content": "again"})
    assert not (await socket.until("THREAD_UPDATE"))["thread_metadata"]["archived"]
    world.let_pass(59 * 60)
    assert not thread.thread.archived


async def test_a_mention_brings_people_into_a_thread(
    api: Api, lighthouse: Guild, general: Channel, thread: Channel, world: World, bots_role: Role
):
    watch, alice = lighthouse.role("Night Watch"), world.user("alice")
    path = f"/channels/{thread.id}/messages"
    silent = {"allowed_mentions": {"parse": []}}
    await api.post(path, {"content": f"{alice.mention} {watch.mention}", **silent})
    assert list(thread.thread_members) == [world.bot.id]
    said = (await api.post(path, {"content": "wait"})).body
    # An edit brings them in and notifies nobody.
    await api.patch(f"{path}/{said['id']}", {"content": f"{watch.mention} {alice.mention}"})
    assert {user.name for user in world.users.values() if user.id in thread.thread_members} == {
        "concierge",
        "alice",
        "ben",
    }
    assert thread.last_message
    assert thread.last_message.pinged == []
    # A role that is too large brings nobody, and the message says so.
    for number in range(99):
        world.add_member(lighthouse, world.add_user(f"crew{number}"), [watch])
    large = (await api.post(path, {"content": watch.mention})).body
    assert large["flags"] & 1 << 8
    assert len(thread.thread_members) == 3
    # Nor does a mention show the channel to those who may not see it.
    nils = world.user("nils")
    world.set_overwrite(general, nils, deny=permissions.VIEW_CHANNEL)
    await api.post(path, {"content": nils.mention})
    assert nils.id not in thread.thread_members


async def test_who_is_added_removed_or_renames_is_said_by_the_system(
    api: Api, thread: Channel, world: World, discord_: StandIn
):
    alice = world.user("alice")
    member = f"/channels/{thread.id}/thread-members/{alice.id}"
    await api.put(member)
    await api.put(member)
    await api.delete(member)
    await api.patch(f"/channels/{thread.id}", {"name": "closed"})
    listed = (await api.get(f"/channels/{thread.id}/messages")).body
    assert [(each["type"], each["content"], [who["username"] for who in each["mentions"]]) for each in listed] == [
        (4, "closed", []),
        (2, "", ["alice"]),
        (1, "", ["alice"]),
    ]
    assert (await api.delete(f"/channels/{thread.id}/messages/{listed[0]['id']}")).refusal == (403, 50021)


async def test_messages_that_are_blocked(
    api: Api, lighthouse: Guild, general: Channel, path: str, world: World, alice: Person, bots_role: Role
):
    lighthouse.blocked_words, lighthouse.harmful_links = {"barnacle"}, {"evil.example"}
    assert (await api.post(path, {"content": "A Barnacle"})).refusal == (400, 200000)
    assert (await api.post(path, {"embeds": [{"title": "barnacle"}]})).refusal == (400, 200000)
    assert (await api.post(path, {"content": "https://evil.example/x"})).refusal == (400, 240000)
    threads = f"/channels/{general.id}/threads"
    assert (await api.post(threads, {"name": "barnacles", "type": 12})).refusal == (400, 200001)
    with pytest.raises(NotPossible, match="blocks"):
        await alice.say("barnacle")
    world.edit_role(bots_role, permissions=permissions.MANAGE_GUILD)
    assert (await api.post(path, {"content": "A Barnacle"})).status == 200


async def test_closed_doors(api: Api, lighthouse: Guild, world: World, discord_: StandIn, alice: Person):
    forum = world.create_channel(lighthouse, "ideas", ChannelType.FORUM)
    voice = world.create_channel(
        lighthouse, "deck", ChannelType.VOICE, overwrites=[Overwrite(lighthouse.id, 0, deny=permissions.CONNECT)]
    )
    assert (await api.post(f"/channels/{forum.id}/messages", {"content": "x"})).refusal == (400, 40058)
    assert (await api.post(f"/channels/{voice.id}/messages", {"content": "x"})).refusal == (403, 50013)
    dm = alice.in_dm().channel
    path = f"/channels/{dm.id}/messages"
    assert (await api.post(path, {"content": "x"})).status == 200
    for guild in (lighthouse, world.guild("The Boathouse")):
        world.remove_member(guild, alice.user)
    assert (await api.post(path, {"content": "x"})).refusal == (403, 50278)
    discord_.faults.fail("POST /users/@me/channels", 403, code=40003)
    assert (await api.post("/users/@me/channels", {"recipient_id": str(world.user("eve").id)})).code == 40003
