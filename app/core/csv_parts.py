"""Long tables as CSV, written piece by piece and compressed as they come, so that they never are in memory whole."""

import io
import zipfile
from collections.abc import Sequence
from typing import IO

from app.core.csv_export import Cell, lines, to_csv

AT_ONCE = 25
"""Rows that are written together."""
ROOM = 400 * 1024
"""Bytes of a part that stay free, for what the compressor holds back, for rows of one write, and for the directory."""


class CsvParts:
    """One table: as a CSV file if that has at most `limit` bytes, else as ZIP archives that do, each with the header.

    `limit` has to be more than `ROOM`.
    """

    def __init__(self, name: str, header: Sequence[str], limit: int) -> None:
        self._name = name
        self._header = header
        self._limit = limit
        self._done: list[bytes] = []
        self._size = 0
        """Of the part that is being written, before it is compressed."""
        self._open()

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        for first in range(0, len(rows), AT_ONCE):
            self._write(lines(rows[first : first + AT_ONCE]))

    def finish(self) -> list[tuple[str, bytes]]:
        """Return the files by their names. Nothing can be added after that."""
        self._close()
        if len(self._done) > 1:
            return [(f"{self._name}-{number}.zip", part) for number, part in enumerate(self._done, 1)]
        if self._size > self._limit:
            return [(f"{self._name}.zip", self._done[0])]
        with zipfile.ZipFile(io.BytesIO(self._done[0])) as archive:
            return [(f"{self._name}.csv", archive.read(f"{self._name}.csv"))]

    def _write(self, written: bytes) -> None:
        if self._file.tell() > self._limit - ROOM:
            self._close()
            self._open()
        self._part.write(written)
        self._size += len(written)

    def _open(self) -> None:
        self._file = io.BytesIO()
        self._archive = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._part: IO[bytes] = self._archive.open(f"{self._name}.csv", "w")
        self._size = 0
        self._write(to_csv(self._header, []))

    def _close(self) -> None:
        self._part.close()
        self._archive.close()
        self._done.append(self._file.getvalue())
