"""The gateway without a library: opening, resuming, closing, and who hears what."""

import asyncio

import pytest

from standin import Guild, Person, StandIn, Upload, World, permissions
from standin.gateway.codes import (
    DIRECT_MESSAGES,
    GUILD_MEMBERS,
    GUILD_MESSAGE_TYPING,
    GUILD_MESSAGES,
    GUILD_PRESENCES,
    GUILDS,
    MESSAGE_CONTENT,
)
from tests.standin.wire import Api, GatewayClient, Socket

EVERYTHING = GUILDS | GUILD_MEMBERS | GUILD_MESSAGES | GUILD_MESSAGE_TYPING | DIRECT_MESSAGES | MESSAGE_CONTENT


async def ready(socket: Socket, guilds: int = 2) -> dict:
    told = await socket.until("READY")
    for _ in range(guilds):
        await socket.until("GUILD_CREATE")
    return told


async def opened(gateway: GatewayClient, intents: int, guilds: int = 2) -> Socket:
    socket = await gateway.identified(intents)
    await ready(socket, guilds)
    return socket


@pytest.mark.parametrize("query", ["?v=10&encoding=json", "?encoding=json&v=10&compress=zlib-stream", ""])
async def test_opening(gateway: GatewayClient, world: World, discord_: StandIn, query):
    socket = await gateway.connect(query)
    hello = await socket.receive()
    assert hello == {"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None}
    await socket.send(1, None)
    assert (await socket.receive())["op"] == 11
    await socket.send(2, {"token": discord_.token, "intents": GUILDS, "properties": {}})
    told = await socket.until("READY")
    assert told["user"]["id"] == told["application"]["id"] == str(world.application.id)
    assert told["guilds"] == [{"id": str(guild.id), "unavailable": True} for guild in world.guilds.values()]
    first = await socket.until("GUILD_CREATE")
    assert first["name"] == "The Lighthouse"
    assert {channel["name"] for channel in first["channels"]} >= {"welcome", "general", "staff-only"}
    assert {role["name"] for role in first["roles"]} >= {"@everyone", "Moderator"}
    # Without the members intent the bot learns of itself alone.
    assert [member["user"]["username"] for member in first["members"]] == ["concierge"]
    assert first["member_count"] == 9
    await discord_.ready()
    await socket.close()


async def test_everybody_is_listed_only_with_presences(gateway: GatewayClient):
    socket = await gateway.identified(GUILDS | GUILD_MEMBERS)
    assert len((await socket.until("GUILD_CREATE"))["members"]) == 1
    socket = await gateway.identified(GUILDS | GUILD_MEMBERS | GUILD_PRESENCES)
    whole = await socket.until("GUILD_CREATE")
    assert {member["user"]["username"] for member in whole["members"]} >= {"alice", "eve", "concierge"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 2, "d": {"intents": 1 << 17}}, 4013),
        ({"op": 2, "d": {}}, 4013),
        ({"op": 2, "d": {"intents": 1, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": {"intents": 1, "shard": "one"}}, 4010),
        ({"op": 2, "d": None}, 4002),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 99, "d": {}}, 4003),
        ({"nonsense": 1}, 4002),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
    ],
)
async def test_what_closes_a_connection(gateway: GatewayClient, discord_: StandIn, sent, code):
    if isinstance(sent.get("d"), dict) and sent["op"] == 2:
        sent = {**sent, "d": {"token": discord_.token} | sent["d"]}
    socket = await gateway.connect()
    await socket.send(sent.get("op", "none"), sent.get("d"))
    assert await socket.closed_with() == code


async def test_more_that_closes_a_connection(gateway: GatewayClient, discord_: StandIn, world: World):
    for raw in ("{", '{"op": 1, "d": "' + "x" * 4096 + '"}'):
        socket = await gateway.connect()
        await socket.send_raw(raw)
        assert await socket.closed_with() == 4002
    socket = await gateway.connect("?v=5")
    assert await socket.closed_with() == 4012
    world.application.allowed_intents = 0
    socket = await gateway.identified(GUILDS | MESSAGE_CONTENT)
    assert await socket.closed_with() == 4014
    socket = await opened(gateway, GUILDS)
    await socket.send(2, {"token": discord_.token, "intents": GUILDS})
    assert await socket.closed_with() == 4005
    socket = await opened(gateway, GUILDS)
    await socket.send(99, {})
    assert await socket.closed_with() == 4001


async def test_who_does_not_beat_is_hung_up_on(world: World, http):
    async with StandIn(world, heartbeat_interval=0.02) as discord:
        socket = await GatewayClient(discord, http).connect()
        assert await socket.closed_with() == 4009


async def test_resuming_replays_what_was_missed(gateway: GatewayClient, discord_: StandIn, alice: Person):
    socket = await gateway.identified(EVERYTHING)
    session = (await ready(socket))["session_id"]
    await alice.say("heard")
    await socket.until("MESSAGE_CREATE")
    seen = socket.seq
    discord_.faults.drop_gateway()
    await alice.say("missed")
    await alice.say("missed too")
    again = await gateway.connect()
    await again.receive()
    await again.send(6, {"token": discord_.token, "session_id": session, "seq": seen})
    replayed = [await again.receive() for _ in range(3)]
    assert [message["t"] for message in replayed] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [message["s"] for message in replayed] == [seen + 1, seen + 2, seen + 3]
    assert replayed[0]["d"]["content"] == "missed"
    await alice.say("and live")
    assert (await again.until("MESSAGE_CREATE"))["content"] == "and live"
    assert (discord_.gateway.identifies, discord_.gateway.resumes) == (1, 1)


async def test_what_cannot_be_resumed(gateway: GatewayClient, discord_: StandIn):
    async def refused(session: str, seq: int) -> dict:
        socket = await gateway.connect()
        await socket.receive()
        await socket.send(6, {"token": discord_.token, "session_id": session, "seq": seq})
        return await socket.receive()

    socket = await gateway.identified(GUILDS)
    session = (await ready(socket))["session_id"]
    assert (await refused("unknown", 1))["op"] == 9
    discord_.faults.refuse_resume()
    assert await refused(session, 1) == {"op": 9, "d": False, "s": None, "t": None}
    assert await refused(session, 1000) == {"close": 4007}
    await socket.close(1000)
    await discord_.until(lambda: not discord_.gateway.sessions)
    assert (await refused(session, 1))["op"] == 9


async def test_shards_share_the_guilds(gateway: GatewayClient, world: World, discord_: StandIn, alice: Person):
    for number in range(6):
        world.add_guild(f"Islet {number}", world.user("olivia"))
    seen, sockets = set(), []
    for shard in range(2):
        socket = await gateway.identified(EVERYTHING, (shard, 2))
        sockets.append(socket)
        told = await socket.until("READY")
        ids = {int(guild["id"]) for guild in told["guilds"]}
        assert ids
        assert all((guild_id >> 22) % 2 == shard for guild_id in ids)
        assert (await socket.until("GUILD_CREATE"))["id"] in {str(guild_id) for guild_id in ids}
        seen |= ids
        assert discord_.gateway.is_ready == (shard == 1)
    assert seen == world.guilds.keys()
    # A direct message is the first shard's.
    await alice.in_dm().say("hello")
    assert (await sockets[0].until("MESSAGE_CREATE"))["content"] == "hello"
    theirs = next(guild for guild in world.guilds.values() if (guild.id >> 22) % 2 == 1)
    world.messages.post(world.create_channel(theirs, "beach"), world.user("olivia"), "ashore")
    assert (await sockets[1].until("MESSAGE_CREATE"))["content"] == "ashore"
    await alice.in_dm().say("again")
    assert (await sockets[0].until("MESSAGE_CREATE"))["content"] == "again"


async def test_intents_decide_what_is_heard(gateway: GatewayClient, world: World, alice: Person, lighthouse: Guild):
    deaf, hearing = await opened(gateway, GUILDS), await opened(gateway, EVERYTHING)
    message = await alice.say("hello")
    await alice.type()
    world.add_member(lighthouse, world.add_user("late"))
    world.messages.delete(message)
    heard = [(await hearing.receive())["t"] for _ in range(4)]
    assert heard == ["MESSAGE_CREATE", "TYPING_START", "GUILD_MEMBER_ADD", "MESSAGE_DELETE"]
    world.edit_guild(lighthouse, name="The Lamp")
    update = await deaf.receive()
    assert (update["t"], update["d"]["name"]) == ("GUILD_UPDATE", "The Lamp")


async def test_a_join_may_be_told_of_twice(gateway: GatewayClient, world: World, lighthouse: Guild):
    socket = await opened(gateway, EVERYTHING)
    member = world.add_member(lighthouse, world.add_user("late"))
    world.repeat_join(member)
    told = [await socket.until("GUILD_MEMBER_ADD") for _ in range(2)]
    assert told[0] == told[1]
    world.remove_member(lighthouse, member.user)
    assert (await socket.until("GUILD_MEMBER_REMOVE"))["user"]["id"] == str(member.user.id)


async def test_content_is_kept_from_who_may_not_read(gateway: GatewayClient, world: World, alice: Person):
    blind = await opened(gateway, GUILD_MESSAGES | DIRECT_MESSAGES, 0)
    reading = await opened(gateway, GUILD_MESSAGES | MESSAGE_CONTENT, 0)
    await alice.say("secret")
    await alice.say(f"for you {world.bot.mention}")
    world.messages.post(alice.channel, world.bot, "mine")
    await alice.in_dm().say("in private")
    texts = [(await blind.until("MESSAGE_CREATE"))["content"] for _ in range(4)]
    assert texts == ["", f"for you {world.bot.mention}", "mine", "in private"]
    assert (await reading.until("MESSAGE_CREATE"))["content"] == "secret"


async def test_over_rest_it_is_kept_from_applications_without_the_intent(
    api: Api, world: World, alice: Person, lighthouse: Guild, path: str
):
    secret = await alice.say("secret", files=[Upload("a.txt", b"a")])
    named = await alice.say(f"for you {world.bot.mention}", reply_to=secret)
    members, chat = f"/guilds/{lighthouse.id}/members?limit=5", world.create_thread(alice.channel, "chat", alice.user)
    everything = world.application.allowed_intents
    for allowed, flags, text in ((0, 0, ""), (everything, 1 << 13 | 1 << 15 | 1 << 19, "secret")):
        world.application.allowed_intents = allowed
        assert (await api.get("/applications/@me")).body["flags"] == flags
        one, all_of_them = (await api.get(f"{path}/{secret.id}")).body, (await api.get(path)).body
        assert (one["content"], len(one["attachments"])) == (text, len(text) // 6)
        assert [all_of_them[0]["content"], all_of_them[1]["content"]] == [named.text, text]
        # An answer that mentions the bot does not show it what was answered.
        assert all_of_them[0]["referenced_message"]["content"] == text
        for listed in (members, f"/channels/{chat.id}/thread-members"):
            assert (await api.get(listed)).status == (200 if allowed else 403)
    world.application.is_verified = True
    assert (await api.get("/applications/@me")).body["flags"] == 1 << 12 | 1 << 14 | 1 << 18


async def test_hidden_channels_are_silent(gateway: GatewayClient, world: World, alice: Person, lighthouse: Guild):
    socket = await opened(gateway, EVERYTHING)
    staff = lighthouse.channel("staff-only")
    world.set_overwrite(staff, world.bot, deny=permissions.VIEW_CHANNEL)
    world.messages.post(staff, world.user("maya"), "not for bots")
    world.messages.post(alice.channel, world.bot, "only for alice", visible_to=alice.user)
    await alice.say("for everybody")
    assert (await socket.until("MESSAGE_CREATE"))["content"] == "for everybody"


async def test_the_world_tells_what_happens(gateway: GatewayClient, world: World, lighthouse: Guild):
    socket = await opened(gateway, EVERYTHING)
    alice, general = world.user("alice"), lighthouse.channel("general")
    member, role = lighthouse.member("alice"), lighthouse.role("Night Watch")

    async def events(count: int) -> list[str]:
        return [(await socket.receive())["t"] for _ in range(count)]

    made = world.create_channel(lighthouse, "new")
    world.edit_channel(made, topic="about")
    world.set_overwrite(made, role, deny=permissions.SEND_MESSAGES)
    world.delete_channel(made)
    assert await events(4) == ["CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"]
    thread = world.create_thread(general, "lamps", alice)
    world.join_thread(thread, world.user("ben"))
    world.edit_thread(thread, archived=True)
    world.delete_channel(thread)
    assert await events(4) == ["THREAD_CREATE", "THREAD_MEMBERS_UPDATE", "THREAD_UPDATE", "THREAD_DELETE"]
    world.grant(member, role)
    world.revoke(member, role)
    world.edit_role(role, name="Day Watch")
    world.delete_role(role)
    assert await events(4) == ["GUILD_MEMBER_UPDATE"] * 2 + ["GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE"]
    world.remove_member(lighthouse, alice)
    world.outage(lighthouse)
    world.outage(lighthouse, over=True)
    world.bot_leaves(lighthouse)
    assert await events(4) == ["GUILD_MEMBER_REMOVE", "GUILD_DELETE", "GUILD_CREATE", "GUILD_DELETE"]
    world.create_channel(lighthouse, "unheard")
    world.bot_joins(lighthouse)
    assert await events(1) == ["GUILD_CREATE"]


async def test_a_private_thread_is_heard_of_when_one_is_added(gateway: GatewayClient, world: World, lighthouse: Guild):
    role = next(iter(lighthouse.members[world.bot.id].role_ids))
    world.edit_role(lighthouse.roles[role], permissions=0)
    socket = await opened(gateway, EVERYTHING)
    thread = world.create_thread(lighthouse.channel("general"), "secret", world.user("alice"), private=True)
    world.messages.post(thread, world.user("alice"), "not yet")
    world.join_thread(thread, world.bot)
    world.messages.post(thread, world.user("alice"), "welcome")
    heard = [await socket.receive() for _ in range(3)]
    assert [message["t"] for message in heard] == ["THREAD_CREATE", "THREAD_MEMBERS_UPDATE", "MESSAGE_CREATE"]
    assert heard[2]["d"]["content"] == "welcome"


async def test_members_are_asked_for(gateway: GatewayClient, world: World, lighthouse: Guild):
    for number in range(1500):
        world.add_member(lighthouse, world.add_user(f"crew{number}"))
    socket = await opened(gateway, GUILDS | GUILD_MEMBERS)
    await socket.send(8, {"guild_id": str(lighthouse.id), "query": "", "limit": 0, "nonce": "n"})
    chunks = [await socket.until("GUILD_MEMBERS_CHUNK") for _ in range(2)]
    assert [(c["chunk_index"], c["chunk_count"], len(c["members"]), c["nonce"]) for c in chunks] == [
        (0, 2, 1000, "n"),
        (1, 2, 509, "n"),
    ]
    alice = world.user("alice")
    await socket.send(8, {"guild_id": str(lighthouse.id), "user_ids": [str(alice.id), "1"], "limit": 0})
    chunk = await socket.until("GUILD_MEMBERS_CHUNK")
    assert [member["user"]["username"] for member in chunk["members"]] == ["alice"]
    assert chunk["not_found"] == ["1"]
    await socket.send(8, {"guild_id": str(lighthouse.id), "query": "crew14", "limit": 5})
    assert len((await socket.until("GUILD_MEMBERS_CHUNK"))["members"]) == 5


async def test_presence_is_noticed(gateway: GatewayClient, discord_: StandIn):
    socket = await opened(gateway, GUILDS)
    noticed = asyncio.get_running_loop().create_future()
    discord_.subscribe(lambda change: noticed.done() or noticed.set_result(change))
    await socket.send(3, {"status": "idle", "activities": [], "since": None, "afk": False})
    change = await asyncio.wait_for(noticed, 60)
    assert (change.kind, change.data["status"]) == ("presence_changed", "idle")
