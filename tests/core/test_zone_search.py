from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.core.zone_search import search

WINTER = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("bruss", ("Europe/Brussels (UTC+01:00)", "Europe/Brussels")),
        ("BRUSSELS", ("Europe/Brussels (UTC+01:00)", "Europe/Brussels")),
        ("new y", ("America/New York (UTC-05:00)", "America/New_York")),
        ("new_york", ("America/New York (UTC-05:00)", "America/New_York")),
        ("europe/ber", ("Europe/Berlin (UTC+01:00)", "Europe/Berlin")),
        ("são", ("America/Sao Paulo (UTC-03:00)", "America/Sao_Paulo")),
        ("kathm", ("Asia/Kathmandu (UTC+05:45)", "Asia/Kathmandu")),
        ("antwerp", ("Europe/Brussels (UTC+01:00)", "Europe/Brussels")),
        ("München", ("Europe/Berlin (UTC+01:00)", "Europe/Berlin")),
        ("utc", ("UTC (UTC+00:00)", "UTC")),
        ("gmt", ("UTC (UTC+00:00)", "UTC")),
        ("utc+5:30", ("Asia/Kolkata (UTC+05:30)", "Asia/Kolkata")),
        ("+9", ("Asia/Tokyo (UTC+09:00)", "Asia/Tokyo")),
        ("gmt -3", ("America/Sao Paulo (UTC-03:00)", "America/Sao_Paulo")),
        ("", ("Europe/London (UTC+00:00)", "Europe/London")),
    ],
)
def test_a_zone_is_found_by_its_city_or_its_offset(typed: str, first: tuple[str, str]) -> None:
    assert search(typed, WINTER)[0] == first


def test_offsets_are_those_of_the_moment() -> None:
    assert search("bruss", SUMMER) == [("Europe/Brussels (UTC+02:00)", "Europe/Brussels")]
    assert "Europe/Brussels" in [name for _, name in search("+2", SUMMER)]
    assert "Europe/Brussels" not in [name for _, name in search("+2", WINTER)]


@pytest.mark.parametrize("typed", ["", "a", "e", "america", "+1", "z" * 4000, "+99", "-0", "\0", "xyzzy", "😀"])
def test_choices_are_few_short_real_and_different(typed: str) -> None:
    found = search(typed, WINTER)
    assert len(found) <= 25
    assert len({name for _, name in found}) == len(found)
    for label, name in found:
        assert len(label) <= 100
        assert ZoneInfo(name).key == name
