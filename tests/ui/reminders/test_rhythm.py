"""How a reminder repeats, in every language."""

from datetime import UTC, datetime

import pytest

from app.core import when
from app.core.messages import languages, speaking
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.words import describe
from app.ui.reminders.rhythm import repeats

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
PHRASES = {
    "every weekday at 9": "jede Woche, Montag bis Freitag, um 09:00",
    "every 2 weeks on monday and thursday at 18:00": "alle 2 Wochen, Montag und Donnerstag, um 18:00",
    "every month on the 1st and 15th at 9": "jeden Monat, am Tag 1 und 15 des Monats, um 09:00",
    "every last friday of the month at 16:00": "jeden Monat, letzter Freitag des Monats, um 16:00",
    "first monday of every month at 9": "jeden Monat, 1. Montag des Monats, um 09:00",
    "every year on 24 december at 8": "jedes Jahr, 24. Dezember, um 08:00",
    "every 36 hours": "Abstand: 1 Tag 12 Stunden",
    "every day at 9, 12 and 15 until 31 march 2027": "jeden Tag, um 09:00, 12:00 und 15:00, bis 31. März 2027",
    "every day at 9 except 24 december 2026": "jeden Tag, um 09:00, außer 24. Dezember 2026",
    "last day of every month at 20:00": "jeden Monat, am letzten Tag des Monats, um 20:00",
}


def schedule(phrase: str) -> Schedule:
    found = when.read(phrase, now=NOW, zone="Europe/Brussels", locale="en-GB")
    return getattr(found, "schedule", found)


@pytest.mark.parametrize(("phrase", "said"), PHRASES.items())
def test_a_rhythm_is_said_in_german(phrase: str, said: str) -> None:
    with speaking("de"):
        assert repeats(schedule(phrase)) == f"{said} (Europe/Brussels)"


@pytest.mark.parametrize("phrase", PHRASES)
def test_in_english_it_is_a_sentence_and_in_no_other_language_english(phrase: str) -> None:
    english = repeats(schedule(phrase))
    assert english == describe(schedule(phrase))
    for language in languages():
        with speaking(language):
            assert not {"every", "month", "week", "day", "until", "except"} & set(repeats(schedule(phrase)).split())
