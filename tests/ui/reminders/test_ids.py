"""What the ids under lists and details of reminders carry: everything, within Discord's hundred characters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.scheduling.schedule import Schedule
from app.core.settings.snapshot import SettingsSnapshot
from app.models import Reminder, ReminderState
from app.services.reminders.control import Deleted
from app.services.reminders.making import ReminderPage
from app.services.reminders.plan import set_schedule
from app.ui.reminders import replies as ui
from app.ui.reminders.details import details, marked, read_mark
from app.ui.reminders.lines import select_option, suggestion
from app.ui.reminders.list_filter import LONGEST_WORDS, ListFilter
from app.ui.reminders.lists import overview

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LARGEST_ROW, LARGEST_ID = 2**31 - 1, 2**63 - 1
NARROWEST = ListFilter(
    everybody=True,
    channel_id=LARGEST_ID,
    member_id=LARGEST_ID,
    state=ReminderState.ATTENTION,
    words="w" * LONGEST_WORDS,
    page=9999,
)
SNAPSHOT = SettingsSnapshot(LARGEST_ID, {})


def reminder(**columns: Any) -> Reminder:
    given = {
        "id": LARGEST_ROW,
        "guild_id": LARGEST_ID,
        "channel_id": LARGEST_ID,
        "created_by": LARGEST_ID,
        "name": "tea",
        "message": "tea",
        "phrase": "every 2 hours",
        "direct": False,
        "subscribers": [],
        "state": ReminderState.WAITING,
        "created_at": NOW,
    }
    made = Reminder(**{**given, **columns})
    set_schedule(made, Schedule.elapsed(timedelta(hours=2), NOW + timedelta(microseconds=1), "UTC"), after=NOW)
    return made


@pytest.mark.parametrize("state", list(ReminderState))
def test_the_longest_ids_fit(state: ReminderState) -> None:
    one = reminder(state=state)
    shown = details(one, SNAPSHOT, back=NARROWEST, undo=NOW)
    page = overview(ReminderPage([one], 9999, 10001, 80000), SNAPSHOT, NARROWEST, NOW, author_id=1)
    gone = ui.deleted(Deleted([one], NOW), mark=marked(NARROWEST))
    in_direct = details(one, SNAPSHOT, undo=NOW, in_direct=True)
    # Too long an id would have raised ValueError.
    ids = [item.custom_id for reply in (shown, page, gone, in_direct) for item in reply.items]
    assert len(ids) >= 11
    assert max(len(one) for one in ids) > 90
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "shown",
    [
        ListFilter(),
        NARROWEST,
        ListFilter(words="a~b:c@d"),
        ListFilter(state=ReminderState.DONE, page=3),
        ListFilter(channel_id=1, words="\n🔔"),
        ListFilter(everybody=True, member_id=7),
    ],
)
def test_what_a_list_shows_is_read_back_as_it_was_written(shown: ListFilter) -> None:
    assert ListFilter.read(shown.argument()) == shown
    assert read_mark(f"12{marked(shown)}") == ("12", True, shown)


@pytest.mark.parametrize("forged", ["", "0", "x::::", "0:z:::", "0::-1::", f"0::::{'w' * 31}", "0::zzzzzzzzzzzzz::"])
def test_what_nobody_wrote_is_refused(forged: str) -> None:
    with pytest.raises(InvalidInput, match="That does not lead anywhere"):
        ListFilter.read(forged)


@pytest.mark.parametrize("moment", [NOW, NOW.replace(microsecond=123457), datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_moment_is_read_back_to_the_microsecond(moment: datetime) -> None:
    assert ui.from_micros(ui.micros(moment)) == moment


@pytest.mark.parametrize("forged", ["", "0:1", "-1", "zzzzzzzzzzzzz", "99999999999999", "A"])
def test_no_moment_is_none(forged: str) -> None:
    with pytest.raises(InvalidInput, match="That does not lead anywhere"):
        ui.from_micros(forged)


def test_a_zone_that_is_gone_takes_no_list_along() -> None:
    lost = reminder(timezone="Mars/Olympus")
    lost.timezone = "Mars/Olympus"
    assert suggestion(lost, Actor(LARGEST_ID, LARGEST_ID), NOW).name.endswith("tea · Sun 22 Nov 12:00")
    assert select_option(lost, NOW).description == "Sun 22 Nov 12:00"
    assert "no time" in str(details(lost, SNAPSHOT).embed.to_dict())
