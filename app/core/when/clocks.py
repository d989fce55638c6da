"""Times of day and lengths of time in a phrase: `9:30pm`, `half past 3 pm`, `noon`; `2h30m`, `an hour and a half`."""

import re
from dataclasses import replace
from datetime import timedelta, timezone

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.words import ordinal
from app.core.scheduling.zones import zone_info
from app.core.settings.kinds import zone_named
from app.core.when.facts import TWO_LENGTHS, TWO_TIMES, Clock, Facts, Span, too_far
from app.core.when.tokens import Part, Tokens
from app.core.when.vocabulary import ARTICLES, CLOCK_WORDS, DAY_PARTS, NUMBERS, TENS, UNIT_SECONDS, UNITS

HALVES = {"am": 0, "pm": 12}
LARGEST_NUMBER = 10**9
SHARED_NAMES = {
    "bst": "Europe/London", "cet": "Europe/Paris", "cest": "Europe/Paris", "eet": "Europe/Helsinki",
    "eest": "Europe/Helsinki", "est": "America/New_York", "edt": "America/New_York", "cst": "America/Chicago",
    "cdt": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver", "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "kst": "Asia/Seoul",
    "aest": "Australia/Sydney", "msk": "Europe/Moscow",
}  # fmt: skip


def number(tokens: Tokens) -> int | None:
    """Read a whole number in digits or in words; None, and nothing read, when there is none."""
    token = tokens.peek()
    if token.part is Part.NUMBER and len(token.text) <= 9:
        tokens.next()
        return token.number
    if token.text in NUMBERS:
        tokens.next()
        value = NUMBERS[token.text]
        if token.text in TENS and tokens.peek().text == "-":
            tokens.next()
        if token.text in TENS and 0 < NUMBERS.get(tokens.peek().text, 0) < 10:
            value += NUMBERS[tokens.next().text]
        return value
    return None


def clock(tokens: Tokens, facts: Facts, *, after_at: bool) -> bool:
    """Read a time of day. Tells whether there was one."""
    begun = tokens.at
    dated = tokens.at > 0 and tokens.peek(-1).text in ("on", "the")
    found = _word(tokens, facts) or _past(tokens)
    if found is None:
        tokens.at = begun
        found = _digits(tokens, facts, after_at=after_at)
    if found is None:
        tokens.at = begun
        return False
    if found in facts.clocks:
        raise InvalidInput(TWO_TIMES)
    if found.bare and dated:
        raise day_or_time(found.written)
    facts.clocks.append(found)
    # A number is an hour after `at`, or where there is no other; beside a clock it is anybody's guess.
    if len(facts.clocks) > 1 and (guess := next((one for one in facts.clocks if one.bare), None)) is not None:
        raise InvalidInput(
            msg("`{written}` could be many things there: `at {written}:00` would work.", written=guess.written)
        )
    return True


def day_or_time(written: str) -> InvalidInput:
    """Return the refusal for a number that could be a day of the month as well as an hour."""
    return InvalidInput(
        msg(
            "`{written}` could be a day or a time: write `the {ordinal}` or `at {written}:00`.",
            written=written,
            ordinal=ordinal(int(written)),
        )
    )


def _word(tokens: Tokens, facts: Facts) -> Clock | None:
    word = tokens.takes_any(CLOCK_WORDS)
    if word is None:
        return None
    facts.midnight = facts.midnight or word == "midnight"
    return Clock(CLOCK_WORDS[word].hour, written=word)


def _past(tokens: Tokens) -> Clock | None:
    """Read `half past 3 pm`, `quarter to 6 pm`, `five past 4 pm`."""
    tokens.takes_any(ARTICLES)
    if tokens.takes("half"):
        minutes: int | None = 30
    elif tokens.takes("quarter"):
        minutes = 15
    else:
        minutes = number(tokens)
    numeric = tokens.peek(-1).part is Part.NUMBER
    tokens.takes_any({"minutes", "minute", "mins", "min"})
    direction = tokens.takes_any({"past", "to"})
    if numeric and direction == "to" and tokens.peek(-2).part is Part.NUMBER:
        # `9 to 17` is a range more often than sixteen past.
        return None
    if minutes is None or direction is None or not 0 < minutes < 60 or (hour := number(tokens)) is None:
        return None
    half = tokens.takes_any(HALVES)
    if not 1 <= hour <= (12 if half else 23):
        return None
    if direction == "to":
        hour, minutes = (hour - 1) or 12, 60 - minutes
    full = hour % 12 + HALVES[half] if half else hour
    return Clock(full, minutes, loose=not half and hour <= 12, written=f"{hour}:{minutes:02}")


def _digits(tokens: Tokens, facts: Facts, *, after_at: bool) -> Clock | None:
    token = tokens.peek()
    following = tokens.peek(1).text
    if token.part is Part.CLOCK:
        tokens.next()
        hour, minute, *seconds = token.text.split(":")
        return _checked(tokens, int(hour), int(minute), int(float(seconds[0])) if seconds else 0, token.text)
    if token.part is Part.DECIMAL and (after_at or following not in UNITS):
        hour, minute = re.split("[.,]", token.text)
        tokens.next()
        if len(minute) == 2 and int(hour) <= 24:
            if not after_at and 1 <= int(hour) <= 31 and 1 <= int(minute) <= 12 and int(hour) < 24:
                raise InvalidInput(
                    msg(
                        "`{written}` could be a time or a date: write `{time}` or `{date}`.",
                        written=token.text,
                        time=f"{hour}:{minute}",
                        date=f"{hour}/{minute}",
                    )
                )
            return _checked(tokens, int(hour), int(minute), 0, token.text)
        return None
    hours = number(tokens)
    if hours is None:
        return None
    if tokens.peek().text in HALVES:
        return _checked(tokens, hours, 0, 0, token.text)
    if tokens.peek().text == "h" and (after_at or facts.has_day or facts.setting.language in ("fr", "pt")):
        tokens.next()
        minutes = tokens.peek()
        follows = minutes.part is Part.NUMBER and len(minutes.text) == 2 and tokens.peek(1).text not in ("times", "x")
        minute = tokens.next().number if follows else 0
        if tokens.peek().text in UNITS:
            return None
        exact = facts.setting.language == "en"
        return _checked(tokens, hours, minute, 0, f"{hours}h{minute:02}", exact=exact)
    if tokens.peek().text in UNITS:
        return None
    if len(token.text) == 4 and token.part is Part.NUMBER:
        return _checked(tokens, hours // 100, hours % 100, 0, token.text, exact=True) if after_at else None
    if hours > 23 and tokens.peek().part is Part.WORD:
        return None
    return replace(_checked(tokens, hours, 0, 0, token.text), bare=not after_at)


def _checked(tokens: Tokens, hour: int, minute: int, second: int, written: str, *, exact: bool = False) -> Clock:
    half = tokens.takes_any(HALVES)
    if half and not 1 <= hour <= 12:
        raise InvalidInput(msg("`{time}` is not a time of day: `9am` or `21:00` would work.", time=f"{written}{half}"))
    if hour > 23 or minute > 59 or second > 59:
        raise InvalidInput(msg("`{time}` is not a time of day: times go from 0:00 to 23:59.", time=written))
    loose = not exact and not half and 1 <= hour <= 12 and not written.startswith("0")
    return Clock(hour % 12 + HALVES[half] if half else hour, minute, second, loose, written=written)


def part_of_day(tokens: Tokens, facts: Facts) -> bool:
    """Read `in the evening`, `morning`."""
    begun = tokens.at
    tokens.takes("in")
    tokens.takes("the")
    word = tokens.takes_any(DAY_PARTS)
    if word is None or (word == "tonight"):
        tokens.at = begun
        return False
    facts.set_part(word)
    return True


def zone(tokens: Tokens, facts: Facts) -> bool:
    """Read `UTC`, `GMT+1`, `+02:00`, `Europe/Brussels`."""
    token = tokens.peek()
    if token.part is Part.ZONE:
        facts.named_zone = zone_named(token.text) or _titled(token.text)
        zone_info(facts.named_zone)
    elif token.part is Part.OFFSET and facts.clocks:
        facts.offset = _offset(token.text)
    elif token.text in ("utc", "gmt") or (token.text == "z" and facts.clocks):
        sign, digits = tokens.peek(1), tokens.peek(2)
        if sign.part is Part.OFFSET:
            tokens.next()
            facts.offset = _offset(sign.text)
        elif sign.text in ("+", "-") and digits.part is Part.NUMBER and len(digits.text) <= 2:
            tokens.at += 2
            facts.offset = _offset(f"{sign.text}{digits.number:02}00")
        else:
            facts.named_zone = "UTC"
    elif token.text in SHARED_NAMES:
        raise InvalidInput(
            msg(
                "Several places share the name `{name}`: name a city's time zone, as in `{zone}`.",
                name=token.text.upper(),
                zone=SHARED_NAMES[token.text],
            )
        )
    else:
        return False
    tokens.next()
    return True


def _titled(text: str) -> str:
    return "/".join("_".join(word.capitalize() for word in part.split("_")) for part in text.split("/"))


def _offset(text: str) -> timezone:
    sign, digits = (-1 if text[0] == "-" else 1), text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        raise InvalidInput(msg("`{offset}` is not an offset from UTC: they go from -12:00 to +14:00.", offset=text))
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def span(tokens: Tokens) -> Span | None:
    """Read a length of time; None, and nothing read, when there is none."""
    found, seen = Span(), set[str]()
    while True:
        begun = tokens.at
        if seen:
            tokens.takes("and")
        unit = _add(tokens, found)
        if unit is None:
            tokens.at = begun
            return found if seen else None
        if unit in seen:
            raise InvalidInput(TWO_LENGTHS)
        seen.add(unit)


def _add(tokens: Tokens, found: Span) -> str | None:
    """Read one quantity with its unit, and add it; return the unit."""
    amount = _quantity(tokens)
    unit = UNITS.get(tokens.peek().text)
    if amount is None or unit is None:
        return None
    tokens.next()
    # `an hour and a half`: the half belongs to the unit before it, unless a unit of its own follows.
    if tokens.takes("and", "a", "half") or tokens.takes("and", "half"):
        amount += 0.5
    if amount * (31_622_400 if unit == "year" else 1) > LARGEST_NUMBER * 4:
        raise too_far()
    _count(found, unit, amount)
    return unit


def _quantity(tokens: Tokens) -> float | None:
    token = tokens.peek()
    if token.part is Part.DECIMAL:
        return float(tokens.next().text.replace(",", "."))
    if tokens.takes("half"):
        tokens.takes_any(ARTICLES)
        return 0.5
    if tokens.takes("a", "couple") or tokens.takes("couple"):
        tokens.takes("of")
        return 2
    if tokens.takes("a", "quarter", "of", "an") or tokens.takes("quarter", "of", "an"):
        return 0.25
    if token.text in ARTICLES:
        tokens.next()
        if tokens.takes("half"):
            return 0.5
        return 1
    amount = number(tokens)
    if amount is not None and (tokens.takes("and", "a", "half") or tokens.takes("and", "half")):
        return amount + 0.5
    return amount


def _count(found: Span, unit: str, amount: float) -> None:
    whole = amount == int(amount)
    if unit in UNIT_SECONDS:
        found.seconds += round(amount * UNIT_SECONDS[unit])
    elif unit in ("month", "year"):
        months = amount * (12 if unit == "year" else 1)
        if months != int(months):
            raise InvalidInput(msg("Half a month has no fixed length: `in 15 days` or `in 2 weeks` would work."))
        found.months += int(months)
    else:
        days = amount * {"day": 1, "week": 7, "fortnight": 14}[unit]
        found.days += int(days)
        found.seconds += 0 if whole or days == int(days) else round((days - int(days)) * 86_400)


def no_second_span(facts: Facts) -> None:
    """Raise InvalidInput when a length of time was named before."""
    if facts.span is not None:
        raise InvalidInput(TWO_LENGTHS)
