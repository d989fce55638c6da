#!/bin/sh
# Babel places one zone of the tz database, Antarctica/Troll, in the world and not in a country.
#
# Versions: Babel 2.19.0, Python 3.11.
# Input: get_timezone_location for zones of Antarctica, in English, and the table zone_territories behind it.
# Expected: AQ, as for the nine other stations and as in zone.tab of the tz database.
# Behaviour: the territory is 001, which is CLDR's code for the world, so a list by countries has "world" as one of them.
# Output seen:
#   Antarctica/Casey AQ Antarctica (Casey Station) Time
#   Antarctica/Troll 001 world (Troll Station) Time
#   all without a country: Antarctica/Troll CST6CDT EST5EDT MST7MDT PST8PDT Etc/Unknown
# What follows for us: in the list of cities, a code that is not of letters stands for no country.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0
cd "$work"
cat > look.py <<'PYTHON'
from babel.core import get_global
from babel.dates import get_timezone_location

territories = get_global("zone_territories")
for zone in ("Antarctica/Casey", "Antarctica/Troll"):
    print(zone, territories[zone], get_timezone_location(zone, locale="en"))
print("all without a country:", *(zone for zone, code in territories.items() if code == "001"))
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
Antarctica/Casey AQ Antarctica (Casey Station) Time
Antarctica/Troll 001 world (Troll Station) Time
all without a country: Antarctica/Troll CST6CDT EST5EDT MST7MDT PST8PDT Etc/Unknown
TEXT
diff expected seen
