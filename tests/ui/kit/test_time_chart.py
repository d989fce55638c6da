"""Charts of what was measured all the time: where lines, bands and marks are, and what the axis names."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from app.core.scheduling.zones import zone_info
from app.ui.kit.charts import Band, Chart, Line, Mark, TimeAxis, time_axis, time_chart
from tests.fixtures.properties import given, settings, st

NOW = datetime(2026, 11, 30, 14, 20, tzinfo=UTC)
DAY = NOW - timedelta(days=1)
RED, AMBER = "#ed4245", "#f0b232"
SVG = "{http://www.w3.org/2000/svg}"
EVIL = "</text><script>alert(1)</script>&\"' 日本"


def hours(*values: float | None) -> list[tuple[datetime, float | None]]:
    return [(DAY + timedelta(hours=number), value) for number, value in enumerate(values)]


def drawn(
    *lines: Line, bands: tuple[Band, ...] = (), marks: tuple[Mark, ...] = (), axis: TimeAxis | None = None
) -> Chart:
    chart = time_chart(
        "Trend", axis or TimeAxis(DAY, NOW), lines, y_axis="Time", say="{:g} ms".format, bands=bands, marks=marks,
        marked="release",
    )  # fmt: skip
    assert chart is not None
    return chart


def parts(chart: Chart, tag: str) -> list[dict[str, str]]:
    return [element.attrib for element in ET.fromstring(chart.svg).iter(f"{SVG}{tag}")]


def texts(chart: Chart) -> list[str]:
    return [element.text or "" for element in ET.fromstring(chart.svg).iter(f"{SVG}text")]


def test_a_line_is_interrupted_where_nothing_was_measured_and_the_most_lies_above_it() -> None:
    points = hours(10, 20, 15, None, 12, 11, None, 9)
    chart = drawn(Line("Database", points, hours(30, 20, 25, None, 12, 40, None, 9)), Line("few", hours(1, 2)))
    assert [len(line["points"].split()) for line in parts(chart, "polyline")] == [3, 2]
    assert [len(area["points"].split()) for area in parts(chart, "polygon")] == [6, 4]
    assert len(parts(chart, "circle")) == 1
    assert {"Trend", "Database", "Time", "0 ms", "40 ms"} <= set(texts(chart))
    assert "few" not in texts(chart)
    assert "release" not in texts(chart)


def test_a_moment_of_downtime_is_wide_enough_to_be_seen_and_the_legend_says_what_each_band_is() -> None:
    bands = (
        Band("down", DAY + timedelta(hours=5), DAY + timedelta(hours=5, seconds=3), RED),
        Band("down", NOW - timedelta(seconds=1), NOW, RED),
        Band("degraded", DAY - timedelta(hours=9), DAY + timedelta(hours=12), AMBER),
        Band("long ago", DAY - timedelta(hours=9), DAY - timedelta(hours=8), AMBER),
    )
    chart = drawn(Line("Database", hours(1, 2, 3)), bands=bands)
    boxes = [one for one in parts(chart, "rect") if one["fill"] in {RED, AMBER} and float(one["y"]) > 80]
    right = max(float(one["x2"]) for one in parts(chart, "line"))
    assert all(float(one["width"]) >= 4 and float(one["x"]) + float(one["width"]) <= right + 0.1 for one in boxes)
    whole = [one for one in boxes if one["fill"] == AMBER]
    left = min(float(one["x1"]) for one in parts(chart, "line"))
    assert {float(one["x"]) for one in whole} == {left}
    assert float(whole[0]["width"]) == pytest.approx((right - left) / 2, abs=0.2)
    assert texts(chart).count("down") == texts(chart).count("degraded") == 1
    assert "long ago" not in texts(chart)


def test_what_overlaps_is_drawn_once_however_often_it_happened() -> None:
    bands = tuple(Band("down", DAY + timedelta(minutes=n), DAY + timedelta(minutes=n + 9), RED) for n in range(700))
    marks = tuple(Mark(NOW - timedelta(minutes=30 * n), f"1.{n}") for n in range(40))
    chart = drawn(Line("Database", hours(1, 2, 3)), bands=bands, marks=marks)
    assert len([one for one in parts(chart, "rect") if one["fill"] == RED and float(one["y"]) > 80]) == 2
    dashed = [float(one["y2"]) - float(one["y1"]) for one in parts(chart, "line") if "stroke-dasharray" in one]
    assert len(dashed) == 41
    assert sum(length > 100 for length in dashed) == sum(text.startswith("1.") for text in texts(chart)) < 20


def test_marks_have_their_words_where_there_is_room_and_the_newest_first() -> None:
    marks = tuple(Mark(NOW - timedelta(minutes=back), f"1.{back}") for back in (1, 3, 700, 9000))
    chart = drawn(Line("Database", hours(1, 2, 3)), marks=marks)
    dashed = [one for one in parts(chart, "line") if "stroke-dasharray" in one]
    assert len(dashed) == 3 + 1  # and one in the legend
    assert {"1.1", "1.700", "release"} <= set(texts(chart))
    assert not {"1.3", "1.9000"} & set(texts(chart))


def test_what_stands_out_does_not_press_the_rest_flat() -> None:
    chart = drawn(Line("Database", hours(*[10] * 30, 5000)))
    highest = max(float(said.removesuffix(" ms")) for said in texts(chart) if said.endswith(" ms"))
    assert highest == 30
    # An arrow says that it goes on.
    assert len(parts(chart, "polygon")) == 1
    assert "polygon" not in drawn(Line("Database", hours(0, 0, 0, 0, 5))).svg


def test_what_people_typed_is_shown_and_draws_nothing() -> None:
    axis = TimeAxis(DAY, NOW, [Mark(DAY, EVIL)], EVIL)
    chart = drawn(Line(EVIL, hours(1, 2, 3)), bands=(Band(EVIL, DAY, NOW, RED),), marks=(Mark(NOW, EVIL),), axis=axis)
    assert not parts(chart, "script")
    assert "日本" in chart.svg


@given(values=st.lists(st.none() | st.floats(0, 1e12), min_size=3, max_size=40), length=st.integers(0, 10**9))
@settings(max_examples=25)
def test_any_value_and_any_length_is_a_drawing_that_stays_on_its_sheet(values: list[float | None], length: int) -> None:
    axis = time_axis(NOW - timedelta(seconds=length), NOW, zone_info("Asia/Kolkata"))
    chart = time_chart("", axis, [Line("a", hours(*values), hours(*values))], y_axis="", say=str)
    for x, y in re.findall(r"([0-9.]+),([0-9.]+)", chart.svg if chart is not None else ""):
        assert 0 <= float(x) <= 800
        assert 0 <= float(y) <= 500
    assert len(axis.named) <= max(14, 13 * length // 31_536_000)


@pytest.mark.parametrize(
    ("zone", "days", "named"),
    [
        ("Europe/Brussels", 1, ["18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00", "15:00"]),
        ("Asia/Kolkata", 1, ["21:00", "00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00"]),
        ("UTC", 7, [f"{day} November" for day in range(24, 31)]),
        ("UTC", 30, ["2 November", "9 November", "16 November", "23 November", "30 November"]),
        ("UTC", 365, ["December", "January", "February", "March", "April", "May", "June", "July", "August",
                      "September", "October", "November"]),
    ],
)  # fmt: skip
def test_an_axis_names_round_times_of_the_zone(zone: str, days: int, named: list[str]) -> None:
    axis = time_axis(NOW - timedelta(days=days), NOW, zone_info(zone))
    assert [mark.label for mark in axis.named] == named
    assert axis.words.endswith(f"Time in {zone}")
    assert axis.words.startswith("29 November – 30 November · ") == (days == 1)
    local = [mark.at.astimezone(zone_info(zone)) for mark in axis.named]
    assert all((at.minute, at.second) == (0, 0) for at in local)


def test_an_axis_follows_clocks_that_change() -> None:
    until = datetime(2026, 10, 25, 12, tzinfo=UTC)
    axis = time_axis(until - timedelta(hours=24), until, zone_info("Europe/Brussels"))
    assert [mark.label for mark in axis.named] == [
        "15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00",
    ]  # fmt: skip
    assert axis.named[4].at - axis.named[3].at == timedelta(hours=4)
