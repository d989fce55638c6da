"""Structures in a file of settings: what was written is read as it was, and what is wrong with one is said."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from app.core import json_file, registry
from app.core.errors import InvalidInput, UserError
from app.core.settings import exchange
from app.core.settings.differences import Wish, propose
from app.core.settings.exchange_reading import File, read
from app.core.settings.kinds import Value
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structure_reading import Made
from app.core.settings.structures import settled
from app.core.storable import is_storable
from app.core.tickets import limits
from app.core.tickets.types import Priority, Question, QuestionKind, Route, TicketType, to_json
from app.ui.settings.file_structures import with_ids
from tests.fixtures.properties import given, st

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
IDS = st.integers(10**16, 10**18)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)
QUESTIONS = st.builds(Question, label=WORDS, hint=WORDS) | st.builds(
    Question,
    label=WORDS,
    kind=st.just(QuestionKind.SELECT),
    options=st.lists(WORDS, min_size=2, max_size=4, unique_by=str.casefold).map(tuple),
)
TYPES = st.builds(
    TicketType,
    key=st.just(""),
    name=WORDS,
    description=WORDS | st.just(""),
    team_role_ids=st.lists(IDS, max_size=3, unique=True).map(tuple),
    parent_id=IDS | st.none(),
    questions=st.lists(QUESTIONS, max_size=3, unique_by=lambda one: one.label.casefold()).map(tuple),
    priority=st.sampled_from(Priority),
    first_target=st.integers(60, 10**6) | st.just(0),
    enabled=st.booleans(),
).map(to_json)
PANELS = st.fixed_dictionaries(
    {"title": WORDS, "channel_id": IDS, "type_keys": st.lists(st.sampled_from(["001", "002"]), unique=True)},
    optional={"message_id": IDS, "text": WORDS, "as_select": st.just(value=True)},
)
NUMBERED = st.sampled_from(["001", "002", "010"])
CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "ticket_types": st.dictionaries(NUMBERED, TYPES, min_size=1),
        "ticket_panels": st.dictionaries(NUMBERED, PANELS, min_size=1),
        "ticket_boards": st.dictionaries(
            IDS.map(str) | st.just("all"), st.fixed_dictionaries({"channel_id": IDS}), max_size=20
        ),
        "faq_automatic": st.dictionaries(
            IDS.map(str), st.fixed_dictionaries({"threshold": st.integers(1, 100)}), max_size=9
        ),
        "analytics_pinned": st.fixed_dictionaries(
            {"stats": st.fixed_dictionaries({"channel_id": IDS, "days": st.just(7)})}
        ),
        "ticket_blocked": st.dictionaries(IDS.map(str), st.just({})),
    },
)


def snapshot_of(chosen: Mapping[str, Any]) -> SettingsSnapshot:
    named: dict[str, Value] = {f"{scope}.{key}": one for scope, ones in chosen.items() for key, one in ones.items()}
    return SettingsSnapshot(1, MappingProxyType(named))


def written(snapshot: SettingsSnapshot) -> bytes:
    return exchange.write(
        snapshot,
        registry.ALL,
        registry.STRUCTURES,
        server_name="Town",
        made_at=NOW,
        name_of=lambda kind, number: f"{kind} {number}",
    )


def read_file(content: bytes) -> File:
    return read(content, registry.BY_NAME, registry.STRUCTURES)


def stored(one: Made) -> Mapping[str, Any]:
    """What one is in a server that has the same channels and roles."""
    assert one.kind is not None
    assert one.mistake is None, str(one.mistake)
    resolved = with_ids(one.kind.carried.fields, one.value or {}, lambda _, place: place.id or 0)
    one.kind.require_form(one.key, resolved)
    return one.kind.carried.checked(one.key, resolved)


@given(CHOSEN)
def test_what_was_written_is_read_as_it_was(chosen: dict[str, Any]) -> None:
    file = read_file(written(snapshot_of(chosen)))
    assert file.structures is not None
    found = {one.name: stored(one) for one in file.structures}
    kept = {
        f"{scope}.{key}": {name: value for name, value in one.items() if name != "message_id"}
        for scope, ones in chosen.items()
        for key, one in ones.items()
        if scope != "ticket_blocked"
    }
    assert found.keys() == kept.keys()
    for name, one in kept.items():
        scope, key = name.split(".")
        assert registry.STRUCTURES[scope].is_same(key, one, found[name])


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({name for kind in registry.STRUCTURES.values() for name in kind.carried.fields})


@given(
    st.dictionaries(
        st.sampled_from([*registry.STRUCTURES, "x", "\ud800", "`"]),
        JSON
        | st.dictionaries(
            st.text(max_size=5) | NUMBERED, JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5)
        ),
    )
)
def test_whatever_a_file_says_is_understood_or_refused_in_a_sentence(structures: dict[str, Any]) -> None:
    content = {"format": "concierge-settings", "version": 2, "settings": {}, "structures": structures}
    for one in read_file(json.dumps(content).encode()).structures or ():
        assert is_storable(one.name)
        if one.mistake is not None:
            assert is_storable(str(one.mistake))
            continue
        assert one.kind is not None
        if one.value is None:
            continue
        resolved = with_ids(one.kind.carried.fields, one.value, lambda _, place: place.id or 7)
        value: Mapping[str, Any] | None = None
        with suppress(UserError):
            one.kind.require_form(one.key, resolved)
            value = one.kind.carried.checked(one.key, resolved)
        assert value is None or one.kind.understands(one.key, value)


def test_a_file_with_as_much_as_a_server_may_have_is_read_again() -> None:
    wide = "\U0001f600"
    options = tuple(wide * (limits.MAX_OPTION - 2) + f"{number:02}" for number in range(limits.MAX_OPTIONS))
    questions = tuple(
        Question(
            wide * (limits.MAX_LABEL - 1) + str(number),
            QuestionKind.SELECT,
            hint=wide * limits.MAX_HINT,
            options=options,
        )
        for number in range(limits.MAX_QUESTIONS)
    )
    roles = tuple(range(10**18, 10**18 + limits.MAX_TEAM_ROLES))
    routes = tuple(Route(questions[0].label, option, roles, Priority.HIGH, 60) for option in options)
    kind = TicketType("", wide * limits.MAX_NAME, "", wide * 100, roles, questions=questions, routes=routes)
    panel = {
        "title": wide * 100,
        "text": wide * 1500,
        "channel_id": 10**18,
        "type_keys": [f"{n:03}" for n in range(1, 26)],
    }
    chosen = {
        "ticket_types": {f"{number:03}": to_json(kind) for number in range(1, limits.MAX_TYPES + 1)},
        "ticket_panels": {f"{number:03}": panel for number in range(1, limits.MAX_PANELS + 1)},
    }
    snapshot = snapshot_of(chosen)
    content = exchange.write(
        snapshot,
        registry.ALL,
        registry.STRUCTURES,
        server_name="Town",
        made_at=NOW,
        name_of=lambda _, number: wide * 100,
    )
    assert len(content) <= exchange.MAX_BYTES
    structures = read_file(content).structures or ()
    assert len(structures) == limits.MAX_TYPES + limits.MAX_PANELS
    assert stored(structures[0]) == chosen["ticket_types"]["001"]


def test_a_file_of_before_says_nothing_of_them_and_one_with_junk_is_refused() -> None:
    head = b'{"format": "concierge-settings", "version": 1, "settings": {}'
    assert read_file(head + b"}").structures is None
    assert read_file(head + b', "structures": {}}').structures == ()
    with pytest.raises(InvalidInput, match="`structures`"):
        read_file(head + b', "structures": []}')


def test_keys_are_found_where_they_stand() -> None:
    content = b'{\n"a": {\n"b": [{\n"x": 1}],\n"c": {"b": "\\"{[",\n"d": 2}},\n"\\u0062": 3\n}'
    assert json_file.lines_of_paths(content, 3) == {
        ("a",): 2,
        ("a", "b"): 3,
        ("a", "c"): 5,
        ("a", "c", "b"): 5,
        ("a", "c", "d"): 6,
        ("b",): 7,
    }


def test_a_message_stays_with_what_is_where_it_was() -> None:
    kind = registry.STRUCTURES["ticket_panels"]
    then = {"title": "Old", "channel_id": 1, "message_id": 10}
    assert settled(kind, then, None) == {"title": "Old", "channel_id": 1}
    here, moved = (
        {"title": "New", "channel_id": 1, "message_id": 11},
        {"title": "New", "channel_id": 2, "message_id": 12},
    )
    assert settled(kind, then, here) == {"title": "Old", "channel_id": 1, "message_id": 11}
    assert settled(kind, then, moved) == {"title": "Old", "channel_id": 1}
    assert kind.is_same("001", then, {**then, "message_id": 99})


def wish(name: str, value: Mapping[str, Any] | None) -> Wish:
    setting = registry.find(name)
    assert setting is not None
    return Wish(setting, value)


def proposed(chosen: Mapping[str, Any], *wishes: Wish) -> tuple[list[str], dict[str, str]]:
    found = propose(snapshot_of(chosen), wishes, lambda _, __: None, exactly=True, together=registry.problems)
    return [one.setting.name for one in found.differences], {one.name: str(one.why) for one in found.refused}


def test_names_differ_and_what_needs_what_is_left_out_is_left_out_too() -> None:
    chosen = {"ticket_types": {"001": {"name": "Bug"}, "002": {"name": "Shop"}}}
    panel = {"title": "Help", "channel_id": 1, "type_keys": ["003"]}
    done, refused = proposed(
        chosen,
        wish("ticket_types.003", {"name": "bug"}),
        wish("ticket_panels.001", panel),
        wish("ticket_types.002", None),
    )
    assert done == ["ticket_types.002"]
    assert refused == {
        "ticket_types.003": "There is a ticket type “bug” already.",
        "ticket_panels.001": "None of its ticket types exists. Add one to it, or bring it along.",
    }
    # Two may exchange their names, and one may take the name of one that goes.
    swapped = proposed(chosen, wish("ticket_types.001", {"name": "Shop"}), wish("ticket_types.002", {"name": "Bug"}))
    assert swapped == (["ticket_types.001", "ticket_types.002"], {})
    assert proposed(chosen, wish("ticket_types.001", None), wish("ticket_types.004", {"name": "BUG"}))[1] == {}


def test_there_are_no_more_than_may_be_and_others_make_room() -> None:
    chosen = {"ticket_types": {f"{number:03}": {"name": f"{number}"} for number in range(1, 25)}}
    new = [wish(f"ticket_types.{number:03}", {"name": f"{number}"}) for number in (31, 32, 33)]
    done, refused = proposed(chosen, *new)
    assert done == ["ticket_types.031"]
    assert refused.keys() == {"ticket_types.032", "ticket_types.033"}
    assert proposed(chosen, *new, wish("ticket_types.001", None), wish("ticket_types.002", None))[1] == {}
