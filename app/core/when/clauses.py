"""The parser of phrases that repeat: clauses in any order, not yet turned into a rule."""

from datetime import date

from app.core.errors import InvalidInput
from app.core.formats import Number
from app.core.scheduling.schedule import MAX_COUNT
from app.core.scheduling.zone_names import ABBREVIATIONS
from app.core.when import proposing
from app.core.when.calendar_dates import parse_days_of_month, parse_month_and_day, parse_numeric_date
from app.core.when.clocks import parse_clock, parse_day_part, parse_duration, parse_number
from app.core.when.feasts import parse_feast
from app.core.when.moments import how_long
from app.core.when.parsed_moment import (
    Duration,
    ParsedMoment,
    PhraseContext,
    day_in_words,
    next_date,
    next_day_of_month,
)
from app.core.when.parsed_repetition import WEEKDAY_GROUPS, ParsedRepetition, parse_interval, parse_interval_unit
from app.core.when.tokens import Token, Tokens, TokenType, attempt, cannot_read
from app.core.when.vocabulary import (
    ADVERBS,
    DAY_NUMBERS,
    FILLERS,
    MONTH_NUMBERS,
    ORDINAL_WORDS,
    PAUSE,
    PLURAL_DAYS,
    UNITS,
    WORKDAYS,
)
from app.core.when.zone_words import parse_zone

END_MARKERS = frozenset({"until", "before", "starting", "start", "from"})
"""Words that start a part of the phrase which is parsed separately."""
MAX_WEEKDAYS = 23
MARKS = frozenset({"every", *ADVERBS, *PLURAL_DAYS, "weekdays", "workdays", "weekends"})


def repeats(tokens: Tokens) -> bool:
    """Tell whether a phrase is about something that repeats."""
    texts = [token.text for token in tokens.tokens]
    ranges = zip(texts, texts[1:], texts[2:], strict=False)
    return any(text in MARKS for text in texts) or any(
        first in DAY_NUMBERS and middle in ("-", "to") and last in DAY_NUMBERS for first, middle, last in ranges
    )


def parse_repetition(tokens: Tokens, context: PhraseContext) -> ParsedRepetition:
    """Read all of a phrase that repeats. Raises InvalidInput at the first part that means nothing."""
    repeat = ParsedRepetition(ParsedMoment(context))
    tokens = _without_ends(tokens, repeat)
    while tokens:
        clocks = len(repeat.moment.clocks)
        if _days(tokens, repeat):
            repeat.mention("days")
            repeat.moment.days_named = True
        elif not (parse_interval(tokens, repeat) or _window(tokens, repeat) or _ends(tokens, repeat)):
            _other(tokens, repeat)
        if len(repeat.moment.clocks) > clocks:
            repeat.mention("times")
    _check_pairs(repeat)
    return repeat


def _check_pairs(repeat: ParsedRepetition) -> None:
    """Raise InvalidInput when days have different times, or months different days: a rule combines all of them."""
    if repeat.mentions.count("times") > 1 and (repeat.mentions.count("days") > 1 or repeat.unit == "day"):
        raise InvalidInput(
            "These days have different times, but one reminder has the same times on all of its days: "
            "make two reminders, or write `every monday and friday at 9:00`."
        )
    if len({(month, day) for month in repeat.months for day in repeat.month_days}) > len(set(repeat.dates)) > 1:
        raise InvalidInput(
            "These dates differ in day and month, and one reminder cannot hold them: make two reminders."
        )


def _without_ends(tokens: Tokens, repeat: ParsedRepetition) -> Tokens:
    """Split off what follows `until`, `starting` and `from`: each names a single moment."""
    kept = _to_the_end(list(tokens.tokens))
    for place in range(len(kept) - 1, 0, -1):
        rest = kept[place + 1 :]
        if kept[place].text in ("until", "before"):
            repeat.until, kept = Tokens(rest), kept[:place]
        elif kept[place].text in ("starting", "start", "from") and not (_is_range(rest) or _is_now(rest)):
            repeat.start, kept = Tokens(rest), kept[:place]
            if (ends := _last_day(repeat.start)) is not None and repeat.until is None:
                repeat.until = ends
    for segment in (repeat.start, repeat.until):
        if segment is not None:
            kept += _counted_end(segment)
        # `starting on friday`: the preposition adds nothing.
        while segment is not None and segment.peek().text in ("on", "at", "from", "in") and len(segment.tokens) > 1:
            if segment.peek().text == "in" and segment.peek(1).text not in MONTH_NUMBERS:
                break
            segment.tokens.pop(0)
        # A time zone at the end applies to the whole phrase: `every day at 9:00 until friday UTC`.
        if segment is not None and len(segment.tokens) > 1:
            last = segment.tokens[-1]
            if last.type is TokenType.ZONE or last.text in ABBREVIATIONS:
                kept.append(segment.tokens.pop())
                while segment.tokens and segment.tokens[-1].text == PAUSE:
                    segment.tokens.pop()
    return Tokens(kept)


def _in_which_days(today: date, unit: str, *, ahead: bool) -> InvalidInput:
    """Return the question for `every day next week`: weeks begin on different days, and a series has a first day."""
    if unit == "week":
        first = Duration(days=7 * ahead - today.weekday()).after(today)
        last = Duration(days=6).after(first)
    else:
        first = Duration(months=int(ahead)).after(today.replace(day=1))
        last = Duration(months=1, days=-1).after(first)
    return InvalidInput(
        "From which day until which? `every day from {first} until {last}` would work.",
        first=proposing.Proposed(day_in_words(max(first, today).day, max(first, today).month)),
        last=proposing.Proposed(day_in_words(last.day, last.month)),
    )


def _to_the_end(kept: list[Token]) -> list[Token]:
    """Move `starting monday` from the front to the end."""
    if kept and kept[0].text in ("starting", "from", "beginning"):
        rest = next((place for place, token in enumerate(kept) if token.text == "every" or token.text in ADVERBS), None)
        if rest:
            return kept[rest:] + kept[:rest]
    return kept


def _last_day(start: Tokens) -> Tokens | None:
    """Take `to 24 december` off `1 december to 24 december`; None when there is no such end."""
    for place, token in enumerate(start.tokens[1:], 1):
        if token.text in ("to", "-") and parse_month_and_day(Tokens(start.tokens[place + 1 :])) is not None:
            ends = Tokens(start.tokens[place + 1 :])
            del start.tokens[place:]
            return ends
    return None


def _counted_end(segment: Tokens) -> list[Token]:
    """Take `for 8 times` off `march 3rd for 8 times`."""
    for place, token in enumerate(segment.tokens[1:], 1):
        following = segment.tokens[place + 1].text if place + 1 < len(segment.tokens) else ""
        if token.text == "for" or (token.is_number and following in ("times", "x", "occurrences")):
            ends = segment.tokens[place:]
            del segment.tokens[place:]
            return ends
    return []


def _is_now(rest: list[Token]) -> bool:
    """Tell whether it is `from` of `two tuesdays from now`."""
    return bool(rest) and rest[0].text == "now"


def _is_range(rest: list[Token]) -> bool:
    """Tell whether `from` opens a range of weekdays or of clocks, `from 9:00 to 17:00`."""
    texts = [token.text for token in rest[:5]]
    if not rest or ("to" not in texts and "-" not in texts):
        return False
    if parse_month_and_day(Tokens(rest)) is not None:
        return False
    return rest[0].text in DAY_NUMBERS or rest[0].type in (TokenType.CLOCK, TokenType.NUMBER)


def _days(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    if tokens.peek().text == "from" and tokens.peek(1).text in DAY_NUMBERS:
        tokens.advance()
    saved = tokens.position
    if _ranked(tokens, repeat) or _weekdays(tokens, repeat):
        return True
    if (feast := parse_feast(tokens, repeat.moment.zone)) is not None and not feast.day:
        if feast.weekday is None or feast.days:
            raise InvalidInput("That day has another date every year, so it cannot repeat: name the date of one year.")
        repeat.months.add(feast.month)
        repeat.ordinal_weekdays.add(feast.weekday)
        return True
    if (several := parse_days_of_month(tokens)) is None:
        found = (feast.month, feast.day) if feast is not None else parse_month_and_day(tokens)
        if found is None and tokens.peek().type is TokenType.SHORT_DATE:
            short = parse_numeric_date(tokens, repeat.moment.context)
            found = None if short is None else short[:2]
        several = None if found is None else (found[0], [found[1]])
    if several is not None:
        month, days = several
        for day in days:
            next_date(month, day, date(2027, 1, 1))
            repeat.dates.append((month, day))
        repeat.months.add(month)
        repeat.month_days.update(days)
        return True
    tokens.accept("the")
    if tokens.accept("last", "day"):
        tokens.accept("of", "the", "month")
        repeat.month_days.add(-1)
        return True
    if tokens.peek().type is TokenType.ORDINAL:
        if repeat.weekdays and _after_and(tokens, saved):
            raise InvalidInput("That mixes days of the week and of the month: make two reminders.")
        day = tokens.advance().number
        next_day_of_month(day, date(2027, 1, 1))
        # `the 2nd last day`, `the 2nd to last day`: counted from the end.
        from_end = tokens.accept("last", "day") or tokens.accept("to", "last", "day")
        repeat.month_days.add(-day if from_end else day)
        tokens.accept("of", "the", "month")
        return True
    tokens.position = saved
    if (name := tokens.accept_any(MONTH_NUMBERS)) is not None:
        repeat.months.add(MONTH_NUMBERS[name])
        return True
    return False


@attempt
def _ranked(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    """Read `first monday`, `the first and third friday of the month`, `last weekday`."""
    tokens.accept("the")
    ranks = [_rank(tokens)]
    while ranks[-1] and (tokens.accept("and") or ORDINAL_WORDS.get(tokens.peek().text)):
        tokens.accept("the")
        ranks.append(_rank(tokens))
    following = tokens.peek().text
    following = following[:-1] if following in PLURAL_DAYS else following
    if not all(ranks) or (following not in DAY_NUMBERS and WEEKDAY_GROUPS.get(following) != WORKDAYS):
        return False
    tokens.advance()
    for rank in ranks:
        _take_rank(repeat, rank, following)
    tokens.accept("of", "the", "month")
    return True


def _rank(tokens: Tokens) -> int:
    """Read `first`, `3rd`, `last`; 0, and nothing read, when there is none."""
    token = tokens.peek()
    rank = ORDINAL_WORDS.get(token.text) or (token.number if token.type is TokenType.ORDINAL else 0)
    tokens.position += 1 if rank else 0
    if rank > 0 and (tokens.accept("to", "the", "last") or tokens.accept("to", "last") or tokens.accept("last")):
        return -rank
    return rank


def _take_rank(repeat: ParsedRepetition, rank: int, following: str) -> None:
    if following in DAY_NUMBERS:
        if rank > 5:
            raise InvalidInput("A month has each weekday at most five times: `first` to `fifth` and `last` would work.")
        repeat.ordinal_weekdays.add((rank, DAY_NUMBERS[following]))
    elif rank > MAX_WEEKDAYS:
        raise InvalidInput("A month has at most {max} weekdays: `first` or `last` would work.", max=MAX_WEEKDAYS)
    else:
        repeat.position = rank


def _weekdays(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    saved = tokens.position
    found = parse_weekdays(tokens)
    if found is None:
        return False
    grouped = tokens.tokens[saved].text in WEEKDAY_GROUPS
    if not grouped and repeat.month_days and _after_and(tokens, saved):
        raise InvalidInput("That mixes days of the week and of the month: make two reminders.")
    repeat.single_days = repeat.single_days or len(found) == 1
    repeat.weekdays |= found
    return True


def _after_and(tokens: Tokens, place: int) -> bool:
    before = [token.text for token in tokens.tokens[:place] if token.text not in ("the", "on", "every")]
    return before[-1:] == ["and"]


def parse_weekdays(tokens: Tokens) -> frozenset[int] | None:
    """Read `monday`, `mondays`, `monday to friday`, `weekends`; None, and nothing read, when there is none."""
    token = tokens.peek()
    if token.text in WEEKDAY_GROUPS:
        return WEEKDAY_GROUPS[tokens.advance().text]
    names = {**DAY_NUMBERS, **PLURAL_DAYS}
    if token.text not in names:
        return None
    first = names[tokens.advance().text]
    if tokens.peek().text not in ("-", "to") or tokens.peek(1).text not in names:
        return frozenset({first})
    tokens.advance()
    last = names[tokens.advance().text]
    return frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))


@attempt
def _window(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    """Read `between 9:00 and 17:00`, `from 9:00 to 17:00`."""
    if not (tokens.accept("between") or tokens.accept("from")):
        return False
    ends = ParsedMoment(repeat.moment.context)
    if parse_clock(tokens, ends, after_at=True) and tokens.accept_any({"and", "to", "until", "-"}):
        first = ends.times(anchored=True)
        ends.clocks.clear()
        if parse_clock(tokens, ends, after_at=True):
            repeat.window = first[0], ends.times(anchored=True)[0]
            return True
    return False


@attempt
def _ends(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    """Read `10 times`, `6x`, `for six weeks`."""
    saved = tokens.position
    tokens.accept("for")
    count = 1 if tokens.accept("once") else parse_number(tokens)
    if count is not None and tokens.accept_any({"times", "time", "x", "occurrences"}):
        if not 1 <= count <= MAX_COUNT:
            raise InvalidInput("Something can repeat from 1 to {max} times.", max=Number(MAX_COUNT))
        repeat.count = count
        return True
    tokens.position = saved
    if not tokens.accept("for"):
        return False
    repeat.lasting = parse_duration(tokens)
    return bool(repeat.lasting)


def _other(tokens: Tokens, repeat: ParsedRepetition) -> None:
    if parse_zone(tokens, repeat.moment) or parse_day_part(tokens, repeat.moment):
        return
    saved = tokens.position
    token = tokens.peek()
    after_at = token.text in ("at", "@") or (tokens.position > 0 and tokens.peek(-1).text in ("at", "and"))
    if token.text in ("at", "@"):
        tokens.advance()
    if parse_clock(tokens, repeat.moment, after_at=after_at):
        return
    tokens.position = saved
    token = tokens.advance()
    if token.text in {"of", "a"} and tokens.peek().text in UNITS:
        parse_interval_unit(tokens, repeat, 1)
        return
    if token.text in FILLERS and (tokens or token.text == "at"):
        return
    tokens.position -= 1
    if token.text in ("next", "this") and tokens.peek(1).text in ("week", "month"):
        raise _in_which_days(repeat.moment.local_now.date(), tokens.peek(1).text, ahead=token.text == "next")
    if token.text == "after" and tokens.peek(1).type in (TokenType.CLOCK, TokenType.NUMBER):
        raise how_long(token.text)
    raise cannot_read(tokens)
