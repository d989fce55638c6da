"""Lengths of time as people write them: `90s`, `2h30m`, `1 day 4 hours`."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from app.core.messages import tn
from app.core.records import record
from app.core.typed_words import folded

UNITS: tuple[tuple[str, timedelta, Callable[[int], str]], ...] = (
    ("w", timedelta(weeks=1), lambda count: tn("{count} week", "{count} weeks", count)),
    ("d", timedelta(days=1), lambda count: tn("{count} day", "{count} days", count)),
    ("h", timedelta(hours=1), lambda count: tn("{count} hour", "{count} hours", count)),
    ("m", timedelta(minutes=1), lambda count: tn("{count} minute", "{count} minutes", count)),
    ("s", timedelta(seconds=1), lambda count: tn("{count} second", "{count} seconds", count)),
)
SPELLINGS = {
    spelling: unit
    for spellings, (_, unit, _) in zip(
        (
            "w week weeks woche wochen sem semaine semaines weken semana semanas",
            "d day days t tag tage tagen j jour jours dag dagen dia dias",
            "h hr hrs hour hours std stunde stunden heure heures u uur uren hora horas",
            "m min mins minute minutes minuten minuut minuto minutos",
            "s sec secs second seconds sek sekunde sekunden seconde secondes seconden seg segundo segundos",
        ),
        UNITS,
        strict=True,
    )
    for spelling in spellings.split()
}
"""In English, German, French, Dutch and Spanish, without accents; none of them has two meanings."""
PART = re.compile(r"\s*([0-9]{1,9})\s*([a-z]+)\.?\s*(?:,|(?:and|und|et|en|y)\b)?", re.IGNORECASE)


def parse(text: str, *, takes_zero: bool = False) -> timedelta:
    """Read a length of time. Raises ValueError for anything else, a unit that comes twice, and zero unless said."""
    position, total, seen = 0, timedelta(), set[timedelta]()
    text = folded(text)
    while position < len(text):
        match = PART.match(text, position)
        unit = SPELLINGS.get(match[2]) if match else None
        if match is None or unit is None or unit in seen:
            raise ValueError("not a length of time")
        try:
            total += int(match[1]) * unit
        except OverflowError:
            raise ValueError("not a length of time") from None
        seen.add(unit)
        position = match.end()
    if not seen or (total <= timedelta() and not takes_zero):
        raise ValueError("not a length of time")
    return total


def compact(length: timedelta) -> str:
    """Write a length of time in the shortest form that `parse` reads back; below a second it is `0s`."""
    return "".join(f"{count}{letter}" for count, letter, _ in _parts(length)) or "0s"


def spoken(length: timedelta) -> str:
    """Write a length of time in words of the current language: `2 hours 30 minutes`."""
    return " ".join(say(count) for count, _, say in _parts(length)) or UNITS[-1][2](0)


@record
class Spoken:
    """A length of time as a value of a message: it is put into words when the message is."""

    length: timedelta

    def __str__(self) -> str:
        """Write it in the current language."""
        return spoken(self.length)


def _parts(length: timedelta) -> Iterator[tuple[int, str, Callable[[int], str]]]:
    """Split a length of time into units, the longest first, without those of which there are none."""
    for letter, unit, say in UNITS:
        count, length = divmod(length, unit)
        if count:
            yield count, letter, say
