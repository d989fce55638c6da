"""What a delivered reminder says, whom it pings, and what its buttons carry."""

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from app.core.base36 import base36
from app.core.reminders.delivery import DeliveryStep, StepKind
from app.models import Reminder, ReminderState, TargetKind
from app.services.reminders.answers import Rights
from app.services.reminders.due import Delivery
from app.ui.reminders import message as ui
from tests.fixtures.reminders.making import policy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAILY = {"rrule": "FREQ=DAILY", "local_start": NOW.replace(tzinfo=None)}


def delivery(kind: StepKind = StepKind.OCCURRENCE, **columns: Any) -> Delivery:
    given = {
        "id": 5,
        "guild_id": 900,
        "channel_id": 7,
        "created_by": 11,
        "name": "tea",
        "message": "tea",
        "phrase": "in 5m",
        "direct": False,
        "subscribers": [],
        "skipped": 0,
        "repeats": 0,
        "next_at": NOW,
    }
    reminder = Reminder(**{**given, **columns})
    return Delivery(
        reminder, DeliveryStep(5, kind, NOW), NOW, timedelta(), 0, NOW, False, lane=7, attempt=1, may_have_arrived=False
    )


def allowed(outgoing: ui.Outgoing) -> dict[str, Any]:
    found = outgoing.mentions
    return {key: sorted(int(one) for one in value) for key, value in found.items() if key in {"users", "roles"}} | {
        "everyone": "everyone" in found["parse"],
        "parse": [one for one in found["parse"] if one != "everyone"],
    }


@pytest.mark.parametrize(
    ("columns", "begins", "users", "roles", "everyone"),
    [
        ({}, "> tea\n-# From <@11>", [], [], False),
        ({"target_kind": TargetKind.MEMBER, "target_id": 11}, "<@11>\n> tea", [11], [], False),
        (
            {"target_kind": TargetKind.MEMBER, "target_id": 11, "subscribers": [12, 11]},
            "<@11> <@12>\n> tea",
            [11, 12],
            [],
            False,
        ),
        (
            {"target_kind": TargetKind.ROLE, "target_id": 20, "subscribers": [12]},
            "<@&20> <@12>\n> tea",
            [12],
            [20],
            False,
        ),
        ({"target_kind": TargetKind.EVERYONE, "target_id": 900}, "@everyone\n> tea", [], [], True),
        ({"message": "ask <@99>, <@&98> and @everyone"}, "> ask", [], [], False),
    ],
)
def test_it_pings_whom_it_is_for_and_nobody_else(columns, begins, users, roles, everyone):
    made = ui.due(delivery(**columns), policy(everyone=True), in_direct=False)
    assert made.content.startswith(begins)
    found = allowed(made)
    assert (found.get("users", []), found.get("roles", []), found["everyone"], found["parse"]) == (
        users,
        roles,
        everyone,
        [],
    )


def test_everyone_is_left_out_where_the_server_no_longer_wants_it():
    columns = {"target_kind": TargetKind.EVERYONE, "target_id": 900}
    made = ui.due(delivery(**columns), policy(everyone=False), in_direct=False)
    assert made.content == "> tea\n-# From <@11>"
    assert not allowed(made)["everyone"]


def test_only_the_last_repetition_asks_for_help():
    for repeats, roles in ((0, []), (1, [30])):
        made = ui.due(
            delivery(StepKind.REPEAT, repeat_most=2, repeats=repeats, escalate_role_id=30), policy(), in_direct=False
        )
        assert allowed(made).get("roles", []) == roles
        assert f"({repeats + 1})" in made.content


def test_what_does_not_fit_into_a_message_goes_into_an_embed():
    columns = {"target_kind": TargetKind.MEMBER, "target_id": 11, "message": "x" * 2000}
    made = ui.due(delivery(**columns), policy(), in_direct=False)
    assert made.content == "<@11>"
    assert made.embed is not None
    assert made.embed.description == ">>> " + "x" * 2000


def test_one_of_the_former_bot_has_its_name_event_and_place():
    columns = {"phrase": None, "message": "Zur Sonne", "event_time": NOW, "location": "y" * 2000, "name": "n" * 300}
    made = ui.due(delivery(**columns), policy(), in_direct=False)
    assert made.embed is not None
    assert len(made.embed.title) == 256
    assert [field.name for field in made.embed.fields] == ["When", "Where"]
    assert len(made.embed.fields[1].value) == 1024
    silent = ui.due(delivery(phrase=None, message=None, name=""), policy(), in_direct=False)
    assert silent.embed is not None
    assert silent.embed.description


@pytest.mark.parametrize("snooze_of", [None, 4])
def test_its_name_is_shown_once_and_also_when_it_was_put_off_or_given_another_time(snooze_of: int | None):
    columns = {"name": "Party", "snooze_of": snooze_of, "event_time": None if snooze_of else NOW, "phrase": "in 1h"}
    for message, title in (("Zur Sonne", "Party"), ("Party\nZur Sonne", None)):
        made = ui.due(delivery(**columns, message=message, location="The pier"), policy(), in_direct=False)
        assert made.embed is not None
        assert (made.embed.title, made.embed.description) == (title, f">>> {message}")
        assert [field.name for field in made.embed.fields] == ["Where"]
    assert ui.due(delivery(snooze_of=snooze_of), policy(), in_direct=False).embed is None


@pytest.mark.parametrize(
    ("columns", "offered"), [({"starts_at": NOW}, False), (DAILY, True), (DAILY | {"until": NOW}, False)]
)
def test_only_of_a_series_that_goes_on_the_next_one_can_be_skipped(columns: dict[str, Any], offered: bool):
    reminder = delivery(StepKind.WARNING, timezone="UTC", state=ReminderState.WAITING, **columns).reminder
    items = ui.more(Rights(reminder, may_change=True), 11, in_direct=False).items
    assert ("Skip next" in [getattr(item, "label", None) for item in items]) is offered


def test_buttons_name_the_server_in_direct_messages_only():
    columns = {"id": 2**31 - 1, "guild_id": 2**63 - 1, "origin_channel_id": 3, "origin_message_id": 4}
    for in_direct in (False, True):
        reminder = delivery(state=ReminderState.WAITING, **columns).reminder
        row = ui.buttons(reminder, in_direct=in_direct)
        assert len(row) == 5
        rights = Rights(reminder, may_answer=True, may_change=True, may_join=not in_direct)
        more = ui.more(rights, 99, in_direct=in_direct).items
        items = [*row, *more]
        ids = [item.custom_id for item in items if item.custom_id]
        assert len(set(ids)) == len(ids)
        assert all((base36(2**63 - 1) in one) is in_direct for one in ids)
        assert ("Me too" in [getattr(item, "label", None) for item in items]) is not in_direct
        assert max(sum(item.row == row for item in more) for row in range(5)) <= 5


@pytest.mark.parametrize("columns", [{}, {"origin_channel_id": 3, "origin_message_id": 4}])
@pytest.mark.parametrize("in_direct", [False, True])
async def test_the_buttons_that_are_sent_are_those_that_pycord_would_make(columns: dict[str, Any], in_direct: bool):
    due = delivery(**columns)
    (row,) = ui.due(due, policy(), in_direct=in_direct).payload()["components"]
    (made,) = discord.ui.View(*ui.buttons(due.reminder, in_direct=in_direct), timeout=None, store=False).to_components()
    plain = [{key: value for key, value in one.items() if key not in {"id", "disabled"}} for one in made["components"]]
    assert (row["type"], row["components"]) == (made["type"], plain)
    assert {(one["id"], one["disabled"]) for one in made["components"]} == {(None, False)}


async def test_once_done_it_says_who_and_keeps_the_other_buttons():
    content, view = ui.done(delivery().reminder, "tea", 11, in_direct=False)
    assert content == "tea\n-# ✅ Done: <@11>"
    assert "Done" not in [item.label for item in view.children]
    long, _ = ui.done(delivery().reminder, "x" * 1999, 11, in_direct=False)
    assert long == "x" * 1999
