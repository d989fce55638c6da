"""A record survives as JSON, whatever is in it, and is readable whatever has become of its JSON."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.tickets.components import Attachment, Container, Row, Select, Text, Unkept
from app.core.tickets.record import (
    Answer,
    Body,
    Facts,
    Message,
    Person,
    Record,
    Version,
    answers_from_json,
    message_from_json,
    message_to_json,
)

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]))
st.register_type_strategy(datetime, moments)
# That no number of seconds is any, nobody can see from a copy.
st.register_type_strategy(float, st.floats(allow_nan=False))
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
quick = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def _again(record: Record) -> Record:
    return Record.from_json(json.loads(json.dumps(record.to_json())))


@quick
@given(st.builds(Message, body=st.from_type(Body)))
def test_a_message_is_the_same_after_a_round_trip(message: Message):
    assert message_from_json(json.loads(json.dumps(message_to_json(message)))) == message


@quick
@given(st.builds(Record, version=st.just(1), messages=st.just({}), facts=st.from_type(Facts)))
def test_a_record_is_the_same_after_a_round_trip(record: Record):
    assert _again(record) == record


def _places(value: object, path: tuple[object, ...] = ()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from _places(each, (*path, key))


FULL = Record(
    facts=Facts(number=7, opener_id=1, opened_at=AT, answers=(Answer("What?", value="It", files=(Attachment(9),)),)),
    people={1: Person(1, "alice", colour=0xFF0000)},
    messages={
        5: Message(
            5,
            1,
            AT,
            body=Body("Hello", (Attachment(6, "a.png", 3, content=b"abc"),), components=(Row((Select("?"),)),)),
            earlier=(Version("Hallo", AT),),
        ),
        6: Message(6, 1, AT, body=Body(components=(Container((Text("In a box"),)),))),
    },
)


@quick
@given(place=st.sampled_from(sorted(_places(FULL.to_json()), key=str)), value=odd)
def test_whatever_stands_in_one_place_the_rest_can_be_read(place: tuple, value: object):
    broken = FULL.to_json()
    if not place:
        assert isinstance(Record.from_json(value), Record)
        return
    inside = broken
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    read = _again(Record.from_json(broken))
    if place[0] != "facts":
        assert read.facts == FULL.facts
    if place[:2] != ("messages", "5") and place != ("messages",):
        assert read.messages[5] == FULL.messages[5]


def test_a_later_release_may_have_written_more():
    later = FULL.to_json() | {"version": 9, "surprise": [1]}
    later["messages"]["6"]["body"]["components"].append({"kind": "hologram"})
    read = Record.from_json(later)
    assert read.version == 9
    assert replace(read, version=1) == FULL


def test_messages_stand_by_id_so_that_one_can_be_put_in_alone():
    written = FULL.to_json()
    written["messages"]["4"] = message_to_json(Message(4, 1, AT))
    assert [message.id for message in Record.from_json(written).in_order()] == [4, 5, 6]


def test_every_file_is_found():
    assert [file.id for file in FULL.files()] == [9, 6]


def test_answers_are_read_as_the_column_has_them():
    column = [
        {"label": "Which?", "kind": "checkboxes", "values": ["a", "b"]},
        {"label": "Proof", "kind": "files", "files": [3, 4]},
        "nonsense",
    ]
    first, second = answers_from_json(column, {3: Attachment(3, "x.png", unkept=Unkept.TOO_LARGE)})
    assert first == Answer("Which?", "checkboxes", values=("a", "b"))
    assert second.files == (Attachment(3, "x.png", unkept="too_large"), Attachment(4))
    assert answers_from_json(FULL.to_json()["facts"]["answers"]) == FULL.facts.answers
    assert answers_from_json(None) == ()


@pytest.mark.parametrize("value", [None, [], 3, "x", {"messages": []}, {"messages": {"x": {}}}])
def test_what_is_no_record_is_an_empty_one(value: object):
    assert Record.from_json(value) == Record()
