"""What a refusal proposes is in the language of whoever reads it, and is read there as the English is read."""

import re

import pytest

from app.core.errors import InvalidInput
from app.core.messages import languages, speaking
from app.core.when.vocabulary import DAYS, MONTHS
from tests.core.when.test_reader import NOW, Row, read, rows

pytestmark = pytest.mark.slow

SPAN = re.compile("`([^`]+)`")
WORD = re.compile(r"[^\W\d_]+")
ENGLISH = {
    *DAYS, *MONTHS, "every", "at", "on", "the", "next", "first", "second", "third", "fourth", "fifth", "last", "until",
    "before", "after", "and", "or", "hours", "minutes", "weeks", "days", "months", "day", "month", "weekday", "from",
    "between", "starting", "tomorrow", "today", "morning", "evening", "night", "noon", "midnight", "times", "except",
}  # fmt: skip
SHARED = {
    "de": {"april", "august", "september", "november"},
    "es-ES": set[str](),
    "fr": {"minutes"},
    "nl": {"april", "september", "november", "december"},
}
"""Words of English that are words of that language too."""
KEPT = re.compile(r"^(?:bi|semi)\w+ly$|^@|/")
"""What is named because it was typed, whatever the language, and names of time zones."""


def refusal_of(row: Row, locale: str | None) -> InvalidInput | None:
    try:
        read(row.phrase, locale)
    except InvalidInput as refusal:
        return refusal
    return None


def words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


@pytest.mark.parametrize("language", [{"es": "es-ES"}.get(one, one) for one in languages()])
def test_a_refusal_proposes_no_english_words(language: str) -> None:
    wrong, said = list[str](), 0
    for row in rows("refused"):
        for locale in {row.locale, language}:
            if (refusal := refusal_of(row, locale)) is None:
                continue
            with speaking(language):
                text = str(refusal)
            # Whoever misspelt an English word is told the English word.
            meant = {str(refusal.message.values.get("meant"))}
            for span in set(SPAN.findall(text)) - meant:
                said += 1
                left = (words(span) & ENGLISH) - words(row.phrase) - SHARED[language]
                if left and not KEPT.search(span):
                    wrong.append(f"{row.phrase!r}: {text}")
    assert said > 500
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


@pytest.mark.parametrize("language", [{"es": "es-ES"}.get(one, one) for one in languages()])
def test_what_a_refusal_proposes_is_read_as_its_english(language: str) -> None:
    wrong, compared = list[str](), 0
    for row in rows("refused"):
        if row.locale is not None or (refusal := refusal_of(row, None)) is None:
            continue
        with speaking("en"):
            english = SPAN.findall(str(refusal))
        with speaking(language):
            theirs = SPAN.findall(str(refusal))
        for one, other in zip(english, theirs, strict=True):
            if one == other or " " not in one or one in row.phrase:
                continue
            wanted, found = _times(one, "en-GB"), _times(other, language)
            if wanted is not None:
                compared += 1
                if found != wanted:
                    wrong.append(f"{row.phrase!r}: {other!r} is {found}, {one!r} is {wanted}")
    assert compared > 100
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


def _times(phrase: str, locale: str) -> object:
    try:
        schedule = read(phrase, locale)
    except InvalidInput:
        return None
    return [each.at for each in schedule.upcoming(NOW, 4)], schedule.rrule
