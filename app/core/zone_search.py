"""Find a time zone by a city, a country's old name of it, or its distance from UTC, while somebody is typing."""

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache

from app.core.setting_kinds import zones
from app.core.zones import offset

MOST_CHOICES = 25
LONGEST_QUERY = 64
COMMON = (
    "Europe/London", "Europe/Brussels", "Europe/Berlin", "Europe/Paris", "Europe/Amsterdam", "Europe/Madrid",
    "Europe/Rome", "Europe/Warsaw", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Sao_Paulo",
    "Africa/Lagos", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
    "UTC",
)  # fmt: skip
"""What is offered before anything is typed."""

NICKNAMES = {
    "gent": "Europe/Brussels", "ghent": "Europe/Brussels", "antwerp": "Europe/Brussels",
    "antwerpen": "Europe/Brussels", "bruxelles": "Europe/Brussels", "belgium": "Europe/Brussels",
    "netherlands": "Europe/Amsterdam", "rotterdam": "Europe/Amsterdam", "germany": "Europe/Berlin",
    "munich": "Europe/Berlin", "munchen": "Europe/Berlin", "hamburg": "Europe/Berlin", "cologne": "Europe/Berlin",
    "koln": "Europe/Berlin", "frankfurt": "Europe/Berlin", "france": "Europe/Paris", "lyon": "Europe/Paris",
    "spain": "Europe/Madrid", "barcelona": "Europe/Madrid", "italy": "Europe/Rome", "milan": "Europe/Rome",
    "england": "Europe/London", "manchester": "Europe/London", "scotland": "Europe/London", "geneva": "Europe/Zurich",
    "basel": "Europe/Zurich", "boston": "America/New_York", "washington": "America/New_York",
    "miami": "America/New_York", "atlanta": "America/New_York", "philadelphia": "America/New_York",
    "houston": "America/Chicago", "dallas": "America/Chicago", "austin": "America/Chicago",
    "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles", "san diego": "America/Los_Angeles",
    "las vegas": "America/Los_Angeles", "salt lake city": "America/Denver", "montreal": "America/Toronto",
    "ottawa": "America/Toronto", "rio de janeiro": "America/Sao_Paulo", "brasilia": "America/Sao_Paulo",
    "mumbai": "Asia/Kolkata", "bombay": "Asia/Kolkata", "delhi": "Asia/Kolkata", "bangalore": "Asia/Kolkata",
    "chennai": "Asia/Kolkata", "india": "Asia/Kolkata", "beijing": "Asia/Shanghai", "shenzhen": "Asia/Shanghai",
    "china": "Asia/Shanghai", "japan": "Asia/Tokyo", "osaka": "Asia/Tokyo", "korea": "Asia/Seoul",
    "abu dhabi": "Asia/Dubai", "canberra": "Australia/Sydney", "saint petersburg": "Europe/Moscow",
    "ankara": "Europe/Istanbul", "cape town": "Africa/Johannesburg", "rabat": "Africa/Casablanca",
    "hanoi": "Asia/Ho_Chi_Minh", "wellington": "Pacific/Auckland",
    "ireland": "Europe/Dublin", "portugal": "Europe/Lisbon", "porto": "Europe/Lisbon", "poland": "Europe/Warsaw",
    "krakow": "Europe/Warsaw", "gmt": "UTC", "greenwich": "UTC", "zulu": "UTC",
}  # fmt: skip
"""Large places that have no zone of their own name."""

OFFSET = re.compile(r"(?:utc|gmt)? ?([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?")


def search(typed: str, now: datetime) -> list[tuple[str, str]]:
    """Return at most 25 pairs of a label, `Europe/Brussels (UTC+01:00)`, and the IANA name, the best first.

    A place whose name begins with what was typed comes before one that only holds it; `+1`, `utc+5:30` and `gmt-3`
    find the zones that are so far from UTC at `now`. Nothing typed offers large zones of all continents.
    """
    wanted = _folded(typed[:LONGEST_QUERY])
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if not wanted:
        names = [name for name in COMMON if name in _places()]
    elif (found := OFFSET.fullmatch(wanted)) is not None:
        names = _at_offset(found, hour)
    else:
        names = _named(wanted)
    return [(f"{name.replace('_', ' ')} ({_offset(name, hour)})", name) for name in names[:MOST_CHOICES]]


def _named(wanted: str) -> list[str]:
    ranked: dict[str, tuple[int, bool, str]] = {}
    for name, (city, whole) in _places().items():
        if city.startswith(wanted) or whole.startswith(wanted):
            rank = 0 if city == wanted else 1
        elif f" {wanted}" in city or f" {wanted}" in whole:
            rank = 2
        elif wanted in whole:
            rank = 3
        else:
            continue
        ranked[name] = (rank, name not in COMMON, name)
    for place, name in NICKNAMES.items():
        if place.startswith(wanted) and name in _places():
            ranked[name] = min(ranked.get(name, (9, True, name)), (1, name not in COMMON, name))
    return sorted(ranked, key=lambda name: ranked[name])


def _at_offset(found: re.Match[str], hour: datetime) -> list[str]:
    label = f"UTC{found[1]}{int(found[2]):02}:{int(found[3] or 0):02}".replace("-00:00", "+00:00")
    names = [name for name in _places() if _offset(name, hour) == label]
    return sorted(names, key=lambda name: (name not in COMMON, name))


@lru_cache(maxsize=2048)
def _offset(name: str, hour: datetime) -> str:
    return offset(name, hour)


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[str, str]]:
    """Return every zone with its folded city and its folded name."""
    folded = {name: _folded(name.replace("_", " ").replace("/", " ")) for name in zones().values()}
    return {name: (_folded(name.rsplit("/", 1)[-1].replace("_", " ")), whole) for name, whole in folded.items()}


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.replace("_", " ").replace("/", " ").split())
