"""Days as people write them, in the past as well: `2026-11-29`, `29.11.2026`, `29 November 2026`."""

import re
from collections.abc import Mapping
from datetime import date

from app.core.errors import InvalidInput

MIN_YEAR, MAX_YEAR = 1900, 2999
MONTHS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "january januari januar jänner janvier enero",
            "february februari feber février fevrier febrero",
            "march märz mrz maart mrt mars marzo",
            "april avril abril",
            "may mai mei mayo",
            "june juni juin junio",
            "july juli juillet julio",
            "august augustus août aout agosto",
            "september septembre sept septiembre setiembre",
            "october oktober octobre octubre",
            "november novembre noviembre",
            "december dezember décembre decembre diciembre",
        ),
        start=1,
    )
    for word in words.split()
}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DIGITS = re.compile(r"([0-9]{1,2})\s?([./-])\s?([0-9]{1,2})\s?\2\s?([0-9]{4})")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:\.|st|nd|rd|th|er|º)?\s?(?:of |de )?([^\W\d_]{3,})\.?,?\s?(?:del? )?([0-9]{4})"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_MIN_LETTERS = 3


def read(typed: str) -> date | None:
    """Return the day that was written, None for anything else. Raises InvalidInput for one that can be two days."""
    text = " ".join(typed.split()).casefold()
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    if found := _DIGITS.fullmatch(text):
        return _of_digits(typed.strip(), int(found[1]), int(found[3]), int(found[4]), found[2])
    return None


def _of_digits(typed: str, first: int, second: int, year: int, between: str) -> date | None:
    day, month = _day(year, second, first), _day(year, first, second)
    if between == "." or month is None or day == month:
        return day
    if day is None:
        return month
    raise InvalidInput(
        "`{written}` can be two days. Write `{one}` or `{other}`.",
        written=typed,
        one=day.isoformat(),
        other=month.isoformat(),
    )


def _month(word: str) -> int:
    found = {number for name, number in MONTHS.items() if len(word) >= _MIN_LETTERS and name.startswith(word)}
    return found.pop() if len(found) == 1 else 0


def _day(year: int, month: int, day: int) -> date | None:
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
