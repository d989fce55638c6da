"""Files: what forms take, how large they may be, and for how long their addresses work."""

import aiohttp
import pytest

from standin import BadInput, Guild, NotPossible, Person, StandIn, Upload, World
from tests.standin.wire import Api, BareBot

BOXES = [{"label": name, "value": name.lower()} for name in ("Milk", "Sugar", "Lemon")]
FORM = {
    "title": "Bug",
    "custom_id": "bug",
    "components": [
        {"type": 10, "content": "**Read the rules first.**"},
        {"type": 18, "label": "Pictures", "component": {"type": 19, "custom_id": "f", "max_values": 2}},
        {"type": 18, "label": "Extras", "component": {"type": 22, "custom_id": "x", "options": BOXES}},
        {"type": 18, "label": "Agreed", "component": {"type": 23, "custom_id": "a", "default": True}},
    ],
}


@pytest.fixture
async def form(bare: BareBot, alice: Person):
    await bare.commands({"name": "bug", "description": "Bug"})
    return await bare.finish(alice.slash("bug"), 9, FORM)


async def status(http: aiohttp.ClientSession, address: str) -> int:
    async with http.get(address) as answer:
        return answer.status


async def test_files_of_a_form_can_be_read_for_a_while(form, alice: Person, bare: BareBot, world: World, http):
    files = [Upload("a.png", b"\x89PNG"), Upload("b.txt", b"text")]
    task, told = await bare.start(alice.submit(form, {"Pictures": files, "Extras": ["Milk", "Lemon"]}))
    text, *labels = told["data"]["components"]
    assert text == {"type": 10, "id": 1}
    uploads, extras, agreed = (label["component"] for label in labels)
    assert (extras["values"], agreed["value"]) == (["milk", "lemon"], True)
    resolved = told["data"]["resolved"]["attachments"]
    first, second = (resolved[file_id] for file_id in uploads["values"])
    assert (first["content_type"], first["ephemeral"], second["size"]) == ("image/png", True, 4)
    assert f"/ephemeral-attachments/{world.application.id}/{first['id']}/a.png?ex=" in first["url"]
    async with http.get(second["url"]) as answer:
        assert await answer.read() == b"text"
    # An address without its signature, or with another time, is worth nothing.
    bare_address, _, signature = first["url"].partition("?")
    assert await status(http, bare_address) == 404
    assert await status(http, f"{bare_address}?ex=ffffffff&{signature.partition('&')[2]}") == 404
    world.files.lose_uploads()
    assert await status(http, first["url"]) == 404
    await bare.answer(told, 4, {"content": "thanks"})
    await task


async def test_addresses_of_files_in_messages_run_out_and_are_renewed_by_looking(
    api: Api, path: str, alice: Person, world: World, http
):
    said = await alice.say("look", files=[Upload("a.txt", b"a")])
    mine = await api.post(
        path, {"embeds": [{"image": {"url": "attachment://b.png"}}]}, files={"files[0]": ("b.png", b"b")}
    )
    address, image = said.attachments[0].url, mine.body["embeds"][0]["image"]["url"]
    assert [await status(http, each) for each in (address, image)] == [200, 200]
    world.let_pass(86_401)
    assert [await status(http, each) for each in (address, image)] == [404, 404]
    for body in (await api.get(path)).body[:2]:
        again = body["embeds"][0]["image"]["url"] if body["embeds"] else body["attachments"][0]["url"]
        assert await status(http, again) == 200


async def test_how_large_a_file_may_be_is_a_matter_of_the_place(
    form, api: Api, path: str, alice: Person, bare: BareBot, world: World, lighthouse: Guild, discord_: StandIn
):
    lighthouse.upload_limit, world.upload_limit = 100, 50
    for size, answered in ((100, 200), (101, 413)):
        posted = await api.post(path, {"content": "x"}, files={"files[0]": ("a.txt", b"0" * size)})
        assert posted.status == answered
    assert posted.refusal == (413, 40005)
    # Not a mistake of whoever sends it: the limit may have been another a moment ago.
    assert discord_.violations == []
    large = Upload("a.png", b"0" * 101)
    with pytest.raises(NotPossible, match="too powerful"):
        await alice.say("x", files=[large])
    with pytest.raises(BadInput, match="too powerful"):
        await alice.submit(form, {"Pictures": large, "Extras": "Milk"})
    task, told = await bare.start(alice.slash("bug"))
    assert told["attachment_size_limit"] == 100
    await bare.answer(told, 4, {"content": "x"})
    await task
    dm = alice.in_dm()
    with pytest.raises(NotPossible, match="too powerful"):
        await dm.say("x", files=[Upload("a", b"0" * 51)])


async def test_kinds_of_files_are_a_matter_of_their_names(alice: Person, bare: BareBot):
    await bare.commands({"name": "bug", "description": "Bug"})
    upload = {"type": 19, "custom_id": "f", "file_types": ["image", ".PDF"]}
    form = await bare.finish(
        alice.slash("bug"), 9, FORM | {"components": [{"type": 18, "label": "Pictures", "component": upload}]}
    )
    for name in ("a.txt", "png"):
        with pytest.raises(BadInput, match="is none of image"):
            await alice.submit(form, {"Pictures": Upload(name, b"x")})
    for name in ("A.JPG", "a.pdf"):
        task, told = await bare.start(alice.submit(form, {"Pictures": Upload(name, b"not one at all")}))
        await bare.answer(told, 4, {"content": "thanks"})
        await task


REFUSED = {
    "a checkbox group that may be left empty and may not": (
        {"type": 22, "custom_id": "x", "options": BOXES, "min_values": 0},
        "min_values",
    ),
    "more checkboxes than there are": ({"type": 22, "custom_id": "x", "options": BOXES, "max_values": 4}, "max_values"),
    "one radio button": ({"type": 21, "custom_id": "x", "options": BOXES[:1]}, "options"),
    "the same radio button twice": ({"type": 21, "custom_id": "x", "options": [*BOXES, BOXES[0]]}, "options.3.value"),
    "eleven files": ({"type": 19, "custom_id": "x", "max_values": 11}, "max_values"),
    "a disabled menu": ({"type": 5, "custom_id": "x", "disabled": True}, "disabled"),
}


@pytest.mark.parametrize(("field", "place"), REFUSED.values(), ids=REFUSED)
async def test_fields_that_discord_refuses(alice: Person, bare: BareBot, field, place):
    await bare.commands({"name": "bug", "description": "Bug"})
    task, told = await bare.start(alice.slash("bug"))
    refused = await bare.answer(told, 9, FORM | {"components": [{"type": 18, "label": "Field", "component": field}]})
    assert refused.wrong(f"data.components.0.component.{place}"), refused.body
    await bare.answer(told, 4, {"content": "sorry"})
    await task
