"""Tables as CSV (RFC 4180), which spreadsheets open without running what members typed.

A cell that begins with a sign such as `=` is a formula to them, which may call programs and addresses:
https://owasp.org/www-community/attacks/CSV_Injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

_MARK = "'"
"""Makes a text of what follows; spreadsheets do not show it."""
_SIGNS = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\u2212")
"""What a formula begins with, also as wide as letters of East Asia, which spreadsheets there take for the same."""
_MARK_OF_UTF8 = b"\xef\xbb\xbf"
_BREAKS = frozenset("\t\r\n\v\f")


def harmless(cell: Cell) -> Cell:
    """Return a cell so that no spreadsheet takes it for a formula. Numbers stay as they are, None is empty."""
    if not isinstance(cell, str):
        return cell
    first = cell.lstrip()[:1]
    return f"{_MARK}{cell}" if first in _SIGNS or cell[:1] in _BREAKS else cell


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table in UTF-8, with the mark at its beginning by which Excel knows that."""
    return _MARK_OF_UTF8 + lines([header, *rows])


def lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write lines of a table that has been begun."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    # Halves of pairs of signs cannot be written; they come from programs only.
    return file.getvalue().encode(errors="replace")
