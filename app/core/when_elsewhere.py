"""Dates in the languages that have no words of ours, as the library dateparser reads them."""

from datetime import UTC
from functools import lru_cache
from typing import Any

from app.core.schedule import Schedule
from app.core.when_facts import LONGEST_YEARS, Setting
from app.core.when_languages import LANGUAGES
from app.core.zones import zone_info

CODES = {"no": "nb", "zh": "zh"}


def once(phrase: str, setting: Setting) -> Schedule | None:
    """Read one moment in the language of the person; None when it is one of ours, cannot be read or is past."""
    language = CODES.get(setting.language, setting.language)
    if language == "en" or language in LANGUAGES:
        return None
    parser = _parser(language)
    if parser is None:
        return None
    zone = zone_info(setting.zone)
    local = setting.now.astimezone(zone).replace(tzinfo=None)
    found = parser(phrase, local)
    if found is None:
        return None
    at = found.replace(tzinfo=zone).astimezone(UTC) if found.tzinfo is None else found.astimezone(UTC)
    if not setting.now < at or at.year > setting.now.year + LONGEST_YEARS:
        return None
    return Schedule.once(at, setting.zone)


@lru_cache(maxsize=32)
def _parser(language: str) -> Any:
    # The import takes as long as the rest of the bot's: nobody pays for it before it is needed.
    from dateparser.date import DateDataParser

    def parse(phrase: str, local: Any) -> Any:
        settings: Any = {"RELATIVE_BASE": local, "PREFER_DATES_FROM": "future"}
        parser = DateDataParser(languages=[language], settings=settings)
        found = parser.get_date_data(phrase)
        return found.date_obj if found.period in ("time", "day") else None

    return parse
