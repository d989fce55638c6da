"""How often a phrase says that something repeats: `every 2 weeks`, `every other friday`, `daily`, `every 2h30m`."""

from dataclasses import dataclass, field
from datetime import time

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.recurrence import MAX_INTERVAL
from app.core.when.clocks import number, span
from app.core.when.facts import Facts, Span
from app.core.when.tokens import EXAMPLES, Part, Tokens, cannot_read
from app.core.when.vocabulary import ADVERBS, CLOCK_WORDS, DAY_NUMBERS, DAY_PARTS, DAYS, RANKS, UNIT_SECONDS, UNITS

CALENDAR = frozenset({"day", "week", "month", "year"})
"""Units of which a phrase has one: `every day every week` would be two reminders."""


EVERY_WHAT = msg("Every what? `every weekday at 8` or `every 2 weeks on friday 17:00` would work.")


@dataclass
class Repetition:
    """What a phrase has said about how something repeats."""

    facts: Facts
    unit: str | None = None
    interval: int = 1
    length: Span | None = None
    weekdays: set[int] = field(default_factory=set[int])
    ranked: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    position: int | None = None
    month_days: set[int] = field(default_factory=set[int])
    months: set[int] = field(default_factory=set[int])
    between: tuple[time, time] | None = None
    count: int | None = None
    lasts: Span | None = None
    start: Tokens | None = None
    until: Tokens | None = None
    order: list[str] = field(default_factory=list[str])
    dates: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def set_unit(self, unit: str, interval: int) -> None:
        """Take the length of its period. Raises InvalidInput for a second one, or one that is not allowed."""
        counted = self.unit in CALENDAR and unit in CALENDAR
        if self.unit is not None and (self.unit, self.interval) != (unit, interval) and (counted or interval != 1):
            raise InvalidInput(msg("That names more than one interval: {examples} would work.", examples=EXAMPLES))
        if not 1 <= interval <= MAX_INTERVAL:
            raise InvalidInput(
                msg("An interval goes from 1 to {max:,}: `every 2 {unit}s` would work.", max=MAX_INTERVAL, unit=unit)
            )
        if self.unit is None or interval != 1:
            self.unit, self.interval = unit, interval

    def mention(self, what: str) -> None:
        """Remember in which order `days` and `times` were named, those in a row as one."""
        if self.order[-1:] != [what]:
            self.order.append(what)

    @property
    def named_days(self) -> bool:
        """Tell whether it says on which days, beyond how often."""
        return bool(self.weekdays or self.ranked or self.month_days or self.position)


def every(tokens: Tokens, said: Repetition) -> bool:
    """Read `daily`, `every 2 weeks`, `every other friday`. Tells whether there was one."""
    word = tokens.peek().text
    if word in ADVERBS:
        tokens.next()
        unit, interval = ADVERBS[word]
        if unit == "hour":
            said.length = Span(seconds=3600)
        said.set_unit(unit, interval)
        return True
    if word != "every":
        return False
    tokens.next()
    tokens.takes("single")
    if tokens.takes("other"):
        return interval_of(tokens, said, 2)
    if tokens.peek().text == "second" and tokens.peek(1).text in {**DAY_NUMBERS, **UNITS}:
        if tokens.peek(1).text in DAY_NUMBERS and tokens.peek(2).text in ("of", "in"):
            return True
        tokens.next()
        return _ranked_or_interval(tokens, said, 2)
    if tokens.peek().text == "second" and tokens.peek(1).text == "and":
        return True
    if (rank := RANKS.get(tokens.peek().text, 0)) > 2 and tokens.peek(1).text in DAY_NUMBERS:
        if tokens.peek(2).text not in ("of", "in"):
            tokens.next()
            return _ranked_or_interval(tokens, said, rank)
        return True
    if tokens.peek().text == "1st" and tokens.peek(1).text in DAY_NUMBERS:
        return True
    if tokens.peek().part is Part.ORDINAL and tokens.peek(1).text in {**DAY_NUMBERS, **UNITS}:
        rank = tokens.next().number
        if tokens.peek().text in UNITS or tokens.peek(1).text not in ("of", "in"):
            return _ranked_or_interval(tokens, said, rank)
        tokens.at -= 1
    if _length(tokens, said):
        return True
    begun = tokens.at
    count = number(tokens)
    if count is not None and tokens.peek().text.rstrip("s") in DAYS:
        return interval_of(tokens, said, count)
    tokens.at = begun
    if tokens.peek().text in UNITS:
        unit = UNITS[tokens.next().text]
        if unit == "day" and said.weekdays:
            raise _two_rhythms()
        if unit in UNIT_SECONDS:
            said.length = Span(seconds=UNIT_SECONDS[unit])
        said.set_unit("week" if unit == "fortnight" else unit, 2 if unit == "fortnight" else 1)
    elif tokens.peek().text in CLOCK_WORDS or tokens.peek().part is Part.CLOCK or tokens.peek(1).text in ("am", "pm"):
        said.set_unit("day", 1)
    elif tokens.peek().text in DAY_NUMBERS:
        if (said.interval != 1 and said.weekdays) or said.unit == "day":
            raise _two_rhythms()
    elif tokens.peek().text in DAY_PARTS:
        said.facts.set_part(tokens.next().text)
        said.set_unit("day", 1)
    elif not tokens:
        raise InvalidInput(EVERY_WHAT)
    return True


def interval_of(tokens: Tokens, said: Repetition, interval: int) -> bool:
    """Read the unit or the weekday after `every other`, `every 2`."""
    token = tokens.next()
    name = token.text if token.text in DAY_NUMBERS else token.text.rstrip("s")
    if name in DAY_NUMBERS:
        if said.weekdays and interval != 1:
            raise _two_rhythms()
        said.set_unit("week", interval)
        said.weekdays.add(DAY_NUMBERS[name])
    elif token.text in UNITS and UNITS[token.text] not in UNIT_SECONDS and UNITS[token.text] != "fortnight":
        said.set_unit(UNITS[token.text], interval)
    elif token.text in UNITS and UNITS[token.text] in UNIT_SECONDS:
        said.length = Span(seconds=UNIT_SECONDS[UNITS[token.text]] * interval)
    else:
        tokens.at -= 1
        raise cannot_read(tokens)
    return True


def _two_rhythms() -> InvalidInput:
    return InvalidInput(
        msg(
            "These days repeat at different intervals: make two reminders, or write "
            "`every 2 weeks on monday and friday`."
        )
    )


def _ranked_or_interval(tokens: Tokens, said: Repetition, rank: int) -> bool:
    name = tokens.peek().text
    if name in UNITS:
        return interval_of(tokens, said, rank)
    rank_word = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(rank, f"{rank}th")
    raise InvalidInput(
        msg(
            "That could be every {number} weeks or once a month: write `every {number} weeks on {weekday}` "
            "or `{ordinal} {weekday} of every month`.",
            number=rank,
            weekday=name,
            ordinal=rank_word,
        )
    )


def _length(tokens: Tokens, said: Repetition) -> bool:
    """Read `2h30m`, `3 days`, `half hour` after `every`."""
    begun = tokens.at
    if tokens.peek().part is Part.WORD and tokens.peek().text in UNITS:
        return False
    found = span(tokens)
    if found is None:
        tokens.at = begun
        return False
    if found.seconds or (found.months and found.days):
        if found.months:
            raise InvalidInput(msg("Months and hours cannot be counted together: `every month on the 1st` would work."))
        said.length = Span(seconds=found.seconds + found.days * 86_400)
    elif found.months:
        yearly = found.months % 12 == 0
        said.set_unit("year" if yearly else "month", found.months // (12 if yearly else 1))
    else:
        weekly = found.days % 7 == 0 and tokens.peek(-1).text.startswith(("w", "fortnight"))
        said.set_unit("week" if weekly else "day", found.days // (7 if weekly else 1))
    return True
