"""Which time zone somebody means who types a city, a country, an offset, an abbreviation or an IANA name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from app.core.errors import InvalidInput
from app.core.formats import AnyOf
from app.core.scheduling import zone_data
from app.core.scheduling.cities import City, cities_called, cities_from, folded, size_of
from app.core.scheduling.zone_names import offset_called, zones_called
from app.core.scheduling.zones import zone_info

MAX_TYPED = 64
ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""For what hardly depends on the day: whether zones show the same time all year."""
_FILES = ("posix/", "right/", "systemv/", "etc/")
"""Names that are files of the database, not places."""

# One for each offset that many people live in, from west to east; a select has room for these and the server's.
WELL_KNOWN = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Brussels",
    "Europe/Athens",
    "Africa/Johannesburg",
    "Europe/Istanbul",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
)
FIXED: Mapping[str, str] = {f"Etc/GMT{-hours:+d}": f"UTC{hours:+03d}:00" for hours in range(-12, 15) if hours}
"""The zones that keep a whole hour's offset all year, and what people see: their own sign is the other way round."""


@dataclass(frozen=True, slots=True)
class FoundZone:
    """A zone, and the city by which it was found if that is not in its name."""

    zone: str
    city: City | None = None


@cache
def zones() -> Mapping[str, str]:
    """Return every zone that somebody may have, its case-folded name leading to the real one."""
    zone_data.used()
    named = {name.casefold(): name for name in sorted(available_timezones()) if "/" in name}
    places = {folded_name: name for folded_name, name in named.items() if not folded_name.startswith(_FILES)}
    fixed = {name.casefold(): name for name in FIXED}
    return {**places, **fixed, "utc": "UTC", "gmt": "UTC", "z": "UTC"}


def zone_named(typed: str) -> str | None:
    """Return the IANA name that was meant, whatever its case; None when there is no such zone."""
    return zones().get(typed.replace(" ", "_").casefold())


def zone_label(zone: str) -> str:
    """Return a zone's name for people: `Europe/Brussels`, `UTC+02:00`."""
    return FIXED.get(zone, zone)


def read_zone(typed: str, *, own: str = "UTC", now: datetime = ANY_DAY) -> str:
    """Return the zone that was meant; a suggestion's label is what it suggests.

    `own` is the zone of whoever types, which may settle an abbreviation. Raises InvalidInput with what would work: for
    a city or an abbreviation that can mean several with all of them, for anything else with the nearest.
    """
    typed = _without_label(typed)
    if (zone := zone_named(typed)) is not None:
        return zone
    if (offset := offset_called(typed)) is not None:
        return _zone_of_offset(typed, offset, now)
    found = [FoundZone(zone) for zone in zones_called(typed, own=own, at=now)] or list(_cities_meant(typed))
    found = found or [FoundZone(zone) for zone in _zones_of_country(typed)]
    name = typed.replace("`", "'")[:MAX_TYPED]
    # Zones that show the same time all year are no question: the largest serves.
    meant: dict[object, str] = {}
    for one in found:
        meant.setdefault(_year_of(one.zone, now), one.zone)
    if len(meant) == 1:
        return next(iter(meant.values()))
    if meant:
        names = AnyOf([f"`{zone}`" for zone in [*meant.values()][:5]])
        raise InvalidInput("`{name}` can mean several time zones: type one of {zones}.", name=name, zones=names)
    nearest = next(suggestions(typed, now, own=own), None)
    if nearest is not None:
        raise InvalidInput(
            "There is no time zone `{name}`. Did you mean `{zone}`? The name of a city works as well.",
            name=name,
            zone=zone_label(nearest.zone),
        )
    raise InvalidInput(
        "There is no time zone `{name}`. A city such as `Brussels` works, or a name such as `Europe/Brussels`.",
        name=name,
    )


def suggestions(typed: str, now: datetime, *, own: str = "UTC") -> Iterator[FoundZone]:
    """Yield what may be meant, the likeliest first, each zone once; without anything typed, the best known."""
    seen: set[str] = set()
    for one in _candidates(_without_label(typed), now, own):
        if one.zone not in seen and one.zone.casefold() in zones():
            seen.add(one.zone)
            yield one


def _candidates(typed: str, now: datetime, own: str) -> Iterator[FoundZone]:
    if not typed:
        yield from map(FoundZone, (own, *_by_size()))
    elif (offset := offset_called(typed)) is not None:
        fixed = _fixed(offset)
        alike = [zone for zone in _by_size() if now.astimezone(_clocks()[zone]).utcoffset() == offset]
        yield from map(FoundZone, [*alike[:12], *([fixed] if fixed else []), *alike[12:]])
    else:
        if (zone := zone_named(typed)) is not None:
            yield FoundZone(zone)
        abbreviation = zones_called(typed, own=own, at=now)
        yield from map(FoundZone, abbreviation)
        if abbreviation:
            yield from map(FoundZone, _by_abbreviation(typed, now))
        yield from _cities_meant(typed)
        yield from map(FoundZone, _zones_of_country(typed))
        wanted = folded(typed)
        places = [(folded(zone.rpartition("/")[2]), zone) for zone in _by_size()]
        yield from (FoundZone(zone) for place, zone in places if place.startswith(wanted))
        yield from map(_as_found, cities_from(typed))
        yield from (FoundZone(zone) for zone in _by_size() if len(wanted) > 2 and wanted in folded(zone))


def _without_label(typed: str) -> str:
    """Return what a suggestion stands for, if it was typed or pasted: `Mumbai, IN: Asia/Kolkata · 19:46 now (…)`."""
    head = typed.partition(" · ")[0].strip()
    _, colon, zone = head.rpartition(": ")
    return zone if colon and zone_named(zone) is not None else head


def _cities_meant(typed: str) -> Iterator[FoundZone]:
    """Yield the cities of a name; of several, the one that names its zone is meant if no country is said."""
    name, _, country = typed.partition(",")
    found = cities_called(name)
    if country:
        codes = {country.strip().upper(), _countries().get(folded(country), "")}
        found = tuple(city for city in found if city.country in codes)
    else:
        found = tuple(city for city in found if _is_named_after(city)) or found
    yield from map(_as_found, found)


def _is_named_after(city: City) -> bool:
    return folded(city.zone.rpartition("/")[2]) == folded(city.name)


def _as_found(city: City) -> FoundZone:
    return FoundZone(city.zone, None if _is_named_after(city) else city)


def _fixed(offset: timedelta) -> str | None:
    return next((zone for zone, name in FIXED.items() if offset_called(name) == offset), None)


def _zone_of_offset(typed: str, offset: timedelta, now: datetime) -> str:
    if not offset:
        return "UTC"
    fixed = _fixed(offset)
    # Half hours have no zone of their own: where one is kept all year, that place serves.
    found = fixed or next((zone for zone in _by_size() if set(_year_of(zone, now)) == {offset}), None)
    if found is None:
        raise InvalidInput("Nowhere is it `{offset}` all year. The name of your city works.", offset=typed[:MAX_TYPED])
    return found


def _year_of(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """Return the offsets of a zone over the year that begins now."""
    clocks = _clocks()[zone]
    return tuple((now + timedelta(days=days)).astimezone(clocks).utcoffset() for days in range(0, 365, 14))


def _by_abbreviation(name: str, now: datetime) -> Iterator[str]:
    """Yield the zones whose clocks are called so now or half a year from now."""
    moments = (now, now + timedelta(days=182))
    wanted = name.strip().upper()
    yield from (
        zone for zone in _by_size() if any(one.astimezone(_clocks()[zone]).tzname() == wanted for one in moments)
    )


def _zones_of_country(typed: str) -> tuple[str, ...]:
    return _zones_by_country().get(_countries().get(folded(typed), ""), ())


@cache
def _clocks() -> Mapping[str, ZoneInfo]:
    # Kept, because `ZoneInfo` keeps the last eight only and reads the others again, which takes 0.1 s for all of them.
    return {zone: zone_info(zone) for zone in zones().values()}


@cache
def _by_size() -> tuple[str, ...]:
    places = {zone for zone in zones().values() if zone not in FIXED}
    known = [zone for zone in WELL_KNOWN if zone in places]
    return (*known, *sorted(places.difference(known), key=lambda zone: (-size_of(zone), zone)))


@cache
def _countries() -> Mapping[str, str]:
    names = {folded(name): code for code, name in _table("iso3166.tab")}
    return {**names, "uk": "GB", "usa": "US", "england": "GB", "scotland": "GB", "america": "US", "holland": "NL"}


@cache
def _zones_by_country() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, _, zone, *_ in _table("zone.tab"):
        found.setdefault(code, []).append(zone)
    return {code: tuple(sorted(some, key=lambda zone: -size_of(zone))) for code, some in found.items()}


def _table(name: str) -> Iterator[list[str]]:
    text = (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
