"""How sure the search is that an entry is what was asked for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.faq.analysis import Word, words
from app.core.faq.tokens import BEGINNING_LEVELS, LEVELS

EVIDENCE: Mapping[str, float] = {"t": 1.0, "k": 1.0, "w": 0.9, "d": 0.8, "q": 0.5}
"""How much of a word is found in title or keywords, by the way that it was found."""


FREQUENT = 1000
"""In how many entries a word is that may not have been looked up."""


@dataclass
class Match:
    """Which words of the query an entry has, and where."""

    size: int
    """How many words of its title say something."""
    named: dict[int, float] = field(default_factory=dict[int, float])
    answered: dict[int, float] = field(default_factory=dict[int, float])
    score: float = 0.0
    """The sum of what its words tell, by the place they have in it."""
    begins: bool = False
    """Its title begins like the query."""
    is_own_language: bool = False
    """It is written in the language of whoever asks."""
    is_it: bool = False
    """Its title, or one of its keywords, is the query."""
    titled: set[int] = field(default_factory=set[int])

    def add(self, place: int, kind: str) -> None:
        """Count a word that was found one way."""
        if kind == "all":
            return  # it counts in the score alone
        if kind[0] == "a":
            self.answered[place] = max(self.answered.get(place, 0.0), (int(kind[1]) + 0.5) / LEVELS)
        elif kind[0] == "p":
            level = (int(kind[1]) + 0.5) / BEGINNING_LEVELS
            self.answered[place] = max(self.answered.get(place, 0.0), level / 2)
        else:
            self.named[place] = max(self.named.get(place, 0.0), EVIDENCE[kind])
            if kind != "k":
                self.titled.add(place)

    def complete(self, title: str, asked: Sequence[Word], often: Mapping[int, int]) -> None:
        """Count words of its title that were not looked up, because too many entries have them."""
        missing = [place for place, count in often.items() if count >= FREQUENT and place not in self.named]
        if missing:
            found = {_stem(word) for word in words(title)}
            for place in missing:
                if _stem(asked[place]) in found:
                    self.named[place] = EVIDENCE["t"]
                    self.titled.add(place)

    def rank(self, telling: Mapping[int, float]) -> float:
        """Return how well it fits; `telling` says how much each word of the query tells."""
        whole = sum(telling.values()) or 1.0
        return (
            self.score / whole + 0.2 * self.precision + 0.5 * self.begins + 0.1 * self.is_own_language + 3 * self.is_it
        )

    @property
    def precision(self) -> float:
        """Return how much of the title was asked for."""
        return min(1.0, len(self.titled) / max(self.size, 1))

    def confidence(self, telling: Mapping[int, float]) -> float:
        """Return how sure it is, from 0 to 1."""
        if self.is_it:
            return 1.0
        whole = sum(telling.values()) or 1.0
        named = sum(telling.get(place, 0.0) * share for place, share in self.named.items()) / whole
        both = (
            sum(
                telling.get(place, 0.0) * max(self.named.get(place, 0.0), min(0.6, self.answered.get(place, 0.0)))
                for place in {*self.named, *self.answered}
            )
            / whole
        )
        enough = 1 - math.exp(-len(self.named) * 0.9)
        return min(
            0.99, max(named * (0.55 + 0.45 * self.precision), 0.8 * both * (0.5 + 0.5 * self.precision)) * enough
        )


def _stem(word: Word) -> str:
    return word.text[: max(4, len(word.text) - 2)]


def telling(often: Mapping[int, int], entries: int) -> dict[int, float]:
    """Return how much each word tells, by the number of entries that have it: the more, the fewer they are."""
    return {
        place: math.log(1 + max(entries - count + 0.5, 0.05 * entries) / (count + 0.5))
        for place, count in often.items()
    }
