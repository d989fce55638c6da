"""What people call a time zone is the zone whose clocks they mean."""

from datetime import timedelta

import pytest

from app.core.scheduling.zone_names import ABBREVIATIONS, offset_called, zones_called
from app.core.scheduling.zones import zone_info


@pytest.mark.parametrize(
    ("name", "own", "zones"),
    [
        ("EST", "UTC", ("America/New_York",)),
        ("e.s.t.", "UTC", ("America/New_York",)),
        ("EST", "America/Panama", ("America/Panama",)),
        ("PST", "UTC", ("America/Los_Angeles",)),
        ("mst", "America/Phoenix", ("America/Phoenix",)),
        ("cst", "UTC", ("America/Chicago", "Asia/Shanghai", "America/Havana")),
        ("CST", "Asia/Taipei", ("Asia/Taipei",)),
        ("CST", "America/Winnipeg", ("America/Winnipeg",)),
        ("CST", "America/Havana", ("America/Havana",)),
        ("IST", "UTC", ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin")),
        ("IST", "Europe/Dublin", ("Europe/Dublin",)),
        ("BST", "Europe/Paris", ("Europe/London", "Asia/Dhaka")),
        ("BST", "Europe/London", ("Europe/London",)),
        ("CET", "Europe/Paris", ("Europe/Paris",)),
        ("CEST", "UTC", ("Europe/Brussels",)),
        ("MEZ", "UTC", ("Europe/Brussels",)),
        ("AEST", "Australia/Brisbane", ("Australia/Brisbane",)),
        ("pacific", "UTC", ("America/Los_Angeles",)),
        ("Pacific Daylight Time", "UTC", ("America/Los_Angeles",)),
        ("eastern time", "America/Toronto", ("America/Toronto",)),
        ("ET", "America/Toronto", ("America/Toronto",)),
        ("Central European Summer Time", "UTC", ("Europe/Brussels",)),
        ("Indian Standard Time", "Europe/Dublin", ("Asia/Kolkata",)),
        ("Z", "Europe/Paris", ("UTC",)),
        ("japan", "UTC", ()),
        ("time", "UTC", ()),
        ("", "UTC", ()),
        ("XYZ", "UTC", ()),
    ],
)
def test_a_name_means_the_zone_of_a_region_and_ones_own_settles_it(name: str, own: str, zones: tuple[str, ...]):
    assert zones_called(name, own=own) == zones


def test_every_zone_that_a_name_may_mean_exists():
    for zones in ABBREVIATIONS.values():
        assert [zone_info(zone).key for zone in zones] == list(zones)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("+2", 120),
        ("-5", -300),
        ("−5", -300),
        ("UTC+5:30", 330),
        ("utc +05:30", 330),
        ("GMT-0330", -210),
        ("+14", 840),
        ("UTC", 0),
        ("GMT", 0),
        ("+15", None),
        ("-13", None),
        ("+5:75", None),
        ("+²", None),
        ("+٢", None),
        ("5", None),
        ("UTC+", None),
    ],
)
def test_an_offset_is_read_as_it_is_written(written: str, minutes: int | None):
    assert offset_called(written) == (None if minutes is None else timedelta(minutes=minutes))
