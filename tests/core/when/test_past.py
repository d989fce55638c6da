"""Phrases that name a moment of the past."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import InvalidInput
from app.core.scheduling.zones import zone_info
from app.core.when import read_past
from tests.fixtures.properties import given, st

ZONE = "Europe/Brussels"
# A Monday, 14:30 in Brussels.
NOW = datetime(2026, 11, 30, 13, 30, tzinfo=UTC)

PHRASES = [
    ("en-GB", "yesterday 9am", "2026-11-29 09:00"),
    ("en-GB", "yesterday", "2026-11-29 09:00"),
    ("en-GB", "the day before yesterday at 18:15", "2026-11-28 18:15"),
    ("en-GB", "today 9am", "2026-11-30 09:00"),
    ("en-GB", "9am", "2026-11-30 09:00"),
    ("en-GB", "16:00", "2026-11-29 16:00"),
    ("en-GB", "2 hours ago", "2026-11-30 12:30"),
    ("en-GB", "an hour ago", "2026-11-30 13:30"),
    ("en-GB", "2h30m", "2026-11-30 12:00"),
    ("en-GB", "2h30m ago", "2026-11-30 12:00"),
    ("en-GB", "three days ago", "2026-11-27 14:30"),
    ("en-GB", "2 months ago", "2026-09-30 14:30"),
    ("en-GB", "last week", "2026-11-23 14:30"),
    ("en-GB", "last monday 9am", "2026-11-23 09:00"),
    ("en-GB", "monday 9am", "2026-11-30 09:00"),
    ("en-GB", "monday 16:00", "2026-11-23 16:00"),
    ("en-GB", "saturday 10:00", "2026-11-28 10:00"),
    ("en-GB", "28 nov 14:00", "2026-11-28 14:00"),
    ("en-GB", "1 dec 14:00", "2025-12-01 14:00"),
    ("en-GB", "2026-11-28 14:00", "2026-11-28 14:00"),
    ("en-GB", "2024-02-29 14:00", "2024-02-29 14:00"),
    ("de", "gestern 9 Uhr", "2026-11-29 09:00"),
    ("de", "vorgestern um 18:15", "2026-11-28 18:15"),
    ("de", "heute 9 Uhr", "2026-11-30 09:00"),
    ("de", "vor 2 Stunden", "2026-11-30 12:30"),
    ("de", "vor einer Woche", "2026-11-23 14:30"),
    ("de", "letzten Montag 9 Uhr", "2026-11-23 09:00"),
    ("de", "am 28.11. um 14 Uhr", "2026-11-28 14:00"),
    ("de", "2 hours ago", "2026-11-30 12:30"),
    ("fr", "hier 9h", "2026-11-29 09:00"),
    ("fr", "avant-hier à 18h15", "2026-11-28 18:15"),
    ("fr", "il y a 2 heures", "2026-11-30 12:30"),
    ("fr", "lundi dernier à 9h", "2026-11-23 09:00"),
    ("nl", "gisteren 9:00", "2026-11-29 09:00"),
    ("nl", "2 uur geleden", "2026-11-30 12:30"),
    ("nl", "afgelopen maandag 9:00", "2026-11-23 09:00"),
    ("es-ES", "ayer a las 18:15", "2026-11-29 18:15"),
    ("es-ES", "hace 2 horas", "2026-11-30 12:30"),
    ("es-ES", "el lunes pasado a las 18:15", "2026-11-23 18:15"),
    ("it", "ieri alle 18:15", "2026-11-29 18:15"),
    ("it", "2 ore fa", "2026-11-30 12:30"),
    ("pt-BR", "ontem às 18:15", "2026-11-29 18:15"),
    ("pt-BR", "há 2 horas", "2026-11-30 12:30"),
    ("ru", "yesterday 9am", "2026-11-29 09:00"),
    (None, "YESTERDAY  9am", "2026-11-29 09:00"),
]


@pytest.mark.parametrize(("locale", "phrase", "expected"), PHRASES)
def test_a_moment_of_the_past_is_read(locale: str | None, phrase: str, expected: str) -> None:
    found = read_past(phrase, now=NOW, zone=ZONE, locale=locale)
    assert f"{found.astimezone(zone_info(ZONE)):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "phrase",
    ["", "tomorrow 9am", "in 2 hours", "next monday", "today 16:00", "2027-01-01", "every monday", "soon", "#12",
     "0h ago", "x" * 5000, "9999999999h", "@everyone", "\ud800"],
)  # fmt: skip
def test_anything_else_is_refused_with_what_would_work(phrase: str) -> None:
    with pytest.raises(InvalidInput, match=r"`yesterday 15:00`, `2 hours ago` or `2026-11-27 15:00` would work"):
        read_past(phrase, now=NOW, zone=ZONE, locale="en-GB")


@given(
    st.integers(1, 10**7).map(lambda back: NOW - timedelta(minutes=back)), st.sampled_from(["en-GB", "de", "fr", "ja"])
)
def test_a_written_date_is_read_as_it_is(moment: datetime, locale: str) -> None:
    written = f"{moment:%Y-%m-%d %H:%M}"
    found = read_past(written, now=NOW, zone="UTC", locale=locale)
    assert f"{found:%Y-%m-%d %H:%M}" == written


@given(st.integers(1, 10_000))
def test_lengths_count_back(minutes: int) -> None:
    assert read_past(f"{minutes} minutes ago", now=NOW, zone="UTC") == NOW - timedelta(minutes=minutes)
