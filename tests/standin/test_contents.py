"""What people write beside text, and what becomes of it, as the bot hears it: for whoever writes a transcript."""

import pytest

from standin import Channel, Guild, NotPossible, Person, Upload, World, contents, permissions
from standin.gateway.codes import GUILD_MESSAGES, GUILDS, MESSAGE_CONTENT
from tests.standin.test_gateway import opened
from tests.standin.wire import Api, GatewayClient

HEARING = GUILDS | GUILD_MESSAGES | MESSAGE_CONTENT
LAMPS = {
    "question": {"text": "Which lamp?"},
    "answers": [{"poll_media": {"text": "Red"}}, {"poll_media": {"text": "Green", "emoji": {"name": "🟢"}}}],
    "duration": 24,
}


async def test_a_forward_holds_a_copy_that_nothing_changes(
    gateway: GatewayClient, api: Api, path: str, world: World, alice: Person, lighthouse: Guild
):
    socket, blind = await opened(gateway, HEARING), await opened(gateway, GUILDS | GUILD_MESSAGES)
    original = await alice.say("Fog ahead", files=[Upload("map.png", b"map", about={"width": 4, "height": 3})])
    elsewhere = alice.at(lighthouse.channel("support"))
    forward = await elsewhere.forward(original)
    await alice.edit(original, "No fog")
    await alice.delete(original)
    heard = [await socket.until("MESSAGE_CREATE") for _ in range(2)][1]
    assert (heard["content"], heard["flags"], heard["message_reference"]["type"]) == ("", 1 << 14, 1)
    assert heard["message_reference"]["channel_id"] == str(alice.channel.id)
    [snapshot] = heard["message_snapshots"]
    assert snapshot["message"]["content"] == "Fog ahead"
    assert snapshot["message"]["attachments"][0]["width"] == 4
    assert not {"author", "id", "channel_id"} & snapshot["message"].keys()
    shown = (await api.get(f"/channels/{elsewhere.channel.id}/messages/{forward.id}")).body
    assert shown["message_snapshots"] == [snapshot]
    bare = [await blind.until("MESSAGE_CREATE") for _ in range(2)][1]
    assert bare["message_snapshots"][0]["message"]["content"] == ""


async def test_the_bot_forwards_what_it_can_read(api: Api, path: str, world: World, alice: Person, lighthouse: Guild):
    async def forward(message_id: int, channel: Channel) -> tuple[int, int | None]:
        reference = {"type": 1, "message_id": str(message_id), "channel_id": str(channel.id)}
        answer = await api.post(path, {"message_reference": reference})
        return answer.status, answer.body.get("code")

    said = await alice.say("Fog ahead")
    assert await forward(said.id, alice.channel) == (200, None)
    asked = await alice.say(poll=contents.poll(LAMPS, world.now()))
    assert await forward(asked.id, alice.channel) == (400, 50068)
    with pytest.raises(NotPossible, match="cannot be forwarded"):
        await alice.forward(asked)
    world.application.allowed_intents = 0
    assert await forward(said.id, alice.channel) == (400, 160014)
    staff = lighthouse.channel("staff-only")
    world.set_overwrite(staff, world.bot, deny=permissions.VIEW_CHANNEL)
    assert await forward(1, staff) == (403, 50001)


async def test_polls_stickers_and_voice_messages(
    gateway: GatewayClient, api: Api, path: str, world: World, alice: Person
):
    socket = await opened(gateway, HEARING)
    asked = await alice.say(poll=contents.poll(LAMPS, world.now()))
    poll = (await socket.until("MESSAGE_CREATE"))["poll"]
    assert poll["answers"][1] == {"answer_id": 2, "poll_media": {"text": "Green", "emoji": {"id": None, "name": "🟢"}}}
    assert poll["results"] == {"is_finalized": False, "answer_counts": []}
    assert asked.poll
    world.messages.edit(asked, poll=contents.with_votes(asked.poll, {"Green": 3}, is_over=True))
    results = (await socket.until("MESSAGE_UPDATE"))["poll"]["results"]
    assert results == {"is_finalized": True, "answer_counts": [{"id": 2, "count": 3, "me_voted": False}]}
    await alice.say(stickers=[contents.sticker(7, "Wave")])
    assert (await socket.until("MESSAGE_CREATE"))["sticker_items"] == [{"id": "7", "name": "Wave", "format_type": 1}]
    voice = Upload("voice-message.ogg", b"Ogg", "audio/ogg", {"duration_secs": 2.5, "waveform": "AAA="})
    await alice.say(files=[voice], flags=1 << 13)
    spoken = await socket.until("MESSAGE_CREATE")
    assert (spoken["flags"], spoken["attachments"][0]["duration_secs"]) == (1 << 13, 2.5)
    own = await api.post(path, {"poll": LAMPS})
    assert own.body["poll"]["question"] == {"text": "Which lamp?"}
    world.application.allowed_intents = 0
    assert "poll" not in (await api.get(f"{path}/{asked.id}")).body


async def test_edits_previews_and_deletions_are_told_apart(
    gateway: GatewayClient, api: Api, path: str, world: World, alice: Person, maya: Person
):
    socket = await opened(gateway, HEARING)
    said = [await alice.say(f"{number} https://example.com") for number in range(4)]
    world.messages.unfurl(said[0], [{"type": "link", "url": "https://example.com", "title": "Example"}])
    preview = await socket.until("MESSAGE_UPDATE")
    assert (preview["edited_timestamp"], preview["embeds"][0]["title"]) == (None, "Example")
    await alice.edit(said[0], "changed")
    edit = await socket.until("MESSAGE_UPDATE")
    assert edit["edited_timestamp"]
    assert edit["content"] == "changed"
    await maya.delete(said[0])
    assert (await socket.until("MESSAGE_DELETE"))["id"] == str(said[0].id)
    ids = [str(message.id) for message in said[1:3]]
    assert (await api.post(f"{path}/bulk-delete", {"messages": [*ids, "1"]})).status == 204
    assert (await socket.receive())["d"]["ids"] == ids
    assert all(message.deleted for message in said[:3])
    assert (await api.post(f"{path}/bulk-delete", {"messages": ids[:1]})).wrong("messages")
    world.let_pass(15 * 86_400)
    assert (await api.post(f"{path}/bulk-delete", {"messages": [str(said[3].id), "1"]})).refusal == (400, 50034)
