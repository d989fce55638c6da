"""Answers to people whose connection Discord resets: they come, and come once."""

import pytest

from app.bot import Bot
from app.ui.kit import patience
from standin import Person, StandIn
from tests.fixtures.town import Town

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_command_a_form_and_a_button_are_answered_once(
    alice: Person, stand_in: StandIn, town: Town, *, arrived: bool
) -> None:
    stand_in.faults.reset(CALLBACK, after=arrived)
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    assert "🔔" in made.text
    assert len([message for message in town.general.by_id.values() if "🔔" in message.text]) == 1
    stand_in.faults.reset(CALLBACK, after=arrived)
    form = await alice.click(made, "Change")
    stand_in.faults.reset(CALLBACK, after=arrived)
    assert "coffee" in (await alice.submit(form, {"What": "coffee"})).full_text
    stand_in.faults.reset(CALLBACK, after=arrived)
    assert await alice.autocomplete("reminder show", "reminder", "cof")


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_answer_that_was_put_off_comes_once(
    bot: Bot, alice: Person, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, *, arrived: bool
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.0)
    stand_in.faults.reset(CALLBACK, after=arrived)
    stand_in.faults.reset(FOLLOW_UP, after=arrived)
    stand_in.faults.reset(ORIGINAL, after=arrived)
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    assert "🔔" in made.text
