"""Times of day and lengths of time in a phrase: `9:30pm`, `half past 3 pm`, `noon`; `2h30m`, `an hour and a half`."""

import re
from dataclasses import replace
from datetime import timedelta

from app.core.errors import InvalidInput
from app.core.when import proposing
from app.core.when.parsed_moment import TOO_FAR, TWO_DURATIONS, TWO_TIMES, ClockTime, Duration, ParsedMoment
from app.core.when.tokens import Tokens, TokenType, attempt
from app.core.when.vocabulary import ARTICLES, CLOCK_WORDS, DAY_PARTS, NUMBERS, TENS, UNIT_SECONDS, UNITS

MERIDIEMS = {"am": 0, "pm": 12}
MINUTE_WORDS = frozenset({"minutes", "minute", "mins", "min"})
DIRECTIONS = {"past": False, "after": False, "to": True, "of": True, "before": True, "until": True}
"""Whether minutes are counted back from an hour."""
MAX_NUMBER = 10**9


def parse_number(tokens: Tokens) -> int | None:
    """Read a whole number in digits or in words; None, and nothing read, when there is none."""
    token = tokens.peek()
    if token.is_number and len(token.text) <= 9:
        tokens.advance()
        return token.number
    if token.text in NUMBERS:
        tokens.advance()
        value = NUMBERS[token.text]
        if token.text in TENS and tokens.peek().text == "-":
            tokens.advance()
        if token.text in TENS and 0 < NUMBERS.get(tokens.peek().text, 0) < 10:
            value += NUMBERS[tokens.advance().text]
        return value
    return None


def parse_clock(tokens: Tokens, parsed: ParsedMoment, *, after_at: bool) -> bool:
    """Read a time of day. Tells whether there was one."""
    dated = tokens.position > 0 and tokens.peek(-1).text in ("on", "the")
    found = (
        _word(tokens, parsed) or _past(tokens, parsed) or _spelled(tokens) or _digits(tokens, parsed, after_at=after_at)
    )
    if found is None:
        return False
    if found in parsed.clocks:
        raise InvalidInput(TWO_TIMES)
    if found.bare and dated:
        raise day_or_time(found)
    parsed.clocks.append(found)
    # A number after `at`, or the only one, is an hour; beside another time its meaning is unclear.
    if len(parsed.clocks) > 1 and (guess := next((one for one in parsed.clocks if one.bare), None)) is not None:
        raise InvalidInput(
            "`{written}` could be many things there: `at {written}:00` would work.", written=guess.written
        )
    return True


def day_or_time(at: ClockTime) -> InvalidInput:
    """Return the refusal for a number that could be a day of the month as well as an hour."""
    return InvalidInput(
        "`{written}` could be a day or a time: write `the {ordinal}` or `at {hour}:00`.",
        written=at.written,
        ordinal=proposing.DayOfMonth(at.hour),
        hour=at.hour,
    )


def _word(tokens: Tokens, parsed: ParsedMoment) -> ClockTime | None:
    word = tokens.accept_any(CLOCK_WORDS)
    if word is None:
        return None
    parsed.midnight = parsed.midnight or word == "midnight"
    return ClockTime(CLOCK_WORDS[word].hour, written=word)


@attempt
def _past(tokens: Tokens, parsed: ParsedMoment) -> ClockTime | None:
    """Read `half past 3 pm`, `quarter to noon`, `20 minutes past 4 pm`."""
    tokens.accept_any(ARTICLES)
    if tokens.accept("half"):
        minutes: int | None = 30
    elif tokens.accept("quarter"):
        minutes = 15
    else:
        minutes = parse_number(tokens)
    in_digits = tokens.peek(-1).is_number
    named = tokens.accept_any(MINUTE_WORDS)
    direction = tokens.accept_any(DIRECTIONS)
    if minutes is None or direction is None or not 0 < minutes < 60:
        return None
    before = DIRECTIONS[direction]
    of_word = tokens.peek().text in CLOCK_WORDS
    if in_digits and not named and not of_word and direction in ("to", "of", "before", "after", "until"):
        # `9 to 17` is a range more often than sixteen past, and `2 of 3` is no clock.
        return None
    if (word := tokens.accept_any(CLOCK_WORDS)) is not None:
        at = timedelta(hours=CLOCK_WORDS[word].hour, minutes=-minutes if before else minutes)
        if word == "midnight" and not before:
            parsed.midnight = True
        return ClockTime(at.seconds // 3600, at.seconds // 60 % 60, written=f"{minutes} {direction} {word}")
    if (hour := parse_number(tokens)) is None:
        return None
    half = tokens.accept_any(MERIDIEMS)
    if not 1 <= hour <= (12 if half else 23):
        return None
    full = hour % 12 + MERIDIEMS[half] if half else hour
    if before:
        full, minutes = (full - 1) % 24 if half or hour > 12 else (hour - 1) or 12, 60 - minutes
    ambiguous = not half and hour <= 12
    return ClockTime(full, minutes, ambiguous=ambiguous, written=f"{full}:{minutes:02}")


@attempt
def _spelled(tokens: Tokens) -> ClockTime | None:
    """Read `ten thirty am`, `nine oh five`, `twenty fifteen`."""
    if tokens.peek().text not in NUMBERS:
        return None
    hour = NUMBERS[tokens.advance().text]
    tokens.accept("-")
    zero = tokens.accept("oh") or tokens.accept("o")
    minute = parse_number(tokens) if tokens.peek().text in NUMBERS else None
    if minute is None or hour > 24 or not (1 <= minute <= 9 if zero else 10 <= minute <= 59):
        return None
    if tokens.peek().text in UNITS or tokens.peek().text in MINUTE_WORDS:
        return None
    return _checked(tokens, hour, minute, 0, f"{hour}:{minute:02}")


@attempt
def _digits(tokens: Tokens, parsed: ParsedMoment, *, after_at: bool) -> ClockTime | None:
    token = tokens.peek()
    following = tokens.peek(1).text
    if token.type is TokenType.CLOCK:
        tokens.advance()
        hour, minute, *seconds = token.text.split(":")
        return _checked(tokens, int(hour), int(minute), int(float(seconds[0])) if seconds else 0, token.text)
    if token.type is TokenType.DECIMAL and (after_at or following not in UNITS):
        hour, minute = re.split("[.,]", token.text)
        tokens.advance()
        if len(minute) == 2 and int(hour) <= 24:
            if not after_at and 1 <= int(hour) <= 31 and 1 <= int(minute) <= 12 and int(hour) < 24:
                raise InvalidInput(
                    "`{written}` could be a time or a date: write `{time}` or `{date}`.",
                    written=token.text,
                    time=f"{hour}:{minute}",
                    date=f"{hour}/{minute}",
                )
            return _checked(tokens, int(hour), int(minute), 0, token.text)
        return None
    hours = parse_number(tokens)
    if hours is None:
        return None
    if tokens.peek().text in MERIDIEMS:
        return _checked(tokens, hours, 0, 0, token.text)
    if tokens.peek().text == "h" and (after_at or parsed.has_day or parsed.context.language in ("fr", "pt")):
        tokens.advance()
        minutes = tokens.peek()
        follows = minutes.is_number and len(minutes.text) == 2 and tokens.peek(1).text not in ("times", "x")
        minute = tokens.advance().number if follows else 0
        if tokens.peek().text in UNITS:
            return None
        exact = parsed.context.language == "en"
        return _checked(tokens, hours, minute, 0, f"{hours}h{minute:02}", exact=exact)
    if tokens.peek().text in UNITS:
        return None
    if len(token.text) == 4 and token.is_number:
        return _checked(tokens, hours // 100, hours % 100, 0, token.text, exact=True) if after_at else None
    if hours > 23 and tokens.peek().type is TokenType.WORD:
        return None
    return replace(_checked(tokens, hours, 0, 0, token.text), bare=not after_at)


def _checked(tokens: Tokens, hour: int, minute: int, second: int, written: str, *, exact: bool = False) -> ClockTime:
    half = tokens.accept_any(MERIDIEMS)
    if half and not 1 <= hour <= 12:
        raise InvalidInput("`{time}` is not a time of day: `9am` or `21:00` would work.", time=f"{written}{half}")
    if hour > 23 or minute > 59 or second > 59:
        raise InvalidInput("`{time}` is not a time of day: times go from 0:00 to 23:59.", time=written)
    ambiguous = not exact and not half and 1 <= hour <= 12 and not written.startswith("0")
    full = hour % 12 + MERIDIEMS[half] if half else hour
    return ClockTime(full, minute, second, ambiguous, written=written)


@attempt
def parse_day_part(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `in the evening`, `morning`."""
    tokens.accept("in")
    tokens.accept("the")
    word = tokens.accept_any(DAY_PARTS)
    if word is None or word == "tonight":
        return False
    parsed.set_day_part(word)
    return True


def parse_duration(tokens: Tokens) -> Duration | None:
    """Read a length of time; None, and nothing read, when there is none."""
    found, seen = Duration(), set[str]()
    while (unit := _add(tokens, found, follows=bool(seen))) is not None:
        if unit in seen:
            raise InvalidInput(TWO_DURATIONS)
        seen.add(unit)
    return found if seen else None


@attempt
def _add(tokens: Tokens, found: Duration, *, follows: bool) -> str | None:
    """Read one quantity with its unit, and add it; return the unit."""
    if follows:
        tokens.accept("and")
    amount = _quantity(tokens)
    unit = UNITS.get(tokens.peek().text)
    if amount is None or unit is None:
        return None
    tokens.advance()
    # `an hour and a half`: the half belongs to the unit before it, unless a unit of its own follows.
    if tokens.accept("and", "a", "half") or tokens.accept("and", "half"):
        amount += 0.5
    if amount * (31_622_400 if unit == "year" else 1) > MAX_NUMBER * 4:
        raise InvalidInput(TOO_FAR)
    _count(found, unit, amount)
    return unit


def _quantity(tokens: Tokens) -> float | None:
    token = tokens.peek()
    if token.type is TokenType.DECIMAL:
        return float(tokens.advance().text.replace(",", "."))
    if tokens.accept("half"):
        tokens.accept_any(ARTICLES)
        return 0.5
    if tokens.accept("a", "couple") or tokens.accept("couple"):
        tokens.accept("of")
        return 2
    if tokens.accept("a", "quarter", "of", "an") or tokens.accept("quarter", "of", "an"):
        return 0.25
    if token.text in ARTICLES:
        tokens.advance()
        return 0.5 if tokens.accept("half") else 1
    amount = parse_number(tokens)
    if amount is not None and (tokens.accept("and", "a", "half") or tokens.accept("and", "half")):
        return amount + 0.5
    return amount


def _count(found: Duration, unit: str, amount: float) -> None:
    if unit in UNIT_SECONDS:
        found.seconds += round(amount * UNIT_SECONDS[unit])
    elif unit in ("month", "year"):
        months = amount * (12 if unit == "year" else 1)
        if months != int(months):
            raise InvalidInput("Half a month has no fixed length: `in 15 days` or `in 2 weeks` would work.")
        found.months += int(months)
    else:
        days = amount * {"day": 1, "week": 7, "fortnight": 14}[unit]
        found.days += int(days)
        found.seconds += round((days - int(days)) * 86_400)
