"""/rules: written, published as one post, accepted, and asked again when there is a new version."""

from typing import Any

from app.bot import Bot
from standin import Channel, Person, StandIn
from standin.model import Message
from tests.fixtures.town import Town

TITLE, TEXT, SMALL, LARGE, PUBLISHED = (
    "Title",
    "Text",
    "Small picture beside it",
    "Large picture under it",
    "Published?",
)


async def add(manager: Person, title: str, text: str = "", **given: Any) -> Any:
    fields = {TITLE: title, TEXT: text} if text else {TITLE: title}
    return await manager.submit(await manager.slash("rules add"), fields | given)


def posts(person: Person, channel: Channel) -> list[Message]:
    return [one for one in person.at(channel).messages if one.visible_to is None and one.buttons]


async def publish(manager: Person, button: str = "Publish", **where: Any) -> Any:
    asked = await manager.slash("rules publish", **where)
    await manager.click(asked, button)
    return asked


async def test_rules_are_written_published_and_accepted(
    manager: Person, administrator: Person, alice: Person, mallory: Person, town: Town, bot: Bot
) -> None:
    empty = await manager.slash("rules preview")
    assert empty.text == "There is no rule to publish. Add one with `/rules add`."
    added = await add(manager, "Be kind", "Always, @everyone.")
    assert (added.private, added.text.splitlines()[0]) == (True, "Rule 1 is added: **Be kind**")
    refused = await add(manager, "Picture", **{LARGE: "http://example.org/a.png"})
    assert refused.text.startswith("A picture is given by its address, which begins with `https://`")
    form = await manager.click(refused, "Try again")
    assert [field.value for field in form.modal.fields[:4]] == ["Picture", None, None, "http://example.org/a.png"]
    await manager.submit(form, {TITLE: "Picture", LARGE: "https://example.org/a.png"})
    await add(manager, "Later", **{PUBLISHED: "It is left out for now"})

    moved = await manager.slash("rules move", rule="Picture", place=1)
    assert moved.text == "**Picture** is rule 1 now; it was rule 2."
    await manager.click(moved, "Undo")
    assert moved.text == "**Picture** is rule 2 now; it was rule 1."

    asked = await manager.slash("rules publish", channel=town.log)
    assert "2 rules are published." in asked.full_text
    assert "1 rule is left out." in asked.full_text
    assert posts(alice, town.log) == []
    await manager.click(asked, "Publish")
    (post,) = posts(alice, town.log)
    assert asked.text.splitlines() == [
        "Version 1 of the rules holds now.",
        f"https://discord.com/channels/{town.guild.id}/{town.log.id}/{post.id}",
    ]
    assert [one.get("image", {}).get("url") for one in post.embeds] == [None, "https://example.org/a.png"]
    assert post.embeds[0]["description"] == "**1. Be kind**\nAlways, @everyone."
    assert post.pinged == []

    preview = await manager.slash("rules preview")
    assert preview.private
    assert [one["description"] for one in preview.embeds] == [one["description"] for one in post.embeds]

    first = await alice.click(post, "I accept")
    assert (first.private, first.text) == (True, "Thank you: you have accepted version 1 of the rules.")
    again = await alice.click(post, "I accept")
    assert again.text.startswith("You accepted version 1 of the rules already, <t:")
    own = await alice.slash("rules accepted")
    assert "**Version 1**, <t:" in own.full_text
    read = await alice.choose(own, "Read one of them…", "Version 1")
    assert "Be kind" in read.full_text
    assert (await mallory.slash("rules accepted")).text.startswith("You have accepted no rules here.")

    # Nothing new is published twice; a post whose message is gone is posted again, and so is one that moves.
    nothing = await manager.slash("rules publish")
    assert nothing.text.startswith("Nothing has changed since version 1.")
    await administrator.at(town.log).delete(post)
    assert f"The rules are in {town.log.mention}" in (await manager.slash("rules publish")).text
    (post,) = posts(alice, town.log)
    assert (
        f"The rules are in {town.general.mention}" in (await manager.slash("rules publish", channel=town.general)).text
    )
    assert posts(alice, town.log) == []
    (post,) = posts(alice, town.general)

    # A new version: edited in place, with what is new to each.
    form = await manager.slash("rules edit", rule="Be kind")
    edited = await manager.submit(form, {TEXT: "Always and everywhere, @everyone."})
    assert edited.text.startswith("Rule 1 is changed")
    asked = await manager.slash("rules publish")
    assert "🟡 Changed: **1. Be kind**" in asked.full_text
    assert "~~Always,~~ **Always and everywhere,**" in asked.full_text
    await manager.click(asked, "Publish")
    assert "everywhere" in post.embeds[0]["description"]
    assert "🟡 Changed" in (await alice.click(post, "What is new?")).full_text
    assert "version 2" in (await alice.click(post, "I accept")).text
    history = await manager.slash("rules history")
    assert [line.split("**")[1] for line in history.full_text.splitlines() if line.startswith("**")] == [
        "Version 2",
        "Version 1",
    ]
    assert "Always, @everyone." in (await manager.slash("rules history", version=1)).full_text
    assert "no such version" in (await manager.slash("rules history", version=9)).text

    removed = await manager.slash("rules remove", rule="Later")
    back = await manager.click(removed, "Undo")
    assert back.text.endswith("is back: **Later**")


async def test_who_may_not_and_what_does_not_fit(
    manager: Person, moderator: Person, alice: Person, town: Town, stand_in: StandIn, bot: Bot
) -> None:
    await add(manager, "Be kind")
    for person in (alice, moderator):
        for command in ("add", "preview", "publish", "history", "status"):
            refused = await person.slash(f"rules {command}")
            assert refused.text.startswith("Only managers can set up onboarding"), command
    stranger = stand_in.person(town.stranger, town.square)
    assert await stranger.autocomplete("rules edit", "rule", "") == []
    assert "no such rule" in (await stranger.slash("rules remove", rule="Be kind")).text
    closed = await manager.slash("rules publish", channel=town.closed)
    assert closed.text.startswith(f"I lack permissions in {town.closed.mention}")
    asked = await manager.slash("rules publish")
    form = await manager.slash("rules edit", rule="Be kind")
    for number in range(3):
        await add(manager, f"Long {number}", "x" * 2000)
    changed = await manager.click(asked, "Publish")
    assert "The rules have 6" in changed.text
    assert "Shorten them by" in (await manager.slash("rules publish")).text
    await manager.slash("rules remove", rule="Long 2")
    changed = await manager.click(asked, "Publish")
    assert changed.text.startswith("The rules were changed meanwhile.")
    late = await manager.slash("rules edit", rule="Be kind")
    await manager.submit(late, {TEXT: "Now"})
    refused = await manager.submit(form, {TEXT: "Too late"})
    assert refused.text.startswith("Somebody else has just changed that rule.")
    for number in range(11):
        await add(manager, f"P{number}", **{SMALL: "https://example.org/a.png"})
    assert "at most 10" in (await manager.slash("rules publish")).text
