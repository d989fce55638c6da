"""Tables as CSV (RFC 4180), which spreadsheets open without running what members typed.

A cell that begins with a sign such as `=` is a formula to them, which may call programs and addresses:
https://owasp.org/www-community/attacks/CSV_Injection. Where numbers have a decimal comma, cells are separated by `;`,
elsewhere by tabs: what follows one of them, or a new line, in the middle of a text becomes a cell there.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

_MARK = "'"
"""Makes a text of what follows; spreadsheets do not show it."""
_SIGNS = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\u2212")
"""What a formula begins with, also as wide as letters of East Asia, which spreadsheets there take for the same."""
_MARK_OF_UTF8 = b"\xef\xbb\xbf"
_BREAKS = frozenset("\t\r\n\v\f")
_OF_LISTS = "+-\uff0b\uff0d\u2212"
_WITHIN = re.compile(
    rf"([;\t\r\n][\s\"]*)('*)"
    rf"(?=[{re.escape(''.join(sorted(_SIGNS - {*_OF_LISTS})))}]|[{re.escape(_OF_LISTS)}][^;\t\r\n]*[(|!])"
)
"""Where a formula may begin that other separators make of a text, a line of it, or a part of a line.

What begins like an item of a list is left as it is, unless it could call something.
"""


def harmless(cell: Cell) -> Cell:
    """Return a cell so that no spreadsheet takes it, or a part, for a formula. Numbers and None stay as they are."""
    if not isinstance(cell, str):
        return cell
    first = cell.lstrip()[:1]
    within = _WITHIN.sub(rf"\1\2{_MARK}", cell)
    return f"{_MARK}{within}" if first in _SIGNS or cell[:1] in _BREAKS else within


def unmarked_within(cell: str) -> str:
    """Return a cell without what `harmless` put into the middle of it."""
    return _WITHIN.sub(lambda found: found[1] + found[2].removesuffix(_MARK), cell)


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
