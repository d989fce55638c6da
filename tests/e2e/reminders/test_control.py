"""Pausing until, leaving out, deleting and moving many, and how each of them is taken back."""

import asyncio

import asyncpg

from app.bot import Bot
from app.core.base36 import base36
from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.statements import quiet, statements_of
from tests.fixtures.town import Town

NOT_YOURS = "You have no such reminder in this server."
STAFF_ONLY = "Only staff can see and change everybody's reminders."


async def test_several_are_deleted_and_brought_back_together(alice: Person, mallory: Person, stored: Stored) -> None:
    for number in range(12):
        await alice.slash("reminder create", when=f"in {number + 1}h", what=f"thing {number}")
    await mallory.slash("reminder create", when="in 1h", what="hers")
    for typed in ("1, 13", "1 2 99999", "1, tea"):
        assert (await alice.slash("reminder delete", reminder=typed)).text == NOT_YOURS
    assert "Several reminders say that" in (await alice.slash("reminder delete", reminder="thing")).text
    assert len(await stored()) == 13
    deleted = await alice.slash("reminder delete", reminder="1, #2 3,4 5 6 7 8 9 10 11 12")
    assert deleted.text.startswith("Deleted 12 reminders.")
    assert "• and 2 more" in deleted.text
    assert [row["name"] for row in await stored()] == ["hers"]
    assert "No reminders." in (await alice.slash("reminder list")).full_text
    restored = await alice.click(deleted, "Undo")
    assert restored.text.startswith("Restored 12 reminders.")
    assert restored.buttons == []
    assert len(await stored()) == 13


async def test_what_was_just_made_is_cancelled_and_comes_back(alice: Person, after: After) -> None:
    made = await alice.slash("reminder create", when="in 5m", what="tea")
    cancelled = await alice.click(made, "Cancel it")
    assert cancelled.message is made.message
    await after(minutes=4)
    await alice.click(cancelled, "Undo")
    await after(minutes=1)
    assert len(alice.pings) == 1


async def test_a_deletion_is_final_after_a_day(alice: Person, after: After, stored: Stored) -> None:
    await alice.slash("reminder create", when="in 9 days", what="tea")
    deleted = await alice.slash("reminder delete", reminder="tea")
    await after(hours=25)
    assert (
        await alice.click(deleted, "Undo")
    ).text == "There is nothing left to restore: it was restored already, or deleted more than a day ago."
    assert await stored() == []


async def test_a_pause_ends_by_itself_when_it_was_said_to(
    alice: Person, moderator: Person, after: After, clock: ManualClock, town: Town
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    refused = await alice.slash("reminder pause", reminder="walk", until="every friday")
    assert refused.text == "`until` takes one time in the future, such as `monday 9am`."
    assert "is in the past" in (await alice.slash("reminder pause", reminder="walk", until="yesterday")).text
    paused = await alice.slash("reminder pause", reminder="walk", until="in 5h")
    end = int(clock.now.timestamp()) + 5 * 3600
    assert paused.text.startswith(f"Paused. It resumes automatically on <t:{end}:f>")
    assert f"paused until <t:{end}:f>" in (await alice.slash("reminder list")).full_text
    assert f"paused until <t:{end}:f>" in (await alice.slash("reminder show", reminder="walk")).full_text
    await after(hours=4)
    assert alice.pings == []
    await after(hours=1)
    await after(hours=1)
    assert len(alice.pings) == 1

    assert (await alice.slash("reminder pause", channel=town.general, until="in 3h")).text == STAFF_ONLY
    paused = await moderator.slash("reminder pause", channel=town.general, until="in 3h")
    end = int(clock.now.timestamp()) + 3 * 3600
    assert paused.text.startswith(
        f"Paused one reminder for {town.general.mention}. They resume automatically on <t:{end}:f>"
    )
    await after(hours=2)
    assert len(alice.pings) == 1
    await after(hours=1)
    await after(hours=1)
    assert len(alice.pings) == 2


async def test_one_day_is_left_out_and_put_back(
    alice: Person, mallory: Person, clock: ManualClock, stored: Stored
) -> None:
    await alice.slash("timezone set", zone="Asia/Tokyo")
    await alice.slash("reminder create", when="every day at 8:00", what="walk")
    (before,) = await stored()
    typed, shown = clock.day_to_come()
    left_out = await alice.slash("reminder skip", reminder="walk", on=typed)
    (row,) = await stored()
    (day,) = row["except_dates"]
    assert left_out.text.startswith(f"It will not be sent on {day:%A} {shown}.")
    assert f"{day.day} {day:%B} {day.year}" == shown
    for wrong, sentence in (
        ("31 feb", "does not exist"),
        ("every friday", "takes one day in the future"),
        ("yesterday", ""),
        ("whenever", ""),
        (typed, "does not come on that day"),
    ):
        refused = await alice.slash("reminder skip", reminder="walk", on=wrong)
        assert sentence in refused.text, wrong
        assert "\n" not in refused.text
    assert (await mallory.slash("reminder skip", raw=True, reminder="1", on="25 dec")).text == NOT_YOURS
    undo = left_out.buttons[0].custom_id
    assert (await mallory.click(await mallory.slash("reminder list"), undo, raw=True)).text == NOT_YOURS
    assert (await stored())[0]["except_dates"] == row["except_dates"]
    assert "after all." in (await alice.click(left_out, "Undo")).text
    assert await stored() == [before]


async def test_a_skip_under_a_delivered_reminder_is_taken_back_in_direct_messages_too(
    alice: Person, mallory: Person, after: After, town: Town, stored: Stored
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk", direct=True)
    await after(hours=2)
    mine = alice.in_dm()
    more = await mine.click(mine.messages[-1], "More …")
    skipped = await mine.click(more, "Skip next")
    undo = skipped.buttons[0].custom_id
    assert base36(town.guild.id) in undo
    assert (await mallory.in_dm().click(skipped, undo, raw=True)).text == NOT_YOURS
    forged = undo.replace(base36(town.guild.id), base36(town.elsewhere.id))
    assert (await mine.click(skipped, forged, raw=True)).text == NOT_YOURS
    assert "It will be sent after all" in (await mine.click(skipped, "Undo")).text
    form = await mine.click(more, "Edit")
    changed = await mine.submit(form, {"What": "run"})
    assert "run" in changed.full_text
    deleted = await mine.click(changed, "Delete")
    assert await stored() == []
    assert "Restored." in (await mine.click(deleted, "Undo")).text
    await after(hours=2)
    assert mine.messages[-1].text == "run\n-# In Town"


async def test_moving_many_is_asked_for_first_and_taken_back(
    alice: Person, moderator: Person, manager: Person, mallory: Person, stored: Stored
) -> None:
    await manager.slash("settings set", key="reminders.per_member", value="100")
    for number in range(25):
        await alice.slash("reminder create", when=f"in {number + 2}h", what=f"thing {number}")
    before = [row["next_at"] for row in await stored()]
    moved = await moderator.slash("reminder shift", by="-30m")
    assert moved.text == "Moved 25 reminders 30 minutes earlier."
    undo = moved.buttons[0].custom_id
    assert (await mallory.click(await mallory.slash("reminder list"), undo, raw=True)).text == STAFF_ONLY
    back = await moderator.click(moved, "Undo")
    assert back.text == "Moved 25 reminders 30 minutes later."
    assert [row["next_at"] for row in await stored()] == before

    await alice.slash("reminder create", when="every day at 9:00", what="daily")
    before = [row["next_at"] for row in await stored()]
    asked = await moderator.slash("reminder shift", by="1h")
    assert asked.text.startswith("This moves 26 reminders 1 hour later.")
    first = int(min(before).timestamp())
    assert f"<t:{first}:f> → <t:{first + 3600}:f>" in asked.text
    assert asked.text.count("→") == 3
    assert [row["next_at"] for row in await stored()] == before
    confirm = asked.buttons[0].custom_id
    assert (await mallory.click(await mallory.slash("reminder list"), confirm, raw=True)).text == STAFF_ONLY
    assert [row["next_at"] for row in await stored()] == before
    done = await moderator.click(asked, "Move them")
    assert done.text == "Moved 26 reminders 1 hour later."
    assert [(row["next_at"] - was).total_seconds() for row, was in zip(await stored(), before, strict=True)] == [
        3600
    ] * 26
    await moderator.click(done, "Undo")
    assert [row["next_at"] for row in await stored()] == before
    # Not only once it was confirmed.
    assert "up to 31 days" in (await moderator.slash("reminder shift", by="32d")).text


async def test_done_leaves_a_long_reminder_as_it_is(alice: Person, after: After) -> None:
    await alice.slash("reminder create", when="in 5m", what="x" * 2000, insist="10m")
    await after(minutes=5)
    delivered = alice.pings[-1]
    assert delivered.embeds[0]["description"] == ">>> " + "x" * 2000
    done = await alice.click(delivered, "Done")
    assert "✅ Done" in done.text
    assert done.embeds[0]["description"] == ">>> " + "x" * 2000


async def test_a_form_costs_one_query(alice: Person, bot: Bot) -> None:
    """It has to be there within three seconds, and nothing can announce that it will be."""
    made = await alice.slash("reminder create", when="every 2 hours", what="walk")
    shown = await alice.slash("reminder show", reminder="walk")
    sent = statements_of(bot)
    await quiet(sent)
    for opening in (
        alice.slash("reminder edit", reminder="walk"),
        alice.slash("reminder edit", reminder="#1"),
        alice.click(made, "Change"),
        alice.click(shown, "Edit"),
    ):
        assert (await opening).modal
        assert len(sent) == 1
        sent.clear()


async def test_a_slow_database_answers_in_place(alice: Person, after: After, connection: asyncpg.Connection) -> None:
    made = await alice.slash("reminder create", when="every 2 hours", what="walk")
    overview = await alice.slash("reminder list")
    number = overview.selects[0].options[0]["value"]

    async def slowly(act) -> None:
        """Do something while somebody holds the table for longer than a second."""
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("LOCK TABLE reminders, bot_settings IN ACCESS EXCLUSIVE MODE")
        doing = asyncio.create_task(act())
        await asyncio.sleep(1.3)
        await transaction.rollback()
        reply = await doing
        assert "Something broke" not in reply.text
        assert reply.message.full_text
        shown.append(reply)

    shown: list = []
    await slowly(lambda: alice.choose(made, "My time is …", ["Asia/Tokyo"]))
    assert "In your time zone, `Asia/Tokyo`" in shown[-1].text
    await slowly(lambda: alice.choose(overview, "Choose a reminder …", [number]))
    assert shown[-1].message is overview.message
    await slowly(lambda: alice.click(overview, "Skip next"))
    assert "Skipped once" in overview.text
    await slowly(lambda: alice.click(overview, "Delete"))
    assert "Deleted" in overview.text
    await slowly(lambda: alice.click(overview, "Undo"))
    assert "Restored." in overview.text
    await slowly(lambda: alice.click(overview, "Back to the list"))
    assert "walk" in overview.full_text
    await slowly(lambda: alice.click(made, "Cancel it"))
    assert "Deleted" in made.text
    assert all(one.message in (made.message, overview.message) for one in shown)
    await alice.slash("reminder create", when="in 5m", what="pills", insist="10m")
    await after(minutes=5)
    delivered = alice.pings[-1]
    await slowly(lambda: alice.click(delivered, "Done"))
    assert delivered.text == f"{alice.mention}\n> pills\n-# ✅ Done: {alice.mention}"
    assert "Done" not in [button.label for button in delivered.buttons]
