"""Days in a phrase: `tomorrow`, `next thursday`, `31 dec`, `the 25th`, `last friday of the month`."""

from datetime import UTC, datetime, timedelta

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.when import proposing
from app.core.when.calendar_dates import parse_date, parse_year
from app.core.when.clocks import parse_number
from app.core.when.feasts import is_feast_word, parse_feast
from app.core.when.months import first_or_last_day, month_of, ordinal_weekday
from app.core.when.parsed_moment import (
    TOO_FAR,
    Duration,
    ParsedMoment,
    checked_date,
    either_day,
    next_date,
    next_day_of_month,
)
from app.core.when.tokens import Tokens, TokenType, attempt
from app.core.when.vocabulary import DAY_NUMBERS, DAY_PARTS, MONTH_NUMBERS, NUMBERS, ORDINAL_WORDS

QUALIFIERS = frozenset({"next", "this", "coming", "last", "past"})
IN_THE_PAST = msg("That is in the past: a reminder needs a time in the future, such as `in 2h30m` or `tomorrow 9am`.")


def parse_day(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read a day. Tells whether there was one; nothing is read when there was none."""
    token = tokens.peek()
    if token.type is TokenType.WORD and token.text not in FIRST_WORDS and not is_feast_word(token.text):
        return False
    return any(parse(tokens, parsed) for parse in PARSERS.get(token.type, ()))


def _timestamp(tokens: Tokens, parsed: ParsedMoment) -> bool:
    at_sign = tokens.accept("@")
    token = tokens.peek()
    if token.type is TokenType.STAMP:
        seconds = int(token.text.split(":")[1].rstrip(">"))
    elif token.is_number and (len(token.text) in (10, 13) or (at_sign and 9 <= len(token.text) <= 13)):
        seconds = token.number // (1000 if len(token.text) == 13 else 1)
    else:
        return False
    tokens.advance()
    try:
        parsed.instant = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidInput(TOO_FAR) from None
    return True


def _calendar_day(tokens: Tokens, parsed: ParsedMoment) -> bool:
    is_iso = tokens.peek().type is TokenType.ISO
    found = parse_date(tokens, parsed.context)
    if found is None:
        return False
    _set_date(parsed, *found)
    parsed.exact = parsed.exact or is_iso
    parsed.is_period = parsed.is_period or found[2] is None
    return True


def _relative(tokens: Tokens, parsed: ParsedMoment) -> bool:
    today = parsed.local_now.date()
    tokens.accept("the")
    if tokens.accept("day", "after", "tomorrow"):
        parsed.set_day(today + timedelta(days=2))
    elif tokens.accept("day", "before", "yesterday") or tokens.accept("yesterday"):
        raise InvalidInput(IN_THE_PAST)
    elif tokens.accept("tomorrow"):
        parsed.set_day(today + timedelta(days=1))
    elif tokens.accept("today"):
        parsed.set_day(today, today=True)
    elif tokens.accept("tonight"):
        parsed.set_day(today, today=True)
        parsed.set_day_part("tonight")
    elif tokens.peek().text == "this" and tokens.peek(1).text in DAY_PARTS:
        tokens.position += 2
        parsed.set_day(today, today=True)
        parsed.set_day_part(tokens.peek(-1).text)
    elif tokens.accept("next", "week"):
        parsed.week = 1
    elif tokens.accept("week", "after", "next"):
        parsed.week = 2
    elif tokens.accept("month", "after", "next"):
        parsed.set_day(Duration(months=2).after(today))
    elif tokens.accept("year", "after", "next"):
        parsed.set_day(Duration(months=24).after(today))
    elif tokens.accept("this", "week"):
        parsed.week = 0
    elif tokens.accept("next", "month"):
        saved = tokens.position
        tokens.accept("on")
        tokens.accept("the")
        if tokens.peek().type is TokenType.ORDINAL and tokens.peek(1).text not in DAY_NUMBERS:
            parsed.set_day(next_day_of_month(tokens.advance().number, today, 1))
        else:
            tokens.position = saved
            parsed.set_day(Duration(months=1).after(today))
            parsed.is_period = True
    elif tokens.accept("next", "year"):
        parsed.set_day(Duration(months=12).after(today))
        parsed.is_period = True
    elif tokens.peek().text in ("last", "past") and tokens.peek(1).text in ("week", "month", "year", "night"):
        raise InvalidInput(IN_THE_PAST)
    else:
        return False
    return True


def _feast(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `christmas day`, `thanksgiving 2027`, `next easter`."""
    tokens.accept_any({"on", "in", "at"})
    tokens.accept("the")
    qualifier = tokens.accept_any({"next", "this", "coming"})
    found = parse_feast(tokens, parsed.zone)
    if found is None:
        return False
    today, year = parsed.local_now.date(), parse_year(tokens)
    if year is None and tokens.accept("next", "year"):
        year = today.year + 1
    elif year is None and tokens.accept("this", "year"):
        year = today.year
    if year is not None and not 1 < year < 9999:
        raise InvalidInput(TOO_FAR)
    day = found.next(today) if year is None else found.of(year)
    if qualifier == "next" and day.year == today.year:
        raise either_day(day, found.of(today.year + 1))
    parsed.set_day(day, today=day == today)
    parsed.is_movable = not found.day
    return True


def _set_date(parsed: ParsedMoment, month: int, number: int, year: int | None) -> None:
    if year is not None:
        parsed.set_day(checked_date(year, month, number))
        return
    found = next_date(month, number, parsed.local_now.date())
    parsed.set_day(found, today=found == parsed.local_now.date())


def _weekday(tokens: Tokens, parsed: ParsedMoment) -> bool:
    tokens.accept("the")
    qualifier = tokens.accept_any(QUALIFIERS)
    name = tokens.accept_any(DAY_NUMBERS)
    if name is None:
        return False
    parsed.is_this = parsed.is_this or qualifier == "this"
    if tokens.peek().text in ("of", "in"):
        within = tokens.peek(1 if tokens.peek(1).text not in ("next", "this", "the") else 2).text
        if within == "month" or within in MONTH_NUMBERS:
            raise InvalidInput(
                "Which `{weekday}`? `first {weekday} of december` or `last {weekday} of the month` would work.",
                weekday=proposing.weekday(DAY_NUMBERS[name]),
            )
    if tokens.peek(2).text not in DAY_NUMBERS and tokens.accept("after", "next"):
        _set_weekday_after_next(parsed, DAY_NUMBERS[name])
        return True
    # `jeudi prochain`: some languages, and some people, say which one afterwards.
    qualifier = qualifier or tokens.accept_any({"coming"})
    if qualifier in ("last", "past"):
        raise InvalidInput(IN_THE_PAST)
    if parsed.weekday is not None and parsed.weekday != DAY_NUMBERS[name]:
        raise InvalidInput(
            "That names more than one weekday, but a reminder takes only one: "
            "`{weekday}`, or `every {weekday} and {other}`, would work.",
            weekday=proposing.weekday(parsed.weekday),
            other=proposing.weekday(DAY_NUMBERS[name]),
        )
    parsed.weekday = DAY_NUMBERS[name]
    parsed.is_next = parsed.is_next or qualifier in ("next", "coming")
    parsed.is_vague = parsed.is_vague or qualifier == "next"
    return True


def _set_weekday_after_next(parsed: ParsedMoment, weekday: int) -> None:
    """Take `friday after next`: a week after `next friday`, which is this week's to some and next week's to others."""
    today = parsed.local_now.date()
    following = Duration(days=(weekday - today.weekday() - 1) % 7 + 1).after(today)
    one, other = Duration(days=7).after(following), Duration(days=14).after(following)
    if today.weekday() < weekday:
        raise either_day(one, other)
    parsed.set_day(one)


def _counted_weekday(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `3 fridays from now`, whose plural was taken off before, and `the monday before may 25`.

    The day that is counted from does not count.
    """
    tokens.accept("the")
    token = tokens.peek()
    rank = token.number if token.type is TokenType.ORDINAL else ORDINAL_WORDS.get(token.text, 0)
    tokens.position += rank > 0
    count, weekday = rank if rank > 0 else parse_number(tokens), DAY_NUMBERS.get(tokens.advance().text)
    direction = tokens.accept_any({"from", "after", "before"})
    if weekday is None or direction is None or (count is None and direction == "from") or count == 0:
        return False
    if direction != "before" and (tokens.accept("now") or tokens.accept("today")):
        day = parsed.local_now.date()
    else:
        anchor = ParsedMoment(parsed.context)
        if not parse_day(tokens, anchor):
            return False
        day, _ = anchor.target_day()
    ahead = (day.weekday() - weekday - 1) % 7 + 1 if direction == "before" else (weekday - day.weekday() - 1) % 7 + 1
    parsed.set_day(Duration(days=ahead + ((count or 1) - 1) * 7).after(day, -1 if direction == "before" else 1))
    return True


def _day_of_month(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `the 25th`, `the 5th of next month`."""
    tokens.accept("the")
    if tokens.peek().type is not TokenType.ORDINAL:
        return False
    written, number = tokens.peek().text, tokens.advance().number
    if (name := tokens.peek().text) in DAY_NUMBERS:
        raise InvalidInput(
            "`{written}` could count days or weeks: write `{weekday} {day} december` "
            "or `{ordinal} {weekday} of december`.",
            written=f"{written} {name}",
            ordinal=proposing.rank(number),
            weekday=proposing.weekday(DAY_NUMBERS[name]),
            day=number,
        )
    saved = tokens.position
    tokens.accept("of")
    today = parsed.local_now.date()
    if tokens.accept("next", "month"):
        parsed.set_day(next_day_of_month(number, today, 1))
    elif tokens.accept("the", "month", "after", "next") or tokens.accept("month", "after", "next"):
        parsed.set_day(next_day_of_month(number, today, 2))
    elif tokens.accept("this", "month") or tokens.accept("the", "month") or tokens.accept("month"):
        parsed.set_day(next_day_of_month(number, today, 0))
    elif tokens.peek().text in ("next", "this") and (month := month_of(tokens, parsed)) is not None:
        parsed.set_day(checked_date(*month, number))
    else:
        tokens.position = saved
        parsed.set_day(next_day_of_month(number, today))
    return True


_PARSERS = tuple(
    attempt(parse)
    for parse in (
        _timestamp, _relative, first_or_last_day, ordinal_weekday, _feast, _calendar_day, _counted_weekday, _weekday,
        _day_of_month,
    )
)  # fmt: skip
(STAMPED, *IN_WORDS, COUNTED, NAMED, NUMBERED) = _PARSERS
DATED = IN_WORDS[-1]
PARSERS = {
    TokenType.WORD: (*IN_WORDS, COUNTED, NAMED, NUMBERED),
    TokenType.NUMBER: (STAMPED, DATED, COUNTED),
    TokenType.ORDINAL: (*IN_WORDS, COUNTED, NUMBERED),
    TokenType.SIGN: (STAMPED,),
    TokenType.STAMP: (STAMPED,),
    **dict.fromkeys((TokenType.ISO, TokenType.DATE, TokenType.SHORT_DATE), (DATED,)),
}
"""The kinds of days that may begin with a token, in the order in which they are tried."""
FIRST_WORDS = frozenset(
    {*QUALIFIERS, *MONTH_NUMBERS, *DAY_NUMBERS, *ORDINAL_WORDS, *NUMBERS}
    | {"the", "on", "in", "at", "day", "today", "tomorrow", "tonight", "yesterday", "week", "month", "year"}
    | {"end", "start"}
)
"""The words that a day may begin with."""
