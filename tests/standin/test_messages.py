"""Messages over REST: what is stored, and what Discord refuses."""

from standin import Channel, ChannelType, Guild, World, permissions
from tests.standin.wire import Api

BUTTON_ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": "press"}]}


async def test_a_message_is_posted_read_edited_and_deleted(api: Api, general: Channel, path: str):
    embed = {"title": "Tide", "fields": [{"name": "High", "value": "18:04"}]}
    posted = await api.post(path, {"content": " hello ", "embeds": [embed], "components": [BUTTON_ROW]})
    assert posted.body["content"] == "hello"
    assert posted.body["embeds"][0]["type"] == "rich"
    [row] = posted.body["components"]
    assert (row["id"], row["components"][0]["id"]) == (1, 2)
    one = f"{path}/{posted.body['id']}"
    assert (await api.get(one)).body == posted.body
    edited = await api.patch(one, {"content": "bye", "embeds": []})
    assert (edited.body["content"], edited.body["embeds"]) == ("bye", [])
    assert edited.body["components"]
    assert edited.body["edited_timestamp"]
    message = general.last_message
    assert message
    assert [version.text for version in message.edits] == ["hello"]
    assert (await api.delete(one)).status == 204
    assert message.deleted
    for refused in (await api.get(one), await api.patch(one, {"content": "x"}), await api.delete(one)):
        assert refused.refusal == (404, 10008)


async def test_files_travel_with_a_message(api: Api, general: Channel, path: str, http):
    posted = await api.post(
        path,
        {
            "attachments": [{"id": 0, "filename": "log.txt", "description": "the log"}],
            "embeds": [{"image": {"url": "attachment://log.txt"}}],
        },
        files={"files[0]": ("log.txt", b"line\r\n--line"), "files[1]": ("more & more.bin", b"\x00\xff")},
    )
    first, second = posted.body["attachments"]
    assert (first["filename"], first["size"], first["description"]) == ("log.txt", 12, "the log")
    assert first["content_type"] == "text/plain"
    assert posted.body["embeds"][0]["image"]["url"] == first["url"]
    message = general.last_message
    assert message
    assert [file.content for file in message.attachments] == [b"line\r\n--line", b"\x00\xff"]
    async with http.get(second["url"]) as downloaded:
        assert await downloaded.read() == b"\x00\xff"
    one = f"{path}/{posted.body['id']}"
    kept = await api.patch(one, {"attachments": [{"id": second["id"]}]})
    assert [file["filename"] for file in kept.body["attachments"]] == ["more & more.bin"]
    lost = await api.post(path, {"embeds": [{"image": {"url": "attachment://nowhere.png"}}]})
    assert lost.wrong("") == ["UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"]
    huge = await api.post(path, {"content": "x"}, files={"files[0]": ("huge", b"0" * (10 * 1024 * 1024 + 1))})
    assert huge.refusal == (413, 40005)


async def test_a_repeated_nonce_gives_the_first_message_back(api: Api, general: Channel, path: str, world: World):
    first = await api.post(path, {"content": "tea", "nonce": "r:7:1700000000", "enforce_nonce": True})
    count = len(general.messages)
    again = await api.post(path, {"content": "tea again", "nonce": "r:7:1700000000", "enforce_nonce": True})
    assert again.body == first.body
    assert len(general.messages) == count
    other = await api.post(path, {"content": "tea", "nonce": "r:7:1700000000"})
    assert other.body["id"] != first.body["id"]
    # Only whoever posts it, or hears of it, learns the nonce.
    assert first.body["nonce"] == "r:7:1700000000"
    assert "nonce" not in (await api.get(f"{path}/{first.body['id']}")).body
    # It is forgotten after three minutes.
    world.let_pass(181)
    late = await api.post(path, {"content": "tea", "nonce": "r:7:1700000000", "enforce_nonce": True})
    assert late.body["id"] not in (first.body["id"], other.body["id"])


async def test_the_bot_needs_permissions(api: Api, lighthouse: Guild, general: Channel, path: str, world: World):
    world.set_overwrite(general, lighthouse.everyone, deny=permissions.EMBED_LINKS | permissions.ATTACH_FILES)
    assert (await api.post(path, {"content": "hi"})).status == 200
    assert (await api.post(path, {"embeds": [{"title": "x"}]})).refusal == (403, 50013)
    assert (await api.post(path, {"content": "x"}, files={"files[0]": ("x", b"x")})).refusal == (403, 50013)
    world.set_overwrite(general, lighthouse.everyone, deny=permissions.SEND_MESSAGES)
    assert (await api.post(path, {"content": "hi"})).refusal == (403, 50013)
    world.set_overwrite(general, lighthouse.everyone, deny=permissions.VIEW_CHANNEL)
    assert (await api.post(path, {"content": "hi"})).refusal == (403, 50001)
    assert (await api.get(path)).refusal == (403, 50001)
    assert (await api.post(path[:-9] + "/typing")).refusal == (403, 50001)
    assert (await api.post("/channels/1/messages", {"content": "x"})).code == 10003
    assert (await api.get("/channels/nonsense")).wrong("channel_id") == ["NUMBER_TYPE_COERCE"]


async def test_somebody_elses_message_is_not_edited_and_deleted_only_with_permission(
    api: Api, lighthouse: Guild, world
):
    support = lighthouse.channel("support")
    theirs = world.messages.post(support, world.user("alice"), "help")
    one = f"/channels/{support.id}/messages/{theirs.id}"
    assert (await api.patch(one, {"content": "no help"})).refusal == (403, 50005)
    assert (await api.delete(one)).status == 204
    theirs = world.messages.post(support, world.user("alice"), "help")
    role = next(iter(lighthouse.members[world.bot.id].role_ids))
    world.edit_role(lighthouse.roles[role], permissions=0)
    assert (await api.delete(f"/channels/{support.id}/messages/{theirs.id}")).refusal == (403, 50013)


async def test_a_direct_message_reaches_only_who_allows_it(api: Api, world: World):
    alice = world.user("alice")
    opened = await api.post("/users/@me/channels", {"recipient_id": str(alice.id)})
    assert (await api.post("/users/@me/channels", {"recipient_id": alice.id})).body == opened.body
    path = f"/channels/{opened.body['id']}/messages"
    assert (await api.post(path, {"content": "psst"})).status == 200
    alice.accepts_dms = False
    assert (await api.post(path, {"content": "psst"})).refusal == (403, 50007)
    assert (await api.post("/users/@me/channels", {"recipient_id": "1"})).code == 10013


async def test_messages_are_listed_newest_first(api: Api, lighthouse: Guild, world: World):
    support = lighthouse.channel("support")
    posted = [world.messages.post(support, world.user("ben"), str(number)) for number in range(6)]
    world.messages.post(support, world.bot, "only for alice", visible_to=world.user("alice"))

    async def listed(query: str) -> list[str]:
        return [each["content"] for each in (await api.get(f"/channels/{support.id}/messages{query}")).body]

    assert await listed("?limit=3") == ["5", "4", "3"]
    assert await listed(f"?limit=2&before={posted[3].id}") == ["2", "1"]
    assert await listed(f"?limit=2&after={posted[1].id}") == ["3", "2"]
    assert await listed(f"?limit=3&around={posted[2].id}") == ["3", "2", "1"]
    assert (await api.get(f"/channels/{support.id}/messages?limit=101")).status == 400
    world.set_overwrite(support, lighthouse.everyone, deny=permissions.READ_MESSAGE_HISTORY)
    assert await listed("") == []


async def test_a_category_takes_no_messages(api: Api, world: World, lighthouse: Guild):
    category = world.create_channel(lighthouse, "Attic", ChannelType.CATEGORY)
    assert (await api.post(f"/channels/{category.id}/messages", {"content": "x"})).refusal == (400, 50008)


async def test_many_are_deleted_at_once(api: Api, lighthouse: Guild, world: World):
    support = lighthouse.channel("support")
    posted = [world.messages.post(support, world.user("ben"), str(number)) for number in range(3)]
    ids = [str(message.id) for message in posted[:2]]
    assert (await api.post(f"/channels/{support.id}/messages/bulk-delete", {"messages": ids})).status == 204
    assert support.messages == posted[2:]
