"""Moments in the languages that have no words of ours, as the library dateparser reads them.

Only what English leaves unread comes here, in the language of the person alone: asked for any language, the library
takes rubbish of one for a date of another. What repeats stays English, German, French, Dutch or Spanish.
"""

import unicodedata
from datetime import UTC, datetime
from typing import Protocol, cast

from app.core.schedule import Schedule
from app.core.when_dates import past
from app.core.when_facts import LONGEST_YEARS, Setting, too_far
from app.core.when_languages import LANGUAGES
from app.core.when_words import MORNING
from app.core.zones import resolve, zone_info

CODES = {"no": "nb"}
"""Where the library's name of a language is not Discord's."""

LANGUAGES_READ = frozenset(
    ("bg", "cs", "da", "el", "fi", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nb", "pl", "pt", "ro", "ru", "sv",
     "th", "tr", "uk", "vi", "zh")
)  # fmt: skip
"""Discord's languages beside ours."""


class Read(Protocol):
    """What the library answers; `period` is `time` when the phrase named a time of day."""

    date_obj: datetime | None
    period: str


class Parser(Protocol):
    """The library's parser for one language and one time."""

    def get_date_data(self, date_string: str) -> Read:
        """Read a phrase."""
        ...


def once(phrase: str, setting: Setting) -> Schedule | None:
    """Read one moment in the language of the person; None when it is one of ours or cannot be read.

    Raises InvalidInput for a time that has been or is too far away.
    """
    language = CODES.get(setting.language, setting.language)
    if language in LANGUAGES or language not in LANGUAGES_READ or not any(letter.isalpha() for letter in phrase):
        return None
    zone = zone_info(setting.zone)
    now = setting.now.astimezone(zone).replace(tzinfo=None)
    try:
        found = _parser(language, now.replace(microsecond=0)).get_date_data(unicodedata.normalize("NFC", phrase))
    except (ValueError, OverflowError, TypeError, AttributeError):
        # The library is made for pages, not for people: some rubbish makes it stumble over its own results.
        return None
    local = found.date_obj
    if local is None or found.period not in ("time", "day"):
        return None
    if found.period == "day" and _without_time(phrase, local, now):
        local = datetime.combine(local.date(), MORNING)
    try:
        at = resolve(local, zone).at if local.tzinfo is None else local.astimezone(UTC)
    except OverflowError:
        raise too_far() from None
    if at <= setting.now:
        raise past()
    if at.year > setting.now.year + LONGEST_YEARS:
        raise too_far()
    return Schedule.once(at, setting.zone, local=local if local.tzinfo is None else None)


def _without_time(phrase: str, local: datetime, now: datetime) -> bool:
    """Tell a day by its name or date, which happens in the morning, from `in 3 days`, which keeps the time of now."""
    named = not any(letter.isdigit() for letter in phrase)
    return local.time() == datetime.min.time() or (named and local.date() != now.date())


def _parser(language: str, now: datetime) -> Parser:
    # The import takes as long as all of the bot's own: nobody pays for it before it is needed.
    from dateparser.date import DateDataParser

    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "RETURN_TIME_AS_PERIOD": True}
    return cast("Parser", DateDataParser(languages=[language], settings=settings))
