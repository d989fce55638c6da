"""Days in a phrase: `tomorrow`, `next thursday`, `31 dec`, `the 25th`, `last friday of the month`."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.words import DAY_NAMES, MONTH_NAMES
from app.core.when.calendar_dates import calendar_day, feast, year_of
from app.core.when.facts import Facts, Span, make_day, next_day_of, next_number, too_far
from app.core.when.tokens import Part, Tokens
from app.core.when.vocabulary import DAY_NUMBERS, DAY_PARTS, DAYS, MONTH_NUMBERS, RANKS

QUALIFIERS = frozenset({"next", "this", "coming", "last", "past"})


def past() -> InvalidInput:
    """Return the refusal for a time that has been."""
    return InvalidInput(
        msg("That is in the past: a reminder needs a time in the future, such as `in 2h30m` or `tomorrow 9am`.")
    )


def day(tokens: Tokens, facts: Facts) -> bool:
    """Read a day. Tells whether there was one; nothing is read when there was none."""
    begun = tokens.at
    for reader in (_instant, _relative, _edge, _ranked_weekday, _feast, _calendar_day, _weekday, _ordinal):
        if reader(tokens, facts):
            return True
        tokens.at = begun
    return False


def _instant(tokens: Tokens, facts: Facts) -> bool:
    at_sign = tokens.takes("@")
    token = tokens.peek()
    if token.part is Part.STAMP:
        seconds = int(token.text.split(":")[1].rstrip(">"))
    elif token.part is Part.NUMBER and (len(token.text) in (10, 13) or (at_sign and 9 <= len(token.text) <= 13)):
        seconds = token.number // (1000 if len(token.text) == 13 else 1)
    else:
        return False
    tokens.next()
    try:
        facts.instant = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise too_far() from None
    return True


def _calendar_day(tokens: Tokens, facts: Facts) -> bool:
    is_iso = tokens.peek().part is Part.ISO
    found = calendar_day(tokens, facts.setting)
    if found is None:
        return False
    month, number_, year = found
    if year is None:
        _set_yearly(facts, month, number_)
    else:
        facts.set_day(make_day(year, month, number_))
    facts.exact = facts.exact or is_iso
    return True


def _relative(tokens: Tokens, facts: Facts) -> bool:
    today = facts.local_now.date()
    tokens.takes("the")
    if tokens.takes("day", "after", "tomorrow"):
        facts.set_day(today + timedelta(days=2))
    elif tokens.takes("day", "before", "yesterday") or tokens.takes("yesterday"):
        raise past()
    elif tokens.takes("tomorrow"):
        facts.set_day(today + timedelta(days=1))
    elif tokens.takes("today"):
        facts.set_day(today, today=True)
    elif tokens.takes("tonight"):
        facts.set_day(today, today=True)
        facts.set_part("tonight")
    elif tokens.peek().text == "this" and tokens.peek(1).text in DAY_PARTS:
        tokens.at += 2
        facts.set_day(today, today=True)
        facts.set_part(tokens.peek(-1).text)
    elif tokens.takes("next", "week"):
        facts.week = 1
    elif tokens.takes("this", "week"):
        facts.week = 0
    elif tokens.takes("next", "month"):
        begun = tokens.at
        tokens.takes("on")
        tokens.takes("the")
        if tokens.peek().part is Part.ORDINAL and tokens.peek(1).text not in DAY_NUMBERS:
            facts.set_day(next_number(tokens.next().number, today, 1))
        else:
            tokens.at = begun
            facts.set_day(Span(months=1).after(today))
    elif tokens.takes("next", "year"):
        facts.set_day(Span(months=12).after(today))
    elif tokens.peek().text in ("last", "past") and tokens.peek(1).text in ("week", "month", "year", "night"):
        raise past()
    else:
        return False
    return True


def _edge(tokens: Tokens, facts: Facts) -> bool:
    """Read the first or the last day of a month or a year."""
    tokens.takes("the")
    if tokens.takes("end") or tokens.takes("last", "day"):
        last = True
    elif tokens.takes("start") or tokens.takes("first", "day"):
        last = False
    else:
        return False
    tokens.takes("of")
    tokens.takes("the")
    if tokens.takes("day") or tokens.takes("today"):
        raise InvalidInput(msg("The end of the day could be 17:00 or 23:59: write `today 17:00` or `today 23:59`."))
    if tokens.peek().text == "week" or tokens.peek(1).text == "week":
        raise InvalidInput(
            msg("The end of the week could be Friday or Sunday: write `friday 17:00` or `sunday 17:00`.")
            if last
            else msg("The start of the week could be Sunday or Monday: write `monday 9am` or `sunday 9am`.")
        )
    found = _month(tokens, facts)
    if found is None:
        tokens.takes("this")
        shift = 1 if tokens.takes("next") else 0
        year = facts.local_now.year + shift
        if not tokens.takes("year"):
            return False
        facts.set_day(date(year, 12, 31) if last else date(year, 1, 1))
        return True
    year, month = found
    facts.set_day(date(year, month, monthrange(year, month)[1] if last else 1))
    return True


def _month(tokens: Tokens, facts: Facts) -> tuple[int, int] | None:
    """Read `december`, `january 2027`, `this month`, `next month`, `the month`: a year and a month to come."""
    today = facts.local_now.date()
    tokens.takes("the")
    if tokens.takes("month") or tokens.takes("this", "month"):
        return today.year, today.month
    if tokens.takes("next", "month"):
        later = Span(months=1).after(today)
        return later.year, later.month
    name = tokens.takes_any(MONTH_NUMBERS)
    if name is None:
        return None
    month = MONTH_NUMBERS[name]
    year = year_of(tokens)
    if year is not None and not 1 <= year < 9999:
        raise too_far()
    return year or today.year + (month < today.month), month


def _ranked_weekday(tokens: Tokens, facts: Facts) -> bool:
    """Read `first monday of december`, `last friday of the month`."""
    tokens.takes("the")
    rank = RANKS.get(tokens.peek().text) or (tokens.peek().number if tokens.peek().part is Part.ORDINAL else 0)
    weekday = DAY_NUMBERS.get(tokens.peek(1).text)
    if not rank or weekday is None or tokens.peek(2).text not in ("of", "in"):
        return False
    tokens.at += 3
    found = _month(tokens, facts)
    if found is None:
        return False
    year, month = found
    length = monthrange(year, month)[1]
    days = [number_ for number_ in range(1, length + 1) if date(year, month, number_).weekday() == weekday]
    if rank > len(days):
        raise InvalidInput(
            msg(
                "{weekday} comes only {count} times in {month} {year}: `last` would work.",
                weekday=DAY_NAMES[weekday],
                count=len(days),
                month=MONTH_NAMES[month - 1],
                year=year,
            )
        )
    facts.set_day(date(year, month, days[rank - 1 if rank > 0 else -1]))
    return True


def _feast(tokens: Tokens, facts: Facts) -> bool:
    found = feast(tokens)
    if found is None:
        return False
    year = year_of(tokens)
    if year is None:
        _set_yearly(facts, *found)
    else:
        facts.set_day(make_day(year, *found))
    return True


def _set_yearly(facts: Facts, month: int, number_: int) -> None:
    found = next_day_of(month, number_, facts.local_now.date())
    facts.set_day(found, today=found == facts.local_now.date())


def _weekday(tokens: Tokens, facts: Facts) -> bool:
    tokens.takes("the")
    qualifier = tokens.takes_any(QUALIFIERS)
    name = tokens.takes_any(DAY_NUMBERS)
    if name is None:
        return False
    facts.this = facts.this or qualifier == "this"
    if tokens.peek().text in ("of", "in"):
        within = tokens.peek(1 if tokens.peek(1).text not in ("next", "this", "the") else 2).text
        if within == "month" or within in MONTH_NUMBERS:
            raise InvalidInput(
                msg(
                    "Which `{weekday}`? `first {weekday} of december` or `last {weekday} of the month` would work.",
                    weekday=name,
                )
            )
    # `jeudi prochain`: some languages, and some people, say which one afterwards.
    qualifier = qualifier or tokens.takes_any({"coming"})
    if qualifier in ("last", "past"):
        raise past()
    if facts.weekday is not None and facts.weekday != DAY_NUMBERS[name]:
        raise InvalidInput(
            msg(
                "That names more than one weekday, but a reminder takes only one: "
                "`{weekday}`, or `every {weekday} and {other}`, would work.",
                weekday=DAYS[facts.weekday],
                other=DAYS[DAY_NUMBERS[name]],
            )
        )
    facts.weekday = DAY_NUMBERS[name]
    facts.coming = facts.coming or qualifier in ("next", "coming")
    return True


def _ordinal(tokens: Tokens, facts: Facts) -> bool:
    """Read `the 25th`, `the 5th of next month`."""
    tokens.takes("the")
    if tokens.peek().part is not Part.ORDINAL:
        return False
    written, number_ = tokens.peek().text, tokens.next().number
    if (name := tokens.peek().text) in DAY_NUMBERS:
        raise InvalidInput(
            msg(
                "`{ordinal} {weekday}` could count days or weeks: write `{weekday} {day} december` "
                "or `{ordinal} {weekday} of december`.",
                ordinal=written,
                weekday=name,
                day=number_,
            )
        )
    begun = tokens.at
    tokens.takes("of")
    today = facts.local_now.date()
    if tokens.takes("next", "month"):
        facts.set_day(next_number(number_, today, 1))
    elif tokens.takes("this", "month") or tokens.takes("the", "month") or tokens.takes("month"):
        facts.set_day(next_number(number_, today, 0))
    else:
        tokens.at = begun
        facts.set_day(next_number(number_, today))
    return True


def month_alone(tokens: Tokens, facts: Facts) -> tuple[int, int] | None:
    """Read a month without a day; return its next year, and it. Nothing is read when there is none."""
    begun = tokens.at
    tokens.takes("in")
    found = _month(tokens, facts)
    if found is None or tokens.peek(-1).text == "month":
        tokens.at = begun
        return None
    today = facts.local_now.date()
    year, month = found
    return (year + 1, month) if (year, month) == (today.year, today.month) else found
