"""Tables that spreadsheets open."""

import csv
import io

import pytest

from app.core.csv_export import Cell, harmless, to_csv, unmarked_within
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
        "\t1",
        "\r1",
        "\n1",
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


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("x; =1+1;y", "x; '=1+1;y"),
        ('x;"=1+1"', 'x;"\'=1+1"'),
        ("x\t@SUM(A1)", "x\t'@SUM(A1)"),
        (";;＝1", ";;'＝1"),
        ("=a;=b", "'=a;'=b"),
        ("x;'=1", "x;''=1"),
        ("x\r\n=1+1", "x\r\n'=1+1"),
        ("x\n- two\n-1+cmd|'x'!A", "x\n- two\n'-1+cmd|'x'!A"),
    ],
)
def test_what_other_separators_make_a_formula_becomes_a_text(typed: str, written: str) -> None:
    assert harmless(typed) == written
    assert unmarked_within(written.removeprefix("'")) == typed


@pytest.mark.parametrize(
    "cell",
    [
        "see you ;-)",
        "a; b=c",
        "a, =b",
        "one\n- two\n+ three",
        "",
        "plain",
        "a=b",
        "1 - 2",
        0,
        -5,
        -2.5,
        1e9,
        None,
        "日本語",
    ],
)
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


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(cells=st.lists(st.text(alphabet="=+-@ab1;,\t\"' \n＝("), min_size=1, max_size=3))
def test_no_separator_makes_a_formula(separator: str, cells: list[str]) -> None:
    for row in csv.reader(io.StringIO(to_csv(cells, []).decode("utf-8-sig"), newline=""), delimiter=separator):
        for cell in row if separator != "," else ():
            # With a quote in it, what is left of a cell that stood in quotes is no formula.
            begins = cell.strip()
            assert begins[:1] not in {*"=@＝"} or '"' in begins, cell


@given(cell=st.text(alphabet="=+-@ab;,\t\"' \n＝()"))
def test_what_is_marked_within_is_read_back(cell: str) -> None:
    written = harmless(cell)
    assert isinstance(written, str)
    assert unmarked_within(written.removeprefix("'") if written[:1] != cell[:1] else written) == cell
