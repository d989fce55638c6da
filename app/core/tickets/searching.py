"""Searching in what was said: what people type, and what a text has to offer so that it is found.

PostgreSQL's search takes `role/permission` or `v1.2` for one word, and its own reading of what people type takes a dash
for NOT. So a text is stored with the parts of such words as well, and what is typed is taken apart in the same way.
"""

import re
import unicodedata

from app.core.errors import InvalidInput
from app.core.records import record
from app.core.storable import is_storable
from app.core.tickets.limits import MAX_SEARCHED, MAX_TYPED

NUMBER = re.compile(r"#?\s*([0-9]{1,9})")
WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 12
MAX_PARTS = 40_000
"""Characters of the parts of words that are added to a text."""


@record
class Query:
    """What is searched for."""

    typed: str
    """As it was typed, for words with signs in them, which stand in a text as they were pasted."""
    words: tuple[str, ...]

    @property
    def number(self) -> int | None:
        """Return the number of a ticket, if what was typed can be one: `#17` or `17`."""
        found = NUMBER.fullmatch(self.typed)
        return int(found[1]) if found else None

    @property
    def terms(self) -> str:
        """Return it for PostgreSQL's `to_tsquery`: all of the words, the last of which may go on."""
        return " & ".join(self.words) + ":*"


def query(typed: str) -> Query:
    """Read what somebody typed. Raises InvalidInput for what has no word in it."""
    text = unicodedata.normalize("NFC", typed).strip()
    words = tuple(dict.fromkeys(WORD.findall(text.lower())))[:MAX_WORDS]
    if not words or len(text) > MAX_TYPED or not is_storable(text):
        raise InvalidInput(
            "Type one or more words, such as `refund broken`, or the number of a ticket, up to {count} characters.",
            count=MAX_TYPED,
        )
    return Query(text, words)


def words_of(text: str, most: int) -> tuple[str, ...]:
    """Return the first words of a text, each once; those of one or two Latin letters say nothing and are left out."""
    words = WORD.findall(unicodedata.normalize("NFC", text).lower())
    return tuple(dict.fromkeys(word for word in words if len(word) > 2 or not word.isascii()))[:most]


def searched(text: str, description: str = "") -> str:
    """Return a text as it is stored to be searched: with the parts of its joined words at the end."""
    text = unicodedata.normalize("NFC", text)[:MAX_SEARCHED]
    found: dict[str, None] = {}
    for token in f"{text}\n{unicodedata.normalize('NFC', description)}".split():
        if len(parts := WORD.findall(token)) > 1:
            found.update(dict.fromkeys(part.lower() for part in parts))
    added = " ".join(found)[:MAX_PARTS]
    return f"{text}\n\n{added}" if added else text
