"""Pinned messages: who may pin, what the channel says about it, and slow mode, whose permission came with it."""

import pytest

from standin import Channel, Guild, NotPossible, Person, World, permissions
from standin.gateway.codes import GUILD_MESSAGES, GUILDS
from tests.standin.test_gateway import opened
from tests.standin.wire import Api, GatewayClient


@pytest.mark.parametrize("pins", ["messages/pins", "pins"])
async def test_a_pin_is_told_of_and_leaves_a_message(
    api: Api, general: Channel, path: str, world: World, gateway: GatewayClient, pins: str
):
    socket = await opened(gateway, GUILDS | GUILD_MESSAGES)
    header = (await api.post(path, {"content": "Ticket 12"})).body
    await socket.until("MESSAGE_CREATE")
    address = f"/channels/{general.id}/{pins}"
    for _ in range(2):
        assert (await api.put(f"{address}/{header['id']}")).status == 204
    assert (await socket.until("CHANNEL_PINS_UPDATE"))["last_pin_timestamp"]
    assert (await socket.until("MESSAGE_UPDATE"))["pinned"]
    note = await socket.until("MESSAGE_CREATE")
    assert (note["type"], note["author"]["id"], note["content"]) == (6, str(world.bot.id), "")
    assert note["message_reference"]["message_id"] == header["id"]
    # Pinned twice, said once.
    assert [message.type for message in general.messages[-2:]] == [0, 6]
    listed = (await api.get(address)).body
    assert [each["id"] for each in (listed if pins == "pins" else [item["message"] for item in listed["items"]])] == [
        header["id"]
    ]
    assert (await api.patch(f"{path}/{note['id']}", {"content": "x"})).refusal == (403, 50021)
    assert (await api.delete(f"{path}/{note['id']}")).status == 204
    assert (await api.delete(f"{address}/{header['id']}")).status == 204
    assert not (await api.get(f"{path}/{header['id']}")).body["pinned"]
    assert (await api.put(f"{address}/1")).code == 10008


async def test_pins_need_a_permission_of_their_own(
    api: Api, general: Channel, path: str, world: World, lighthouse: Guild
):
    [role_id] = lighthouse.members[world.bot.id].role_ids
    said = (await api.post(path, {"content": "x"})).body["id"]
    world.edit_role(lighthouse.roles[role_id], permissions=permissions.MANAGE_MESSAGES)
    assert (await api.put(f"{path}/pins/{said}")).refusal == (403, 50013)
    assert (await api.delete(f"{path}/pins/{said}")).refusal == (403, 50013)
    world.edit_role(
        lighthouse.roles[role_id], permissions=permissions.PIN_MESSAGES | permissions.CREATE_PRIVATE_THREADS
    )
    assert (await api.put(f"{path}/pins/{said}")).status == 204
    thread = world.create_thread(general, "old", world.bot, private=True)
    message = world.messages.post(thread, world.bot, "header")
    world.edit_thread(thread, archived=True)
    assert (await api.put(f"/channels/{thread.id}/messages/pins/{message.id}")).refusal == (400, 50083)


async def test_a_channel_has_250_pins_in_pages(api: Api, general: Channel, path: str, world: World):
    said = [world.messages.post(general, world.bot, str(number)) for number in range(251)]
    for message in said[:250]:
        world.messages.pin(message, world.bot)
    assert (await api.put(f"{path}/pins/{said[250].id}")).refusal == (400, 30003)
    seen: list[str] = []
    before = ""
    while True:
        page = (await api.get(f"{path}/pins?limit=50{before}")).body
        seen += [item["message"]["content"] for item in page["items"]]
        if not page["has_more"]:
            break
        before = f"&before={page['items'][-1]['pinned_at'].replace('+', '%2B')}"
    assert seen == [str(number) for number in reversed(range(250))]
    assert (await api.get(f"{path}/pins?limit=51")).status == 400


async def test_slow_mode_is_for_people_without_the_permission(alice: Person, maya: Person, world: World):
    world.edit_channel(alice.channel, slowmode=60)
    await alice.say("first")
    with pytest.raises(NotPossible, match="slow mode"):
        await alice.say("second")
    world.let_pass(60)
    await alice.say("second")
    # The permission to manage messages no longer helps.
    await maya.say("first")
    with pytest.raises(NotPossible, match="slow mode"):
        await maya.say("second")
    world.set_overwrite(alice.channel, maya.user, allow=permissions.BYPASS_SLOWMODE)
    await maya.say("second")
