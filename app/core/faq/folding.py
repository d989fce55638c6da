"""How texts are compared: without case, accents and width, and with single spaces."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_SILENT = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
"""Characters that nobody sees: soft hyphens, joiners, marks of direction, variation selectors."""


def fold(text: str) -> str:
    """Return a text as it is compared with others: "Café  MENU" and "cafe menu" are the same.

    Marks are dropped from Latin and Greek letters alone: in other scripts they make another letter (й, が).
    """
    if text.isascii():
        return " ".join(text.lower().split())
    letters: list[str] = []
    keeps_marks = False
    for one in unicodedata.normalize("NFKD", _SILENT.sub("", text).casefold()):
        if unicodedata.combining(one):
            if keeps_marks:
                letters.append(one)
            continue
        keeps_marks = not (one < "\u0400" or "\u1e00" <= one < "\u2000")
        letters.append(one)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(letters))).strip()


def title_key(title: str) -> str:
    """Return what two titles have in common when they are the same question: "How?" and "how" are."""
    return fold(title).strip(" ?!.…。？！¿¡") or fold(title)
