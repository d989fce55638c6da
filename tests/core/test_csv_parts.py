"""Long tables in files that Discord takes."""

import csv
import io
import random
import zipfile

from app.core.csv_parts import ROOM, CsvParts


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_short_table_is_one_file_that_runs_nothing() -> None:
    parts = CsvParts("table", ["Name", "=1+1"], 10_000_000)
    parts.add([["\t=cmd", 1], ["\uff1dsum", None], ["a\r\nb", 2.5]])
    parts.add([])
    ((name, content),) = parts.finish()
    assert name == "table.csv"
    assert _rows(content) == [["Name", "'=1+1"], ["'\t'=cmd", "1"], ["'\uff1dsum", ""], ["a\r\nb", "2.5"]]


def test_a_table_without_rows_has_its_header() -> None:
    assert [(name, _rows(content)) for name, content in CsvParts("table", ["Name"], ROOM * 2).finish()] == [
        ("table.csv", [["Name"]])
    ]


def test_what_is_too_large_is_compressed() -> None:
    parts = CsvParts("table", ["Name"], ROOM + 1000)
    parts.add([["x" * 1000]] * 2000)
    ((name, content),) = parts.finish()
    assert name == "table.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(_rows(archive.read("table.csv"))) == 2001


def test_what_cannot_be_compressed_is_split_and_nothing_is_lost() -> None:
    limit = ROOM * 2
    chance = random.Random(5)
    rows = [[f"{number}", chance.randbytes(2000).hex()] for number in range(600)]
    parts = CsvParts("table", ["Number", "Noise"], limit)
    parts.add(rows)
    files = parts.finish()
    assert len(files) > 1
    read = list[list[str]]()
    for place, (name, content) in enumerate(files, 1):
        assert name == f"table-{place}.zip"
        assert len(content) <= limit
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            header, *more = _rows(archive.read("table.csv"))
        assert header == ["Number", "Noise"]
        read += more
    assert read == rows
