"""Zones are made in one place, which has chosen their data before."""

import re

from tests.fixtures.postgres import REPOSITORY


def test_only_the_module_that_chooses_the_data_makes_zones():
    making = re.compile(r"\bZoneInfo\(|available_timezones\(")
    makers = {
        file.relative_to(REPOSITORY).as_posix()
        for file in (REPOSITORY / "app").rglob("*.py")
        if making.search(file.read_text(encoding="utf-8"))
    }
    assert makers == {"app/core/scheduling/zones.py", "app/core/scheduling/zone_search.py"}
