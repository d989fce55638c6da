"""Confirmations, and their buttons, know what has happened since they were given."""

import pytest

from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.reminders.due import After, Stored, deliver, later
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"


def labels(reply) -> list[str]:
    return [button.label for button in reply.buttons]


def stamp(clock: ManualClock, **by: float) -> str:
    earlier = ManualClock()
    earlier.now = clock.now
    earlier.move(**by)
    return f"<t:{int(earlier.now.timestamp())}:f>"


async def test_what_was_sent_cannot_be_cancelled_and_says_what_can_be_done(
    alice: Person, after: After, clock: ManualClock, stored: Stored
) -> None:
    made = await alice.slash("reminder create", when="in 5m", what="tea")
    await after(minutes=5)
    sent_at = stamp(clock)
    told = await alice.click(made, "Cancel it")
    assert told.message is made.message
    assert told.text.startswith(f"It is too late to cancel that: it was sent on {sent_at}")
    assert labels(told) == ["Snooze …", "Send it at another time …"]
    # The delivered message is still there to be answered.
    assert (await alice.click(alice.pings[-1], "Snooze 10 min")).text.startswith("Snoozed until")
    form = await alice.click(told, "Send it at another time …")
    again = await alice.submit(form, {"When": "in 5m"})
    assert f"{stamp(clock, minutes=5)[:-3]}:F>" in again.text
    await after(minutes=5)
    assert len(alice.pings) == 2
    assert [row["deleted_at"] for row in await stored()] == [None, None]


async def test_what_is_being_sent_cannot_be_cancelled(
    alice: Person, town: Town, stand_in: StandIn, bot, clock: ManualClock, stored: Stored
) -> None:
    single = await alice.slash("reminder create", when="in 5m", what="tea")
    series = await alice.at(town.log).slash("reminder create", when="every 1 hour", what="walk")
    hold = stand_in.faults.hold(POST)
    clock.move(hours=1)
    bot.jobs.wake("reminders")
    await hold.reached(2)
    assert "it is being sent at this moment" in (await alice.click(single, "Cancel it")).text
    gone = await alice.click(series, "Cancel it")
    assert gone.text.startswith(
        "Deleted: **walk** · #2. The message that is being sent now still arrives, and no other."
    )
    hold.release()
    await deliver(bot)
    assert [row["state"] for row in await stored()] == ["done"]


async def test_a_deletion_and_its_undo_tell_what_was_sent(alice: Person, after: After, clock: ManualClock) -> None:
    await alice.slash("reminder create", when="in 5m", what="tea")
    series = await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=2)
    delivered = alice.pings[0]
    gone = await alice.slash("reminder delete", reminder="1")
    assert gone.text.startswith(f"Deleted: **tea** · #1. It was sent already, on {stamp(clock)}")
    for label in ("Snooze 10 min", "Done"):
        assert (await alice.click(delivered, label)).text == (
            "That reminder was deleted. Whoever deleted it can press **Undo** for one day."
        )
    assert (await alice.click(gone, "Undo")).text.startswith(f"Restored. It was sent on {stamp(clock)}")
    gone = await alice.click(series, "Cancel it")
    assert f"It was sent on {stamp(clock)}" in gone.text
    assert "and will not be sent again" in gone.text
    await after(seconds=1)
    await alice.slash("reminder create", when="in 5m", what="cake")
    gone = await alice.slash("reminder delete", reminder="cake")
    assert "It will not be sent." in gone.text
    await after(minutes=10)
    assert (await alice.click(gone, "Undo")).text.startswith(
        "Restored. Its time has passed meanwhile, so it is sent now."
    )


async def test_what_was_undone_says_so(alice: Person, clock: ManualClock) -> None:
    await alice.slash("reminder create", when="every day at 8:00", what="walk")
    typed, _ = clock.day_to_come()
    for options in ({}, {"on": typed}):
        skipped = await alice.slash("reminder skip", reminder="walk", **options)
        undo = skipped.buttons[0].custom_id
        await alice.click(skipped, "Undo")
        assert (await alice.click(skipped, undo, raw=True)).text.startswith("That was undone already")


async def test_a_second_snooze_says_what_it_replaces_and_each_is_taken_back(
    alice: Person, after: After, clock: ManualClock, stored: Stored
) -> None:
    await alice.slash("reminder create", when="in 5m", what="tea")
    await after(minutes=5)
    (message,) = alice.pings
    first = await alice.click(message, "Snooze 10 min")
    second = await alice.click(message, "Snooze 1 h")
    assert second.text.startswith(f"Snoozed until {stamp(clock, hours=1)}")
    assert f"instead of {stamp(clock, minutes=10)}" in second.text
    stale = await alice.click(first, "Undo")
    assert stale.text == "It was snoozed until another time after that. Undo that first, or snooze it again."
    undone = await alice.click(second, "Undo")
    assert undone.message is second.message
    assert undone.text.startswith(f"It is snoozed until {stamp(clock, minutes=10)}")
    assert (await alice.click(first, "Undo")).text == "The snooze is cancelled."
    assert len(await stored()) == 1
    third = await alice.click(message, "Snooze 10 min")
    await after(minutes=10)
    assert len(alice.pings) == 2
    assert (await alice.click(third, "Undo")).text == "It is too late to undo that: the reminder has been sent again."


@pytest.mark.parametrize("direct", [False, True])
async def test_a_snooze_is_taken_back_after_a_restart_and_by_nobody_else(
    running: Running, stand_in: StandIn, town: Town, clock: ManualClock, stored: Stored, *, direct: bool
) -> None:
    alice, mallory = (stand_in.person(user, town.general) for user in (town.alice, town.mallory))
    async with running() as bot:
        await alice.slash("reminder create", when="in 5m", what="pills", insist="10m", direct=direct)
        await later(bot, clock, minutes=5)
        alice, mallory = (person.in_dm() if direct else person for person in (alice, mallory))
        message = [message for message in alice.messages if message.nonce][-1]
        snoozed = await alice.click(message, "Snooze 1 h")
    undo = snoozed.buttons[0].custom_id
    async with running() as bot:
        assert "no such reminder" in (await mallory.click(snoozed, undo, raw=True)).text
        undone = await alice.click(snoozed, "Undo")
        assert f"Unless someone presses **Done**, it is sent again on {stamp(clock, minutes=10)}" in undone.text
        assert (await alice.click(snoozed, undo, raw=True)).text == "That snooze is cancelled already."
        await later(bot, clock, minutes=10)
        assert "Still waiting" in [message for message in alice.messages if message.nonce][-1].text
    assert len(await stored()) == 1


async def test_done_cancels_a_snooze(
    alice: Person, mallory: Person, manager: Person, town: Town, after: After, clock: ManualClock, stored: Stored
) -> None:
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    await alice.slash("reminder create", when="in 5m", what="bins", mention=town.mallory)
    await after(minutes=5)
    (message,) = mallory.pings
    await alice.click(message, "Snooze 1 h")
    await mallory.click(message, "Snooze 1 h")
    done = await alice.click(message, "Done")
    assert done.text.endswith(f"-# The snooze until {stamp(clock, hours=1)} is cancelled.")
    # What somebody else has snoozed for themselves stays.
    assert [row["created_by"] for row in await stored()] == [town.alice.id, town.mallory.id]
    await after(hours=1)
    assert len(mallory.pings) == 2
    assert (await mallory.click(message, "Done", raw=True)).text != ""
