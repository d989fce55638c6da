"""Buttons that are pressed twice at once, and buttons that were shown before something else changed."""

import asyncio
from datetime import timedelta

from standin import Message, Person
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town


async def twice(person: Person, shown: Message, label: str) -> list[str]:
    """Press a button twice before anything is answered; return both answers, the shorter first."""
    (pressed,) = [button.custom_id for button in shown.buttons if button.label == label]
    answers = await asyncio.gather(*(person.click(shown, pressed, raw=True) for _ in range(2)))
    return sorted((answer.text for answer in answers), key=len)


async def test_a_time_is_skipped_once_however_often_the_button_is_pressed(
    alice: Person, after: After, stored: Stored
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=2)
    (before,) = await stored()
    more = await alice.click(alice.pings[-1], "More …")
    overview = await alice.slash("reminder show", reminder="walk")
    already, skipped = await twice(alice, more, "Skip next")
    if already.startswith("Skipped"):
        already, skipped = skipped, already
    assert already == "That time is skipped already. `/reminder skip` skips the one after it as well."
    assert skipped.startswith("Skipped once")
    (row,) = await stored()
    assert row["next_at"] == before["next_at"] + timedelta(hours=2)
    # The same time under another message, and from the select that offers the one after it.
    assert (await alice.click(overview, "Skip next")).text == already
    shown = await alice.click(await alice.slash("reminder show", reminder="walk"), "Skip next")
    menu = shown.selects[0].custom_id
    selected = [(await alice.choose(shown, menu, ["s"], raw=True)).text for _ in range(2)]
    assert selected[0] != already
    assert selected[1] == already
    (row,) = await stored()
    assert row["next_at"] == before["next_at"] + timedelta(hours=6)
    late = await alice.slash("reminder show", reminder="walk")
    await after(hours=8)
    assert (await alice.click(late, "Skip next")).text.startswith("The time that this would have skipped has passed.")


async def test_joining_snoozing_and_deleting_twice_at_once_is_doing_it_once(
    alice: Person, mallory: Person, after: After, stored: Stored, town: Town
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=2)
    message = alice.pings[-1]
    theirs = await mallory.click(message, "More …")
    already, joined = await twice(mallory, theirs, "Me too")
    assert (already, joined[:26]) == ("You have joined that reminder already.", "You will be pinged as well")
    assert (await stored())[0]["subscribers"] == f"[{town.mallory.id}]"
    again = await mallory.click(message, "More …")
    left, already = await twice(mallory, again, "Do not ping me")
    assert (left, already) == ("You have left it already.", "You will no longer be pinged.")
    assert (await stored())[0]["subscribers"] == "[]"

    snoozed = await twice(alice, message, "Snooze 1 h")
    assert sorted(text.split(" <")[0] for text in snoozed) == ["It is snoozed until", "Snoozed until"]
    assert len(await stored()) == 2
    overview = await alice.slash("reminder show", reminder="#1")
    gone = await twice(alice, overview, "Delete")
    assert [text for text in gone if text.startswith("Deleted: ")]
    assert "That reminder was deleted. Whoever deleted it can press **Undo** for one day." in gone


async def test_many_are_moved_and_moved_back_once(
    alice: Person, moderator: Person, manager: Person, stored: Stored, town: Town
) -> None:
    await manager.slash("settings set", key="reminders.per_member", value="50")
    for _ in range(26):
        await alice.slash("reminder create", when="in 20 days", what="tea")
    before = [row["next_at"] for row in await stored()]
    asked = await moderator.slash("reminder shift", by="30m")
    moved, refused = await twice(moderator, asked, "Move them")
    assert (moved, refused[:18]) == ("Moved 26 reminders 30 minutes later.", "Nothing was moved:")
    assert [row["next_at"] - was for row, was in zip(await stored(), before, strict=True)] == [
        timedelta(minutes=30)
    ] * 26
    few = await moderator.slash("reminder shift", by="-30m", channel=town.general)
    again = await moderator.click(few, "Move them")
    assert [row["next_at"] for row in await stored()] == before
    undone = sorted(await twice(moderator, again, "Undo"))
    assert undone == [
        "Moved 26 reminders for " + town.general.mention + " 30 minutes later.",
        "That was undone already.",
    ]
    assert {row["next_at"] - was for row, was in zip(await stored(), before, strict=True)} == {timedelta(minutes=30)}
