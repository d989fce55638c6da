"""Channels, threads, roles and members over REST, and the permissions they need."""

from datetime import UTC, datetime, timedelta

import pytest

from standin import Channel, ChannelType, Guild, Role, StandIn, World, permissions
from tests.standin.wire import Api


@pytest.fixture
def bots_role(world: World, lighthouse: Guild) -> Role:
    [role_id] = lighthouse.members[world.bot.id].role_ids
    return lighthouse.roles[role_id]


async def test_a_channel_is_made_changed_and_deleted(api: Api, lighthouse: Guild, world: World, discord_: StandIn):
    community = lighthouse.channel("Community")
    made = await api(
        "POST",
        f"/guilds/{lighthouse.id}/channels",
        {
            "name": "Ticket 12",
            "topic": "help",
            "parent_id": str(community.id),
            "permission_overwrites": [
                {"id": str(lighthouse.id), "type": 0, "deny": str(permissions.VIEW_CHANNEL)},
                {"id": str(world.bot.id), "type": 1, "allow": str(permissions.VIEW_CHANNEL)},
            ],
        },
        headers={"X-Audit-Log-Reason": "ticket%20opened"},
    )
    assert made.status == 201
    channel = lighthouse.channel("ticket-12")
    assert (channel.topic, channel.parent_id) == ("help", community.id)
    assert not world.can(world.user("alice"), channel, permissions.VIEW_CHANNEL)
    assert world.can(world.bot, channel, permissions.VIEW_CHANNEL)
    assert discord_.requests[-1].reason == "ticket opened"
    too_long = await api(
        "PATCH", f"/channels/{channel.id}", {"topic": "x"}, headers={"X-Audit-Log-Reason": "%C3%A4" * 513}
    )
    assert too_long.wrong("reason") == ["BASE_TYPE_BAD_LENGTH"]
    edited = await api.patch(f"/channels/{channel.id}", {"name": "closed 12", "topic": None, "rate_limit_per_user": 5})
    assert (edited.body["name"], edited.body["topic"], channel.slowmode) == ("closed-12", None, 5)
    assert (await api.delete(f"/channels/{channel.id}")).body["id"] == str(channel.id)
    assert (await api.get(f"/channels/{channel.id}")).refusal == (404, 10003)


async def test_what_a_channel_may_be(api: Api, lighthouse: Guild, world: World):
    path = f"/guilds/{lighthouse.id}/channels"
    for body, place in (
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"topic": "x"}, "name"),
        ({"name": "x", "rate_limit_per_user": 21_601}, "rate_limit_per_user"),
        ({"name": "x", "parent_id": "1"}, "parent_id"),
        ({"name": "x", "parent_id": str(lighthouse.channel("general").id)}, "parent_id"),
    ):
        refused = await api.post(path, body)
        assert refused.refusal == (400, 50035)
        assert refused.wrong(place), refused.body
    crowded = world.create_channel(lighthouse, "Crowded", ChannelType.CATEGORY)
    for number in range(50):
        world.create_channel(lighthouse, f"c{number}", parent=crowded)
    full = await api.post(path, {"name": "x", "parent_id": str(crowded.id)})
    assert full.wrong("parent_id") == ["CHANNEL_PARENT_MAX_CHANNELS"]
    while len(lighthouse.channels) < 500:
        world.create_channel(lighthouse, "filler")
    assert (await api.post(path, {"name": "x"})).refusal == (400, 30013)


async def test_channels_need_the_permission_to_manage_them(api: Api, lighthouse: Guild, world: World, bots_role: Role):
    general = lighthouse.channel("general")
    world.edit_role(bots_role, permissions=permissions.MANAGE_ROLES)
    assert (await api.post(f"/guilds/{lighthouse.id}/channels", {"name": "x"})).refusal == (403, 50013)
    assert (await api.patch(f"/channels/{general.id}", {"name": "x"})).refusal == (403, 50013)
    assert (await api.delete(f"/channels/{general.id}")).refusal == (403, 50013)
    assert general.name == "general"
    dm = world.open_dm(world.user("alice"))
    assert (await api.patch(f"/channels/{dm.id}", {"name": "x"})).refusal == (400, 50003)


async def test_nobody_gives_away_what_they_do_not_have(api: Api, lighthouse: Guild, world: World, bots_role: Role):
    general, alice = lighthouse.channel("general"), world.user("alice")
    one = f"/channels/{general.id}/permissions/{alice.id}"
    world.edit_role(bots_role, permissions=permissions.MANAGE_ROLES)
    assert (await api.put(one, {"type": 1, "deny": str(permissions.SEND_MESSAGES)})).status == 204
    assert not world.can(alice, general, permissions.SEND_MESSAGES)
    for body in (
        {"type": 1, "allow": str(permissions.MANAGE_MESSAGES)},
        {"type": 1, "allow": str(permissions.MANAGE_ROLES)},
    ):
        assert (await api.put(one, body)).refusal == (403, 50013)
    assert (await api.delete(one)).status == 204
    assert world.can(alice, general, permissions.SEND_MESSAGES)
    assert (await api.delete(one)).code == 10009
    assert (await api.put(f"/channels/{general.id}/permissions/1", {"type": 0})).code == 10011
    world.edit_role(bots_role, permissions=permissions.MANAGE_CHANNELS)
    assert (await api.put(one, {"type": 1, "deny": "0"})).refusal == (403, 50013)


async def test_threads(api: Api, general: Channel, world: World, lighthouse: Guild):
    private = await api.post(f"/channels/{general.id}/threads", {"name": "secret", "type": 12, "invitable": False})
    assert private.status == 201
    thread = lighthouse.threads[int(private.body["id"])]
    assert thread.is_private_thread
    assert list(thread.thread_members) == [world.bot.id]
    alice, eve = world.user("alice"), world.user("eve")
    members = f"/channels/{thread.id}/thread-members"
    assert (await api.put(f"{members}/{alice.id}")).status == 204
    assert world.can(alice, thread, permissions.VIEW_CHANNEL)
    assert not world.can(eve, thread, permissions.VIEW_CHANNEL)
    assert {each["user_id"] for each in (await api.get(members)).body} == {str(world.bot.id), str(alice.id)}
    assert (await api.get(f"{members}/{eve.id}")).code == 10007
    assert (await api.delete(f"{members}/{alice.id}")).status == 204
    assert not world.can(alice, thread, permissions.VIEW_CHANNEL)
    closed = await api.patch(f"/channels/{thread.id}", {"archived": True, "locked": True})
    assert closed.body["thread_metadata"]["archived"]
    assert (await api.post(f"/channels/{thread.id}/messages", {"content": "too late"})).refusal == (400, 50083)
    assert (await api.put(f"{members}/{alice.id}")).code == 50083
    assert (await api.get(f"/guilds/{lighthouse.id}/threads/active")).body["threads"] == []
    assert (await api.patch(f"/channels/{thread.id}", {"name": "renamed"})).code == 50083
    assert (await api.delete(f"/channels/{thread.id}")).status == 200


async def test_a_thread_on_a_message(api: Api, general: Channel, world: World, lighthouse: Guild):
    message = world.messages.post(general, world.user("alice"), "what about lamps")
    path = f"/channels/{general.id}/messages/{message.id}/threads"
    assert (await api.post(path, {"name": "lamps", "auto_archive_duration": 60})).body["id"] == str(message.id)
    assert lighthouse.channel("lamps").type is ChannelType.PUBLIC_THREAD
    assert (await api.post(path, {"name": "lamps"})).refusal == (400, 160004)
    assert (await api.put(f"/channels/{message.id}/thread-members/@me")).status == 204
    assert (await api.delete(f"/channels/{message.id}/thread-members/@me")).status == 204
    assert (await api.post(f"/channels/{message.id}/threads", {"name": "deeper", "type": 11})).code == 50024
    world.edit_thread(lighthouse.channel("lamps"), archived=True)
    assert (await api.post(f"/channels/{message.id}/messages", {"content": "awake"})).status == 200
    thread = lighthouse.channel("lamps").thread
    assert thread
    assert not thread.archived


async def test_threads_of_others_are_for_moderators(api: Api, general: Channel, world: World, bots_role: Role):
    thread = world.create_thread(general, "chat", world.user("alice"))
    hidden = world.create_thread(general, "secret", world.user("alice"), private=True)
    world.edit_role(bots_role, permissions=0)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": True})).refusal == (403, 50013)
    assert (await api.get(f"/channels/{hidden.id}")).refusal == (403, 50001)
    assert (await api.delete(f"/channels/{thread.id}/thread-members/{world.user('alice').id}")).refusal == (403, 50013)
    world.edit_role(bots_role, permissions=permissions.MANAGE_THREADS)
    assert (await api.get(f"/channels/{hidden.id}")).status == 200
    assert (await api.patch(f"/channels/{thread.id}", {"locked": True})).status == 200


async def test_roles_of_members(api: Api, lighthouse: Guild, world: World, bots_role: Role):
    alice = lighthouse.member("alice")
    path = f"/guilds/{lighthouse.id}/members/{alice.user.id}"
    watch, above = lighthouse.role("Night Watch"), lighthouse.role("Administrator")
    assert (await api.put(f"{path}/roles/{watch.id}")).status == 204
    assert watch.id in alice.role_ids
    assert (await api.delete(f"{path}/roles/{watch.id}")).status == 204
    assert watch.id not in alice.role_ids
    other_bots = world.create_role(lighthouse, "Other bot", managed=True, position=1)
    for role in (above, bots_role, lighthouse.everyone, other_bots):
        assert (await api.put(f"{path}/roles/{role.id}")).refusal == (403, 50013)
    assert (await api.put(f"{path}/roles/1")).code == 10011
    assert (await api.put(f"/guilds/{lighthouse.id}/members/1/roles/{watch.id}")).code == 10013
    stranger = world.add_user("stranger")
    assert (await api.get(f"/guilds/{lighthouse.id}/members/{stranger.id}")).code == 10007
    assert (await api.patch(path, {"roles": [str(watch.id)]})).body["roles"] == [str(watch.id)]
    world.edit_role(bots_role, permissions=permissions.MANAGE_CHANNELS)
    assert (await api.delete(f"{path}/roles/{watch.id}")).refusal == (403, 50013)


async def test_names_time_outs_and_kicks(api: Api, lighthouse: Guild, world: World):
    alice, olivia, adam = (lighthouse.member(name) for name in ("alice", "olivia", "adam"))
    path = f"/guilds/{lighthouse.id}/members"
    assert (await api.patch(f"{path}/{alice.user.id}", {"nick": "Al"})).body["nick"] == "Al"
    assert (await api.patch(f"{path}/{alice.user.id}", {"nick": "x" * 33})).wrong("nick") == ["BASE_TYPE_MAX_LENGTH"]
    assert (await api.patch(f"{path}/@me", {"nick": "Porter"})).body["nick"] == "Porter"
    until = datetime.now(UTC) + timedelta(hours=1)
    assert (
        await api.patch(f"{path}/{alice.user.id}", {"communication_disabled_until": until.isoformat()})
    ).status == 200
    general = lighthouse.channel("general")
    assert world.permissions(alice.user, general) == permissions.VIEW_CHANNEL | permissions.READ_MESSAGE_HISTORY
    too_long = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    refused = await api.patch(f"{path}/{alice.user.id}", {"communication_disabled_until": too_long})
    assert refused.wrong("communication_disabled_until")
    for above in (olivia, adam):
        assert (await api.patch(f"{path}/{above.user.id}", {"nick": "x"})).refusal == (403, 50013)
        assert (await api.delete(f"{path}/{above.user.id}")).refusal == (403, 50013)
    assert (await api.delete(f"{path}/{alice.user.id}")).status == 204
    assert alice.user.id not in lighthouse.members


async def test_roles_are_made_changed_and_deleted(api: Api, lighthouse: Guild, bots_role: Role):
    path = f"/guilds/{lighthouse.id}/roles"
    made = await api.post(path, {"name": "Guest", "permissions": str(permissions.SEND_MESSAGES)})
    role = lighthouse.role("Guest")
    assert (made.body["position"], role.permissions) == (1, permissions.SEND_MESSAGES)
    assert (await api.patch(f"{path}/{role.id}", {"name": "Visitor"})).body["name"] == "Visitor"
    assert (await api.post(path, {"permissions": str(permissions.ADMINISTRATOR)})).code == 50013
    assert (await api.patch(f"{path}/{lighthouse.role('Administrator').id}", {"name": "x"})).code == 50013
    assert (await api.delete(f"{path}/{role.id}")).status == 204
    assert (await api.delete(f"{path}/{role.id}")).code == 10011
    assert (await api.delete(f"{path}/{bots_role.id}")).status == 403


async def test_members_are_listed_in_pages(api: Api, lighthouse: Guild):
    path = f"/guilds/{lighthouse.id}/members"
    first = (await api.get(f"{path}?limit=5")).body
    rest = (await api.get(f"{path}?limit=5&after={first[-1]['user']['id']}")).body
    assert len(first) + len(rest) == len(lighthouse.members)
    assert (await api.get(f"{path}?limit=1001")).status == 400


async def test_the_bot_leaves(api: Api, lighthouse: Guild, world: World):
    assert len((await api.get("/users/@me/guilds")).body) == 2
    assert (await api.delete(f"/users/@me/guilds/{lighthouse.id}")).status == 204
    assert not world.has_bot(lighthouse)
    assert [each["name"] for each in (await api.get("/users/@me/guilds")).body] == ["The Boathouse"]
    for path in (f"/guilds/{lighthouse.id}", f"/channels/{lighthouse.channel('general').id}"):
        assert (await api.get(path)).refusal == (403, 50001)
    assert (await api.get("/guilds/1")).code == 10004
