"""What Discord's client lets a person do, and what it does not."""

import asyncio
from typing import Any

import pytest

from standin import BadInput, Channel, Guild, NotPossible, NotVisible, Person, StandIn, Upload, World, permissions
from tests.standin.wire import Api, BareBot


def option(kind: int, name: str = "value", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "A value"} | fields


async def given(bare: BareBot, person: Person, what: dict, value: Any, *, raw: bool = False) -> dict[str, Any]:
    """Use a command with one option, and return the interaction's data."""
    await bare.commands({"name": "give", "description": "Give", "options": [what]})
    task = asyncio.create_task(person.slash("give", value=value, raw=raw))
    done, _ = await asyncio.wait({task, seen := asyncio.create_task(bare.seen())}, return_when="FIRST_COMPLETED")
    if task in done:
        seen.cancel()
        task.result()
    told = await seen
    await bare.answer(told, 4, {"content": "ok"})
    await task
    return told["data"]


ACCEPTED = {
    "text": (option(3), "hello", "hello"),
    "a choice by its name": (option(3, choices=[{"name": "Red", "value": "r"}]), "Red", "r"),
    "a whole number": (option(4), 5, 5),
    "a typed number": (option(4), "5", 5),
    "a number": (option(10), 0.5, 0.5),
    "a truth": (option(5), False, False),
}


@pytest.mark.parametrize(("what", "value", "sent"), ACCEPTED.values(), ids=ACCEPTED)
async def test_values_that_are_sent(bare: BareBot, alice: Person, what, value, sent):
    data = await given(bare, alice, what, value)
    assert data["options"] == [{"name": "value", "type": what["type"], "value": sent}]


REFUSED = {
    "text in a number": (option(4), "five"),
    "half of a whole number": (option(4), 1.5),
    "a truth as a number": (option(4), True),
    "too large a number": (option(4), 2**53 + 1),
    "below the least": (option(4, min_value=3), 2),
    "above the most": (option(10, max_value=3), 3.5),
    "too short": (option(3, min_length=3), "ab"),
    "too long": (option(3, max_length=3), "abcd"),
    "nothing": (option(3), ""),
    "a number as text": (option(3), 5),
    "not among the choices": (option(3, choices=[{"name": "Red", "value": "r"}]), "Blue"),
    "a word as a truth": (option(5), "yes"),
    "nobody": (option(6), 1),
    "a word as a person": (option(6), "alice"),
    "no channel": (option(7), "general"),
    "no role": (option(8), 5),
    "no file": (option(11), "file.txt"),
    "missing": (option(3, required=True), None),
}


@pytest.mark.parametrize(("what", "value"), REFUSED.values(), ids=REFUSED)
async def test_values_that_are_not_sent(bare: BareBot, alice: Person, what, value):
    with pytest.raises(BadInput):
        await given(bare, alice, what, value)


async def test_things_are_resolved(bare: BareBot, alice: Person, lighthouse: Guild, world: World):
    eve, role, support = world.user("eve"), lighthouse.role("Member"), lighthouse.channel("support")
    data = await given(bare, alice, option(6), eve)
    assert data["resolved"]["users"][str(eve.id)]["username"] == "eve"
    member = data["resolved"]["members"][str(eve.id)]
    assert int(member["permissions"]) == world.permissions(eve, alice.channel)
    assert not {"user", "deaf", "mute"} & member.keys()
    data = await given(bare, alice, option(8), role.id)
    assert data["resolved"]["roles"][str(role.id)]["name"] == "Member"
    data = await given(bare, alice, option(7), support)
    assert data["resolved"]["channels"][str(support.id)]["name"] == "support"
    assert "permissions" in data["resolved"]["channels"][str(support.id)]
    data = await given(bare, alice, option(9), role)
    assert data["resolved"].keys() == {"roles"}
    data = await given(bare, alice, option(11), Upload("a.txt", b"abc"))
    [file] = data["resolved"]["attachments"].values()
    assert (file["filename"], file["size"]) == ("a.txt", 3)


async def test_a_chosen_channel_says_who_may_do_what_there(
    bare: BareBot, alice: Person, lighthouse: Guild, world: World
):
    staff = lighthouse.channel("staff-only")
    data = await given(bare, alice, option(7), staff)
    described = data["resolved"]["channels"][str(staff.id)]
    assert int(described["permissions"]) == 0
    assert int(described["app_permissions"]) == world.permissions(world.bot, staff)


async def test_channels_and_roles_of_elsewhere_are_not_offered(bare: BareBot, alice: Person, world: World):
    elsewhere = world.guild("The Boathouse")
    for what, value in (
        (option(7), elsewhere.channel("workshop")),
        (option(7, channel_types=[4]), alice.channel),
        (option(8), elsewhere.role("Keeper")),
    ):
        with pytest.raises(BadInput):
            await given(bare, alice, what, value)


async def test_who_means_harm_sends_it_anyway(bare: BareBot, eve: Person, world: World):
    workshop = world.guild("The Boathouse").channel("workshop")
    data = await given(bare, eve, option(7), workshop, raw=True)
    assert data["options"][0]["value"] == str(workshop.id)
    assert str(workshop.id) in data["resolved"]["channels"]
    for what, value in ((option(4), "five"), (option(3, max_length=3), "x" * 6000), (option(4, max_value=3), 2**60)):
        data = await given(bare, eve, what, value, raw=True)
        assert data["options"] == [{"name": "value", "type": what["type"], "value": value}]
    await bare.commands({"name": "give", "description": "Give", "default_member_permissions": "0"})
    task, told = await bare.start(eve.slash("give", raw=True, other="x"))
    assert told["data"]["options"] == [{"name": "other", "type": 3, "value": "x"}]
    await bare.answer(told, 4, {"content": "no"})
    await task


async def test_options_a_command_does_not_have(bare: BareBot, alice: Person):
    await bare.commands({"name": "give", "description": "Give", "options": [option(3)]})
    with pytest.raises(BadInput, match="no option other"):
        await alice.slash("give", other="x")
    with pytest.raises(BadInput, match="no suggestions for"):
        await alice.autocomplete("give", option="value", typed="x")
    await bare.commands({"name": "give", "description": "Give", "options": [option(3, autocomplete=True)]})
    with pytest.raises(BadInput, match="no option other"):
        await alice.autocomplete("give", option="value", typed="x", other=1)


MENU = {
    "type": 3,
    "custom_id": "menu",
    "placeholder": "Pick",
    "options": [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}],
}


def panel(world: World, channel: Channel, **fields: Any):
    button = {"type": 2, "style": 1, "label": "Press", "custom_id": "press"}
    link = {"type": 2, "style": 5, "label": "Read", "url": "https://example.org"}
    off = {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True}
    rows = [{"type": 1, "components": [button, link, off]}, {"type": 1, "components": [MENU]}]
    return world.messages.post(channel, world.bot, "panel", components=rows, **fields)


async def test_what_can_be_pressed(bare: BareBot, alice: Person, eve: Person, world: World, lighthouse: Guild):
    message = panel(world, alice.channel)
    for name, problem in (("Off", "disabled"), ("Read", "link"), ("Nothing", "'Press', 'Read', 'Off'")):
        with pytest.raises(NotPossible, match=problem):
            await alice.click(message, name)
    assert (await bare.finish(alice.click(message, "Press"), 4, {"content": "pressed"})).text == "pressed"
    hidden = panel(world, alice.channel, visible_to=eve.user)
    with pytest.raises(NotVisible):
        await alice.click(hidden, "Press")
    staff = panel(world, lighthouse.channel("staff-only"))
    with pytest.raises(NotVisible):
        await eve.click(staff, "Press")
    world.messages.delete(message)
    with pytest.raises(NotPossible, match="deleted"):
        await alice.click(message, "Press")
    with pytest.raises(NotPossible, match="deleted"):
        await alice.choose(message, "menu", "One")
    task, told = await bare.start(eve.click(message, "off", raw=True))
    assert told["data"]["custom_id"] == "off"
    await bare.answer(told, 4, {"content": "gone"})
    await task


async def test_what_can_be_chosen(bare: BareBot, alice: Person, world: World):
    message = panel(world, alice.channel)
    task, told = await bare.start(alice.choose(message, "Pick", ["Two"]))
    assert told["data"] == {"custom_id": "menu", "component_type": 3, "values": ["2"]}
    await bare.answer(told, 6)
    world.messages.delete(message)
    assert (await task).deleted
    message = panel(world, alice.channel)
    for values in ("Three", ["One", "Two"], []):
        with pytest.raises(BadInput):
            await alice.choose(message, "menu", values)
    with pytest.raises(NotPossible):
        await alice.choose(message, "nothing", "One")


FORM = {
    "title": "Everything",
    "custom_id": "all",
    "components": [
        {
            "type": 18,
            "label": "Words",
            "component": {"type": 4, "custom_id": "t", "style": 1, "min_length": 2, "max_length": 4},
        },
        {"type": 18, "label": "Menu", "component": MENU | {"required": False}},
        {"type": 18, "label": "Who", "component": {"type": 5, "custom_id": "u"}},
        {"type": 18, "label": "Files", "component": {"type": 19, "custom_id": "f", "required": False}},
        {
            "type": 18,
            "label": "One of",
            "component": {
                "type": 21,
                "custom_id": "r",
                "options": [{"label": "A", "value": "a", "default": True}, {"label": "B", "value": "b"}],
            },
        },
    ],
}


async def test_forms_are_filled_in(bare: BareBot, alice: Person, world: World):
    await bare.commands({"name": "form", "description": "Form"})
    form = await bare.finish(alice.slash("form"), 9, FORM)
    who = world.user("eve")
    for values, problem in (
        ({}, "Words: this field is required"),
        ({"Words": "x", "Who": who}, "2 or more"),
        ({"Words": "xxxxx", "Who": who}, "4 or fewer"),
        ({"Words": "xx"}, "Who: takes 1 to 1"),
        ({"Words": "xx", "Who": who, "Menu": "Three"}, "is not one of"),
        ({"Words": "xx", "Who": who, "One of": "C"}, "is not one of"),
        ({"Words": "xx", "Who": who, "Files": [Upload("a", b""), Upload("b", b"")]}, "0 to 1 files"),
    ):
        with pytest.raises(BadInput, match=problem):
            await alice.submit(form, values)
    with pytest.raises(NotPossible, match="no field 'Nonsense'"):
        await alice.submit(form, {"Nonsense": "x"})
    filled = {"Words": "word", "Who": who, "menu": "Two", "Files": Upload("a.txt", b"abc")}
    task, told = await bare.start(alice.submit(form, filled))
    answers = {part["component"]["custom_id"]: part["component"] for part in told["data"]["components"]}
    assert answers["t"]["value"] == "word"
    assert answers["menu"]["values"] == ["2"]
    assert answers["u"]["values"] == [str(who.id)]
    assert answers["r"]["value"] == "a"
    [file_id] = answers["f"]["values"]
    assert told["data"]["resolved"]["attachments"][file_id]["filename"] == "a.txt"
    assert str(who.id) in told["data"]["resolved"]["users"]
    await bare.answer(told, 4, {"content": "thanks"})
    assert (await task).text == "thanks"


async def test_what_a_menu_is_filled_in_with_has_ids_as_texts(bare: BareBot, alice: Person, world: World):
    await bare.commands({"name": "form", "description": "Form"})
    who = world.user("eve")
    menu = {"type": 5, "custom_id": "u", "default_values": [{"id": who.id, "type": "user"}]}
    wanted = {"title": "Form", "custom_id": "form", "components": [{"type": 18, "label": "Who", "component": menu}]}
    form = await bare.finish(alice.slash("form"), 9, wanted)
    assert form.modal is not None
    assert form.modal.components[0]["component"]["default_values"] == [{"id": str(who.id), "type": "user"}]
    task, told = await bare.start(alice.submit(form))
    assert told["data"]["components"][0]["component"]["values"] == [str(who.id)]
    await bare.answer(told, 4, {"content": "thanks"})
    await task


async def test_talking(alice: Person, eve: Person, maya: Person, lighthouse: Guild, world: World):
    message = await alice.say("hello", files=[Upload("a.txt", b"abc")])
    assert message.attachments[0].content == b"abc"
    with pytest.raises(NotPossible):
        await alice.say("x" * 2001)
    with pytest.raises(NotPossible):
        await alice.at(lighthouse.channel("announcements")).say("psst")
    with pytest.raises(NotPossible):
        await eve.edit(message, "changed")
    await alice.edit(message, "hello!")
    assert message.text == "hello!"
    with pytest.raises(NotPossible):
        await eve.delete(message)
    await maya.delete(message)
    assert message.deleted
    world.set_overwrite(alice.channel, lighthouse.everyone, deny=permissions.ATTACH_FILES)
    with pytest.raises(NotPossible):
        await alice.say("again", files=[Upload("a.txt", b"abc")])
    assert alice.at(lighthouse.channel("staff-only")).messages == []


async def test_who_is_not_in_the_server_does_nothing_there(bare: BareBot, discord_: StandIn, world: World):
    await bare.commands({"name": "form", "description": "Form"})
    nils = discord_.person("nils", world.guild("The Boathouse").channel("general"))
    with pytest.raises(NotVisible):
        await nils.slash("form", raw=True)


async def test_a_private_reply_is_dismissed_by_its_reader(bare: BareBot, alice: Person, eve: Person, api: Api):
    await bare.commands({"name": "form", "description": "Form"})
    task, told = await bare.start(alice.slash("form"))
    await bare.answer(told, 4, {"content": "psst", "flags": 64})
    reply = await task
    with pytest.raises(NotVisible):
        await eve.delete(reply)
    await alice.delete(reply)
    assert (await api.patch(bare.webhook(told, "/messages/@original"), {"content": "x"})).code == 10008
