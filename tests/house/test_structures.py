"""Every kind of structure among the settings has decided whether it is in files of settings and goes back."""

import dataclasses
from datetime import UTC, datetime

import pytest

from app.commands.settings.structure_checks import checks_at
from app.core import registry
from app.core.settings.structures import Holds
from tests.house.repository import ROOT

CARRIED = [scope for scope, kind in registry.STRUCTURES.items() if kind.carried.in_files or kind.carried.goes_back]
NOT_CARRIED = {"onboarding_runs", "onboarding_removed", "setup", "health_alerts"}
"""What runs, waits to be put back, or follows from something else. A new one is added here on purpose."""
KEYS = {Holds.MEMBER: "9", Holds.ROLE: "9", Holds.CHANNEL: "9"}


def key_of(scope: str) -> str:
    carried = registry.STRUCTURES[scope].carried
    if carried.key_field:
        return KEYS[carried.fields[carried.key_field].holds]
    return next(iter(carried.words_as_keys), "001")


def test_what_is_not_carried_says_why() -> None:
    assert set(registry.STRUCTURES) - set(CARRIED) == NOT_CARRIED
    for scope, kind in registry.STRUCTURES.items():
        is_whole = kind.carried.in_files and kind.carried.goes_back
        assert (kind.carried.why_not is None) is is_whole, scope


@pytest.mark.parametrize("scope", CARRIED)
def test_what_is_carried_is_described_in_whole(scope: str) -> None:
    kind = registry.STRUCTURES[scope]
    key = key_of(scope)
    found = kind.read(key, kind.carried.sample)
    assert dataclasses.is_dataclass(found)
    assert not isinstance(found, type)
    stored = {one.name for one in dataclasses.fields(found)} - {"key"}
    described = set(kind.carried.fields) - {"key"}
    key_field = kind.carried.key_field
    assert stored - {key_field} == described - {key_field}, "a field that no file and no preview would have"
    for name, each in kind.carried.fields.items():
        assert hasattr(found, name)
        assert bool(each.parts) is (each.holds is Holds.PARTS)
        assert bool(each.scope) is (each.holds is Holds.KEYS)
    assert not kind.understands(key, "nothing")
    # What has to be there is no more than the sample has.
    for name in kind.carried.sample:
        assert not kind.understands(key, {one: kind.carried.sample[one] for one in kind.carried.sample if one != name})


@pytest.mark.parametrize("scope", CARRIED)
def test_what_is_carried_can_be_found_bounded_and_checked(scope: str) -> None:
    kind = registry.STRUCTURES[scope]
    assert kind.part in registry.PARTS
    assert kind.most > 0, "a file could have any number"
    assert scope in checks_at(datetime(2027, 1, 1, tzinfo=UTC))


def test_nothing_about_a_person_is_in_a_file() -> None:
    about_people = {scope for scope in registry.STRUCTURES if registry.is_about_person(scope)}
    assert about_people == {"ticket_blocked"}
    assert not any(registry.STRUCTURES[scope].carried.in_files for scope in about_people)


def test_the_manual_names_every_kind() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for scope in registry.STRUCTURES:
        assert f"`{scope}` |" in page
