"""Words of the grammar in any order, beside digits of other scripts: each phrase is an answer or a refusal."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from app.core import when
from app.core.durations import parse as parse_duration
from app.core.errors import UserError
from app.core.scheduling.zone_search import read_zone
from app.core.when.vocabulary import DAYS, FILLERS, MONTHS, NUMBERS, UNITS
from app.services.reminders.rows import number_of
from tests.fixtures.properties import given, settings, st

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ODD = ("²", "+²", "³rd", "½", "⅓", "①", "٣", "१२", "੫", "Ⅳ", "五", "9²", "1٢", "#²", "-²", "²:00", "FREQ=DAILY;COUNT=²")
GLUE = ("on", "the", "of", "at", "in", "every", "until", "from", "to", "and", "except", "next", "last", "half",
        "quarter", "past", "5", "12", "31st", "2:30", "9pm", "-", "/", ",", ".", ":", "#", "* * * * *")  # fmt: skip
WORDS = sorted({*DAYS, *MONTHS, *map(str, NUMBERS), *map(str, UNITS), *map(str, FILLERS)})
PHRASES = st.lists(st.sampled_from(GLUE) | st.sampled_from(WORDS) | st.sampled_from(ODD), min_size=1, max_size=7)


def answers_or_refuses(read: Callable[[str], object], typed: str) -> None:
    with suppress(UserError):
        read(typed)


@given(PHRASES, st.sampled_from((" ", " ", "")))
@settings(max_examples=150)
def test_the_phrase_reader_answers_or_refuses(fragments: list[str], between: str) -> None:
    typed = between.join(fragments)
    answers_or_refuses(lambda phrase: when.read(phrase, now=NOW, zone="Europe/Brussels", locale="en-GB"), typed)


@given(PHRASES.map(" ".join) | st.sampled_from(ODD).map("+{}".format))
@settings(max_examples=60)
def test_the_readers_of_options_answer_or_refuse(typed: str) -> None:
    answers_or_refuses(read_zone, typed)
    answers_or_refuses(number_of, typed)
    # Whoever reads an option turns this into a sentence of its own.
    with suppress(ValueError):
        parse_duration(typed)
