"""Months in a phrase, and the days that are named by them: `end of next month`, `first monday of december`."""

from calendar import monthrange
from datetime import date

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.calendar_words import DAY_NAMES, MONTH_NAMES
from app.core.when import proposing
from app.core.when.calendar_dates import parse_year
from app.core.when.parsed_moment import TOO_FAR, Duration, ParsedMoment, date_in_words
from app.core.when.tokens import Tokens, TokenType, attempt
from app.core.when.vocabulary import DAY_NUMBERS, MONTH_NUMBERS, ORDINAL_WORDS


def first_or_last_day(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read the first or the last day of a month or a year."""
    tokens.accept("the")
    if tokens.accept("end") or tokens.accept("last", "day"):
        last = True
    elif tokens.accept("start") or tokens.accept("first", "day"):
        last = False
    else:
        return False
    tokens.accept("of")
    tokens.accept("the")
    if tokens.accept("day") or tokens.accept("today"):
        raise InvalidInput("The end of the day could be 17:00 or 23:59: write `today 17:00` or `today 23:59`.")
    if tokens.peek().text == "week" or tokens.peek(1).text == "week":
        raise InvalidInput(
            msg("The end of the week could be Friday or Sunday: write `friday 17:00` or `sunday 17:00`.")
            if last
            else msg("The start of the week could be Sunday or Monday: write `monday 9am` or `sunday 9am`.")
        )
    found = month_of(tokens, parsed)
    if found is None:
        tokens.accept("this")
        shift = 1 if tokens.accept("next") else 0
        year = parsed.local_now.year + shift
        if not tokens.accept("year"):
            return False
        parsed.set_day(date(year, 12, 31) if last else date(year, 1, 1))
        return True
    year, month = found
    parsed.set_day(date(year, month, monthrange(year, month)[1] if last else 1))
    return True


def month_of(tokens: Tokens, parsed: ParsedMoment) -> tuple[int, int] | None:
    """Read `december`, `january 2027`, `this month`, `next month`, `the month`: the next year and month that fit."""
    today = parsed.local_now.date()
    tokens.accept("the")
    after_next = tokens.peek(1).text == "after" and tokens.peek(2).text == "next"
    if (not after_next and tokens.accept("month")) or tokens.accept("this", "month"):
        return today.year, today.month
    if tokens.accept("next", "month"):
        later = Duration(months=1).after(today)
        return later.year, later.month
    if tokens.accept("month", "after", "next"):
        later = Duration(months=2).after(today)
        return later.year, later.month
    named = tokens.peek(1).text in MONTH_NUMBERS
    following = named and tokens.accept("next")
    if named and not following:
        tokens.accept("this")
    name = tokens.accept_any(MONTH_NUMBERS)
    if name is None:
        return None
    month = MONTH_NUMBERS[name]
    year = parse_year(tokens)
    if following and month > today.month and year is None:
        raise InvalidInput(
            "That could be {month} {year} or {month} {other}: name the year.",
            month=MONTH_NAMES[month - 1],
            year=today.year,
            other=today.year + 1,
        )
    if year is not None and not 1 <= year < 9999:
        raise InvalidInput(TOO_FAR)
    return year or today.year + (month < today.month), month


def ordinal_weekday(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `first monday of december`, `last friday of the month`."""
    tokens.accept("the")
    token = tokens.peek()
    rank = ORDINAL_WORDS.get(token.text) or (token.number if token.type is TokenType.ORDINAL else 0)
    weekday = DAY_NUMBERS.get(tokens.peek(1).text)
    if rank and tokens.peek(1).text == "week" and tokens.peek(2).text in ("of", "in"):
        raise InvalidInput(
            "A week has seven days: name one of them, such as `first monday of december` or `1 december`."
        )
    within = tokens.peek(2).text
    if not rank or weekday is None or within not in ("of", "in", "next", "this"):
        return False
    tokens.position += 3 if within in ("of", "in") else 2
    of_the_month = tokens.peek().text in ("the", "month")
    found = month_of(tokens, parsed)
    if found is None:
        return False
    year, month = found
    length = monthrange(year, month)[1]
    days = [number for number in range(1, length + 1) if date(year, month, number).weekday() == weekday]
    if rank > len(days):
        raise InvalidInput(
            "{weekday} comes only {count} times in {month} {year}: `last` would work.",
            weekday=DAY_NAMES[weekday],
            count=len(days),
            month=MONTH_NAMES[month - 1],
            year=year,
        )
    day = date(year, month, days[rank - 1 if rank > 0 else -1])
    if of_the_month and day < parsed.local_now.date():
        raise InvalidInput(
            "That was on {date}: write `{rank} {weekday} of next month`, or `{rank} {weekday} of every month` for one "
            "in each month.",
            date=date_in_words(day),
            rank=proposing.rank(rank),
            weekday=proposing.weekday(weekday),
        )
    parsed.set_day(day)
    return True


@attempt
def parse_month(tokens: Tokens, parsed: ParsedMoment) -> tuple[int, int] | None:
    """Read a month without a day; return year and month of its next start. Nothing is read when there is none."""
    tokens.accept("in")
    found = month_of(tokens, parsed)
    if found is None or tokens.peek(-1).text == "month":
        return None
    today = parsed.local_now.date()
    year, month = found
    return (year + 1, month) if (year, month) == (today.year, today.month) else found
