"""Every id of a component is read back as it was written, fits Discord's limit, and cannot be forged."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ui.kit import ids
from app.ui.kit.ids import (
    ButtonId,
    ComponentId,
    FormId,
    Number,
    OneOf,
    RowId,
    SelectId,
    Text,
    UnknownComponent,
    field_of,
)
from tests.fixtures.ids import ANY, DECLARED, SELECTS, ids_of, spoilt, values_of

SENTENCE = "This no longer works. Please run the command again."
Made = dict[type[ComponentId], ComponentId]
few = settings(max_examples=25, deadline=None)
EVERY = st.fixed_dictionaries({kind: ids_of(kind) for kind in DECLARED})
VALUES = st.fixed_dictionaries({kind: values_of(kind._value) for kind in SELECTS})


@few
@given(EVERY, VALUES)
def test_each_is_read_back_and_fits(made: Made, values: dict[type[SelectId], Any]) -> None:
    for kind, one in made.items():
        assert len(one.pack()) <= 100
        assert kind.parse(one.pack()) == one
    for kind, value in values.items():
        assert len(kind.pack_value(value)) <= 100
        assert kind.parse_values([kind.pack_value(value)]) == value


NASTY = st.sampled_from(
    ["", " ", "-1", "+1", "00", "0x", "1_0", "٣", "²", "A", "zzzzzzzzzzzzzzz", "1 OR 1=1", "\0", ":"]
)


def _mutated(text: str, garbage: str, place: int) -> Iterator[str]:
    route, fields = ":".join(text.split(":")[:3]), text.split(":")[3:]
    for end in (place, place + 1):
        yield ":".join((route, *fields[:place], garbage, *fields[end:]))
    yield ":".join((route, *fields[:place], *fields[place + 1 :]))
    yield text + garbage
    yield garbage


@few
@given(EVERY, NASTY | st.text(ANY, max_size=30), st.integers(0, 8))
def test_what_was_not_written_is_refused_with_one_sentence(made: Made, garbage: str, place: int) -> None:
    for kind, one in made.items():
        for text in _mutated(one.pack(), garbage, place):
            # By chance it may be an id that the bot could have written.
            with suppress(UnknownComponent):
                assert kind.parse(text).pack() == text
                assert len(text) <= 100


@few
@given(EVERY)
def test_what_is_old_or_has_more_or_less_is_always_refused(made: Made) -> None:
    for kind, one in made.items():
        for text in spoilt(one):
            with pytest.raises(UnknownComponent, match=SENTENCE):
                kind.parse(text)


@pytest.mark.parametrize("kind", SELECTS, ids=lambda kind: kind.route)
@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "1",
        ["X"],
        [""],
        ["-1"],
        ["0"],
        ["٣"],
        ["1", "2"],
        [1],
        [None],
        [["1"]],
        {"1": 1, "2": 2},
        ["1" * 4000],
    ],
)
def test_a_forged_choice_is_refused_with_the_same_sentence(kind: type[SelectId], values: Any) -> None:
    if values == ["0"] and "0" in getattr(kind._value, "alphabet", ""):
        # A key of that name could exist; one of this length could not.
        values = ["0" * 90]
    with pytest.raises(UnknownComponent, match=SENTENCE):
        kind.parse_values(values)


def test_a_value_out_of_bounds_is_not_written() -> None:
    latest = datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)
    assert field_of(datetime).parse(field_of(datetime).pack(latest)) == latest
    two, known = Annotated[str, Text(2)], Annotated[str, OneOf(lambda: ["ab", "a:b", "abc"], 2)]
    for hint, value in (
        (datetime, datetime(1969, 12, 31, tzinfo=UTC)),
        *((RowId, number) for number in (0, 2**31)),
        *((two, text) for text in ("abc", "\0", "\ud800")),
        *((known, text) for text in ("", "xy", "a:b", "abc")),
    ):
        with pytest.raises(ValueError, match=r"out of bounds|not such a text"):
            field_of(hint).pack(value)


@pytest.mark.parametrize(
    ("base", "route", "fields", "why"),
    [
        (ButtonId, "sample:v1:much", {"text": Annotated[str, Text(90)]}, "more than 100 characters"),
        (FormId, "sample:v1:unbound", {"text": str}, "no bounds are known"),
        (ButtonId, "sample:v1:two", {"a": Annotated[str, Text(2)], "b": Annotated[str, Text(2)]}, "nothing can follow"),
        (ButtonId, "sample:1:route", {}, "not a route"),
        (ButtonId, "sample:v1:Route", {}, "not a route"),
    ],
)
def test_an_id_that_could_be_too_long_or_unclear_cannot_be_declared(
    base: Any, route: str, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(TypeError, match=why):
        type("SampleId", (base,), {"__annotations__": fields, "__module__": __name__}, route=route)
    with pytest.raises(TypeError, match="bounds"):
        Number(2, 1)


def test_the_bounds_are_those_of_the_database_and_of_discord() -> None:
    assert field_of(RowId).parse("zik0zj") == 2**31 - 1
    assert field_of(ids.Snowflake).parse("1y2p0ij32e8e7") == 2**63 - 1
