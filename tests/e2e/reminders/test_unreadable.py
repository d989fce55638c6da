"""Rows that no schedule can be made of, planted by SQL: each is one line in a list, and in nobody's way."""

import pytest

from app.db import DatabaseUrl
from app.ui.kit import patience
from standin import Person, StandIn
from tests.fixtures.postgres import execute
from tests.fixtures.reminders.due import Stored
from tests.fixtures.town import Town

BROKEN = {
    "no rule": "rrule = 'FREQ=NONSENSE', starts_at = NULL, local_start = '2026-11-18 09:00'",
    "no zone": "timezone = 'Mars/Base'",
    "the first day of the calendar": "starts_at = NULL, rrule = 'FREQ=DAILY', local_start = '0001-01-01 00:00'",
    "the last day of the calendar": "starts_at = '9999-12-31 23:59:59+00', timezone = 'Pacific/Auckland'",
}
SAYS_SO = "its schedule cannot be read: give it a new time with `/reminder edit`, or delete it"
ENDLESS = "until = '9999-12-31 23:59:59+00', timezone = 'Pacific/Auckland'"


@pytest.mark.parametrize("columns", BROKEN.values(), ids=BROKEN)
async def test_a_row_that_cannot_be_read_breaks_nothing(
    columns: str,
    alice: Person,
    moderator: Person,
    town: Town,
    own_database: DatabaseUrl,
    stored: Stored,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for what in ("bread", "milk"):
        await alice.slash("reminder create", when="tomorrow 9am", what=what)
    await execute(own_database, f"UPDATE reminders SET {columns} WHERE name = 'milk'")
    for shown in (
        await alice.slash("reminder list"),
        await moderator.slash("reminder list", everybody=True),
        await alice.slash("reminder show", reminder="milk"),
    ):
        assert shown.full_text.count(SAYS_SO) == 1, shown.full_text
    assert len(await alice.autocomplete("reminder show", "reminder", "")) == 2
    moved = await moderator.slash("reminder shift", by="1h")
    assert moved.text.startswith("Moved one reminder 1 hour later"), moved.text
    back = await moderator.click(moved, "Undo")
    assert "earlier" in back.text or "back" in back.text, back.text
    await alice.slash("reminder pause", reminder="#2")
    await alice.slash("reminder edit", reminder="#2", what="oat milk")
    given = await moderator.slash("reminder transfer", reminder="#2", member=town.mallory)
    assert "oat milk" in given.full_text, given.full_text
    _, row = await stored()
    assert (row["state"], row["message"], row["created_by"]) == ("paused", "oat milk", town.mallory.id)
    gone = await moderator.slash("reminder delete", reminder="#2")
    await moderator.click(gone, "Undo")
    assert len(await stored()) == 2
    await moderator.slash("reminder edit", reminder="#2", when="in 2h")
    assert SAYS_SO not in (await moderator.slash("reminder list", everybody=True)).full_text
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_one_that_was_stored_to_the_end_of_the_calendar_works(
    alice: Person, moderator: Person, own_database: DatabaseUrl, stored: Stored
) -> None:
    await alice.slash("reminder create", when="FREQ=DAILY;BYHOUR=9", what="milk")
    await execute(own_database, f"UPDATE reminders SET {ENDLESS}")
    assert "every day at 09:00 (Pacific/Auckland)" in (await alice.slash("reminder list")).full_text
    assert "every day" in (await alice.slash("reminder show", reminder="milk")).full_text
    assert (await moderator.slash("reminder shift", by="1h")).text.startswith("Moved one reminder")
    (row,) = await stored()
    assert row["until"] is None


@pytest.mark.parametrize("when", ["FREQ=DAILY;BYHOUR=9;UNTIL=99991231T235959Z", "FREQ=DAILY;UNTIL=21500101"])
async def test_a_rule_may_end_in_a_hundred_years_at_most(when: str, alice: Person, stored: Stored) -> None:
    await alice.slash("timezone set", zone="Pacific/Auckland")
    refused = await alice.slash("reminder create", when=when, what="milk")
    assert refused.text == ("That would end in more than 100 years. Choose an earlier end, or leave the end out.")
    assert await stored() == []


async def test_an_answer_that_fails_after_it_was_saved_says_that_it_was_saved(
    alice: Person, stand_in: StandIn, stored: Stored, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine a deferral would meet the fault in place of the answer.
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 60.0)
    stand_in.faults.fail("POST /interactions", 400, code=50035, message="Invalid Form Body")
    answered = await alice.slash("reminder create", when="in 1h", what="milk")
    assert answered.text.startswith("It was saved, but something broke on our side before you were told.")
    reference = answered.text.split("`")[1]
    assert any(getattr(record, "reference", None) == reference for record in caplog.records)
    assert len(await stored()) == 1
    stand_in.faults.fail("POST /interactions", 400, code=50035, message="Invalid Form Body")
    shown = await alice.slash("reminder show", reminder="milk")
    assert shown.text.startswith("Something broke on our side.")
