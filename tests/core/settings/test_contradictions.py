"""Settings that contradict each other."""

from typing import Any

import pytest

from app.core import registry
from app.core.contradictions import between
from app.core.settings.kinds import Value
from app.core.settings.snapshot import SettingsSnapshot

ON = {"onboarding.mode": "rules"}
CASES: list[tuple[dict[str, Value], str]] = [
    ({"tickets.per_member": 20, "tickets.per_server": 10}, "more open tickets"),
    ({"reminders.per_member": 20, "reminders.per_server": 10}, "more reminders"),
    ({"analytics.keep_events": 86400 * 200, "analytics.keep_figures": 86400 * 100}, "kept longer who used"),
    ({"faq.keep_members": False, "faq.direct_per_hour": 5}, "Nobody is told"),
    ({"faq.keep_searches": 0, "faq.direct_per_hour": 5}, "Nobody is told"),
    ({**ON, "onboarding.join_role": 7, "onboarding.completion_role": 7}, "are the same"),
    ({**ON, "onboarding.log_channel": 7, "onboarding.welcome_channel": 7, "onboarding.welcome_text": "x"}, "welcomed"),
    ({**ON, "onboarding.welcome_text": "x"}, "no channel for it"),
    ({**ON, "onboarding.welcome_channel": 7}, "and no message"),
    ({**ON, "onboarding.direct_text": "x", "onboarding.direct_per_hour": 0}, "none may be sent"),
    ({**ON, "onboarding.nudge_after": 7200, "onboarding.warn_after": 3600}, "before they are reminded"),
]
FINE: list[dict[str, Value]] = [
    {},
    ON,
    {"tickets.enabled": False, "tickets.per_member": 20, "tickets.per_server": 10},
    {"reminders.enabled": False, "reminders.per_member": 20, "reminders.per_server": 10},
    {"faq.keep_members": False},
    {"faq.keep_members": False, "faq.direct_per_hour": 0},
    {"onboarding.join_role": 7, "onboarding.completion_role": 7},
    {**ON, "onboarding.join_role": 7, "onboarding.completion_role": 8},
    {**ON, "onboarding.nudge_after": 0, "onboarding.warn_after": 3600},
    {**ON, "onboarding.welcome_channel": 7, "onboarding.welcome_text": "x", "onboarding.log_channel": 8},
]


@pytest.mark.parametrize(("chosen", "said"), CASES)
def test_what_does_not_go_together_is_said_with_what_mends_it(chosen: dict[str, Any], said: str) -> None:
    assert all(registry.BY_NAME[name].allows(value) for name, value in chosen.items())
    (found,) = between(SettingsSnapshot(1, chosen))
    assert said in str(found.what)
    assert "/settings set" in str(found.fix)


@pytest.mark.parametrize("chosen", FINE)
def test_nothing_is_said_of_what_goes_together(chosen: dict[str, Any]) -> None:
    assert list(between(SettingsSnapshot(1, chosen))) == []
