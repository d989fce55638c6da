"""Finding commands by words: in the person's language and in English, whatever their accents and small mistakes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log1p

import discord

from app.core.faq.folding import fold
from app.core.messages import SOURCE_LANGUAGE, called_choice, called_in_option, current_language, speaking
from app.ui.help.entries import Entry
from app.ui.kit.command_tree import outermost, typed_name, word_of

NAME, DESCRIPTION, OPTION, GROUP = 3.0, 1.5, 1.0, 0.7
"""How much a word counts by where it stands."""
EXACT, BEGINS, SHORTER, INSIDE, MISTYPED = 1.0, 0.8, 0.6, 0.5, 0.45
"""How much it counts by how it fits."""
SHORT = 3
"""Letters of a word that says something only as a part of a name."""
ENOUGH = 0.4
"""What is found has this part of what the best one has, at least."""
_WORD = re.compile(r"\w+")


@dataclass
class Index:
    """The words of commands, each with how much it counts, by language and full name. It fills as it is asked."""

    known: dict[tuple[str, str], Mapping[str, float]] = field(
        default_factory=dict[tuple[str, str], Mapping[str, float]]
    )

    def words_of(self, entry: Entry) -> Mapping[str, float]:
        """Return the words of a command, in the current language and in English."""
        key = current_language(), entry.name
        if key not in self.known:
            words = _words_of(entry)
            with speaking(SOURCE_LANGUAGE):
                for word, weight in _words_of(entry).items():
                    words[word] = max(weight, words.get(word, 0.0))
            self.known[key] = words
        return self.known[key]


def search(query: str, among: Sequence[Entry], index: Index) -> list[Entry]:
    """Return what fits, the best first. Rare words count more than those that are everywhere."""
    # A letter or a digit by itself says nothing, where a sign can be a word.
    asked = [one for one in dict.fromkeys(_WORD.findall(fold(query))) if len(one) > 1 or not one.isascii()]
    scores = [0.0] * len(among)
    words = [index.words_of(entry) for entry in among]
    vocabulary = {word for each in words for word in each}
    for one in asked:
        fits = {word: how for word in vocabulary if (how := _fit(one, word))}
        # Short words are mostly small words, such as "how", but for those that are in names, such as "faq".
        least = NAME if len(one) <= SHORT else 0.0
        found = [
            max((fits[word] * each[word] for word in fits.keys() & each.keys() if each[word] >= least), default=0.0)
            for each in words
        ]
        count = sum(1 for each in found if each)
        rarity = log1p(len(among) / count) if count else 0.0
        scores = [before + rarity * each for before, each in zip(scores, found, strict=True)]
    best = max(scores, default=0.0)
    # What fits as well comes in the same order in every language.
    ranked = sorted(zip(scores, among, strict=True), key=lambda item: (-item[0], item[1].name))
    return [entry for score, entry in ranked if score and score >= ENOUGH * best]


def _words_of(entry: Entry) -> dict[str, float]:
    found: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        for word in _WORD.findall(fold(text.replace("_", " "))):
            found[word] = max(weight, found.get(word, 0.0))

    command, top = entry.command, outermost(entry.command)
    add(typed_name(command), NAME)
    add(entry.description, DESCRIPTION)
    if top is not command:
        add(word_of(top, "description"), GROUP)
    if isinstance(command, discord.SlashCommand):
        for text in _texts_of_options(command, top.name):
            add(text, OPTION)
    return found


def _texts_of_options(command: discord.SlashCommand, top: str) -> Iterable[str]:
    for option in command.options:
        yield called_in_option(top, "name", option.name or "")
        yield called_in_option(top, "description", option.description or "")
        for one in option.choices:
            yield called_choice(top, one.name)


@lru_cache(maxsize=20_000)
def _fit(asked: str, word: str) -> float:
    """Return how well a word that was typed fits one that is there; 0 if not at all."""
    if asked == word:
        return EXACT
    if len(asked) >= 2 and word.startswith(asked):
        return BEGINS
    if len(word) >= 4 and asked.startswith(word):
        return SHORTER
    if len(asked) >= 4 and asked in word:
        return INSIDE
    allowed = 0 if len(asked) < 4 else 1 if len(asked) < 8 else 2
    # A beginning may be mistyped as well: people search while they type.
    near = _distance(asked, word[: len(asked) + 1] if len(word) > len(asked) + 2 else word, allowed)
    return MISTYPED if allowed and near <= allowed else 0.0


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, changed or swapped; anything above `most` if more."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, known in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != known))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == known:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
