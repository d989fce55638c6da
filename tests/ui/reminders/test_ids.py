"""What is under lists and details of reminders leads to different things, however much an id has to carry."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.actor import Actor
from app.core.scheduling.schedule import Schedule
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.control import Deleted
from app.services.reminders.life_cycle import plan
from app.services.reminders.making import ReminderPage
from app.ui.kit.ids import MAX_PAGE
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details
from app.ui.reminders.ids import InDirect, UnskipId
from app.ui.reminders.lines import select_option, suggestion
from app.ui.reminders.list_filter import MAX_WORDS, ListFilter
from app.ui.reminders.lists import overview

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAX_ROW, MAX_SNOWFLAKE = 2**31 - 1, 2**63 - 1
NARROWEST = ListFilter(
    everybody=True,
    channel_id=MAX_SNOWFLAKE,
    member_id=MAX_SNOWFLAKE,
    state=ReminderState.ATTENTION,
    words=("a:~b" * MAX_WORDS)[:MAX_WORDS],
    page=MAX_PAGE,
)
SNAPSHOT = SettingsSnapshot(MAX_SNOWFLAKE, {})


def reminder(**columns: Any) -> Reminder:
    given = {
        "id": MAX_ROW,
        "guild_id": MAX_SNOWFLAKE,
        "channel_id": MAX_SNOWFLAKE,
        "created_by": MAX_SNOWFLAKE,
        "name": "tea",
        "message": "tea",
        "phrase": "every 2 hours",
        "direct": False,
        "subscribers": [],
        "state": ReminderState.WAITING,
        "created_at": NOW,
    }
    made = Reminder(**{**given, **columns})
    plan(made, Schedule.elapsed(timedelta(hours=2), NOW + timedelta(microseconds=1), "UTC"), after=NOW)
    return made


@pytest.mark.parametrize("state", list(ReminderState))
def test_no_two_components_of_a_message_have_the_same_id(state: ReminderState) -> None:
    one = reminder(state=state)
    shown = details(one, SNAPSHOT, place=NARROWEST, undo=NOW)
    page = overview(ReminderPage([one], MAX_PAGE - 2, MAX_PAGE, 8000000), SNAPSHOT, NARROWEST, NOW, author_id=1)
    gone = ui.deleted(Deleted([one], NOW), place=NARROWEST, is_details=True)
    in_direct = details(one, SNAPSHOT, undo=NOW, place=InDirect(MAX_SNOWFLAKE))
    ids = [item.custom_id for reply in (shown, page, gone, in_direct) for item in reply.items]  # type: ignore[attr-defined] -- buttons and selects
    assert len(ids) >= 11
    assert max(len(one) for one in ids) > 90
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("place", [None, InDirect(7), ListFilter(), NARROWEST, ListFilter(words="~:", page=3)])
def test_an_id_knows_the_list_it_leads_back_to_or_the_server_it_is_about(place: Any) -> None:
    found = UnskipId.parse(UnskipId(reminder_id=1, at=NOW, place=place).pack())
    assert (found.place, found.at) == (place, NOW)
    assert found.guild_id == (7 if isinstance(place, InDirect) else None)
    assert found.back == (place if isinstance(place, ListFilter) else None)


def test_a_list_has_no_more_pages_than_an_id_can_name() -> None:
    assert (ListFilter().at(-1).page, ListFilter().at(MAX_PAGE + 1).page) == (0, MAX_PAGE)


def test_a_zone_that_is_gone_takes_no_list_along() -> None:
    lost = reminder(timezone="Mars/Olympus")
    lost.timezone = "Mars/Olympus"
    assert suggestion(lost, Actor(MAX_SNOWFLAKE, MAX_SNOWFLAKE), NOW).label.endswith("tea · Sunday 22 November 12:00")
    assert select_option(lost, NOW).description == "Sunday 22 November 12:00"
    assert "its schedule cannot be read" in str(details(lost, SNAPSHOT).embed.to_dict())
