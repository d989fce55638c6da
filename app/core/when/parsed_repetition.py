"""The result of parsing a phrase that repeats, and its intervals: `every 2 weeks`, `every other friday`, `daily`."""

from dataclasses import dataclass, field
from datetime import time

from app.core.errors import InvalidInput
from app.core.formats import Number
from app.core.messages import msg
from app.core.scheduling.recurrence import MAX_INTERVAL
from app.core.when import proposing
from app.core.when.clocks import parse_duration, parse_number
from app.core.when.parsed_moment import Duration, ParsedMoment
from app.core.when.tokens import EXAMPLES, Tokens, TokenType, cannot_read
from app.core.when.vocabulary import (
    ADVERBS,
    CLOCK_WORDS,
    DAY_NUMBERS,
    DAY_PARTS,
    MONTH_NUMBERS,
    ORDINAL_WORDS,
    UNIT_SECONDS,
    UNITS,
    WEEKEND,
    WORKDAYS,
)

CALENDAR = frozenset({"day", "week", "month", "year"})
"""A phrase has only one of these units: `every day every week` would be two reminders."""

WEEKDAY_GROUPS: dict[str, frozenset[int]] = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), WORKDAYS),
    **dict.fromkeys(("weekend", "weekends"), WEEKEND),
}
AFTER_A_NUMBER = frozenset({*MONTH_NUMBERS, "am", "pm", "and", "of", "to", "h", "at", "on", "in", "the", "or", "until"})
"""What may follow a number after `every` that counts nothing: `every 24 december`, `every 9 and 17`."""

EVERY_WHAT = msg("Every what? `every weekday at 8` or `every 2 weeks on friday 17:00` would work.")
TWO_INTERVALS = msg(
    "These days repeat at different intervals: make two reminders, or write `every 2 weeks on monday and friday`."
)


@dataclass
class ParsedRepetition:
    """What a phrase has named so far about how something repeats."""

    moment: ParsedMoment
    unit: str | None = None
    interval: int = 1
    length: Duration | None = None
    weekdays: set[int] = field(default_factory=set[int])
    ordinal_weekdays: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    position: int | None = None
    month_days: set[int] = field(default_factory=set[int])
    months: set[int] = field(default_factory=set[int])
    says_daily: bool = False
    """Whether it was said to be daily."""
    single_days: bool = False
    """Whether weekdays were named one by one, not as a range or group."""
    window: tuple[time, time] | None = None
    count: int | None = None
    lasting: Duration | None = None
    start: Tokens | None = None
    until: Tokens | None = None
    mentions: list[str] = field(default_factory=list[str])
    dates: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def set_unit(self, unit: str, interval: int) -> None:
        """Set the interval. Raises InvalidInput for a second one, or one that is not allowed."""
        counted = self.unit in CALENDAR and unit in CALENDAR
        if self.unit is not None and (self.unit, self.interval) != (unit, interval) and (counted or interval != 1):
            raise InvalidInput("That names more than one interval: {examples} would work.", examples=EXAMPLES)
        if not 1 <= interval <= MAX_INTERVAL:
            raise InvalidInput(
                "An interval goes from 1 to {max}: `{example}` would work.",
                max=Number(MAX_INTERVAL),
                example=proposing.EVERY_TWO[unit],
            )
        if self.unit is None or interval != 1:
            self.unit, self.interval = unit, interval

    def mention(self, what: str) -> None:
        """Remember in which order `days` and `times` were named, those in a row as one."""
        if self.mentions[-1:] != [what]:
            self.mentions.append(what)

    @property
    def named_days(self) -> bool:
        """Tell whether days are named, besides the interval."""
        return bool(self.weekdays or self.ordinal_weekdays or self.month_days or self.position)


def parse_interval(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    """Read `daily`, `every 2 weeks`, `every other friday`. Tells whether there was one."""
    word = tokens.peek().text
    if word in ADVERBS:
        tokens.advance()
        unit, interval = ADVERBS[word]
        if unit == "hour":
            repeat.length = Duration(seconds=3600)
        repeat.set_unit(unit, interval)
        repeat.says_daily = repeat.says_daily or word == "daily"
        return True
    if word != "every":
        return False
    tokens.advance()
    tokens.accept("single")
    if tokens.peek().text == "second" and tokens.peek(1).text in WEEKDAY_GROUPS:
        raise InvalidInput(
            "That could be every other one or the second of a month: write `every other weekend` "
            "or `every 2 weeks on saturday`."
        )
    if tokens.accept("other"):
        return parse_interval_unit(tokens, repeat, 2)
    if tokens.peek().text == "second" and tokens.peek(1).text in {**DAY_NUMBERS, **UNITS}:
        if tokens.peek(1).text in DAY_NUMBERS and tokens.peek(2).text in ("of", "in"):
            return True
        tokens.advance()
        return _ranked_or_interval(tokens, repeat, 2)
    if tokens.peek().text == "second" and tokens.peek(1).text == "and":
        return True
    if (rank := ORDINAL_WORDS.get(tokens.peek().text, 0)) > 2 and tokens.peek(1).text in DAY_NUMBERS:
        if tokens.peek(2).text not in ("of", "in"):
            tokens.advance()
            return _ranked_or_interval(tokens, repeat, rank)
        return True
    if tokens.peek().text == "1st" and tokens.peek(1).text in DAY_NUMBERS:
        return True
    if tokens.peek().type is TokenType.ORDINAL and tokens.peek(1).text in {**DAY_NUMBERS, **UNITS}:
        rank = tokens.advance().number
        if tokens.peek().text in UNITS or tokens.peek(1).text not in ("of", "in"):
            return _ranked_or_interval(tokens, repeat, rank)
        tokens.position -= 1
    if _length(tokens, repeat):
        return True
    saved = tokens.position
    count = parse_number(tokens)
    if count is not None and tokens.peek().type is TokenType.WORD and tokens.peek().text not in AFTER_A_NUMBER:
        # Whatever is counted here, its number must not become an hour.
        return parse_interval_unit(tokens, repeat, count)
    tokens.position = saved
    if tokens.peek().text in UNITS:
        unit = UNITS[tokens.advance().text]
        if unit == "day" and repeat.weekdays:
            raise InvalidInput(TWO_INTERVALS)
        repeat.says_daily = repeat.says_daily or unit == "day"
        if unit in UNIT_SECONDS:
            repeat.length = Duration(seconds=UNIT_SECONDS[unit])
        repeat.set_unit("week" if unit == "fortnight" else unit, 2 if unit == "fortnight" else 1)
    elif (
        tokens.peek().text in CLOCK_WORDS
        or tokens.peek().type is TokenType.CLOCK
        or tokens.peek(1).text in ("am", "pm")
    ):
        repeat.set_unit("day", 1)
    elif tokens.peek().text in DAY_NUMBERS:
        if (repeat.interval != 1 and repeat.weekdays) or repeat.unit == "day":
            raise InvalidInput(TWO_INTERVALS)
    elif tokens.peek().text in DAY_PARTS:
        repeat.moment.set_day_part(tokens.advance().text)
        repeat.set_unit("day", 1)
    elif not tokens:
        raise InvalidInput(EVERY_WHAT)
    return True


def parse_interval_unit(tokens: Tokens, repeat: ParsedRepetition, interval: int) -> bool:
    """Read the unit or the weekday after `every other`, `every 2`."""
    token = tokens.advance()
    name = token.text if token.text in DAY_NUMBERS else token.text.rstrip("s")
    if name in DAY_NUMBERS:
        if repeat.weekdays and interval != 1:
            raise InvalidInput(TWO_INTERVALS)
        repeat.set_unit("week", interval)
        repeat.weekdays.add(DAY_NUMBERS[name])
    elif WEEKDAY_GROUPS.get(token.text) == WEEKEND:
        repeat.set_unit("week", interval)
        repeat.weekdays |= WEEKEND
    elif token.text in WEEKDAY_GROUPS:
        raise InvalidInput(
            "Weekdays cannot be counted off: `every weekday at 9`, `every {count} days` or "
            "`every monday, wednesday and friday at 9` would work.",
            count=interval,
        )
    elif name in DAY_PARTS:
        repeat.set_unit("day", interval)
        repeat.moment.set_day_part(name)
    elif token.text in UNITS and UNITS[token.text] not in UNIT_SECONDS and UNITS[token.text] != "fortnight":
        repeat.set_unit(UNITS[token.text], interval)
    elif token.text in UNITS and UNITS[token.text] in UNIT_SECONDS:
        repeat.length = Duration(seconds=UNIT_SECONDS[UNITS[token.text]] * interval)
    else:
        tokens.position -= 1
        raise cannot_read(tokens)
    return True


def _ranked_or_interval(tokens: Tokens, repeat: ParsedRepetition, rank: int) -> bool:
    name = tokens.peek().text
    if name in UNITS:
        return parse_interval_unit(tokens, repeat, rank)
    raise InvalidInput(
        "That could be every {number} weeks or once a month: write `every {number} weeks on {weekday}` "
        "or `{ordinal} {weekday} of every month`.",
        number=rank,
        weekday=proposing.weekday(DAY_NUMBERS[name]),
        ordinal=proposing.rank(rank),
    )


def _length(tokens: Tokens, repeat: ParsedRepetition) -> bool:
    """Read `2h30m`, `3 days`, `half hour` after `every`."""
    if tokens.peek().type is TokenType.WORD and tokens.peek().text in UNITS:
        return False
    if (found := parse_duration(tokens)) is None:
        return False
    if found.seconds or (found.months and found.days):
        if found.months:
            raise InvalidInput("Months and hours cannot be counted together: `every month on the 1st` would work.")
        repeat.length = Duration(seconds=found.seconds + found.days * 86_400)
    elif found.months:
        yearly = found.months % 12 == 0
        repeat.set_unit("year" if yearly else "month", found.months // (12 if yearly else 1))
    else:
        weekly = found.days % 7 == 0 and tokens.peek(-1).text.startswith(("w", "fortnight"))
        repeat.set_unit("week" if weekly else "day", found.days // (7 if weekly else 1))
    return True
