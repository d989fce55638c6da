"""The newer time zone data is used, wherever it is, and whoever needs to can see when rules have changed."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tzdata

from app.core.scheduling import zone_data
from app.core.scheduling.zone_data import rules_of
from app.core.scheduling.zones import offset, zone_info
from tests.fixtures.zones import HARBOUR, PERMANENT, SEASONS, Governments, write_zone

WINTER = datetime(2027, 1, 15, tzinfo=UTC)
ASK = (
    "import subprocess, sys; from datetime import UTC, datetime;"
    "from app.core.scheduling.zone_data import used; from app.core.scheduling.zones import offset;"
    f"winter = offset({HARBOUR!r}, datetime(2027, 1, 15, tzinfo=UTC));"
    "child = 'from zoneinfo import ZoneInfo; from datetime import datetime; "
    f'print(datetime(2027, 1, 15, tzinfo=ZoneInfo("{HARBOUR}")).utcoffset().total_seconds())\';'
    "print(used().version, winter, subprocess.check_output([sys.executable, '-c', child], text=True).strip(), sep='|')"
)


@pytest.mark.parametrize(
    ("version", "used", "winter", "seconds"),
    [
        ("2099a", "2099a", "UTC-08:00", -28800.0),
        ("2001a", tzdata.IANA_VERSION, "UTC-07:00", -25200.0),
        (tzdata.IANA_VERSION, tzdata.IANA_VERSION, "UTC-07:00", -25200.0),
    ],
)
def test_a_process_and_those_that_it_starts_use_the_newer_data(
    tmp_path: Path, version: str, used: str, winter: str, seconds: float
):
    directory = write_zone(tmp_path, version, SEASONS)
    environment = {**os.environ, "PYTHONTZPATH": str(directory)}
    said = subprocess.check_output([sys.executable, "-c", ASK], env=environment, text=True, cwd=Path.cwd())
    assert said.strip() == f"{used}|{winter}|{seconds}"


def test_data_without_a_version_is_taken_for_older_and_none_is_no_mistake(tmp_path: Path):
    (tmp_path / "nothing").mkdir()
    unknown = write_zone(tmp_path / "unknown", "2099a", SEASONS)
    (unknown / "tzdata.zi").unlink()
    (unknown / "UTC").touch()
    used = zone_data.use_newest([str(unknown), str(tmp_path / "nothing"), str(tmp_path / "gone")])
    assert (used.version, used.source) == (tzdata.IANA_VERSION, zone_data.PACKAGE)
    assert str(used) == f"{tzdata.IANA_VERSION} of the package tzdata; not used: unknown of {unknown}"


@pytest.mark.parametrize("name", ["+VERSION", "tzdata.zi", "version"])
def test_every_file_that_tells_a_version_is_read(tmp_path: Path, name: str):
    directory = write_zone(tmp_path, "2001a", SEASONS)
    (directory / "tzdata.zi").unlink()
    (directory / name).write_text("2098c\n", encoding="utf-8")
    try:
        assert zone_data.use_newest([str(directory)]).version == "2098c"
    finally:
        zone_data.use_newest([])


def test_rules_are_told_apart_by_what_the_clocks_do(governments: Governments):
    governments.decide(SEASONS)
    seasons = rules_of(zone_info(HARBOUR))
    assert offset(HARBOUR, WINTER) == "UTC-08:00"
    governments.decide(PERMANENT)
    assert offset(HARBOUR, WINTER) == "UTC-07:00"
    assert rules_of(zone_info(HARBOUR)) != seasons
    governments.decide(SEASONS)
    assert rules_of(zone_info(HARBOUR)) == seasons
    assert rules_of(zone_info("America/Los_Angeles")) == seasons
    assert rules_of(zone_info("Europe/Brussels")) == rules_of(zone_info("Europe/Paris"))
    assert rules_of(zone_info("Europe/Brussels")) != rules_of(zone_info("Africa/Lagos"))
