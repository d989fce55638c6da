"""Words for yes, no, nothing and all are understood in every language that the bot speaks."""

import re

import pytest

from app.core import durations, typed_words
from app.core.messages import catalogue_of, languages
from app.core.registry import BY_NAME
from scripts import translations

SPAN = re.compile("`([^`]+)`")
MEANT = {
    "none": typed_words.is_nothing,
    "yes": lambda typed: typed_words.toggle(typed) is True,
    "no": lambda typed: typed_words.toggle(typed) is False,
    "all": typed_words.is_all,
}
"""`on` and `off` are names of options, too; where they are to be typed they stand together."""


def test_no_word_means_two_opposite_things() -> None:
    assert not typed_words.YES & (typed_words.NO | typed_words.NOTHING)
    assert not typed_words.ALL & (typed_words.NO | typed_words.NOTHING)


@pytest.mark.parametrize("typed", ["Keine", " AUCUN ", "geen", "Ninguno", "none", "0", "désactivé", "Ningún"])
def test_nothing_is_understood_in_every_language(typed: str) -> None:
    assert typed_words.is_nothing(typed) or typed_words.toggle(typed) is False


@pytest.mark.parametrize(
    ("typed", "meant"), [("an", True), ("aus", False), ("Sí", True), ("Activé", True), ("nee", False)]
)
def test_a_setting_is_switched_in_every_language(typed: str, meant: bool) -> None:
    assert BY_NAME["general.private_replies"].read(typed) is meant


def test_what_is_no_such_word_says_nothing() -> None:
    assert typed_words.toggle("maybe") is None
    assert not typed_words.is_nothing("")
    assert not typed_words.is_all("several")


@pytest.mark.parametrize("locale", languages())
def test_what_a_sentence_proposes_is_understood(locale: str) -> None:
    on, off = SPAN.findall(catalogue_of(locale).gettext("`on` or `off`"))
    assert (typed_words.toggle(on), typed_words.toggle(off)) == (True, False)
    checked = 0
    for _, sentence, context in translations.sentences():
        if not isinstance(sentence, str) or context is not None:
            continue
        said = catalogue_of(locale).gettext(sentence)
        for one, other in zip(SPAN.findall(sentence), SPAN.findall(said), strict=True):
            if one in MEANT:
                assert MEANT[one](other), said
                checked += 1
    assert checked >= 5


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("2 Stunden", 7200),
        ("1 Tag und 2 Std.", 93600),
        ("3 jours", 259200),
        ("2 uur", 7200),
        ("1 día y 4 horas", 100800),
    ],
)
def test_lengths_of_time_are_read_as_they_are_written(typed: str, seconds: int) -> None:
    assert durations.parse(typed).total_seconds() == seconds
