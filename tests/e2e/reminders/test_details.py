"""Looking at one reminder, what is pressed there, and taking things back; by members, staff and those who forge."""

from datetime import timedelta

import pytest

from app.ui.reminders.ids import (
    CancelId,
    ChangeId,
    DeleteId,
    EditId,
    OpenId,
    PauseId,
    PutBackId,
    RestoreId,
    ResumeId,
    SkipHereId,
    UnskipId,
)
from app.ui.reminders.list_filter import ListFilter
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.reminders.due import After, Stored, later
from tests.fixtures.town import Town

NOT_YOURS = "You have no such reminder in this server."


def labels(reply) -> list[str]:
    return [button.label for button in reply.buttons]


def button_id(reply, label: str) -> str:
    return next(button.custom_id for button in reply.buttons if button.label == label)


async def test_everything_about_a_reminder_can_be_read(
    alice: Person, manager: Person, town: Town, clock: ManualClock, stored: Stored
) -> None:
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    clock.pass_the_hours_before(9)
    said = await alice.say("the lamp flickers")
    link = f"https://discord.com/channels/{alice.guild.id}/{alice.channel.id}/{said.id}"
    await alice.slash(
        "reminder create",
        when="every day at 9:00",
        what="check the **lamp**",
        channel=town.log,
        mention=town.staff,
        early="1h",
        insist="10m",
        tries=4,
        escalate=town.staff,
        late="2h",
        message=link,
    )
    typed, left_out = clock.day_to_come()
    await alice.slash("reminder skip", reminder="lamp", on=typed)
    shown = await alice.slash("reminder show", reminder="lamp")
    (row,) = await stored()
    assert shown.private
    for fact in (
        f"Reminder #{row['id']}",
        "check the **lamp**",
        "every day at 09:00",
        "Time zone: `UTC`",
        f"<#{town.log.id}> for {town.staff.mention}",
        left_out,
        "1 hour before",
        "Repeated up to 4 times, 10 minutes apart, until someone presses **Done**;",
        f"the last time also for {town.staff.mention}.",
        "Sent up to 2 hours late, after that not at all.",
        "waiting",
        link,
        f"{alice.mention}\ncreated <t:{int(clock.now.timestamp())}:f>",
    ):
        assert fact in shown.full_text, fact
    assert shown.full_text.count(":F>") == 3
    assert shown.mentions == []
    assert labels(shown) == ["Edit", "Pause", "Skip next", "Delete"]
    await alice.slash("reminder create", when="in 1h", what="tea")
    once = await alice.slash("reminder show", reminder="tea")
    assert labels(once) == ["Edit", "Pause", "Delete"]
    assert "(server default)" in once.full_text
    assert (await alice.slash("reminder show", reminder="coffee")).text == NOT_YOURS
    assert (await alice.slash("reminder show", raw=True, reminder="%")).text == NOT_YOURS


async def test_one_is_opened_from_the_list_changed_and_left_for_it_again(alice: Person, stored: Stored) -> None:
    for number in range(10):
        await alice.slash("reminder create", when=f"every {number + 2} hours", what=f"thing {number}")
    overview = await alice.slash("reminder list", words="thing")
    second = await alice.click(overview, "Later")
    offered = {option["label"]: option for option in second.selects[0].options}
    nine = next(label for label in offered if label.endswith("thing 9"))
    opened = await alice.choose(second, "Choose a reminder …", [nine])
    assert opened.message is second.message
    assert "thing 9" in opened.full_text

    paused = await alice.click(opened, "Pause")
    assert paused.text == "Paused."
    assert labels(paused) == ["Edit", "Resume", "Skip next", "Delete", "Back to the list"]
    resumed = await alice.click(paused, "Resume")
    skipped = await alice.click(resumed, "Skip next")
    (skipped_to,) = (row["next_at"] for row in await stored() if row["name"] == "thing 9")
    undone = await alice.click(skipped, "Undo")
    assert undone.text.startswith("It will be sent after all")
    (back_at,) = (row["next_at"] for row in await stored() if row["name"] == "thing 9")
    assert (skipped_to - back_at).total_seconds() == 11 * 3600

    form = await alice.click(undone, "Edit")
    changed = await alice.submit(form, {"When": "every 20 hours", "What": "thing nine"})
    assert changed.message is second.message
    assert "every 20 hours" in changed.full_text
    deleted = await alice.click(changed, "Delete")
    assert "Deleted: **thing nine**" in deleted.text
    restored = await alice.click(deleted, "Undo")
    assert restored.text == "Restored."
    back = await alice.click(restored, "Back to the list")
    assert back.embeds[0]["footer"]["text"] == "Page 2 of 2 · 10 reminders"
    assert "Only: “thing”" in back.full_text


async def test_what_is_shown_and_undone_works_after_a_restart(
    stand_in: StandIn, town: Town, stored: Stored, clock: ManualClock, running: Running
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running():
        await alice.slash("reminder create", when="every 2 hours", what="walk")
        await alice.slash("reminder create", when="in 3h", what="tea")
        overview = await alice.slash("reminder list")
        shown = await alice.slash("reminder show", reminder="walk")
        skipped = await alice.slash("reminder skip", reminder="walk")
        typed, day = clock.day_to_come()
        left_out = await alice.slash("reminder skip", reminder="walk", on=typed)
        deleted = await alice.slash("reminder delete", reminder="tea")
    async with running() as bot:
        assert (await alice.click(deleted, "Undo")).text.startswith("Restored.\n🔔 **tea**")
        assert "It will be sent after all" in (await alice.click(skipped, "Undo")).text
        assert f" {day} after all." in (await alice.click(left_out, "Undo")).text
        opened = await alice.choose(overview, "Choose a reminder …", [overview.selects[0].options[0]["value"]])
        assert "every 2 hours" in opened.full_text
        assert (await alice.click(shown, "Pause")).text == "Paused."
        rows = await stored()
        assert [(row["state"], row["except_dates"]) for row in rows] == [("paused", None), ("waiting", None)]
        # What was taken back once is not there to be taken back again.
        again = await alice.click(shown, "Resume")
        assert again.text == "Resumed."
        await later(bot, clock, hours=2)
        assert [message.text for message in alice.pings] == [f"{alice.mention}\n> walk"]


async def test_a_deletion_can_be_taken_back_for_a_day_and_by_nobody_else(
    alice: Person,
    mallory: Person,
    moderator: Person,
    stranger: Person,
    stand_in: StandIn,
    town: Town,
    stored: Stored,
    clock: ManualClock,
) -> None:
    await alice.slash("reminder create", when="in 3 days", what="tea")
    deleted = await alice.slash("reminder delete", reminder="tea")
    assert await stored() == []
    forged = button_id(deleted, "Undo")
    mayor = stand_in.person(town.stranger, town.square)
    for person in (mallory, moderator, stranger, mayor):
        own = await person.slash("reminder list")
        refused = await person.click(own, forged, raw=True)
        assert (person.name, refused.text) == (
            person.name,
            "There is nothing left to restore: it was restored already, or deleted more than a day ago.",
        )
    another = RestoreId(at=clock.now - timedelta(microseconds=1)).pack()
    assert (
        await alice.click(deleted, another, raw=True)
    ).text == "There is nothing left to restore: it was restored already, or deleted more than a day ago."
    assert await stored() == []
    assert (await alice.click(deleted, "Undo")).text.startswith("Restored.")
    assert len(await stored()) == 1
    assert (await alice.slash("reminder delete", reminder="1, 1 1")).text.startswith("Deleted: **tea**")


async def test_staff_open_what_is_anybodys_and_others_only_what_is_theirs(
    alice: Person,
    mallory: Person,
    moderator: Person,
    stranger: Person,
    stand_in: StandIn,
    town: Town,
    clock: ManualClock,
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="secret plan")
    await mallory.slash("reminder create", when="in 30m", what="mischief")
    shown = await alice.slash("reminder show", reminder="secret")
    by_staff = await moderator.slash("reminder list", member=town.alice)
    assert by_staff.embeds[0]["title"] == "A member's reminders"
    assert "mischief" not in by_staff.full_text
    opened = await moderator.choose(by_staff, "Choose a reminder …", [by_staff.selects[0].options[0]["value"]])
    assert "secret plan" in opened.full_text
    assert (await moderator.click(opened, "Pause")).text == "Paused."
    assert (await alice.slash("reminder list", member=town.mallory)).text == (
        "Only staff can see and change everybody's reminders."
    )
    assert "secret plan" in (await alice.slash("reminder list", member=town.alice)).full_text
    number = int(shown.embeds[0]["title"].partition("#")[2])
    mayor = stand_in.person(town.stranger, town.square)
    for person in (mallory, stranger, mayor):
        own = await person.slash("reminder list")
        assert (await person.slash("reminder show", raw=True, reminder=str(number))).text == NOT_YOURS
        answer = await person.choose(own, OpenId(shown=ListFilter()).pack(), [OpenId.pack_value(number)], raw=True)
        assert (person.name, answer.text) == (person.name, NOT_YOURS)
        for forged in (
            *(kind(reminder_id=number, is_details=True) for kind in (PauseId, ResumeId, DeleteId, EditId)),
            SkipHereId(reminder_id=number, at=clock.now, is_details=True),
            *(kind(reminder_id=number) for kind in (ChangeId, CancelId)),
            UnskipId(reminder_id=number, at=clock.now),
            PutBackId(reminder_id=number, day=clock.now.date()),
        ):
            answer = await person.click(own, forged.pack(), raw=True)
            assert (person.name, forged, answer.text) == (person.name, forged, NOT_YOURS)
        # Somebody else's list is not theirs to open either: by itself the id opens only their own.
        page = await person.click(own, button_id(await _paged(moderator), "Later"), raw=True)
        assert "secret" not in page.full_text


async def _paged(moderator: Person):
    for number in range(8):
        await moderator.slash("reminder create", when="in 9h", what=f"round {number}")
    return await moderator.slash("reminder list", everybody=True)


async def test_problems_are_deleted_with_a_way_back(alice: Person, after: After, town: Town, stored: Stored) -> None:
    await alice.at(town.log).slash("reminder create", when="every 2 hours", what="walk")
    town.world.delete_channel(town.log)
    await after(hours=2)
    shown = await alice.slash("reminder problems")
    deleted = await alice.click(shown, "Delete")
    assert "Deleted: **walk**" in deleted.text
    assert await stored() == []
    undo = button_id(deleted, "Undo")
    empty = await alice.click(deleted, "Back to the problems")
    assert "There are none" in empty.full_text
    # Also when its button has given way to something else.
    back = await alice.click(empty, undo, raw=True)
    assert back.text.startswith("Restored.\n⚠️ **walk**")
    assert "**walk**" in (await alice.click(back, "Back to the problems")).full_text
    assert [row["state"] for row in await stored()] == ["attention"]


async def test_one_is_tried_again_from_its_details(alice: Person, after: After, town: Town, stored: Stored) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk", direct=True)
    town.alice.accepts_dms = False
    await after(hours=2)
    shown = await alice.slash("reminder show", reminder="walk")
    sentence = f"I cannot write to {alice.mention} (Discord says: "
    assert f"needs attention\n{sentence}" in shown.full_text
    assert sentence in (await alice.slash("reminder problems")).full_text
    town.alice.accepts_dms = True
    again = await alice.click(shown, "Try again")
    assert again.text.startswith(f"**walk** · #1 is active again: direct message to {alice.mention}, next on <t:")
    assert labels(again) == ["Edit", "Pause", "Skip next", "Delete"]
    assert [row["state"] for row in await stored()] == ["waiting"]


@pytest.mark.parametrize("typed", ["\0", "\0" * 10, "a\0b", "\ud800"])
async def test_words_that_no_database_holds_find_nothing(typed: str, alice: Person) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea")
    assert (await alice.slash("reminder show", raw=True, reminder=typed)).text == NOT_YOURS
    assert "No reminders like that." in (await alice.slash("reminder list", raw=True, words=typed)).full_text
