"""What a phrase says about how something repeats: read clause by clause in any order, without its meaning yet."""

from datetime import date, time

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.recurrence import Freq
from app.core.scheduling.schedule import MAX_COUNT
from app.core.when.calendar_dates import days_of_month, digits, feast, month_and_day
from app.core.when.clocks import clock, number, part_of_day, span, zone
from app.core.when.facts import Facts, Setting, next_day_of, next_number
from app.core.when.intervals import Repetition, every, interval_of
from app.core.when.tokens import Part, Token, Tokens, cannot_read
from app.core.when.vocabulary import (
    ADVERBS,
    DAY_NUMBERS,
    FILLERS,
    MONTH_NUMBERS,
    PAUSE,
    PLURAL_DAYS,
    RANKS,
    UNITS,
    WEEKEND,
    WORKDAYS,
)

SPLITS = frozenset({"until", "before", "starting", "start", "from"})
"""Where a phrase may be cut: what follows is read by itself."""
GROUPS: dict[str, frozenset[int]] = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), WORKDAYS),
    **dict.fromkeys(("weekend", "weekends"), WEEKEND),
}
LAST_WEEKDAY = 23
MARKS = frozenset({"every", *ADVERBS, *PLURAL_DAYS, "weekdays", "workdays", "weekends"})
END_OF_DAY = time(23, 59, 59)
FREQS = {"day": Freq.DAILY, "week": Freq.WEEKLY, "month": Freq.MONTHLY, "year": Freq.YEARLY}


def repeats(tokens: Tokens) -> bool:
    """Tell whether a phrase is about something that repeats."""
    texts = [token.text for token in tokens.tokens]
    ranges = zip(texts, texts[1:], texts[2:], strict=False)
    return any(text in MARKS for text in texts) or any(
        first in DAY_NUMBERS and middle in ("-", "to") and last in DAY_NUMBERS for first, middle, last in ranges
    )


def repetition(tokens: Tokens, setting: Setting) -> Repetition:
    """Read all of a phrase that repeats. Raises InvalidInput at the first part that means nothing."""
    said = Repetition(Facts(setting))
    tokens = _without_ends(tokens, said)
    while tokens:
        clocks = len(said.facts.clocks)
        if _days(tokens, said):
            said.mention("days")
            said.facts.days_named = True
        elif not (every(tokens, said) or _window(tokens, said) or _ends(tokens, said)):
            _other(tokens, said)
        if len(said.facts.clocks) > clocks:
            said.mention("times")
    _check_pairs(said)
    return said


def _check_pairs(said: Repetition) -> None:
    """Raise InvalidInput where days have times, or months have days, of their own: a rule holds all pairs of them."""
    if said.order.count("times") > 1 and (said.order.count("days") > 1 or said.unit == "day"):
        raise InvalidInput(
            msg(
                "These days have different times, but one reminder has the same times on all of its days: "
                "make two reminders, or write `every monday and friday at 9:00`."
            )
        )
    if len({(month, day) for month in said.months for day in said.month_days}) > len(set(said.dates)) > 1:
        raise InvalidInput(
            msg("These dates differ in day and month, and one reminder cannot hold them: make two reminders.")
        )


def _without_ends(tokens: Tokens, said: Repetition) -> Tokens:
    """Take off what follows `until`, `starting` and `from`: these name one moment each."""
    kept = _to_the_end(list(tokens.tokens))
    for place in range(len(kept) - 1, 0, -1):
        rest = kept[place + 1 :]
        if kept[place].text in ("until", "before"):
            said.until, kept = Tokens(rest), kept[:place]
        elif kept[place].text in ("starting", "start", "from") and not _is_range(rest):
            said.start, kept = Tokens(rest), kept[:place]
            if (ends := _last_day(said.start)) is not None and said.until is None:
                said.until = ends
    for segment in (said.start, said.until):
        # `starting on friday`: the little word says nothing more.
        while segment is not None and segment.peek().text in ("on", "at", "from") and len(segment.tokens) > 1:
            segment.tokens.pop(0)
        # A zone at the end is that of the whole: `every day at 9:00 until friday UTC`.
        if segment is not None and len(segment.tokens) > 1:
            last = segment.tokens[-1]
            if last.part is Part.ZONE or last.text in ("utc", "gmt"):
                kept.append(segment.tokens.pop())
                while segment.tokens and segment.tokens[-1].text == PAUSE:
                    segment.tokens.pop()
    return Tokens(kept)


def _to_the_end(kept: list[Token]) -> list[Token]:
    """Put `starting monday` behind what it begins."""
    if kept and kept[0].text in ("starting", "from", "beginning"):
        rest = next((place for place, token in enumerate(kept) if token.text == "every" or token.text in ADVERBS), None)
        if rest:
            return kept[rest:] + kept[:rest]
    return kept


def _last_day(start: Tokens) -> Tokens | None:
    """Take `to 24 december` off `1 december to 24 december`; None when there is no such end."""
    for place, token in enumerate(start.tokens[1:], 1):
        if token.text in ("to", "-") and month_and_day(Tokens(start.tokens[place + 1 :])) is not None:
            ends = Tokens(start.tokens[place + 1 :])
            del start.tokens[place:]
            return ends
    return None


def _is_range(rest: list[Token]) -> bool:
    """Tell whether `from` opens a range of weekdays or of clocks, `from 9:00 to 17:00`."""
    texts = [token.text for token in rest[:5]]
    if not rest or ("to" not in texts and "-" not in texts):
        return False
    if month_and_day(Tokens(rest)) is not None:
        return False
    return rest[0].text in DAY_NUMBERS or rest[0].part in (Part.CLOCK, Part.NUMBER)


def _days(tokens: Tokens, said: Repetition) -> bool:
    if tokens.peek().text == "from" and tokens.peek(1).text in DAY_NUMBERS:
        tokens.next()
    begun = tokens.at
    if _ranked(tokens, said) or _weekdays(tokens, said):
        return True
    tokens.at = begun
    if (several := days_of_month(tokens)) is None:
        tokens.at = begun
        found = feast(tokens) or month_and_day(tokens)
        if found is None and tokens.peek().part is Part.SHORT_DATE and (short := digits(tokens, said.facts.setting)):
            found = short[:2]
        several = None if found is None else (found[0], [found[1]])
    if several is not None:
        month, days = several
        for day in days:
            next_day_of(month, day, date(2027, 1, 1))
            said.dates.append((month, day))
        said.months.add(month)
        said.month_days.update(days)
        return True
    tokens.at = begun
    tokens.takes("the")
    if tokens.takes("last", "day"):
        tokens.takes("of", "the", "month")
        said.month_days.add(-1)
        return True
    if tokens.peek().part is Part.ORDINAL:
        if said.weekdays and _after_and(tokens, begun):
            raise InvalidInput(msg("That mixes days of the week and of the month: make two reminders."))
        day = tokens.next().number
        next_number(day, date(2027, 1, 1))
        # `the 2nd last day`, `the 2nd to last day`: counted from the end.
        from_end = tokens.takes("last", "day") or tokens.takes("to", "last", "day")
        said.month_days.add(-day if from_end else day)
        tokens.takes("of", "the", "month")
        return True
    tokens.at = begun
    if (name := tokens.takes_any(MONTH_NUMBERS)) is not None:
        said.months.add(MONTH_NUMBERS[name])
        return True
    return False


def _ranked(tokens: Tokens, said: Repetition) -> bool:
    """Read `first monday`, `the first and third friday of the month`, `last weekday`."""
    begun = tokens.at
    tokens.takes("the")
    ranks = [_rank(tokens)]
    while ranks[-1] and tokens.takes("and"):
        tokens.takes("the")
        ranks.append(_rank(tokens))
    following = tokens.peek().text
    if not all(ranks) or (following not in DAY_NUMBERS and GROUPS.get(following) != WORKDAYS):
        tokens.at = begun
        return False
    tokens.next()
    for rank in ranks:
        _take_rank(said, rank, following)
    tokens.takes("of", "the", "month")
    return True


def _rank(tokens: Tokens) -> int:
    """Read `first`, `3rd`, `last`; 0, and nothing read, when there is none."""
    token = tokens.peek()
    rank = RANKS.get(token.text) or (token.number if token.part is Part.ORDINAL else 0)
    tokens.at += 1 if rank else 0
    return rank


def _take_rank(said: Repetition, rank: int, following: str) -> None:
    if following in DAY_NUMBERS:
        if rank > 5:
            raise InvalidInput(
                msg("A month has each weekday at most five times: `first` to `fifth` and `last` would work.")
            )
        said.ranked.add((rank, DAY_NUMBERS[following]))
    elif rank > LAST_WEEKDAY:
        raise InvalidInput(msg("A month has at most {max} weekdays: `first` or `last` would work.", max=LAST_WEEKDAY))
    else:
        said.position = rank


def _weekdays(tokens: Tokens, said: Repetition) -> bool:
    begun = tokens.at
    found = weekdays(tokens)
    if found is None:
        return False
    grouped = tokens.tokens[begun].text in GROUPS
    if not grouped and said.month_days and _after_and(tokens, begun):
        raise InvalidInput(msg("That mixes days of the week and of the month: make two reminders."))
    said.weekdays |= found
    return True


def _after_and(tokens: Tokens, place: int) -> bool:
    before = [token.text for token in tokens.tokens[:place] if token.text not in ("the", "on", "every")]
    return before[-1:] == ["and"]


def weekdays(tokens: Tokens) -> frozenset[int] | None:
    """Read `monday`, `mondays`, `monday to friday`, `weekends`; None, and nothing read, when there is none."""
    token = tokens.peek()
    if token.text in GROUPS:
        return GROUPS[tokens.next().text]
    names = {**DAY_NUMBERS, **PLURAL_DAYS}
    if token.text not in names:
        return None
    first = names[tokens.next().text]
    if tokens.peek().text not in ("-", "to") or tokens.peek(1).text not in names:
        return frozenset({first})
    tokens.next()
    last = names[tokens.next().text]
    return frozenset((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))


def _window(tokens: Tokens, said: Repetition) -> bool:
    """Read `between 9:00 and 17:00`, `from 9:00 to 17:00`."""
    begun = tokens.at
    if not (tokens.takes("between") or tokens.takes("from")):
        return False
    ends = Facts(said.facts.setting)
    if clock(tokens, ends, after_at=True) and tokens.takes_any({"and", "to", "until", "-"}):
        first = ends.times(anchored=True)
        ends.clocks.clear()
        if clock(tokens, ends, after_at=True):
            said.between = first[0], ends.times(anchored=True)[0]
            return True
    tokens.at = begun
    return False


def _ends(tokens: Tokens, said: Repetition) -> bool:
    """Read `10 times`, `6x`, `for six weeks`."""
    begun = tokens.at
    tokens.takes("for")
    count = 1 if tokens.takes("once") else number(tokens)
    if count is not None and tokens.takes_any({"times", "time", "x", "occurrences"}):
        if not 1 <= count <= MAX_COUNT:
            raise InvalidInput(msg("Something can repeat from 1 to {max:,} times.", max=MAX_COUNT))
        said.count = count
        return True
    tokens.at = begun
    if tokens.takes("for"):
        said.lasts = span(tokens)
        if said.lasts is not None and said.lasts:
            return True
    tokens.at = begun
    return False


def _other(tokens: Tokens, said: Repetition) -> None:
    if zone(tokens, said.facts) or part_of_day(tokens, said.facts):
        return
    begun = tokens.at
    token = tokens.peek()
    after_at = token.text in ("at", "@") or (tokens.at > 0 and tokens.peek(-1).text in ("at", "and"))
    if token.text in ("at", "@"):
        tokens.next()
    if clock(tokens, said.facts, after_at=after_at):
        return
    tokens.at = begun
    token = tokens.next()
    if token.text in {"of", "a"} and tokens.peek().text in UNITS:
        interval_of(tokens, said, 1)
        return
    if token.text in FILLERS and (tokens or token.text == "at"):
        return
    tokens.at -= 1
    raise cannot_read(tokens)
