"""What a member gets who presses twice, comes too late, or goes past Discord's own client."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.core.scheduling.schedule import Schedule
from standin import Person
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town

NOT_YOURS = "You have no such reminder in this server."


async def test_a_form_sent_after_its_reminder_was_deleted_changes_nothing(alice: Person, stored: Stored) -> None:
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    form = await alice.click(made, "Change")
    gone = await alice.slash("reminder delete", reminder="tea")
    assert (await alice.submit(form, {"What": "coffee"})).text == NOT_YOURS
    assert (await alice.click(made, "Change")).text == NOT_YOURS
    assert (await alice.click(made, "Cancel it")).text == NOT_YOURS
    assert await stored() == []
    await alice.click(gone, "Undo")
    (row,) = await stored()
    assert row["name"] == "tea"


async def test_a_button_that_is_pressed_twice_does_its_work_once(alice: Person, after: After, stored: Stored) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    shown = await alice.slash("reminder show", reminder="walk")
    await alice.click(shown, "Pause")
    skipped = await alice.slash("reminder skip", reminder="walk")
    undo = skipped.buttons[0].custom_id
    await alice.click(skipped, undo)
    (before,) = await stored()
    again = await alice.click(skipped, undo, raw=True)
    assert again.text == "That was undone already: it is sent then."
    assert await stored() == [before]
    await alice.slash("reminder resume", reminder="walk")
    await after(hours=2)
    message = alice.pings[-1]
    await alice.click(message, "Snooze 1 h")
    await alice.click(message, "Snooze 1 h")
    # Two presses, one snooze, which Done cancels.
    assert [row["snooze_of"] is not None for row in await stored()] == [False, True]
    for _ in range(2):
        await alice.click(message, "Done", raw=True)
        assert [row["snooze_of"] for row in await stored()] == [None]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"what": "x" * 4000}, "Write what the reminder says, in up to 2,000 characters."),
        ({"what": "   "}, "Write what the reminder says, in up to 2,000 characters."),
        ({"what": "\u200b\u200d\ufeff \ufe0f"}, "Write what the reminder says, in up to 2,000 characters."),
        ({"what": "\u3164\u2800"}, "Write what the reminder says, in up to 2,000 characters."),
        ({"when": "in 1h " * 700}, "A time takes at most 200 characters"),
        ({"what": "hello @everyone"}, "A reminder here cannot mention everyone"),
        ({"early": "9" * 4000}, "`early` takes a length of time"),
        ({"early": "1d, 1h"}, "There is one early warning"),
    ],
)
async def test_what_no_client_of_discord_sends_gets_a_sentence_and_stores_nothing(
    alice: Person, stored: Stored, given: dict[str, str], sentence: str
) -> None:
    reply = await alice.slash("reminder create", raw=True, **({"when": "in 1h", "what": "tea"} | given))
    assert reply.text.startswith(sentence)
    assert reply.private
    assert await stored() == []


@pytest.fixture
def walked_in(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The threads in which schedules are asked for their times; that of the tests is the one of the loop."""
    threads = set[int]()

    def observed(question: Callable[..., Any]) -> Callable[..., Any]:
        def answered(*given: Any) -> Any:
            threads.add(threading.get_ident())
            return question(*given)

        return answered

    for name in ("next_after", "next_from", "upcoming"):
        monkeypatch.setattr(Schedule, name, observed(getattr(Schedule, name)))
    return threads


DENSE = (
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;"
    "BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55;BYSETPOS=1"
)


@pytest.mark.parametrize("when", [DENSE, "FREQ=DAILY;BYMONTHDAY=31;BYDAY=MO"])
async def test_a_dense_or_rare_rule_is_answered_off_the_loop_and_cannot_be_counted_for_ever(
    alice: Person, moderator: Person, stored: Stored, when: str, walked_in: set[int]
) -> None:
    too_long = "To come 10,000 times, it would take more than 100 years. Choose fewer, or leave the number out."
    assert (await alice.slash("reminder create", when=when, what="tea", times=10_000)).text == too_long
    assert await stored() == []
    await alice.slash("reminder create", when=when, what="tea")
    (before,) = await stored()
    assert (await alice.slash("reminder edit", reminder="tea", times=10_000)).text == too_long
    assert await stored() == [before]
    walked_in.clear()
    assert "tea" in (await alice.slash("reminder list")).full_text
    opened = await moderator.slash("reminder list", everybody=True)
    await moderator.choose(opened, "Choose a reminder …", ["#1 tea"])
    assert walked_in
    assert threading.get_ident() not in walked_in
    assert (await alice.slash("reminder edit", reminder="tea", times=20)).text != too_long
    (after,) = await stored()
    assert after["most_times"] == 20


async def test_a_channel_of_another_server_is_none_of_this_one(alice: Person, town: Town, stored: Stored) -> None:
    for options in ({"channel": town.square}, {"mention": town.elsewhere.roles[town.elsewhere.id]}):
        reply = await alice.slash("reminder create", raw=True, when="in 1h", what="tea", **options)
        assert len(reply.text) < 200
        assert "reference" not in reply.text
    assert await stored() == []


async def test_the_question_before_a_move_shows_what_the_move_does_and_all_is_found_off_the_loop(
    alice: Person, moderator: Person, manager: Person, stored: Stored, walked_in: set[int]
) -> None:
    await manager.slash("settings set", key="reminders.per_member", value="50")
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    for _ in range(26):
        await alice.slash("reminder create", when="in 20 days", what="tea")
    await alice.slash("reminder skip", reminder="walk")
    walked_in.clear()
    asked = await moderator.slash("reminder shift", by="30m")
    shown = asked.text.splitlines()[1]
    moved = await moderator.click(asked, "Move them")
    walk = (await stored())[0]
    await moderator.click(moved, "Undo")
    assert walked_in
    assert threading.get_ident() not in walked_in
    assert shown.endswith(f"→ <t:{int(walk['next_at'].timestamp())}:f>")


async def test_many_go_on_or_come_back_off_the_loop(
    alice: Person, moderator: Person, town: Town, stored: Stored, after: After, walked_in: set[int]
) -> None:
    for what in ("tea", "walk"):
        await alice.slash("reminder create", when="every 2 hours", what=what)
    await moderator.slash("reminder pause", channel=town.general)
    await after(hours=5)
    walked_in.clear()
    assert "Resumed 2" in (await moderator.slash("reminder resume", channel=town.general)).text
    gone = await alice.slash("reminder delete", reminder="all")
    assert walked_in
    assert threading.get_ident() not in walked_in
    await after(hours=5)
    walked_in.clear()
    await alice.click(gone, "Undo")
    assert [row["deleted_at"] for row in await stored()] == [None, None]
    assert walked_in
    assert threading.get_ident() not in walked_in


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("\u202elaog", "laog"),
        ("\u200f\u2067abc\u2069 def", "abc def"),
        ("\u200b\n\u2066\nthe third line", "the third line"),
        ("\U0001f469\u200d\U0001f692 at noon", "\U0001f469\u200d\U0001f692 at noon"),
        ("\U0001fae8", "\U0001fae8"),
        ("\u0634\u0627\u064a", "\u0634\u0627\u064a"),
    ],
)
async def test_invisible_characters_turn_nothing_in_a_list(what: str, name: str, alice: Person, stored: Stored) -> None:
    await alice.slash("reminder create", when="in 1h", what=what)
    (row,) = await stored()
    assert (row["name"], row["message"]) == (name, what)
    assert f"**{name}** · #{row['id']}" in (await alice.slash("reminder list")).full_text
