"""Finding text whatever its case, without asking a database which letters belong together.

`ILIKE` and `lower()` know only what the character type of the database (LC_CTYPE) knows, and `C` knows ASCII alone.
"""

import re
import unicodedata


def pattern(text: str) -> str:
    """Return a regular expression, for PostgreSQL's `~` as for Python, that finds a text in any case.

    A letter with a mark is found whether it is stored as one character or as two.
    """
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str) -> str:
    cased = {
        letter,
        letter.lower(),
        letter.upper(),
        letter.casefold(),
        letter.upper().lower(),
        letter.upper().casefold(),
    }
    spelled = sorted(cased | {unicodedata.normalize("NFD", one) for one in cased})
    return re.escape(letter) if spelled == [letter] else f"(?:{'|'.join(map(re.escape, spelled))})"
