"""Whoever types a city, an offset, an abbreviation or a country gets the zone they mean, or is asked."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from app.core.errors import InvalidInput
from app.core.scheduling.cities import cities_called
from app.core.scheduling.zone_search import FIXED, read_zone, suggestions, zone_label, zones
from app.core.scheduling.zones import offset, zone_info

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("mumbai", "Asia/Kolkata"),
        ("Bombay", "Asia/Kolkata"),
        ("new york", "America/New_York"),
        ("NYC", "America/New_York"),
        ("SF", "America/Los_Angeles"),
        ("san francisco", "America/Los_Angeles"),
        ("são paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Köln", "Europe/Berlin"),
        ("koln", "Europe/Berlin"),
        ("cologne", "Europe/Berlin"),
        ("Brüssel", "Europe/Brussels"),
        ("Den Haag", "Europe/Amsterdam"),
        ("London", "Europe/London"),
        ("London, CA", "America/Toronto"),
        ("Birmingham, UK", "Europe/London"),
        ("birmingham, united states", "America/Chicago"),
        ("sydney", "Australia/Sydney"),
        ("Japan", "Asia/Tokyo"),
        ("Germany", "Europe/Berlin"),
        ("argentina", "America/Argentina/Buenos_Aires"),
        ("EST", "America/New_York"),
        ("CET", "Europe/Brussels"),
        ("pacific time", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
        ("+0", "UTC"),
        ("+2", "Etc/GMT-2"),
        ("UTC-5", "Etc/GMT+5"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("+5:45", "Asia/Kathmandu"),
        ("europe/brussels", "Europe/Brussels"),
        ("Europe/Brussels · 19:46 now (UTC+01:00)", "Europe/Brussels"),
        ("America/New York · 07:00 now (UTC-05:00)", "America/New_York"),
        ("Mumbai, IN: Asia/Kolkata · 17:30 now (UTC+05:30)", "Asia/Kolkata"),
        ("UTC+02:00 · 14:00 now, all year", "Etc/GMT-2"),
    ],
)
def test_what_is_typed_or_pasted_is_the_zone_that_is_meant(typed: str, zone: str):
    assert read_zone(typed, now=NOW) == zone


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("birmingham", "can mean several time zones: type one of `Europe/London` or `America/Chicago`."),
        ("CST", "type one of `America/Chicago`, `Asia/Shanghai` or `America/Havana`."),
        ("IST", "type one of `Asia/Kolkata`, `Asia/Jerusalem` or `Europe/Dublin`."),
        ("spain", "type one of `Europe/Madrid` or `Atlantic/Canary`."),
        ("mumb", "There is no time zone `mumb`. Did you mean `Asia/Kolkata`?"),
        ("-3:30", "Nowhere is it `-3:30` all year."),
        ("+²", "There is no time zone `+²`."),
        ("+15", "There is no time zone `+15`."),
        ("Mars/Olympus", "A city such as `Brussels` works, or a name such as `Europe/Brussels`."),
        ("", "There is no time zone ``."),
    ],
)
def test_what_could_be_several_or_is_none_is_asked(typed: str, complaint: str):
    with pytest.raises(InvalidInput) as refused:
        read_zone(typed, now=NOW)
    assert complaint in str(refused.value)


def test_ones_own_zone_settles_an_abbreviation():
    assert read_zone("CST", own="Asia/Taipei", now=NOW) == "Asia/Taipei"
    assert read_zone("IST", own="Europe/Dublin", now=NOW) == "Europe/Dublin"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("EST", ["America/New_York", "America/Toronto"]),
        ("CET", ["Europe/Berlin", "Europe/Brussels"]),
        ("EET", ["Europe/Athens", "Africa/Cairo"]),
        ("+2", ["Europe/Athens", "Africa/Johannesburg"]),
        ("UTC+5:30", ["Asia/Kolkata", "Asia/Colombo"]),
        ("mumb", ["Asia/Kolkata"]),
        ("san d", ["America/Los_Angeles"]),
        ("birmingham", ["Europe/London", "America/Chicago"]),
        ("london", ["Europe/London", "America/Toronto"]),
        ("brus", ["Europe/Brussels"]),
        ("york", ["Europe/London", "America/New_York"]),
        ("new y", ["America/New_York"]),
        ("sf", ["America/Los_Angeles"]),
        ("germany", ["Europe/Berlin"]),
        ("cst", ["America/Chicago", "Asia/Shanghai", "America/Havana"]),
        ("", ["Europe/Berlin", "Pacific/Honolulu"]),
    ],
)
def test_the_likeliest_zone_is_suggested_first(typed: str, first: list[str]):
    found = [one.zone for one in islice(suggestions(typed, NOW, own="Europe/Berlin"), 25)]
    assert found[: len(first)] == first
    assert len(set(found)) == len(found)


def test_an_offset_that_is_kept_all_year_is_shown_with_the_sign_that_people_use():
    for zone, shown in FIXED.items():
        assert zone_label(zone) == shown == offset(zone, NOW)
        assert read_zone(shown) == zone
    assert zone_label("Europe/Brussels") == "Europe/Brussels"


def test_every_city_is_in_a_zone_that_exists():
    known = set(zones().values())
    assert {city.zone for city in cities_called("valencia")} >= {"Europe/Madrid", "America/Caracas"}
    assert {one.zone for letter in "abcdefghijklmnopqrstuvwxyz" for one in suggestions(letter, NOW)} <= known
    assert all(zone_info(zone) for zone in known)
