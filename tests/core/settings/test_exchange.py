"""A file of settings: what was written is read as it was, and what is wrong with one is said by line."""

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from app.core import json_file, registry
from app.core.errors import InvalidInput
from app.core.settings import exchange, general
from app.core.settings.differences import Wish, propose
from app.core.settings.exchange_places import Place
from app.core.settings.exchange_reading import read
from app.core.settings.kinds import MAX_ID, Kind, Setting, Value
from app.core.settings.snapshot import SettingsSnapshot
from app.core.storable import is_storable
from tests.fixtures.properties import given, st

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
ZONES = ("UTC", "Europe/Brussels", "Asia/Kathmandu", "America/Argentina/Buenos_Aires")


def written(chosen: dict[str, Value], guild_id: int = 1, *, with_defaults: bool = False) -> bytes:
    return exchange.write(
        SettingsSnapshot(guild_id, MappingProxyType(chosen)),
        registry.ALL,
        registry.STRUCTURES,
        server_name="Town \u2028 “x”",
        made_at=NOW,
        name_of=lambda kind, number: f"{kind} {number}",
        with_defaults=with_defaults,
    )


def read_back(content: bytes) -> dict[str, Value]:
    """What a file chooses in a server that has the same channels and roles."""
    file = read(content, registry.BY_NAME, registry.STRUCTURES)
    assert [one for one in file.entries if one.mistake is not None] == []
    return {one.name: one.value.id if isinstance(one.value, Place) else one.value for one in file.entries}


def value_of(setting: Setting[Any]) -> st.SearchStrategy[Any]:
    match setting.kind:
        case Kind.TOGGLE:
            found: st.SearchStrategy[Any] = st.booleans()
        case Kind.CHANNEL | Kind.ROLE:
            found = st.integers(10**16, MAX_ID)
        case Kind.NUMBER | Kind.DURATION:
            found = st.integers(setting.minimum, setting.maximum)
        case Kind.TIMEZONE:
            found = st.sampled_from(ZONES)
        case Kind.CHOICE:
            found = st.sampled_from(sorted(setting.choices))
        case _:
            found = st.text(min_size=setting.minimum, max_size=min(setting.maximum, 60)) | st.just(
                "Mon-Fri 09:00-17:00" if setting.name == "tickets.hours" else "Welcome, {member}!"
            )
    return found.filter(lambda value: setting.allows(value) and (setting.kind is not Kind.TEXT or value.strip()))


CHOICES = st.fixed_dictionaries({}, optional={one.name: value_of(one) for one in registry.ALL})


@given(CHOICES, st.booleans())
def test_what_was_written_is_read_as_it_was(chosen: dict[str, Value], with_defaults: bool) -> None:
    content = written(chosen, with_defaults=with_defaults)
    assert read_back(content) == chosen
    file = read(content, registry.BY_NAME, registry.STRUCTURES)
    assert (file.server_id, file.remarks) == (1, ())


@given(CHOICES, CHOICES)
def test_a_file_in_another_server_gives_it_the_same_settings(here: dict[str, Value], there: dict[str, Value]) -> None:
    wishes = [Wish(registry.BY_NAME[name], value) for name, value in read_back(written(here)).items()]
    wishes += [Wish(registry.BY_NAME[name], None) for name in there if name not in here]
    snapshot = SettingsSnapshot(2, MappingProxyType(there))
    found = propose(snapshot, wishes, lambda setting, value: None)
    assert not found.refused
    changed = {**there, **{one.setting.name: one.new for one in found.differences}}
    after = SettingsSnapshot(2, {name: value for name, value in changed.items() if value is not None})
    assert [after[one] for one in registry.ALL] == [
        SettingsSnapshot(1, MappingProxyType(here))[one] for one in registry.ALL
    ]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
def test_any_other_file_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(content, registry.BY_NAME, registry.STRUCTURES)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*registry.BY_NAME, "x", "general.x", "\ud800", "`"]), JSON, max_size=8), JSON)
def test_no_value_is_taken_that_a_setting_does_not_take(values: dict[str, Any], server: Any) -> None:
    content = {"format": "concierge-settings", "version": 1, "server": server, "settings": values, "defaults": values}
    file = read(json.dumps(content).encode(), registry.BY_NAME, registry.STRUCTURES)
    assert len(file.entries) == len(values)
    for one in file.entries:
        if one.setting is None or one.mistake is not None:
            assert one.mistake is not None
            assert is_storable(str(one.mistake))
            assert is_storable(one.name)
            assert one.value is None
        elif isinstance(one.value, Place):
            assert one.setting.kind in {Kind.CHANNEL, Kind.ROLE}
            assert one.value.id is not None or one.value.name
        else:
            assert one.value is None or one.setting.allows(one.value)


def mistakes(settings: str) -> list[tuple[int | None, str]]:
    content = f'{{"format": "concierge-settings", "version": 1,\n"settings": {{\n{settings}\n}}}}'
    return [
        (one.line, str(one.mistake))
        for one in read(content.encode(), registry.BY_NAME, registry.STRUCTURES).entries
        if one.mistake
    ]


def test_each_mistake_has_its_line() -> None:
    assert mistakes('"general.page_size": 5') == []
    (found,) = mistakes('"general.contact": "\\"general.page_size\\": 1",\n"general.page_size": 1')
    assert found[0] == 4
    (found,) = mistakes('"general.colour": "red",\n"general.page_size": 5,\n"general.page_size": 6')
    assert found == (4, "It is in the file twice. Leave one of them.")
    (found,) = mistakes('"general.timezon": "UTC"')
    assert found == (3, "There is no setting of that name. Perhaps `general.timezone` is meant.")
    (found,) = mistakes('"reminders.channel": {"id": 1.5}')
    assert found == (3, "That `id` is none: write it as a text of digits, or leave it out.")
    (found,) = mistakes('"reminders.channel": {}')
    assert found == (3, "It has neither an `id` nor a `name`.")


def test_what_people_write_themselves_is_understood() -> None:
    settings = {
        "general.page_size": "5",
        "General.Colour ": "Gold",
        "general.private_replies": "off",
        "general.timezone": "brussels",
        "reminders.catch_up": "1 day 4 hours",
        "reminders.channel": "<#123456789012345678>",
        "general.log_channel": "#log",
        "general.staff_role": None,
    }
    content = {"format": "concierge-settings", "version": 1, "settings": settings}
    file = read(json.dumps(content).encode(), registry.BY_NAME, registry.STRUCTURES)
    assert {one.name: one.value for one in file.entries} == {
        "general.page_size": 5,
        "general.colour": "gold",
        "general.private_replies": False,
        "general.timezone": "Europe/Brussels",
        "reminders.catch_up": 100_800,
        "reminders.channel": Place(123456789012345678, None),
        "general.log_channel": Place(None, "log"),
        "general.staff_role": None,
    }


def test_other_defaults_are_pointed_out() -> None:
    content = json.loads(written({}, with_defaults=True))
    content["defaults"]["general.page_size"] = 9
    (remark,) = read(json.dumps(content).encode(), registry.BY_NAME, registry.STRUCTURES).remarks
    assert "`general.page_size`" in str(remark)


def test_a_proposal_stands_for_what_it_says() -> None:
    here = SettingsSnapshot(1, {"general.page_size": 5})

    def digest(value: int, snapshot: SettingsSnapshot = here) -> str:
        return propose(snapshot, [Wish(general.PAGE_SIZE, value)], lambda *_: None).digest

    assert digest(6) == digest(6)
    assert len({digest(6), digest(7), digest(5), digest(99), digest(6, SettingsSnapshot(1))}) == 5


def test_names_of_a_file_are_made_fit_to_be_said() -> None:
    assert json_file.as_said("a\ud800`\n" + "x" * 100, 10) == "a?' xxxxx…"
