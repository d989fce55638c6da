"""How well an entry fits what was asked, and how sure the search is that it is what was asked for."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.core.faq.tokens import ALL

NAMED: Mapping[str, float] = {"t": 1.0, "k": 0.9, "w": 0.9, "d": 0.7, "q6": 0.4, "q4": 0.3}
"""How much it tells that a word is found in title or keywords, by the way that it was found."""
ANSWERED: Mapping[str, float] = {"a": 0.6, "p6": 0.3, "p4": 0.3}
"""How much, at most, that it is found in the answer."""
EVIDENCE: Mapping[str, float] = {"t": 1.0, "k": 1.0, "w": 0.9, "d": 0.8, "q6": 0.5, "q4": 0.5}
"""How much of a word is in title or keywords."""
Way = tuple[int, str]
"""The place of a word in the query, and the way that it was found."""


class Telling:
    """How much each word of a query tells: the more, the fewer entries have it."""

    def __init__(self, entries: int, often: Iterable[tuple[int, str | None, int | None]]) -> None:
        """Take the number of entries, and in how many each word was found, by its place and the family of the way.

        The family is `w` for the word itself, `d` for its misspellings, 4 and 6 for words that begin with so many of
        its letters.
        """
        self._unknown = _tells(entries, 0)
        self._found = dict[tuple[int, str], float]()
        self._ways = dict[Way, tuple[Way, float]]()
        self.words = dict[int, float]()
        """How much each word tells, by its place: that of the way by which most entries have it."""
        for place, family, count in often:
            tells = self._unknown if family is None else _tells(entries, count or 0)
            self._found[place, family or "w"] = tells
            self.words[place] = min(tells, self.words.get(place, tells))
        self.whole = sum(self.words.values()) or 1.0
        self.most = sum(self._found.get((place, "w"), self._unknown) for place in self.words) or 1.0
        """What an entry has that is all about the very words."""

    def of(self, way: Way) -> tuple[Way, float]:
        """Return what counts once, and how much it tells that it was found this way: named or answered, each once."""
        known = self._ways.get(way)
        if known is None:
            place, kind = way
            family = kind[1:] or ("d" if kind == "d" else "w")
            part, share = ("n", NAMED[kind]) if kind in NAMED else ("a", ANSWERED[kind])
            known = (place, part + kind[1:]), share * self._found.get((place, family), self._unknown)
            self._ways[way] = known
        return known


def _tells(entries: int, count: int) -> float:
    return math.log(1 + max(entries - count + 0.5, 0.05 * entries) / (count + 0.5))


@dataclass
class Match:
    """Which words of the query an entry has, and where."""

    size: int
    """How many words of its title say something."""
    ways: dict[Way, float] = field(default_factory=dict[Way, float])
    """How much of each word was found each way, from 0 to 1."""
    begins: bool = False
    """Its title begins like the query."""
    is_own_language: bool = False
    """It is written in the language of whoever asks."""
    is_it: bool = False
    """Its title, or one of its keywords, is the query."""

    def add(self, way: Way, much: int) -> None:
        """Count a word that was found one way; `much` is how much an answer is about it."""
        share = much / ALL if way[1] in ANSWERED else 1.0
        if share > self.ways.get(way, 0.0):
            self.ways[way] = share

    def rank(self, telling: Telling) -> float:
        """Return how well it fits.

        A word counts once in title and keywords and once in the answer, in the form that fits best, and again by
        what it begins with.
        """
        best = dict[Way, float]()
        for way, share in self.ways.items():
            part, tells = telling.of(way)
            tells *= share
            if tells > best.get(part, 0.0):
                best[part] = tells
        return (
            sum(best.values()) / telling.most
            + 0.3 * self.precision
            + self.begins
            + 0.1 * self.is_own_language
            + 3 * self.is_it
        )

    @property
    def precision(self) -> float:
        """Return how much of the title was asked for."""
        titled = {place for place, kind in self.ways if kind in NAMED and kind != "k"}
        return min(1.0, len(titled) / max(self.size, 1))

    def confidence(self, telling: Telling) -> float:
        """Return how sure it is, from 0 to 1."""
        if self.is_it:
            return 1.0
        named, answered = dict[int, float](), dict[int, float]()
        for (place, kind), share in self.ways.items():
            if kind in EVIDENCE:
                named[place] = max(named.get(place, 0.0), EVIDENCE[kind])
            else:
                answered[place] = max(answered.get(place, 0.0), share if kind == "a" else share / 2)
        of_named = sum(telling.words.get(place, 0.0) * share for place, share in named.items()) / telling.whole
        of_both = (
            sum(
                telling.words.get(place, 0.0) * max(named.get(place, 0.0), min(0.6, answered.get(place, 0.0)))
                for place in {*named, *answered}
            )
            / telling.whole
        )
        enough = 1 - math.exp(-len(named) * 0.9)
        return min(
            0.99, max(of_named * (0.55 + 0.45 * self.precision), 0.8 * of_both * (0.5 + 0.5 * self.precision)) * enough
        )
