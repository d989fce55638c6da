"""/tickets panel: posted, kept in step with the types, posted again, taken back."""

import logging
from typing import Any

import pytest

from standin import Channel, Person, StandIn, permissions
from standin.model import Message
from tests.fixtures.town import Town

POSTING = "Send Messages and Embed Links."
TITLE, TEXT, TYPES, LOOK = "Title", "Text", "Ticket types", "Look"


async def with_types(manager: Person) -> None:
    await manager.slash("tickets type add", name="Bug", emoji="🐞", description="Something is broken")
    await manager.slash("tickets type add", name="Shop")


def panels(person: Person, channel: Channel) -> list[Message]:
    seen = [message for message in person.at(channel).messages if message.visible_to is None]
    return [message for message in seen if message.buttons or message.selects]


async def post(manager: Person, **given: Any) -> Any:
    return await manager.submit(await manager.slash("tickets panel post"), given)


async def test_a_panel_is_posted_changed_and_taken_back(
    manager: Person, alice: Person, town: Town, stand_in: StandIn
) -> None:
    await with_types(manager)
    form = await manager.slash("tickets panel post", channel=town.log)
    assert [(field.label, field.value) for field in form.modal.fields[:2]] == [(TITLE, "Support"), (TEXT, None)]
    posted = await manager.submit(form, {TEXT: "Ask @everyone **anything**"})
    (message,) = panels(alice, town.log)
    assert posted.private
    assert posted.text == (
        f"The panel is in {town.log.mention}: https://discord.com/channels/{town.guild.id}/{town.log.id}/{message.id}"
    )
    assert "Ask @everyone **anything**\n\n🐞 **Bug**: Something is broken" in message.full_text
    assert [(button.label, button.emoji) for button in message.buttons] == [("Bug", "🐞"), ("Shop", None)]
    assert message.pinged == []

    form = await manager.slash("tickets panel edit", panel="Support")
    edited = await manager.submit(form, {TITLE: "Help", TYPES: ["Shop", "Bug"], LOOK: "One menu with all types"})
    assert str(message.id) in edited.text
    assert not message.buttons
    (menu,) = message.selects
    assert [option["label"] for option in menu.options] == ["Bug", "Shop"]
    assert message.embeds[0]["title"] == "Help"
    same = await manager.submit(await manager.slash("tickets panel edit", panel="001"))
    assert same.text == "That would change nothing: it is so already."

    await manager.click(edited, "Undo")
    await stand_in.until(lambda: len(message.buttons) == 2)
    await manager.click(posted, "Undo")
    await stand_in.until(lambda: message.deleted)
    assert (await manager.slash("tickets panel list")).text.startswith("There are no panels yet.")


async def test_a_panel_follows_its_types(manager: Person, town: Town, stand_in: StandIn) -> None:
    await with_types(manager)
    await post(manager)
    (message,) = panels(manager, town.general)
    edited = await manager.slash("tickets type edit", type="Shop", name="Orders", emoji="🛒")
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bug", "Orders"])
    await manager.click(edited, "Undo")
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bug", "Shop"])
    await manager.slash("tickets type edit", type="Shop", offered=False)
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bug"])
    removed = await manager.slash("tickets type remove", type="Bug")
    await stand_in.until(lambda: not message.buttons)
    assert "No tickets can be opened here at the moment." in message.full_text
    await manager.click(removed, "Undo")
    await stand_in.until(lambda: [button.label for button in message.buttons] == ["Bug"])


async def test_a_panel_that_was_deleted_by_hand_is_posted_again(manager: Person, town: Town, owner: Person) -> None:
    await with_types(manager)
    await post(manager)
    (first,) = panels(manager, town.general)
    there = await manager.slash("tickets panel post", panel="Support")
    assert there.text.startswith("The panel is still there, and up to date now: ")
    await owner.delete(first)
    again = await manager.slash("tickets panel post", panel="001")
    (second,) = panels(manager, town.general)
    assert again.text.endswith(f"/{second.id}")
    await owner.delete(second)
    listed = await manager.slash("tickets panel list")
    assert "Bug, Shop" in listed.full_text
    await manager.choose(listed, "Post one of them again…", ["001"])
    (third,) = panels(manager, town.general)
    moved = await manager.slash("tickets panel post", panel="001", channel=town.log)
    assert third.deleted
    (fourth,) = panels(manager, town.log)
    assert moved.text.endswith(f"/{fourth.id}")
    await owner.at(town.log).delete(fourth)
    # Changing it also brings it back.
    await manager.submit(await manager.slash("tickets panel edit", panel="001"), {TITLE: "Help"})
    (fifth,) = panels(manager, town.log)
    removed = await manager.slash("tickets panel remove", panel="Help")
    assert removed.text == "The panel “Help” is removed. Tickets that were opened from it stay."
    assert fifth.deleted


async def test_a_removed_panel_comes_back_with_undo(manager: Person, town: Town, stand_in: StandIn) -> None:
    await with_types(manager)
    await post(manager)
    removed = await manager.slash("tickets panel remove", panel="Support")
    assert panels(manager, town.general) == []
    await manager.click(removed, "Undo")
    await stand_in.until(lambda: len(panels(manager, town.general)) == 1)
    link = f"/{panels(manager, town.general)[0].id}"
    while link not in (await manager.slash("tickets panel list")).full_text:
        # It is posted, and written down a moment later.
        continue
    there = await manager.slash("tickets panel post", panel="Support")
    assert there.text.endswith(link)


async def test_what_stands_in_the_way_of_a_panel_is_said_before_anything_is_saved(
    manager: Person, moderator: Person, alice: Person, town: Town, stand_in: StandIn
) -> None:
    refused = await manager.slash("tickets panel post")
    assert refused.text == "There are no ticket types yet. Add one with `/tickets type add` first."
    await with_types(manager)
    for person in (moderator, alice):
        for command, options in {"post": {}, "edit": {"panel": "1"}, "remove": {"panel": "1"}, "list": {}}.items():
            refused = await person.slash(f"tickets panel {command}", **options)
            assert refused.text == "Only people who may manage this server can set up its tickets."
    lacking = f"I lack permissions in {town.closed.mention}. Give me these there first: View Channel, "
    refused = await manager.slash("tickets panel post", channel=town.closed)
    assert refused.text == f"{lacking}{POSTING}"
    refused = await manager.slash("tickets panel post", channel=town.square, raw=True)
    assert refused.text == "That is not a channel of this server. Choose one from the list."
    for command in ("edit", "remove", "post"):
        refused = await manager.slash(f"tickets panel {command}", panel="nothing")
        assert refused.text.startswith("There is no such panel in this server.")
    form = await manager.slash("tickets panel post", channel=town.log)
    for given, said in (
        ({TITLE: "x" * 101}, "The title of a panel has 1 to 100 characters."),
        ({TEXT: "x" * 1501}, "The text of a panel has at most 1500 characters."),
        ({TYPES: []}, "Choose at least one ticket type that there is. `/tickets type list` shows them."),
        ({TYPES: ["009"]}, "Choose at least one ticket type that there is. `/tickets type list` shows them."),
    ):
        assert (await manager.submit(form, given, raw=True)).text == said
    # The permission is taken away while the form is filled in.
    town.world.set_overwrite(town.log, town.guild.roles[town.guild.id], deny=permissions.SEND_MESSAGES)
    refused = await manager.submit(form)
    assert refused.text == f"I lack permissions in {town.log.mention}. Give me these there first: {POSTING}"
    town.world.set_overwrite(town.log, town.guild.roles[town.guild.id])
    assert (await manager.slash("tickets panel list")).text.startswith("There are no panels yet.")
    again = await manager.click(refused, "Try again")
    await manager.submit(again)
    assert len(panels(manager, town.log)) == 1


async def test_a_panel_that_discord_refuses_leaves_nothing(
    manager: Person, town: Town, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    await with_types(manager)
    form = await manager.slash("tickets panel post")
    stand_in.faults.fail("POST /channels/{channel_id}/messages", 400, code=200000)
    refused = await manager.submit(form)
    assert refused.text == "The rules of AutoMod in this server do not let me write that."
    assert (await manager.slash("tickets panel list")).text.startswith("There are no panels yet.")
    await manager.click(refused, "Try again")


async def test_changes_are_announced_in_the_log_channel(manager: Person, town: Town, stand_in: StandIn) -> None:
    await manager.slash("settings set", key="general.log_channel", channel=town.log)
    await with_types(manager)
    await post(manager)
    await stand_in.until(lambda: len(manager.at(town.log).messages) == 4)
    said = [message.full_text for message in manager.at(town.log).messages[1:]]
    assert ["Bug" in said[0], "Shop" in said[1], "Support" in said[2]] == [True, True, True]
