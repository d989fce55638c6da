"""The cities that people live in, each with its time zone: the lines of `cities.txt`."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("cities.txt")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "ı": "i", "’": "'", "-": " "})


@dataclass(frozen=True, slots=True)
class City:
    """One name of a city. `size` is its inhabitants in hundred thousands, `country` an ISO 3166 code."""

    name: str
    country: str
    size: int
    zone: str

    def __str__(self) -> str:
        """Name it so that it is told from others of that name."""
        return f"{self.name}, {self.country}" if self.country else self.name


def folded(text: str) -> str:
    """Return a name without case, accents and hyphens, as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().replace(".", "").replace("_", " ").split())


def cities_called(name: str) -> tuple[City, ...]:
    """Return the cities of that name, the largest first."""
    return _cities().get(folded(name), ())


def cities_from(typed: str) -> Iterator[City]:
    """Yield the cities whose name, or a later word of it, begins with what was typed; the largest first."""
    wanted = folded(typed)
    found = [
        (not name.startswith(wanted), -city.size, city.name, city)
        for name, cities in _cities().items()
        if wanted in name and (name.startswith(wanted) or f" {wanted}" in name)
        for city in cities
    ]
    yield from (city for *_, city in sorted(found, key=lambda one: one[:3]))


def size_of(zone: str) -> int:
    """Return how many people live in the cities of a zone, in hundred thousands."""
    return _sizes().get(zone, 0)


@cache
def _cities() -> Mapping[str, tuple[City, ...]]:
    found: dict[str, list[City]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        zone, tab, names = line.partition("\t")
        for one in names.split("|") if tab else ():
            name, _, rest = one.rpartition("/")
            found.setdefault(folded(name), []).append(City(name, rest[:2].strip("0123456789"), _size(rest), zone))
    return {name: tuple(sorted(cities, key=lambda city: -city.size)) for name, cities in found.items()}


def _size(rest: str) -> int:
    return int(rest.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@cache
def _sizes() -> Mapping[str, int]:
    sizes: dict[str, int] = {}
    for cities in _cities().values():
        for city in cities:
            sizes[city.zone] = sizes.get(city.zone, 0) + city.size
    return sizes
