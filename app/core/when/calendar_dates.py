"""Dates as calendars have them: `31 dec`, `2027-12-31`, `24 and 25 december`, `christmas`; the year may be open."""

import re

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.when.facts import Setting, make_day, spoken_date
from app.core.when.tokens import Part, Token, Tokens
from app.core.when.vocabulary import FEASTS, MONTH_NUMBERS, UNITS


def calendar_day(tokens: Tokens, setting: Setting) -> tuple[int, int, int | None] | None:
    """Read a date in digits or in words; return month, day and year if it was named.

    Nothing is read when there is none.
    """
    if (found := digits(tokens, setting)) is not None:
        return found
    if (named := month_and_day(tokens)) is None:
        return None
    begun = tokens.at
    tokens.takes("-")
    if (year := year_of(tokens)) is None:
        tokens.at = begun
    return *named, year


def digits(tokens: Tokens, setting: Setting) -> tuple[int, int, int | None] | None:
    """Read a date in digits; return month, day and year if it was written. Nothing is read when there is none."""
    token = tokens.peek()
    if token.part not in (Part.ISO, Part.DATE, Part.SHORT_DATE):
        return None
    pieces = [int(piece) for piece in re.split("[-/.]", token.text) if piece]
    year: int | None = None
    if token.part is Part.ISO:
        year, month, number_ = pieces
    elif token.part is Part.DATE:
        first, second, year = pieces
        year += 2000 if year < 100 else 0
        month, number_ = _ordered(token, first, second, year, setting)
    else:
        first, second = pieces
        month, number_ = _ordered(token, first, second, None, setting)
    tokens.next()
    make_day(2000 if year is None else year, month, number_, token.text)
    return month, number_, year


def _ordered(token: Token, first: int, second: int, year: int | None, setting: Setting) -> tuple[int, int]:
    """Return month and day, in the order that the digits, the dots or the person's locale give."""
    day_first = setting.day_first
    if first > 12 or first == second or "." in token.text:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        raise InvalidInput(
            msg(
                "`{written}` could be {one} or {other}: write the month as a word.",
                written=token.text,
                one=spoken_date(first, second, year),
                other=spoken_date(second, first, year),
            )
        )
    return (second, first) if day_first else (first, second)


def month_and_day(tokens: Tokens) -> tuple[int, int] | None:
    """Read `31 december`, `dec 31st`, `31st of december`; return month and day."""
    begun = tokens.at
    tokens.takes("the")
    name = tokens.takes_any(MONTH_NUMBERS)
    tokens.takes("the")
    if tokens.takes("first", "of") and (name := tokens.takes_any(MONTH_NUMBERS)) is not None:
        return MONTH_NUMBERS[name], 1
    token = tokens.peek()
    if token.part in (Part.ORDINAL, Part.NUMBER) and len(token.text) <= 4 and token.number <= 99:
        tokens.next()
        if name is None:
            tokens.takes("of")
            tokens.takes("-")
            name = tokens.takes_any(MONTH_NUMBERS)
        elif tokens.peek().text in ("am", "pm"):
            name = None
        if name is not None:
            return MONTH_NUMBERS[name], token.number
    tokens.at = begun
    return None


def days_of_month(tokens: Tokens) -> tuple[int, list[int]] | None:
    """Read two days or more of one month, `24 and 25 december`, `december 24, 25 and 31`; return the month and them."""
    name = tokens.takes_any(MONTH_NUMBERS)
    days, last_joined = list[int](), False
    while tokens.peek().part in (Part.NUMBER, Part.ORDINAL) and len(tokens.peek().text) <= 4:
        following = tokens.peek(1)
        if not 1 <= tokens.peek().number <= 31 or following.text in ("am", "pm", "h", "times", "x", "day"):
            break
        days.append(tokens.next().number)
        here = tokens.at
        joined = tokens.takes("and")
        tokens.takes("the")
        after = tokens.peek(1)
        if tokens.peek().part not in (Part.NUMBER, Part.ORDINAL) or (name is None and after.text in UNITS):
            tokens.at = here
            break
        last_joined = joined
    if name is None:
        tokens.takes("of")
        name = tokens.takes_any(MONTH_NUMBERS)
    return (MONTH_NUMBERS[name], days) if name is not None and len(days) > 1 and last_joined else None


def feast(tokens: Tokens) -> tuple[int, int] | None:
    """Read a day of the year that has a name; return its month and day."""
    for words, found in FEASTS.items():
        if tokens.takes(*words):
            return found
    return None


def year_of(tokens: Tokens) -> int | None:
    """Read a year of four digits. Nothing is read when there is none."""
    token = tokens.peek()
    following = tokens.peek(1).text
    if token.part is Part.NUMBER and len(token.text) == 4 and following not in ("am", "pm"):
        return tokens.next().number
    return None
