"""What a text consists of for the search: words, and pairs of letters where a script has no spaces between words.

It is the same for what is stored and for what is typed, so that dashes, slashes, addresses and quotation marks can mean
nothing special in either.
"""

import re
import unicodedata
from typing import NamedTuple

from app.core.faq.folding import fold

MAX_WORD = 40
"""Characters of a word that are looked at."""
BEGINNINGS = 4, 6
"""Letters."""
MAX_PARTS = 3000
"""Words of one text that are looked at."""
_DISCORD = re.compile(r"<(?:[@#][!&]?|a?:\w{2,32}:|t:|/[^:>]{1,100}:)-?\d{1,20}(?::[a-zA-Z])?>|\x00")
"""Mentions, emoji, moments and commands, as they stand in a message."""
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    "\u0e00-\u0eff\u0f71-\u0fbc\u1000-\u109f\u1780-\u17d3"
)
"""Letters of some scripts that are no letters to Python: vowels and tones above, below and beside others."""
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*(?:\+\+|\#(?!\w))?")
"""With the signs that tell C++ and C# from C."""
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese and Korean."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h", "þ": "th", "ð": "d"})


class Word(NamedTuple):
    """A word of a text, or two neighbouring letters of one."""

    text: str
    """As it is compared: without accents."""
    written: str
    """With accents, in small letters, which the rules of some languages need."""
    is_pair: bool = False


def words(text: str) -> list[Word]:
    """Return the words of a text in their order, as often as they are in it."""
    found: list[Word] = []
    clean = unicodedata.normalize("NFKC", _DISCORD.sub(" ", text)).casefold()
    for match in _WORD.finditer(clean):
        at, word = 0, match[0]
        for run in _UNSPACED.finditer(word):
            _add(found, word[at : run.start()])
            letters = fold(run[0])
            found += [Word(pair, pair, is_pair=True) for pair in _pairs(letters)]
            at = run.end()
        _add(found, word[at:])
        if len(found) >= MAX_PARTS:
            return found[:MAX_PARTS]
    return found


def _add(found: list[Word], word: str) -> None:
    if word.isascii():
        if word:
            found.append(Word(word[:MAX_WORD], word[:MAX_WORD]))
        return
    folded = plain(word)
    if folded:
        found.append(Word(folded[:MAX_WORD], unicodedata.normalize("NFC", word)[:MAX_WORD]))


def plain(word: str) -> str:
    """Return a word as it is compared, with the letters of Latin that are no letter with an accent written in full."""
    return fold(word).translate(_LETTERS)


def _pairs(letters: str) -> list[str]:
    return [letters[at : at + 2] for at in range(len(letters) - 1)] or [letters]


def beginnings(word: Word) -> list[str]:
    """Return the letters that a word shares with its other forms and its compounds, in any language; none for a pair.

    They stand in for stems in languages that PostgreSQL has none of, for words that are written together, and for
    forms that rules for stems tell apart ("Installation" and "installieren"). Four letters find many of those and much
    else; six find fewer, and hardly anything else. Together they weigh a word the more, the more of it is the same.
    """
    return [] if word.is_pair else [word.text[:letters] for letters in BEGINNINGS if len(word.text) >= letters]


def misspellings(word: str) -> list[str]:
    """Return a word and what it is with any one letter left out.

    Two words that share one of these are a letter apart: one was left out, added, exchanged, or two changed places.
    """
    if len(word) < 4:
        return [word]
    return list(dict.fromkeys([word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]))
