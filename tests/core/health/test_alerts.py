"""What operators have to be told follows from what they were told and from how it is now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core import registry
from app.core.health.alerts import ALERTS, AlertPlace, Condition, OpenAlert, Step, read, step_of
from app.core.health_kinds import HealthState

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OK, DEGRADED, DOWN, FLAPPING = HealthState.OK, HealthState.DEGRADED, HealthState.DOWN, HealthState.FLAPPING
SERVICE = "shards 0-3 of 8"
LATE = ("reminders_late",)


def told(state: HealthState, worst: HealthState = DEGRADED, **more: Any) -> OpenAlert:
    return OpenAlert(SERVICE, state, NOW, 1, "1.0", 2, LATE, worst, **more)


@pytest.mark.parametrize(
    ("before", "state", "is_paused", "step"),
    [
        (None, OK, False, Step.NOTHING),
        (None, DEGRADED, False, Step.TELL),
        (None, DOWN, True, Step.NOTHING),
        (told(DEGRADED), DEGRADED, False, Step.NOTHING),
        (told(DEGRADED), FLAPPING, False, Step.EDIT),
        (told(DEGRADED), DOWN, False, Step.WORSE),
        (told(DEGRADED), DOWN, True, Step.EDIT),
        # It was as bad before: that is no news.
        (told(DEGRADED, DOWN), DOWN, False, Step.EDIT),
        (told(DOWN, DOWN), DEGRADED, False, Step.EDIT),
        (told(DEGRADED), OK, False, Step.END),
        (told(DEGRADED), OK, True, Step.END),
    ],
)
def test_only_a_change_is_told(before: OpenAlert | None, state: HealthState, is_paused: bool, step: Step) -> None:
    assert step_of(before, Condition(SERVICE, state, NOW, "1.0", LATE), is_paused=is_paused) is step


def test_what_is_kept_is_read_as_it_was_and_nothing_else_is() -> None:
    for one in (told(DOWN, DOWN), told(DEGRADED, is_absence=True)):
        assert read(one.key, one.to_json()) == one
        setting = registry.find(f"{ALERTS}.{one.key}")
        assert setting is not None
        assert setting.allows(one.to_json())
        for name, wrong in {
            "service": "another", "state": "fine", "since": "2026-11-30T12:00:00", "channel_id": "1", "reasons": "late",
            "message_id": -1, "version": "", "worst": None,
        }.items():  # fmt: skip
            assert not setting.allows({**one.to_json(), name: wrong}), name
    place = AlertPlace(1, 2, "de", NOW)
    assert read("place", place.to_json()) == place
    assert read("place", AlertPlace(1, 2).to_json()) == AlertPlace(1, 2)
    assert place.is_paused(NOW - timedelta(seconds=1))
    assert not place.is_paused(NOW)
