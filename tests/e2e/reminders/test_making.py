"""Reminders, as people in a server meet them: made, delivered, answered, changed."""

import asyncio
import re
import threading

import pytest

from app.core.base36 import base36
from app.core.when import other_languages
from app.ui.reminders.ids import CancelId
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.reminders.due import After, Stored, deliver, later
from tests.fixtures.town import Town

NOT_YOURS = "You have no such reminder in this server."


def number_in(text: str) -> str:
    found = re.search(r"#(\d+)", text)
    assert found
    return found[1]


async def test_a_reminder_is_confirmed_delivered_and_snoozed(
    alice: Person, mallory: Person, after: After, clock: ManualClock, stored: Stored
) -> None:
    reply = await alice.slash("reminder create", when="in 5m", what="tea")
    assert reply.private
    assert f"<t:{int(clock.now.timestamp()) + 300}:F>" in reply.text
    assert [button.label for button in reply.buttons] == ["Change", "Cancel it"]
    await after(minutes=4)
    assert alice.pings == []
    await after(minutes=1)
    (message,) = alice.pings
    assert message.text == f"{alice.mention}\n> tea"
    assert mallory.pings == []

    snoozed = await alice.click(message, "Snooze 10 min")
    assert snoozed.private
    assert snoozed.text.startswith("Snoozed until")
    assert (await mallory.click(message, "Snooze 10 min")).text == f"This one is for {alice.mention}."
    await after(minutes=10)
    assert len(alice.pings) == 2
    assert alice.pings[-1].text == f"{alice.mention}\n> tea"
    states = [row["state"] for row in await stored()]
    assert states == ["done", "done"]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("tomorrow 3pm EST", "In the time zone that you named, `America/New_York`."),
        ("tomorrow 9am UTC+5:30", "In the time zone that you named, `UTC+05:30`."),
        ("tomorrow at around 8pm", "It is sent at exactly that time."),
    ],
)
async def test_what_a_phrase_says_in_passing_is_answered(alice: Person, phrase: str, said: str) -> None:
    reply = await alice.slash("reminder create", when=phrase, what="tea")
    assert said in reply.text
    assert said not in (await alice.slash("reminder create", when="tomorrow 8pm", what="tea")).text


async def test_the_zone_is_asked_for_once_and_the_time_read_again_by_it(alice: Person, stored: Stored) -> None:
    reply = await alice.slash("reminder create", when="every day at 9:00", what="stand-up")
    assert "In the server's time zone, `UTC`. What time is it for you now?" in reply.text
    (menu,) = reply.selects
    (before,) = await stored()
    chosen = await alice.choose(reply, menu.custom_id, ["Asia/Tokyo"])
    assert chosen.selects == []
    (after,) = await stored()
    assert (before["timezone"], after["timezone"]) == ("UTC", "Asia/Tokyo")
    assert after["next_at"].hour == 0
    assert "Asia/Tokyo" in chosen.text
    assert chosen.text.count("<t:") == 6
    again = await alice.slash("reminder create", when="every day at 10:00", what="tea")
    assert again.selects == []
    assert "Asia/Tokyo" in (await alice.slash("timezone show")).text


async def test_a_phrase_that_takes_a_library_to_read_holds_up_nobody(alice: Person, mallory: Person) -> None:
    """The first one in such a language loads it, which takes as long as to start the bot."""
    alice.user.locale = "pl"
    # Should it be the loop that waits for the library, it gets it after a while, so that this ends.
    fallback = threading.Timer(30, other_languages.LIBRARY.release)
    other_languages.LIBRARY.acquire()
    fallback.start()
    reading = asyncio.create_task(alice.slash("reminder create", when="jutro o 9", what="herbata"))
    assert (await mallory.slash("reminder list")).private
    assert not fallback.finished.is_set()
    fallback.cancel()
    other_languages.LIBRARY.release()
    assert "herbata" in (await reading).text


async def test_a_series_goes_on_can_be_skipped_joined_and_edited(alice: Person, mallory: Person, after: After) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=2)
    message = alice.pings[-1]
    assert [button.label for button in message.buttons] == ["Done", "Snooze 10 min", "Snooze 1 h", "More …"]
    theirs, mine = await mallory.click(message, "More …"), await alice.click(message, "More …")
    assert [button.label for button in theirs.buttons] == ["Me too"]
    assert [button.label for button in mine.buttons] == [
        "Snooze 3 h", "Tomorrow morning", "Snooze …", "Skip next", "Edit",
    ]  # fmt: skip
    assert theirs.private
    assert mine.private
    joined = await mallory.click(theirs, "Me too")
    assert joined.text.startswith("You will be pinged")
    skip = next(button.custom_id for button in mine.buttons if button.label == "Skip next")
    assert f"belongs to {alice.mention}" in (await mallory.click(theirs, skip, raw=True)).text
    skipped = await alice.click(mine, "Skip next")
    assert skipped.text.startswith("Skipped once")
    await after(hours=2)
    assert len(alice.pings) == 1
    await after(hours=2)
    assert len(alice.pings) == 2
    assert len(mallory.pings) == 1
    assert (await mallory.click(joined, "Do not ping me")).text.startswith("You will no longer")

    form = await alice.click(mine, "Edit")
    assert form.modal
    assert form.modal.field("When").value == "every 2 hours"
    changed = await alice.submit(form, {"When": "every 3 hours", "What": "swim"})
    assert "swim" in changed.full_text
    edit = next(button.custom_id for button in mine.buttons if button.label == "Edit")
    assert f"belongs to {alice.mention}" in (await mallory.click(theirs, edit, raw=True)).text
    await after(hours=3)
    assert alice.pings[-1].text == f"{alice.mention}\n> swim"


async def test_buttons_work_after_restarts(stand_in: StandIn, town: Town, clock: ManualClock, running: Running) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running() as first:
        await alice.slash("reminder create", when="every 2 hours", what="walk", direct=True)
        await later(first, clock, hours=2)
    mine = alice.in_dm()
    (message,) = mine.pings or mine.messages
    assert "walk" in message.text
    async with running() as second:
        assert (await mine.click(message, "Snooze 1 h")).text.startswith("Snoozed")
        more = await mine.click(message, "More …")
        assert (await mine.click(more, "Skip next")).text.startswith("Skipped once")
        form = await mine.click(more, "Edit")
        await mine.submit(form, {"What": "run"})
        await later(second, clock, hours=1)
        assert [message.text for message in mine.messages if message.nonce] == ["walk\n-# In Town"] * 2
        # The server it names may not be any other.
        forged = next(button.custom_id for button in more.buttons if button.label == "Skip next")
        forged = forged.replace(base36(town.guild.id), base36(town.elsewhere.id))
        assert (await mine.click(message, forged, raw=True)).text == NOT_YOURS


async def test_what_was_missed_comes_once(stand_in: StandIn, town: Town, clock: ManualClock, running: Running) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running():
        await alice.slash("reminder create", when="in 10m", what="single")
        await alice.slash("reminder create", when="every 1 hour", what="series")
    clock.move(hours=5, minutes=20)
    async with running() as bot:
        await deliver(bot)
        single, series = sorted(alice.pings, key=lambda message: "series" in message.text)
        assert "5 hours 10 minutes late" in single.text
        assert "20 minutes late" in series.text
        assert "It also replaces 4 earlier messages" in series.text
        await later(bot, clock, days=3)
        # Beyond the server's limit nothing is sent, and the next message says so.
        assert len(alice.pings) == 3
        assert len([message for message in alice.pings if "series" in message.text]) == 2


async def test_each_text_is_in_its_readers_language(alice: Person, moderator: Person, after: After, town: Town) -> None:
    town.world.edit_guild(town.guild, locale="de")
    alice.user.locale = "fr"
    confirmed = await alice.slash("reminder create", when="in 10m", what="tea", early="5m", late="3h")
    assert "5 minutes" in confirmed.text
    await after(hours=2)
    assert "1 Stunde 50 Minuten zu spät" in alice.pings[-1].text
    town.moderator.locale = "de"
    shown = await moderator.slash("reminder create", when="in 2h", what="tea", early="1h")
    assert "1 Stunde" in shown.text


async def test_too_late_ones_are_repaired(stand_in: StandIn, town: Town, clock: ManualClock, running: Running) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running():
        await alice.slash("reminder create", when="in 10m", what="single")
    clock.move(days=3)
    async with running() as bot:
        await deliver(bot)
        assert alice.pings == []
        (told,) = alice.in_dm().messages
        assert "later than this server allows" in told.text
        shown = await alice.slash("reminder problems")
        assert "later than this server allows" in shown.full_text
        repaired = await alice.click(shown, next(b.label for b in shown.buttons if "try again" in b.label))
        assert "There are none" in repaired.full_text
        await later(bot, clock, seconds=2)
        assert [message.text for message in alice.pings] == [f"{alice.mention}\n> single"]


async def test_a_channel_that_is_gone_leads_to_the_author_and_to_a_repair(
    alice: Person, moderator: Person, after: After, town: Town, stored: Stored
) -> None:
    await alice.at(town.log).slash("reminder create", when="every 2 hours", what="walk")
    town.world.delete_channel(town.log)
    await after(hours=2)
    (instead,) = alice.in_dm().messages
    assert "walk" in instead.text
    assert "I cannot write to" in instead.text
    (row,) = await stored()
    assert row["state"] == "attention"
    await after(hours=4)
    assert len(alice.in_dm().messages) == 1
    shown = await alice.slash("reminder problems")
    assert "walk" in shown.full_text
    assert "walk" in (await moderator.slash("reminder problems")).full_text
    await alice.click(shown, "Send it here")
    await after(hours=2)
    assert alice.pings[-1].text == f"{alice.mention}\n> walk"
    (row,) = await stored()
    assert (row["state"], row["channel_id"], row["problem"]) == ("waiting", town.general.id, None)


async def test_closed_messages_are_told_once_and_kept(alice: Person, after: After, town: Town, stored: Stored) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk", direct=True)
    town.alice.accepts_dms = False
    await after(hours=2)
    (row,) = await stored()
    assert (row["state"], row["last_sent_at"]) == ("attention", None)
    town.alice.accepts_dms = True
    shown = await alice.slash("reminder problems")
    await alice.click(shown, next(b.label for b in shown.buttons if "try again" in b.label))
    await after(hours=2)
    assert len(alice.in_dm().messages) == 1


async def test_trouble_delays_and_never_doubles(alice: Person, after: After, stand_in: StandIn, stored: Stored) -> None:
    await alice.slash("reminder create", when="in 5m", what="tea")
    # The message arrives, and only the answer is lost; the library tries again by itself.
    stand_in.faults.fail("POST /channels/{channel_id}/messages", 502, after=True)
    await after(minutes=5)
    assert len(alice.pings) == 1
    await alice.slash("reminder create", when="in 5m", what="more tea")
    stand_in.faults.rate_limit("POST /channels/{channel_id}/messages", times=2, retry_after=0.05)
    await after(minutes=5)
    assert len(alice.pings) == 2
    await alice.slash("reminder create", when="in 5m", what="still tea")
    stand_in.faults.fail("POST /channels/{channel_id}/messages", 501, after=True)
    await after(minutes=5)
    row = (await stored())[-1]
    assert (row["state"], row["attempts"]) == ("waiting", 1)
    await after(seconds=10)
    assert len(alice.pings) == 3
    assert [row["state"] for row in await stored()] == ["done"] * 3


async def test_it_insists_until_somebody_presses_done_and_then_asks_for_help(
    alice: Person, after: After, manager: Person, town: Town, moderator: Person
) -> None:
    town.world.grant(town.guild.members[town.moderator.id], town.staff)
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    await alice.slash("reminder create", when="in 5m", what="pills", insist="10m", tries=2, escalate=town.staff)
    await after(minutes=5)
    await after(minutes=10)
    assert len(alice.pings) == 2
    assert "Still waiting" in alice.pings[-1].text
    assert moderator.pings == []
    await after(minutes=10)
    assert len(alice.pings) == 3
    assert len(moderator.pings) == 1
    await after(minutes=30)
    assert len(alice.pings) == 3

    await alice.slash("reminder create", when="in 5m", what="plants", insist="10m")
    await after(minutes=5)
    done = await alice.click(alice.pings[-1], "Done")
    assert "✅" in done.text
    assert "Done" not in [button.label for button in done.buttons]
    await after(minutes=30)
    assert len(alice.pings) == 4


async def test_an_early_warning_comes_before(alice: Person, after: After) -> None:
    await alice.slash("reminder create", when="in 2h", what="match", early="1h")
    await after(hours=1)
    assert "Coming up" in alice.pings[-1].text
    await after(hours=1)
    assert [len(alice.pings), alice.pings[-1].text] == [2, f"{alice.mention}\n> match"]


async def test_a_message_can_be_the_subject(alice: Person, mallory: Person, after: After) -> None:
    said = await mallory.say("the bins have to go out")
    form = await alice.context_menu("Remind me about this", said)
    reply = await alice.submit(form, {"When": "in 30m"})
    assert "the bins have to go out" in reply.text
    await after(minutes=30)
    (message,) = alice.pings
    links = [button.url for button in message.buttons if button.url]
    assert links == [f"https://discord.com/channels/{alice.guild.id}/{alice.channel.id}/{said.id}"]


async def test_change_and_cancel_from_the_confirmation(alice: Person, stored: Stored, clock: ManualClock) -> None:
    reply = await alice.slash("reminder create", when="in 5m", what="tea")
    changed = await alice.submit(await alice.click(reply, "Change"), {"When": "in 2h", "What": "coffee"})
    assert "coffee" in changed.text
    (row,) = await stored()
    assert (row["next_at"] - clock.now).total_seconds() == 7200
    cancelled = await alice.click(reply, "Cancel it")
    assert cancelled.text.startswith("Deleted")
    assert await stored() == []
    again = await alice.click(changed, CancelId(reminder_id=row["id"]).pack(), raw=True)
    assert again.text == NOT_YOURS


@pytest.mark.parametrize("gone", ["forbidden", "deleted"])
async def test_nobody_else_hears_of_it(
    alice: Person, mallory: Person, stranger: Person, stand_in: StandIn, town: Town, stored: Stored, gone: str
) -> None:
    reply = await alice.slash("reminder create", when="every 2 hours", what="secret plan")
    number = number_in(reply.text)
    asked = number if gone == "forbidden" else "424242"
    mayor = stand_in.person(town.stranger, town.square)
    for person in (mallory, mayor):
        for command in ("edit", "delete", "pause", "resume", "skip"):
            refused = await person.slash(f"reminder {command}", raw=True, reminder=asked)
            assert (command, refused.text) == (command, NOT_YOURS)
        assert await person.autocomplete("reminder delete", "reminder", "secret") == []
        assert "secret" not in (await person.slash("reminder list")).full_text
    assert len(await stored()) == 1
