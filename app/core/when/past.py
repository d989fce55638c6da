"""Moments of the past in a phrase: `yesterday 9am`, `2 hours ago`, `last monday`, `28 nov 14:00`.

The reader of phrases looks ahead. What names a day and a time is read as if it were earlier; what counts back from now
is turned into what counts ahead, and taken from the other side.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from app.core import durations
from app.core.errors import InvalidInput
from app.core.records import record
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import resolve, zone_info
from app.core.when.reader import MAX_PHRASE, fold, read

BACK = (1, 7, 31, 366, 4 * 366, 50 * 366)
"""From how many days earlier a phrase is read, until what it names has been."""
MARGIN = timedelta(hours=3)
"""How long before the moment that was found a phrase has to name it still: else it counts from when it is said."""


@record
class _Words:
    """How one language speaks of the past, without accents."""

    days: Mapping[str, int]
    ago: str
    ahead: str
    last: str
    periods: Mapping[str, str]


_LANGUAGES: Mapping[str, _Words] = {
    "en": _Words(
        {"the day before yesterday": 2, "day before yesterday": 2, "yesterday": 1, "last night": 1, "today": 0},
        "(?P<length>.+) ago",
        "in {}",
        "last|past|previous",
        {"last week": "1 week", "last month": "1 month", "last year": "1 year"},
    ),
    "de": _Words(
        {"vorgestern": 2, "gestern": 1, "heute": 0},
        "vor (?P<length>.+)",
        "in {}",
        "letzte[nrs]?|vergangene[nrs]?|vorige[nrs]?",
        {"letzte woche": "1 woche", "letzten monat": "1 monat", "letztes jahr": "1 jahr"},
    ),
    "es": _Words(
        {"antes de ayer": 2, "anteayer": 2, "ayer": 1, "hoy": 0},
        "hace (?P<length>.+)",
        "en {}",
        "pasad[oa]|ultim[oa]",
        {"la semana pasada": "1 semana", "el mes pasado": "1 mes", "el ano pasado": "1 ano"},
    ),
    "fr": _Words(
        {"avant-hier": 2, "avant hier": 2, "hier": 1, "aujourd'hui": 0},
        "il y a (?P<length>.+)",
        "dans {}",
        "derniere?|passee?",
        {"la semaine derniere": "1 semaine", "le mois dernier": "1 mois", "l'annee derniere": "1 an"},
    ),
    "it": _Words(
        {"l'altro ieri": 2, "altro ieri": 2, "ieri": 1, "oggi": 0},
        "(?P<length>.+) fa",
        "tra {}",
        "scors[oa]",
        {"la settimana scorsa": "1 settimana", "il mese scorso": "1 mese", "l'anno scorso": "1 anno"},
    ),
    "nl": _Words(
        {"eergisteren": 2, "gisteren": 1, "vandaag": 0},
        "(?P<length>.+) geleden",
        "over {}",
        "afgelopen|vorige|laatste",
        {"vorige week": "1 week", "vorige maand": "1 maand", "vorig jaar": "1 jaar"},
    ),
    "pt": _Words(
        {"anteontem": 2, "ontem": 1, "hoje": 0},
        "(?:ha )?(?P<length>.+?)(?: atras)?",
        "em {}",
        "passad[oa]|ultim[oa]",
        {"semana passada": "1 semana", "mes passado": "1 mes", "ano passado": "1 ano"},
    ),
}


def read_past(phrase: str, *, now: datetime, zone: str, locale: str | None = None) -> datetime:
    """Read a phrase as one moment before `now`, by the clock of `zone`; the latest that it can name.

    Arguments are those of `read`. Raises InvalidInput with a sentence that says what would work.
    """
    if len(phrase) > MAX_PHRASE:
        raise _not_read(now, zone)
    folded = fold(phrase)
    language = (locale or "en").split("-")[0].lower()
    # English is always read.
    for code in dict.fromkeys((language, "en")):
        words = _LANGUAGES.get(code)
        found = None if words is None else _counted_back(folded, words, now, zone, locale)
        if found is None:
            found = _named(folded if words is None else _dated(folded, words, now, zone), words, now, zone, locale)
        if found is not None:
            return found
    raise _not_read(now, zone)


def _not_read(now: datetime, zone: str) -> InvalidInput:
    return InvalidInput(
        "That is no moment of the past that I can read: `yesterday 15:00`, `2 hours ago` or `{day} 15:00` would work.",
        day=f"{now.astimezone(zone_info(zone)) - timedelta(days=3):%Y-%m-%d}",
    )


def _counted_back(folded: str, words: _Words, now: datetime, zone: str, locale: str | None) -> datetime | None:
    try:
        return now - durations.parse(folded)
    except (ValueError, OverflowError):
        pass
    ago = re.fullmatch(words.ago, folded)
    length = words.periods.get(folded) or (ago["length"] if ago else None)
    ahead = None if length is None else _tried(words.ahead.format(length), now, zone, locale)
    if ahead is None or ahead.at is None:
        return None
    place = zone_info(zone)
    here, there = now.astimezone(place).replace(tzinfo=None), ahead.at.astimezone(place).replace(tzinfo=None)
    if here.time() == there.time():
        # Days and months back are the same time of day, also over a change of the clocks.
        return resolve(here - (there - here), place).at
    return now - (ahead.at - now)


def _dated(folded: str, words: _Words, now: datetime, zone: str) -> str:
    """Write the date in place of `yesterday`."""
    today = now.astimezone(zone_info(zone)).date()
    for word, back in words.days.items():
        found = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", f"{today - timedelta(days=back):%Y-%m-%d}", folded)
        if found != folded:
            return found
    return folded


def _named(folded: str, words: _Words | None, now: datetime, zone: str, locale: str | None) -> datetime | None:
    """Return the latest moment that a phrase names, if it does not count from when it is said."""
    latest = now
    if words is not None and (without := re.sub(rf"\b(?:{words.last})\b", "", folded)) != folded:
        # `last monday` is not today.
        midnight = datetime.combine(now.astimezone(zone_info(zone)).date(), time())
        folded, latest = " ".join(without.split()), resolve(midnight, zone_info(zone)).at - timedelta(microseconds=1)
    for days in BACK:
        found = _tried(folded, latest - timedelta(days=days), zone, locale)
        if found is None or found.at is None or found.at > latest:
            continue
        again = _tried(folded, found.at - MARGIN, zone, locale)
        return found.at if again is not None and again.at == found.at else None
    return None


def _tried(phrase: str, now: datetime, zone: str, locale: str | None) -> Schedule | None:
    try:
        found = read(phrase, now=now.astimezone(UTC), zone=zone, locale=locale)
    except InvalidInput:
        return None
    return None if found.recurs else found
