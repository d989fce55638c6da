"""Files of JSON that somebody gives to the bot: read strictly, and where in them something stands. Pure."""

import json
import re
from collections.abc import Sequence, Set
from typing import Any, cast

from app.core.errors import InvalidInput

# Nothing in them is tried twice: what could be is remembered for each character, 800 MB for the longest text.
_WRITTEN = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?'
_TOKEN = re.compile(rf"{_WRITTEN}|[{{}}\[\]]")


NONE: Set[str] = frozenset()
MAX_LISTS = 100_000
"""Lists and objects in a file. Each takes a hundred times the memory of the two characters that it may be."""


class Pairs(dict[str, Any]):
    """A JSON object that remembers which of its keys came more than once; the last one counts."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        known = set[str]()
        is_single = len(self) == len(pairs)
        self.doubles = NONE if is_single else {name for name, _ in pairs if name in known or known.add(name)}


def read(content: bytes, max_bytes: int) -> Any:
    """Read a file; each object in it is `Pairs`. Raises InvalidInput for one that is too large, or no JSON."""
    if len(content) > max_bytes:
        raise InvalidInput("That file is too large: at most {count} KB.", count=max_bytes // 1024)
    if content.count(b"{") + content.count(b"[") > MAX_LISTS:
        raise InvalidInput("That file has too many entries: at most {count}.", count=MAX_LISTS)
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=Pairs)
    except json.JSONDecodeError as error:
        raise InvalidInput("That is not a JSON file, or it is damaged on line {line}.", line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput("That is not a JSON file, or it is damaged.") from error


def lines_of_paths(content: bytes, depth: int) -> dict[tuple[str, ...], int]:
    """Return the line on which each key stands in a file that could be read, by the keys above it and itself.

    Keys that stand deeper than `depth` are left out.
    """
    text = content.decode("utf-8-sig")
    found: dict[tuple[str, ...], int] = {}
    above: list[str] = []
    current = ""
    line, seen = 1, 0
    for one in _TOKEN.finditer(text):
        sign = one[0]
        if sign in "{[":
            above.append(current)
            current = ""
        elif sign in "}]":
            current = above.pop()
        elif one[2] is not None:
            current = _unescaped(one[1])
            if len(above) <= depth:
                line += text.count("\n", seen, one.start())
                seen = one.start()
                found.setdefault((*above[1:], current), line)
    return found


def as_said(text: object, longest: int = 60) -> str:
    """Return something of a file so that a sentence can name it: short, in one line, and fit to be sent."""
    said = str(text)[: longest * 2].encode(errors="replace").decode()
    said = "".join(each if each.isprintable() else " " for each in said).replace("`", "'")
    return said if len(said) <= longest else f"{said[: longest - 1]}…"


def _unescaped(written: str) -> str:
    return cast("str", json.loads(f'"{written}"')) if "\\" in written else written
