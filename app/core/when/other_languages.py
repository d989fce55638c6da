"""Moments in languages that this parser does not know, read by the library dateparser.

It is asked only for phrases that cannot be read as English, and only in the person's language: asked for any language,
it takes nonsense of one for a date of another. What repeats is read only in languages that have a grammar here.
"""

import re
import threading
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Protocol, cast

from app.core.errors import InvalidInput
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import resolve, zone_info
from app.core.when.days import IN_THE_PAST
from app.core.when.languages import LANGUAGES
from app.core.when.parsed_moment import MAX_YEARS_AHEAD, TOO_FAR, ClockTime, PhraseContext, ambiguous_hour
from app.core.when.vocabulary import MORNING

DATEPARSER_CODES = {"no": "nb"}
"""Languages that the library names otherwise than Discord."""

SUPPORTED_LANGUAGES = frozenset(
    ("bg", "cs", "da", "el", "fi", "hi", "hr", "hu", "id", "ja", "ko", "lt", "nb", "pl", "ro", "ru", "sv", "th", "tr",
     "uk", "vi", "zh")
)  # fmt: skip
"""Discord's other languages."""


TIME_PREPOSITIONS = {
    "bg": "в", "cs": "ve?", "da": r"kl\.?|klokken", "el": "στις", "fi": "klo", "hr": "u", "id": "jam|pukul",
    "nb": r"kl\.?|klokken", "pl": "o", "ro": "la ora|la", "ru": "в", "sv": r"kl\.?|klockan", "tr": "saat",
    "uk": "об?", "vi": "lúc",
}  # fmt: skip
"""The words before a time of day; the library knows them before `9:00` at best, not before `9`."""
CHINESE_CLOCK = re.compile("([0-9]{1,2})[点點](?:([0-9]{1,2})分?)?")
SMALL_HOUR = re.compile(r"(?<![0-9:.])([1-6]):[0-5][0-9]$")
"""An hour of the morning or the afternoon, as it is written for the library."""
EARLY = re.compile(
    "утра|ночи|ранку|сутрин|rano|ráno|ujutro|ujutru|reggel|hajnal|dimineata|dimineaţa|sabah|pagi|sáng|πρωί|सुबह|เช้า|오전|새벽|午前|朝"
    "|凌晨|早上|上午|morgonen|formiddag|aamu|ryto"
)
"""What says that it is the morning's."""
STOP_WORDS = frozenset(
    ("в", "во", "на", "о", "об", "у", "o", "w", "we", "v", "ve", "dne", "u", "às", "as", "à", "a", "em", "de", "do",
     "da", "no", "na", "alle", "il", "di", "del", "ore", "kl", "kl.", "klo", "den", "på", "i", "d.", "saat", "lúc",
     "ngày", "στις", "la", "ora", "pe", "pukul", "jam", "pada", "г", "г.", "року", "roku")
)  # fmt: skip
"""Words that may make no difference; every other word has to."""
MAX_WORDS = 10
LIBRARY = threading.Lock()
"""The library keeps what it knows of languages in dictionaries of its own; phrases are read in several threads."""
UNITS = tuple(timedelta(seconds=seconds) for seconds in (1, 60, 3600, 86_400, 604_800))


class ParserResult(Protocol):
    """A result of the library; `period` is `time` when the phrase named a time of day."""

    date_obj: datetime | None
    period: str


class Parser(Protocol):
    """The library's parser for one language and one time."""

    def get_date_data(self, date_string: str) -> ParserResult:
        """Read a phrase."""
        ...


def once(phrase: str, context: PhraseContext) -> Schedule | None:
    """Read one moment in the person's language; None when it is one of ours or cannot be read.

    Raises InvalidInput for a time that has been or is too far away.
    """
    language = DATEPARSER_CODES.get(context.language, context.language)
    if language in LANGUAGES or language not in SUPPORTED_LANGUAGES or not any(letter.isalpha() for letter in phrase):
        return None
    zone = zone_info(context.zone)
    now = context.now.astimezone(zone).replace(tzinfo=None, microsecond=0)
    phrase = _written(unicodedata.normalize("NFC", phrase), language)
    with LIBRARY:
        parser = _parser(language, now)
        local, period = _read(parser, phrase)
        if local is None or period not in ("time", "day") or not _all_understood(parser, phrase, local, period, now):
            return None
        small = None if EARLY.search(phrase.casefold()) else SMALL_HOUR.search(phrase)
        if small is not None and local.hour == int(small[1]):
            raise ambiguous_hour(ClockTime(local.hour, local.minute, written=small[0]))
        if period == "time" and local.tzinfo is None:
            local = _prefer_today(language, phrase, local, now)
    if period == "day" and _without_time(phrase, local, now):
        local = datetime.combine(local.date(), MORNING)
    try:
        at = resolve(local, zone).at if local.tzinfo is None else local.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(TOO_FAR) from None
    if at <= context.now:
        raise InvalidInput(IN_THE_PAST)
    if at.year > context.now.year + MAX_YEARS_AHEAD:
        raise InvalidInput(TOO_FAR)
    return Schedule.once(at, context.zone, local=local if local.tzinfo is None else None)


def _written(phrase: str, language: str) -> str:
    """Write an hour as `9:00`, where the library would take a number for nothing or for a day of the month."""
    phrase = phrase.strip().rstrip(".!?")
    if language == "zh":
        phrase = CHINESE_CLOCK.sub(lambda at: f"{at[1]}:{at[2] or '00'}", phrase)
    if language in TIME_PREPOSITIONS:
        pattern = rf"(?<!\S)(?:{TIME_PREPOSITIONS[language]}) ([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?$"
        phrase = re.sub(pattern, lambda at: f"{at[1]}:{at[2] or '00'}", phrase, flags=re.IGNORECASE)
    return phrase


def _read(parser: Parser, phrase: str) -> tuple[datetime | None, str]:
    try:
        found = parser.get_date_data(phrase)
    except (ValueError, OverflowError, TypeError, AttributeError):
        # Some nonsense makes the library fail on its own results.
        return None, ""
    return found.date_obj, found.period


def _prefer_today(language: str, phrase: str, local: datetime, now: datetime) -> datetime:
    """Prefer today to the same weekday next week when its time is still ahead, as in English."""
    earlier = local - timedelta(weeks=1)
    if earlier.date() != now.date() or earlier <= now:
        return local
    same = _read(_parser(language, now - timedelta(days=1)), phrase)[0] == earlier
    return earlier if same else local


def _all_understood(parser: Parser, phrase: str, local: datetime, period: str, now: datetime) -> bool:
    """Tell whether the library understood a whole phrase, as it silently skips what it does not know.

    Another number has to give another time; a word that is a time by itself, such as a weekday, or that stands where
    no number does, has to make a difference to the day; and every number has to be in the time, or how far ahead it is.
    """
    words = phrase.split()
    if len(words) > MAX_WORDS:
        return False
    found = list(re.finditer(r"[0-9]+", phrase))
    if not (len(found) > 1 and _all_count(parser, phrase, local)) and any(
        _read(parser, phrase[: number.start()] + _another(number) + phrase[number.end() :])[0] == local
        for number in found
    ):
        return False
    numbers = [int(number) for number in re.findall(r"[0-9]+", phrase)]
    if period == "day" and len(words) > 1:
        for place, word in enumerate(words):
            counts = word.casefold() not in STOP_WORDS and (not numbers or _read(parser, word)[0] is not None)
            if counts and _read(parser, " ".join(words[:place] + words[place + 1 :]))[0] == local:
                return False
    return _numbers_match(numbers, local, now)


def _another(number: re.Match[str]) -> str:
    return str(int(number[0]) - 1 if int(number[0]) > 1 else int(number[0]) + 1).zfill(len(number[0]))


def _all_count(parser: Parser, phrase: str, local: datetime) -> bool:
    """Tell in one question whether all numbers of a phrase make a difference, each to a part of the time of its own.

    False when that is not sure.
    """
    other = _read(parser, re.sub(r"[0-9]+", _another, phrase))[0]
    if other is None:
        return False
    parts = ["year", "month", "day", "hour", "minute", "second"]
    for number in re.finditer(r"[0-9]+", phrase):
        before, after = int(number[0]), int(_another(number))
        part = next((each for each in parts if (getattr(local, each), getattr(other, each)) == (before, after)), None)
        if part is None:
            return False
        parts.remove(part)
    return True


def _numbers_match(numbers: list[int], local: datetime, now: datetime) -> bool:
    shown = {local.hour, local.hour % 12 or 12, local.minute, local.second, local.day, local.month, local.year}
    if len(numbers) > 2 and local.year - now.year < 50:
        shown.add(local.year % 100)
    if local.tzinfo is not None or shown.issuperset(numbers):
        return True
    if len(numbers) > 3:
        return False
    months = (local.year - now.year) * 12 + local.month - now.month
    if len(numbers) == 1 and months in (numbers[0], numbers[0] * 12) and local.time() == now.time():
        return True
    return any(
        now + sum((number * unit for number, unit in zip(numbers, units, strict=True)), timedelta()) == local
        for units in product(UNITS, repeat=len(numbers))
        if max(numbers) < 100_000
    )


def _without_time(phrase: str, local: datetime, now: datetime) -> bool:
    """Tell a day by its name or date, which happens in the morning, from `in 3 days`, which keeps the time of now."""
    named = not any(letter.isdigit() for letter in phrase)
    return local.time() == datetime.min.time() or (named and local.date() != now.date())


def _parser(language: str, now: datetime) -> Parser:
    # The import is slow, so it waits until it is needed.
    from dateparser.date import DateDataParser

    # Without the library's other ways to read, which find nothing in what people type, it takes a third less.
    parsers = ["relative-time", "absolute-time"]
    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "RETURN_TIME_AS_PERIOD": True, "PARSERS": parsers}
    return cast("Parser", DateDataParser(languages=[language], settings=settings))
