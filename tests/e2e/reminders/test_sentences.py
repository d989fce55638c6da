"""Answers say what would work, for whoever asks, and what the reminder will do."""

import re

import pytest

from standin import Person
from tests.fixtures.clock import ManualClock
from tests.fixtures.helped import helped
from tests.fixtures.reminders.due import After
from tests.fixtures.town import Town

COUNTDOWN = ":F> · <t:"
EVERY = re.compile(r"`(every|@daily)")


@pytest.mark.parametrize(
    "typed", ["whenever", "every", "every day", "every weekday at 8", "mondays", "tomorrow 9am or 10am", "x" * 200]
)
async def test_what_takes_one_moment_gives_no_advice_to_repeat_it(typed: str, alice: Person, after: After) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=2)
    form = await alice.click(await alice.click(alice.pings[-1], "More …"), "Snooze …")
    answers = [
        await alice.submit(form, {"When": typed}, raw=True),
        await alice.slash("reminder pause", reminder="walk", until=typed, raw=True),
        await alice.slash("reminder skip", reminder="walk", on=typed, raw=True),
    ]
    assert "`in 2h30m`" not in answers[-1].text
    for answer in answers:
        assert "`" in answer.text
        assert not EVERY.search(answer.text)
        assert "Something broke" not in answer.text


async def test_who_may_only_remind_themselves_is_not_told_to_mention_others(
    alice: Person, moderator: Person, town: Town
) -> None:
    asked = {"when": "in 1h", "what": "tea", "mention": town.guild.everyone}
    assert (await alice.slash("reminder create", **asked)).text == (
        "You cannot mention everyone in a reminder here, only make reminders for yourself."
    )
    assert "Mention a role or a member instead." in (await moderator.slash("reminder create", **asked)).text
    said = await alice.slash("reminder create", when="in 1h", what="tea @everyone")
    assert said.text == ("A reminder here cannot mention everyone. Leave `@everyone` and `@here` out of what it says.")


async def test_a_paused_one_counts_nothing_down(alice: Person) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    waiting = await alice.slash("reminder show", reminder="walk")
    assert waiting.full_text.count(COUNTDOWN) == 3
    paused = await alice.click(waiting, "Pause")
    assert COUNTDOWN not in paused.full_text
    assert "Paused: nothing is sent until you resume it. These would be its next times:" in paused.full_text
    assert ":R>" not in (await alice.slash("reminder list")).full_text
    await alice.slash("reminder pause", reminder="walk", until="in 3h")
    assert (await alice.slash("reminder show", reminder="walk")).full_text.count(COUNTDOWN) == 3


async def test_days_that_need_not_be_left_out_are_named(alice: Person, clock: ManualClock) -> None:
    clock.now = clock.now.replace(year=clock.now.year + 1, month=3, day=1, hour=8)
    day = next(day for day in range(2, 9) if clock.now.replace(day=day).weekday() == 0)
    made = await alice.slash(
        "reminder create", when=f"every monday at 9 except {day + 1} march and {day + 7} march", what="walk"
    )
    needless = f"Leaving out Tuesday {day + 1} March {clock.now.year} changes nothing"
    assert needless in made.text
    assert needless in (await alice.slash("reminder show", reminder="walk")).full_text
    # Of a range, some days are always needless.
    made = await alice.slash(
        "reminder create", when=f"every monday at 9 except {day} march to {day + 3} march", what="run"
    )
    assert "changes nothing" not in made.text


async def test_help_shows_members_what_they_may_use(alice: Person, moderator: Person) -> None:
    for person in (alice, moderator):
        shown = await helped(person, "reminder")
        assert "</reminder skip:" in shown
        assert ("</reminder shift:" in shown) is (person is moderator)
        assert ("</reminder transfer:" in shown) is (person is moderator)
        assert "staff can" not in shown


async def test_help_says_what_the_server_leaves_of_making_reminders(
    alice: Person, moderator: Person, manager: Person
) -> None:
    async def lines(person: Person) -> list[str]:
        shown = (await helped(person, "reminder", "-")).splitlines()
        return [line for line in shown if "/reminder create:" in line or "Remind me about this" in line]

    assert not [line for line in await lines(alice) if " · " in line]
    await manager.slash("settings set", key="reminders.in_channels", value="staff")
    assert [line.split(" · ")[1:] for line in await lines(alice)] == [["here only as a direct message"]] * 2
    assert not [line for line in await lines(moderator) if " · " in line]
    await manager.slash("settings set", key="reminders.who", value="staff")
    assert (len(await lines(alice)), len(await lines(moderator))) == (0, 2)
    await manager.slash("settings set", key="reminders.enabled", value="off")
    assert [line.split(" · ")[1:] for line in await lines(moderator)] == [["switched off in this server"]] * 2
