"""Calendar dates: `31 dec`, `2027-12-31`, `24 and 25 december`, `christmas`; the year is optional."""

import re

from app.core.errors import InvalidInput
from app.core.when.parsed_moment import PhraseContext, checked_date, day_in_words
from app.core.when.tokens import Token, Tokens, TokenType, attempt
from app.core.when.vocabulary import MONTH_NUMBERS, UNITS


def parse_date(tokens: Tokens, context: PhraseContext) -> tuple[int, int, int | None] | None:
    """Read a date in digits or in words; return month, day and year if it was named.

    Nothing is read when there is none.
    """
    if (found := parse_numeric_date(tokens, context)) is not None:
        return found
    named = parse_month_and_day(tokens)
    return None if named is None else (*named, parse_year(tokens))


def parse_numeric_date(tokens: Tokens, context: PhraseContext) -> tuple[int, int, int | None] | None:
    """Read a date in digits; return month, day and year if it was written. Nothing is read when there is none."""
    token = tokens.peek()
    if token.type not in (TokenType.ISO, TokenType.DATE, TokenType.SHORT_DATE):
        return None
    pieces = [int(piece) for piece in re.split("[-/.]", token.text) if piece]
    year: int | None = None
    if token.type is TokenType.ISO:
        year, month, number = pieces
    elif token.type is TokenType.DATE:
        first, second, year = pieces
        year += 2000 if year < 100 else 0
        # `31.10.74` was in the last century.
        year -= 100 if len(re.split("[-/.]", token.text)[2]) == 2 and year > context.now.year + 30 else 0
        month, number = _ordered(token, first, second, year, context)
    else:
        first, second = pieces
        month, number = _ordered(token, first, second, None, context)
    tokens.advance()
    checked_date(2000 if year is None else year, month, number, token.text)
    return month, number, year


def _ordered(token: Token, first: int, second: int, year: int | None, context: PhraseContext) -> tuple[int, int]:
    """Return month and day; the numbers, dots or the locale decide their order."""
    day_first = context.day_first
    if first > 12 or first == second or "." in token.text:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        raise InvalidInput(
            "`{written}` could be {one} or {other}: write the month as a word.",
            written=token.text,
            one=day_in_words(first, second, year),
            other=day_in_words(second, first, year),
        )
    return (second, first) if day_first else (first, second)


@attempt
def parse_month_and_day(tokens: Tokens) -> tuple[int, int] | None:
    """Read `31 december`, `dec 31st`, `31st of december`; return month and day."""
    tokens.accept("the")
    name = tokens.accept_any(MONTH_NUMBERS)
    tokens.accept("the")
    if tokens.accept("first", "of") and (name := tokens.accept_any(MONTH_NUMBERS)) is not None:
        return MONTH_NUMBERS[name], 1
    token = tokens.peek()
    if token.type in (TokenType.ORDINAL, TokenType.NUMBER) and len(token.text) <= 4 and token.number <= 99:
        tokens.advance()
        if name is None:
            tokens.accept("of")
            tokens.accept("-")
            name = tokens.accept_any(MONTH_NUMBERS)
        elif tokens.peek().text in ("am", "pm"):
            name = None
        if name is not None:
            return MONTH_NUMBERS[name], token.number
    return None


@attempt
def parse_days_of_month(tokens: Tokens) -> tuple[int, list[int]] | None:
    """Read two days or more of one month, `24 and 25 december`, `december 24, 25 and 31`; return the month and them."""
    name = tokens.accept_any(MONTH_NUMBERS)
    days, last_joined = list[int](), False
    while tokens.peek().type in (TokenType.NUMBER, TokenType.ORDINAL) and len(tokens.peek().text) <= 4:
        following = tokens.peek(1)
        if not 1 <= tokens.peek().number <= 31 or following.text in ("am", "pm", "h", "times", "x", "day"):
            break
        days.append(tokens.advance().number)
        here = tokens.position
        joined = tokens.accept("and")
        tokens.accept("the")
        after = tokens.peek(1)
        if tokens.peek().type not in (TokenType.NUMBER, TokenType.ORDINAL) or (name is None and after.text in UNITS):
            tokens.position = here
            break
        last_joined = joined
    if name is None:
        tokens.accept("of")
        name = tokens.accept_any(MONTH_NUMBERS)
    return (MONTH_NUMBERS[name], days) if name is not None and len(days) > 1 and last_joined else None


@attempt
def parse_year(tokens: Tokens) -> int | None:
    """Read a year of four digits. Nothing is read when there is none."""
    tokens.accept("-")
    token = tokens.advance()
    return token.number if token.is_number and len(token.text) == 4 and tokens.peek().text not in ("am", "pm") else None
