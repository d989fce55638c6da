"""Charts: what is drawn, and that nothing that people typed draws anything."""

import re
import struct
from xml.etree import ElementTree as ET

import pytest
import resvg_py

from app.ui.kit.charts import Chart, Series, bar_chart, drawing, heat_map, line_chart, pictures
from app.ui.kit.charts.canvas import every, fitted, said, ticks, width_of
from tests.fixtures.properties import given, settings, st

DAYS = ["1 Nov", "2 Nov", "3 Nov", "4 Nov"]
EVIL = "</text><script>alert(1)</script>&\"'\x00\x1b\ud800 日本 🎉"
SVG = "{http://www.w3.org/2000/svg}"

ALONE = {
    "zoom": 2,
    "font_files": [str(font) for font in drawing.FONTS],
    "font_family": "DejaVu Sans",
    "skip_system_fonts": True,
}


def lines(title: str = "Tickets", labels: list[str] = DAYS) -> Chart:
    series = [Series("Opened", [1, 5, None, 2]), Series(title, [0, 1, 2, 3])]
    chart = line_chart(title, labels, series, x_axis="Day", y_axis="Tickets")
    assert chart is not None
    return chart


def texts(chart: Chart) -> list[str]:
    return [element.text or "" for element in ET.fromstring(chart.svg).iter(f"{SVG}text")]


def test_a_line_chart_has_title_axes_legend_and_dots() -> None:
    chart = lines("Closed")
    said_there = texts(chart)
    assert {"Closed", "Opened", "Day", "Tickets", *DAYS, "0", "5"} <= set(said_there)
    assert said_there.count("Closed") == 2  # title and legend
    drawing = ET.fromstring(chart.svg)
    assert len(list(drawing.iter(f"{SVG}circle"))) == 7
    # One that is interrupted is drawn up to there; a single value after it is a dot alone.
    assert [len(line.get("points", "").split()) for line in drawing.iter(f"{SVG}polyline")] == [2, 4]


def test_of_few_values_nothing_is_drawn() -> None:
    assert line_chart("a", DAYS, [Series("b", [1, None, None, 2])], x_axis="", y_axis="") is None
    assert bar_chart("a", ["b"], [Series("c", [None])], axis="") is None
    assert bar_chart("a", [], [], axis="") is None
    assert heat_map("a", ["Monday"], [[0] * 24], axis="") is None


def test_a_bar_chart_says_each_value_and_draws_at_most_twelve() -> None:
    labels = [f"Type {number}" for number in range(30)]
    chart = bar_chart("By type", labels, [Series("Median", [float(n) if n else None for n in range(30)])], axis="Hours")
    assert chart is not None
    assert {"By type", "Median", "Hours", "Type 0", "–", "Type 11", "11"} <= set(texts(chart))
    assert "Type 12" not in texts(chart)


def test_a_heat_map_is_brightest_where_most_is() -> None:
    week = [[0] * 24, [0] * 9 + [4, 32] + [0] * 13]
    chart = heat_map("When", ["Monday", "Tuesday"], week, axis="Hour")
    assert chart is not None
    cells = re.findall(r'height="34.0" rx="4.0" fill="(#\w{6})"', chart.svg)
    assert len(cells) == 48
    assert len(set(cells)) == 3
    assert cells[24 + 10] == "#fee75c"
    assert {"When", "Monday", "Tuesday", "Hour", "0", "32", "00:00", "21:00"} <= set(texts(chart))


def test_what_people_typed_is_shown_and_draws_nothing() -> None:
    bars = bar_chart(EVIL, [EVIL], [Series(EVIL, [1])], axis=EVIL)
    heat = heat_map(EVIL, [EVIL], [[1] * 24], axis=EVIL)
    assert bars is not None
    assert heat is not None
    for chart in (lines(EVIL, [EVIL] * 4), bars, heat):
        assert not list(ET.fromstring(chart.svg).iter(f"{SVG}script"))
        assert any("<script>" in text for text in texts(chart))
    assert said(EVIL) == "</text><script>alert(1)</script>&\"' 日本"
    assert said("❤️ Ärger 👍🏽  a\u200db") == "Ärger a\u200db"


@given(title=st.text(max_size=20), values=st.lists(st.none() | st.floats(0, 1e12), min_size=3, max_size=40))
@settings(max_examples=25)
def test_any_text_and_any_value_is_a_drawing(title: str, values: list[float | None]) -> None:
    chart = line_chart(title, [title] * len(values), [Series(title, values)], x_axis=title, y_axis=title, whole=False)
    drawing = ET.fromstring(chart.svg if chart is not None else "<svg/>")
    assert all(0 <= float(element.get("cy", 0)) <= 400.05 for element in drawing.iter())


@pytest.mark.parametrize(
    ("highest", "whole", "marks"),
    [
        (0, True, [0, 1]),
        (1, True, [0, 1]),
        (3, True, [0, 1, 2, 3]),
        (7, True, [0, 2, 4, 6, 8]),
        (33, True, [0, 10, 20, 30, 40]),
        (101, True, [0, 25, 50, 75, 100, 125]),
        (0.5, False, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (6.1, False, [0, 2, 4, 6, 8]),
        (200_000, True, [0, 50_000, 100_000, 150_000, 200_000]),
    ],
)
def test_an_axis_has_round_numbers(highest: float, whole: bool, marks: list[float]) -> None:
    assert ticks(highest, whole=whole) == pytest.approx(marks)


def test_labels_leave_each_other_room() -> None:
    assert every(7, 700, 80) == 1
    assert every(365, 700, 50) == 37
    assert fitted("a long name", 10, 40).endswith("…")
    assert width_of(fitted("日本語" * 10, 10, 100), 10) <= 100 + 6.3


async def test_charts_become_pictures_twice_as_large_without_any_font_of_the_system() -> None:
    heat = heat_map("Wann", ["Montag"], [[*range(24)]], axis="Stunde")
    assert heat is not None
    first, second = await pictures([lines(), heat])
    assert first[:8] == second[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", first[16:24]) == (1600, 800)
    alone = ALONE
    assert first == resvg_py.svg_to_bytes(svg_string=lines().svg, **alone)
    nothing = resvg_py.svg_to_bytes(svg_string=re.sub("<text.*?</text>", "", lines().svg), **alone)
    assert len(first) > 1.5 * len(nothing)
    assert await pictures([]) == []


def drawn_alone(text: str) -> bytes:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><text x="5" y="20">{text}</text></svg>'
    return resvg_py.svg_to_bytes(svg_string=svg, **ALONE)


@pytest.mark.parametrize("letters", ["аб", "αβ", "אב", "ابت", "日本", "サポ", "ひら", "简体", "繁體", "한국"])
def test_letters_are_drawn_as_they_are_without_any_font_of_the_system(letters: str) -> None:
    first, second, *_ = letters
    # What no font has is an empty box, whichever letter it is.
    box = drawn_alone("\U00013000")
    assert len({box, drawn_alone(first), drawn_alone(second)}) == 3
    assert drawn_alone("\U00013000") == drawn_alone("\U00013001")


async def test_a_drawing_that_fails_gives_no_picture() -> None:
    assert await pictures([lines(), Chart("<svg")]) == []
