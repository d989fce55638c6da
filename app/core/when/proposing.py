"""Parts of the phrases that a refusal proposes, as the reader of it types them."""

from collections.abc import Mapping

from app.core.messages import Message, current_language, is_spoken, msg, msgc, tc
from app.core.records import record
from app.core.scheduling.calendar_words import DAY_NAMES, MONTH_NAMES, ordinal
from app.core.when.vocabulary import DAY_NUMBERS, MONTH_NUMBERS

_RANKS: Mapping[int, Message] = {
    1: msgc("day of the week in a month", "first"),
    2: msgc("day of the week in a month", "second"),
    3: msgc("day of the week in a month", "third"),
    4: msgc("day of the week in a month", "fourth"),
    5: msgc("day of the week in a month", "fifth"),
    -1: msgc("day of the week in a month", "last"),
}
_PARTS: Mapping[str, Message] = {
    "morning": msgc("part of the day", "morning"),
    "afternoon": msgc("part of the day", "afternoon"),
    "evening": msgc("part of the day", "evening"),
    "night": msgc("part of the day", "night"),
    "tonight": msgc("part of the day", "night"),
}
EVERY_TWO: Mapping[str, Message] = {
    "second": msg("every 2 seconds"),
    "minute": msg("every 2 minutes"),
    "hour": msg("every 2 hours"),
    "day": msg("every 2 days"),
    "week": msg("every 2 weeks"),
    "fortnight": msg("every 2 weeks"),
    "month": msg("every 2 months"),
    "year": msg("every 2 years"),
}
"""A repetition of each unit."""


@record
class Proposed:
    """What something is called where it is to be typed; English names are small there."""

    name: Message

    def __str__(self) -> str:
        """Return it in the current language."""
        said = str(self.name)
        return said if is_spoken(current_language()) else said.lower()


@record
class DayOfMonth:
    """The number of a day as it is typed in a date without its month: `5th`, `5.`, `5`."""

    number: int

    def __str__(self) -> str:
        """Return it in the current language."""
        if is_spoken(current_language()):
            return tc("day of a month", "{number}th", number=self.number)
        return ordinal(self.number)


def weekday(number: int) -> Proposed:
    """Name a day of the week, Monday being 0."""
    return Proposed(DAY_NAMES[number])


def month(number: int) -> Proposed:
    """Name a month, January being 1."""
    return Proposed(MONTH_NAMES[number - 1])


def name(word: str) -> object:
    """Name the day or the month of an English word in the current language; any other word stays."""
    if word in DAY_NUMBERS:
        return weekday(DAY_NUMBERS[word])
    return month(MONTH_NUMBERS[word]) if word in MONTH_NUMBERS else word


def rank(number: int) -> object:
    """Say which of the Mondays of a month, -1 being the last."""
    return _RANKS.get(number) or DayOfMonth(number)


def part(name: str) -> Message:
    """Name a part of the day."""
    return _PARTS[name]
