"""The days that a phrase leaves out: `except sundays`, `but not on 24 dec`, `except from 24 dec until 2 jan`.

The clause is taken out of the phrase before the rest is read, as its `from` and `until` are those of a range of days.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.records import record
from app.core.scheduling.calendar_words import DAY_NAMES
from app.core.scheduling.recurrence import Freq, Rule
from app.core.scheduling.schedule import MAX_EXCEPTIONS, Schedule
from app.core.scheduling.zones import resolve, zone_info
from app.core.when.calendar_dates import parse_date
from app.core.when.clauses import END_MARKERS, parse_weekdays
from app.core.when.days import QUALIFIERS, parse_day
from app.core.when.feasts import parse_feast
from app.core.when.parsed_moment import ParsedMoment, PhraseContext, checked_date, date_in_words, next_date
from app.core.when.tokens import Token, Tokens, TokenType, attempt
from app.core.when.vocabulary import DAY_NUMBERS, MONTH_NUMBERS, ORDINAL_WORDS, PAUSE

EXAMPLES = msg("`every weekday at 9 except 24 dec` or `every day at 8 except sundays`")
NOT_RECURRING = msg("Only what repeats can leave out days: {examples} would work.", examples=EXAMPLES)
MARK_WORDS = frozenset({"but", "except", "not"})
MARKS = (("but", "not"), ("but", "on"), ("but",), ("except", "for"), ("except",), ("not", "on"))
FILLERS = frozenset({"on", "the", "in", "every"})
OPENERS = frozenset({"from", "of", "between"})
DASHES = frozenset({"to", "-", "–", "—", "through", "thru"})
AND = frozenset({"and", "or", "nor"})
HALF_A_YEAR = timedelta(days=183)
DAY_OF_MONTH = (TokenType.NUMBER, TokenType.ORDINAL)


@record
class PartialDate:
    """A date whose year may be open; then it is the next such day."""

    month: int
    number: int
    year: int | None = None

    @classmethod
    def of(cls, found: date) -> "PartialDate":
        """Return a date with its year."""
        return cls(found.month, found.day, found.year)

    def since(self, first: date) -> date:
        """Return the first such date on or after a day. Raises InvalidInput when there is none."""
        if self.year is None:
            return next_date(self.month, self.number, first)
        return checked_date(self.year, self.month, self.number)


@dataclass
class Exclusions:
    """What a phrase leaves out: weekdays, and first and last days of ranges."""

    weekdays: set[int] = field(default_factory=set[int])
    ranges: list[tuple[PartialDate, PartialDate]] = field(default_factory=list[tuple[PartialDate, PartialDate]])

    def __bool__(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.weekdays or self.ranges)

    def add(self, first: date, last: date) -> None:
        """Leave out the days from one to another."""
        self.ranges.append((PartialDate.of(first), PartialDate.of(last)))


def extract_exclusions(tokens: Tokens, context: PhraseContext) -> Exclusions:
    """Read what is left out and take it out of the tokens. Raises InvalidInput for what is no day."""
    found = Exclusions()
    tokens.position = 0
    while tokens:
        saved = tokens.position
        if tokens.peek().text in MARK_WORDS and any(tokens.accept(*mark) for mark in MARKS):
            _clause(tokens, found, context)
            # The parts around the clause must not merge, as `at 9` and `pm` would.
            joins = saved > 0 and tokens and tokens.peek().text not in END_MARKERS
            tokens.tokens[saved : tokens.position] = [Token(TokenType.SIGN, PAUSE)] if joins else []
            tokens.position = saved
        else:
            tokens.advance()
    tokens.position = 0
    return found


def apply_exclusions(schedule: Schedule, exclusions: Exclusions, context: PhraseContext, since: date) -> Schedule:
    """Leave the named dates out of a schedule; those without a year are looked for from `since` on.

    Raises InvalidInput for dates that are past, or too many, or when nothing is left.
    """
    if not exclusions.ranges:
        return schedule
    today = context.now.astimezone(zone_info(schedule.zone)).date()
    spans = [_dates(first, last, max(since, today)) for first, last in exclusions.ranges]
    for _, last in spans:
        if last < today:
            raise InvalidInput("{date} is in the past, so it need not be left out.", date=date_in_words(last))
    lengths = sum((last - max(first, today)).days + 1 for first, last in spans)
    chosen = _occurring if lengths > MAX_EXCEPTIONS else _every
    found = schedule.without(*(each for first, last in spans for each in chosen(schedule, max(first, today), last)))
    if found.next_after(context.now) is None:
        raise InvalidInput("That leaves out every time it would happen: {examples} would work.", examples=EXAMPLES)
    return found


def without_weekdays(rule: Rule, exclusions: Collection[int]) -> Rule:
    """Return a rule that leaves out these weekdays. Raises InvalidInput when none of its days is left."""
    if not exclusions:
        return rule
    if rule.positions:
        raise InvalidInput(
            "The first or last of some days cannot leave out others: name them, as in "
            "`every first monday of the month at 9`, or leave out dates."
        )
    if rule.weekdays and not any(weekday in exclusions for _, weekday in rule.weekdays):
        raise InvalidInput(
            "It never comes on a {weekday} anyway, so that need not be left out.", weekday=DAY_NAMES[min(exclusions)]
        )
    every = tuple((0, weekday) for weekday in range(7))
    kept = tuple(pair for pair in rule.weekdays or every if pair[1] not in exclusions)
    if not kept:
        raise InvalidInput("That leaves no day of the week, so it never happens: leave out fewer days.")
    # A daily rule on some weekdays is the same as a weekly one, which reads better.
    weekly = rule.freq is Freq.DAILY and rule.interval == 1
    return replace(rule, freq=Freq.WEEKLY if weekly else rule.freq, weekdays=kept)


def _dates(first: PartialDate, last: PartialDate, since: date) -> tuple[date, date]:
    if first == last:
        return (found := first.since(since)), found
    if first.year is None:
        # `24 dec to 2 jan`, read between the two, began last year.
        end = last.since(since)
        begin = first.since(max(end, date(2, 1, 1)) - timedelta(days=364))
        if begin < since and end - begin > HALF_A_YEAR:
            begin = first.since(since)
    else:
        begin = first.since(since)
        end = last.since(begin)
    if end < begin:
        raise InvalidInput(
            "{date} comes before {other}: name the earlier day first.",
            date=date_in_words(end),
            other=date_in_words(begin),
        )
    return begin, end


def _every(_: Schedule, first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _occurring(schedule: Schedule, first: date, last: date) -> list[date]:
    """Return the days of a long range on which it would happen, one more than can be kept at most."""
    zone = zone_info(schedule.zone)
    found = list[date]()
    moment = resolve(datetime.combine(first, time()), zone).at - timedelta(seconds=1)
    while len(found) <= MAX_EXCEPTIONS and (at := schedule.next_after(moment)) is not None:
        if (each := at.astimezone(zone).date()) > last:
            break
        found.append(each)
        moment = max(at, resolve(datetime.combine(each, time(23, 59, 59)), zone).at)
    return found


def _clause(tokens: Tokens, found: Exclusions, context: PhraseContext) -> None:
    saved = tokens.position
    opens = True
    while tokens:
        before = tokens.position
        opens = tokens.accept_any(AND) is not None or opens
        if not _item(tokens, found, context, opens=opens):
            tokens.position = before
            break
        opens = False
    if tokens.position == saved:
        raise _no_day(tokens)


def _item(tokens: Tokens, found: Exclusions, context: PhraseContext, *, opens: bool) -> bool:
    """Read one day, weekday or range. Tells whether there was one; otherwise only the position has changed."""
    while tokens.peek().text in FILLERS:
        tokens.advance()
    if tokens.peek().text in ORDINAL_WORDS or tokens.peek().text in ("month", "holidays"):
        raise _no_day(tokens)
    opener = tokens.accept_any(OPENERS) if opens else None
    while opener and tokens.peek().text in FILLERS:
        tokens.advance()
    if tokens.accept("next", "week") or tokens.accept("this", "week"):
        today = context.now.astimezone(zone_info(context.zone)).date()
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=tokens.peek(-2).text == "next")
        found.add(monday, monday + timedelta(days=6))
        return True
    saved = tokens.position
    if (days := parse_weekdays(tokens)) is not None:
        named = len(days) == 1 and tokens.peek(-1).text in DAY_NUMBERS
        after = tokens.position
        if not named or not (ranges := _ranges(tokens, context, opener)):
            tokens.position = after
            found.weekdays |= days
            return True
        _check_weekday(ranges, min(days), context)
        found.ranges += ranges
        return True
    tokens.position = saved
    ranges = _ranges(tokens, context, opener)
    if ranges and (name := tokens.accept_any(DAY_NUMBERS)) is not None:
        _check_weekday(ranges, DAY_NUMBERS[name], context)
    found.ranges += ranges
    return bool(ranges)


def _check_weekday(ranges: list[tuple[PartialDate, PartialDate]], weekday: int, context: PhraseContext) -> None:
    """Check `monday 28 dec`, which is one day and has to be a Monday."""
    (first, last), *more = ranges
    at = first.since(context.now.astimezone(zone_info(context.zone)).date())
    if more or first != last or at.weekday() != weekday:
        raise InvalidInput(
            "{date} is a {weekday}: leave out the weekday or change the date.",
            date=date_in_words(at),
            weekday=DAY_NAMES[at.weekday()],
        )


def _ranges(tokens: Tokens, context: PhraseContext, opener: str | None) -> list[tuple[PartialDate, PartialDate]]:
    """Read `24 dec`, `24 dec to 2 jan`, `24, 25 and 31 dec`, `dec 24-26`; nothing when there is no day."""
    saved = tokens.position
    if several := _of_one_month(tokens, opener):
        return several
    tokens.position = saved
    first = _named(tokens, context)
    if first is None:
        return []
    after = tokens.position
    word = tokens.advance().text
    if word in DASHES or (opener and word == "until") or (opener == "between" and word == "and"):
        while tokens.peek().text in FILLERS:
            tokens.advance()
        if (last := _named(tokens, context)) is not None:
            return [(first, last)]
    elif word == "until" and _named(tokens, context) is not None:
        raise InvalidInput(
            "`until` could end the days that are left out or the whole series: write `except "
            "from 24 dec until 2 jan`, or name the end first, as in `every day at 9 until 2 jan except 24 dec`."
        )
    if opener:
        tokens.position = saved
        return []
    tokens.position = after
    return [(first, first)]


def _of_one_month(tokens: Tokens, opener: str | None) -> list[tuple[PartialDate, PartialDate]]:
    """Read several days of one month: `24, 25 and 31 dec 2026`, `24-26 dec`, `december 24 and 25`."""
    name = tokens.accept_any(MONTH_NUMBERS)
    numbers = list[tuple[int, int]]()
    while _is_day_of_month(tokens):
        number = tokens.advance().number
        here = tokens.position
        tokens.accept("the")
        if tokens.accept_any(DASHES | {"until"} if opener else DASHES) and _is_day_of_month(tokens):
            numbers.append((number, tokens.advance().number))
            if numbers[-1][1] < number:
                return []
        else:
            tokens.position = here
            numbers.append((number, number))
        here = tokens.position
        tokens.accept_any(AND)
        tokens.accept("the")
        if not _is_day_of_month(tokens):
            tokens.position = here
    if name is None:
        tokens.accept("of")
        name = tokens.accept_any(MONTH_NUMBERS)
    if name is None or not numbers or (len(numbers) == 1 and numbers[0][0] == numbers[0][1]):
        return []
    year = tokens.advance().number if tokens.peek().is_number and len(tokens.peek().text) == 4 else None
    month = MONTH_NUMBERS[name]
    return [(PartialDate(month, first, year), PartialDate(month, last, year)) for first, last in numbers]


def _is_day_of_month(tokens: Tokens) -> bool:
    token, following = tokens.peek(), tokens.peek(1)
    return (
        token.type in DAY_OF_MONTH
        and 1 <= len(token.text.rstrip("sthndr")) <= 2
        and following.text not in ("am", "pm", "h")
    )


@attempt
def _named(tokens: Tokens, context: PhraseContext) -> PartialDate | None:
    """Read one day with or without its year; None when there is none."""
    token = tokens.peek()
    parsed = ParsedMoment(context)
    relative = token.text in ("today", "tomorrow") or (token.text == "day" and tokens.peek(1).text == "after")
    if relative or (token.text in QUALIFIERS and tokens.peek(1).text in DAY_NUMBERS):
        return PartialDate.of(parsed.target_day()[0]) if parse_day(tokens, parsed) and parsed.day_part is None else None
    if (found := parse_date(tokens, context)) is not None:
        month, number, year = found
        # Refuse days that no year has, whatever the year.
        _ = PartialDate(month, number, year).since(date(2027, 1, 1))
        return PartialDate(month, number, year)
    if (feast := parse_feast(tokens, context.zone)) is None:
        return None
    return PartialDate(feast.month, feast.day) if feast.day else PartialDate.of(feast.next(parsed.local_now.date()))


def _no_day(tokens: Tokens) -> InvalidInput:
    rest = tokens.rest().replace("`", "'")[:40]
    if not rest:
        return InvalidInput("Except on which days? {examples} would work.", examples=EXAMPLES)
    return InvalidInput(
        "`{words}` cannot be left out, only weekdays and dates: {examples} would work.",
        words=rest,
        examples=EXAMPLES,
    )
