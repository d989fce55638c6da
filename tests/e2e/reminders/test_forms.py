"""Forms hold all that can be changed, and what was typed into one that was refused."""

from typing import Any

import pytest

from app.bot import Bot
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.outage import Relay
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.town import Town

EXTRAS = "Edit its warning, end and repetitions"
NOT_YOURS = "You have no such reminder in this server."


async def test_the_first_form_changes_what_when_where_how_and_whom(
    alice: Person, manager: Person, town: Town, stored: Stored
) -> None:
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    await alice.slash("reminder create", when="every day at 9:00", what="stand-up")
    (before,) = await stored()
    shown = await alice.slash("reminder show", reminder="stand-up")
    form = await alice.click(shown, "Edit")
    assert form.modal
    assert [field.label for field in form.modal.fields] == ["When", "What", "Where", "How", "Whom to ping"]
    # Sent as it was opened, it changes nothing.
    assert (await alice.submit(form, {})).text == "Changed."
    assert await stored() == [before]

    async def edit(**fields: Any) -> dict[str, Any]:
        opened = await alice.click(shown, "Edit")
        answer = await alice.submit(opened, {name.replace("_", " "): value for name, value in fields.items()})
        assert answer.text == "Changed.", (fields, answer.text)
        (row,) = await stored()
        return dict(row)

    changed = await edit(Where=[town.log], Whom_to_ping=[town.staff])
    assert (changed["channel_id"], changed["target_kind"], changed["target_id"]) == (town.log.id, "role", town.staff.id)
    changed = await edit(Whom_to_ping=[town.mallory])
    assert (changed["target_kind"], changed["target_id"]) == ("member", town.mallory.id)
    changed = await edit(How=["As a direct message"], What="sit-down")
    assert (changed["direct"], changed["message"]) == (True, "sit-down")
    changed = await edit(How=["In the channel"])
    assert changed["direct"] is False
    assert {k for k, v in changed.items() if v != before[k]} <= {"channel_id", "target_id", "message", "name"}


async def test_the_second_form_changes_all_the_rest(
    alice: Person, manager: Person, town: Town, clock: ManualClock, stored: Stored
) -> None:
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    clock.pass_the_hours_before(9)
    await alice.slash("reminder create", when="every day at 9:00", what="stand-up")
    (before,) = await stored()
    shown = await alice.slash("reminder show", reminder="stand-up")
    typed, last_day = clock.day_to_come()
    form = await alice.choose(shown, "More …", [EXTRAS])
    filled_in = {
        "Early warning": "1h",
        "End of a repeating one": f"{typed}, 10 times",
        "Send it again until Done": "10m, 4 times",
        "Role to ping the last time it is sent": [town.staff],
        "How late it may be sent": "2h",
    }
    assert form.modal
    assert [field.label for field in form.modal.fields] == list(filled_in)
    assert (await alice.submit(form, filled_in)).text == "Changed."
    (row,) = await stored()
    assert (row["warn_seconds"], row["most_times"], row["catch_up_seconds"]) == (3600, 10, 7200)
    assert f"{row['until']:%-d %B %Y}" == last_day
    assert (row["repeat_seconds"], row["repeat_most"], row["escalate_role_id"]) == (600, 4, town.staff.id)
    again = await alice.choose(shown, "More …", [EXTRAS])
    assert again.modal
    assert [field.value for field in again.modal.fields] == ["1h", f"{last_day}, 10 times", "10m, 4 times", None, "2h"]
    # Sent as it was opened, it changes nothing; emptied, it takes all of that away.
    assert (await alice.submit(again, {})).text == "Changed."
    assert await stored() == [row]
    await alice.submit(again, {name: [] if isinstance(value, list) else "" for name, value in filled_in.items()})
    assert await stored() == [before]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"Early warning": "soon"}, "`early` takes a length of time"),
        ({"End of a repeating one": "yesterday"}, "in the past"),
        ({"Send it again until Done": "10m, 500 times"}, "from 1 to 100 times"),
        ({"Send it again until Done": "3 times"}, "need `insist`"),
        ({"How late it may be sent": "60d"}, "30 days"),
    ],
)
async def test_a_refused_form_is_opened_again_with_what_was_typed(
    fields: dict[str, str], sentence: str, alice: Person, mallory: Person, stored: Stored
) -> None:
    await alice.slash("reminder create", when="every day at 9:00", what="stand-up")
    before = await stored()
    shown = await alice.slash("reminder show", reminder="stand-up")
    form = await alice.choose(shown, "More …", [EXTRAS])
    refused = await alice.submit(
        form, {**fields, "How late it may be sent": fields.get("How late it may be sent", "3h")}
    )
    assert refused.private
    assert sentence in refused.text
    assert await stored() == before
    again = await alice.click(refused, "Try again")
    assert again.modal
    values = {field.label: field.value for field in again.modal.fields}
    assert {name: values[name] for name in fields} == fields
    # Nobody else sees what somebody typed.
    forged = refused.buttons[0].custom_id
    assert "no longer here" in (await mallory.click(await mallory.slash("reminder list"), forged, raw=True)).text
    if "How late it may be sent" not in fields:
        assert values["How late it may be sent"] == "3h"
        await alice.submit(again, dict.fromkeys(fields, ""))
        assert [row["catch_up_seconds"] for row in await stored()] == [10800]


async def test_every_form_keeps_what_was_typed(alice: Person, mallory: Person, after: After, town: Town) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea")
    made = await alice.slash("reminder create", when="every 2 hours", what="walk")
    await after(hours=1)
    said = await mallory.say("the bins have to go out")
    forms = [
        await alice.click(made, "Change"),
        await alice.click(await alice.slash("reminder show", reminder="walk"), "Edit"),
        await alice.slash("reminder edit", reminder="walk"),
        await alice.click(await alice.click(alice.pings[-1], "More …"), "Snooze …"),
        await alice.context_menu("Remind me about this", said),
    ]
    for form in forms:
        refused = await alice.submit(form, {"When": "whenever"})
        assert "I cannot read `whenever`" in refused.text
        again = await alice.click(refused, "Try again")
        assert again.modal
        assert again.modal.custom_id == form.modal.custom_id
        assert again.modal.field("When").value == "whenever"
        accepted = await alice.submit(again, {"When": "in 3h"})
        assert "<t:" in accepted.full_text
        assert accepted.buttons[:1] != refused.buttons


async def test_what_was_typed_outlives_an_outage(
    fragile: Bot, relay: Relay, stand_in: StandIn, town: Town, stored: Stored
) -> None:
    alice = stand_in.person(town.alice, town.general)
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    form = await alice.click(made, "Change")
    await relay.cut()
    refused = await alice.submit(form, {"What": "coffee"})
    assert refused.text.startswith("The database is not available right now")
    await relay.open()
    again = await alice.click(refused, "Try again")
    assert again.modal
    assert again.modal.field("What").value == "coffee"
    await alice.submit(again)
    assert [row["message"] for row in await stored()] == ["coffee"]


async def test_what_was_typed_does_not_outlive_the_process(running: Running, stand_in: StandIn, town: Town) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running():
        made = await alice.slash("reminder create", when="in 1h", what="tea")
        refused = await alice.submit(await alice.click(made, "Change"), {"When": "whenever"})
    async with running():
        assert (await alice.click(refused, "Try again")).text == (
            "What you typed is no longer here. Open the form again."
        )


async def test_forms_in_direct_messages_have_what_works_there(alice: Person, after: After, stored: Stored) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="walk", direct=True)
    await after(hours=2)
    mine = alice.in_dm()
    form = await mine.click(await mine.click(mine.messages[-1], "More …"), "Edit")
    assert form.modal
    assert [field.label for field in form.modal.fields] == ["When", "What"]
    changed = await mine.submit(form, {"What": "run"})
    extras = await mine.choose(changed, "More …", [EXTRAS])
    assert extras.modal
    assert len(extras.modal.fields) == 4
    assert (await mine.submit(extras, {"How late it may be sent": "1h"})).text == "Changed."
    assert [(row["message"], row["catch_up_seconds"], row["direct"]) for row in await stored()] == [("run", 3600, True)]


@pytest.mark.parametrize("chosen", ["1", "closed", "square"])
async def test_a_forged_choice_changes_nothing(chosen: str, alice: Person, town: Town, stored: Stored) -> None:
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    before = await stored()
    form = await alice.click(made, "Change")
    place = getattr(town, chosen, town.elsewhere.roles[town.elsewhere.id])
    field = "Whom to ping" if chosen == "1" else "Where"
    refused = await alice.submit(form, {field: [place]}, raw=True)
    assert "reference" not in refused.text
    assert refused.private
    assert await stored() == before
