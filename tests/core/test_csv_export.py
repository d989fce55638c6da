"""Tables that spreadsheets open."""

import csv
import io

import pytest

from app.core.csv_export import Cell, harmless, to_csv
from tests.fixtures.properties import given, st


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "|cmd",
        "%0A",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u3000=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "−1",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_becomes_a_text(typed: str) -> None:
    assert harmless(typed) == f"'{typed}"


@pytest.mark.parametrize("cell", ["", "plain", "a=b", "1 - 2", 0, -5, -2.5, 1e9, None, "日本語"])
def test_other_cells_stay_as_they_are(cell: Cell) -> None:
    assert harmless(cell) is cell


def test_a_table_is_read_back_as_it_was() -> None:
    table = to_csv(["Type", "Count"], [['a, "b"\nc', 1], ["=1", -2.5], ["", None], ["한국어", 3]])
    assert table.startswith(b"\xef\xbb\xbfType,Count\r\n")
    assert list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))) == [
        ["Type", "Count"], ["a, \"b\"\nc", "1"], ["'=1", "-2.5"], ["", ""], ["한국어", "3"],
    ]  # fmt: skip


@given(cells=st.lists(st.text(), min_size=2, max_size=2))
def test_no_text_is_left_that_begins_a_formula(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(to_csv(cells, []).decode("utf-8-sig"), newline=""))
    for cell in row:
        assert cell.strip()[:1] not in {*"=+-@＝＋－＠"}
        assert cell[:1] not in {*"\t\r"}
