"""Lengths of time as people write them: `90s`, `2h30m`, `1 day 4 hours`."""

import re
from datetime import timedelta

UNITS = (
    ("w", "week", timedelta(weeks=1)),
    ("d", "day", timedelta(days=1)),
    ("h", "hour", timedelta(hours=1)),
    ("m", "minute", timedelta(minutes=1)),
    ("s", "second", timedelta(seconds=1)),
)
SPELLINGS = {
    spelling: span
    for letter, word, span in UNITS
    for spelling in (letter, word, f"{word}s", {"h": "hr", "m": "min", "s": "sec"}.get(letter, letter))
} | {"hrs": timedelta(hours=1), "mins": timedelta(minutes=1), "secs": timedelta(seconds=1)}
PART = re.compile(r"\s*([0-9]{1,9})\s*([a-z]+)\s*(?:,|and\b)?", re.IGNORECASE)


def parse(text: str) -> timedelta:
    """Read a length of time. Raises ValueError for anything else, for zero, and for a unit that comes twice."""
    position, total, seen = 0, timedelta(), set[timedelta]()
    text = text.strip()
    while position < len(text):
        match = PART.match(text, position)
        unit = SPELLINGS.get(match[2].lower()) if match else None
        if match is None or unit is None or unit in seen:
            raise ValueError("not a length of time")
        try:
            total += int(match[1]) * unit
        except OverflowError:
            raise ValueError("not a length of time") from None
        seen.add(unit)
        position = match.end()
    if total <= timedelta():
        raise ValueError("not a length of time")
    return total


def compact(span: timedelta) -> str:
    """Write a length of time in the shortest form that `parse` reads back; below a second it is `0s`."""
    rest, parts = int(span.total_seconds()), list[str]()
    for letter, _, unit in UNITS:
        count, rest = divmod(rest, int(unit.total_seconds()))
        if count:
            parts.append(f"{count}{letter}")
    return "".join(parts) or "0s"


def spoken(span: timedelta) -> str:
    """Write a length of time in words: `2 hours 30 minutes`."""
    rest, parts = int(span.total_seconds()), list[str]()
    for _, word, unit in UNITS:
        count, rest = divmod(rest, int(unit.total_seconds()))
        if count:
            parts.append(f"{count} {word}{'' if count == 1 else 's'}")
    return " ".join(parts) or "0 seconds"
