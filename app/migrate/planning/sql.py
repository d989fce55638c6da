"""Splitting SQL text into statements and clauses."""

import re
from collections.abc import Iterator
from functools import cache

NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)'
QUALIFIED = rf"{NAME}(?:\s*\.\s*{NAME})?"

_PIECE = r"""
    (?P<comment> --[^\n]* | /\*.*?\*/ )
  | (?P<quoted> [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | (?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag) )
  | (?P<open> [(\[] )
  | (?P<close> [)\]] )
  | (?P<separator> [;,] )
  | (?P<other> [^-/eE'"$(\[)\];,]+ | . )
    """


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(_PIECE, re.VERBOSE | re.DOTALL)


def split(text: str) -> list[str]:
    """Return the statements of a script, without comments and without their semicolons."""
    return [statement for statement in _parts(text, ";") if statement]


def clauses(text: str) -> list[str]:
    """Return the parts of a list that is separated by commas, such as the actions of an ALTER TABLE."""
    return [clause for clause in _parts(text, ",") if clause]


def outline(text: str) -> str:
    """Return SQL without what is quoted or in brackets: words that are left are its own."""
    kept: list[str] = []
    depth = 0
    for piece in _pieces().finditer(text):
        depth += (piece["open"] is not None) - (piece["close"] is not None)
        if depth == 0 and piece["quoted"] is None and piece["comment"] is None:
            kept.append(piece[0])
    return "".join(kept)


def plain(name: str) -> str:
    """Return the last part of a possibly qualified and quoted name, as the catalogue has it."""
    last = re.findall(NAME, name)[-1]
    return last[1:-1].replace('""', '"') if last.startswith('"') else last.lower()


def _parts(text: str, separator: str) -> Iterator[str]:
    part: list[str] = []
    depth = 0
    for piece in _pieces().finditer(text):
        if piece["comment"] is not None:
            part.append(" ")
            continue
        if piece["open"] is not None:
            depth += 1
        elif piece["close"] is not None:
            depth = max(depth - 1, 0)
        elif piece["separator"] == separator and depth == 0:
            yield "".join(part).strip()
            part = []
            continue
        part.append(piece[0])
    yield "".join(part).strip()
