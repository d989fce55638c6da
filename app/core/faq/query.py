"""What is looked for: the words of what somebody typed, as the search is handed them."""

from collections.abc import Sequence

from app.core.faq.analysis import Word, beginnings, misspellings, words
from app.core.faq.folding import title_key
from app.core.faq.languages import dictionaries_of
from app.core.faq.limits import MAX_QUERY
from app.core.faq.smalltalk import POLITE, is_small_talk
from app.core.records import record

MAX_WORDS = 24
MAX_PAIRS = 28
MIN_UNFINISHED = 5
"""Letters of a word that is still being typed. Of less, most are the beginning of another word a letter apart."""
_HIRAGANA = "\u3041", "\u309f"


@record
class Query:
    """What is looked for."""

    key: str
    """The title that would be the very same."""
    words: tuple[Word, ...]
    is_small_talk: bool

    def lexed(self, languages: Sequence[str | None]) -> list[tuple[int, str, str, str]]:
        """Return place, word, word with accents and dictionary, once for each dictionary."""
        return [
            (place, word.text, word.written, name)
            for place, word in enumerate(self.words)
            for name in dictionaries_of(word.text, languages, is_pair=word.is_pair)
        ]

    @property
    def beginnings(self) -> list[tuple[int, str]]:
        """Return the beginnings of the words with their places."""
        return [(place, begins) for place, word in enumerate(self.words) for begins in beginnings(word)]

    @property
    def misspellings(self) -> list[tuple[int, str]]:
        """Return what the words may be misspellings of, with their places."""
        return [
            (place, one)
            for place, word in enumerate(self.words)
            if not word.is_pair and len(word.text) >= 4
            for one in misspellings(word.text)
        ]

    def so_far(self, mark: str) -> list[str]:
        """Return what titles and keywords have that has these words, of which the last one may go on."""
        terms = [f"{mark}w{word.text}" for word in self.words]
        return [*terms[:-1], *(f"{term}:*" for term in terms[-1:])]

    def nearly_so_far(self, mark: str) -> list[str]:
        """Return what those have that has words like these, a letter apart.

        What is stored without a letter begins like the last word so far if a letter is missing in that, and like it
        without a letter if one is wrong or too many.
        """
        terms = list[str]()
        for place, word in enumerate(self.words):
            is_last = place == len(self.words) - 1
            least = MIN_UNFINISHED if is_last else 0
            near = misspellings(word.text) if not word.is_pair and len(word.text) >= least else []
            goes_on = ":*" if is_last else ""
            ways = [f"{mark}w{word.text}{goes_on}", *(f"{mark}d{one}{goes_on}" for one in near)]
            terms.append(f"({'|'.join(ways)})")
        return terms


def read(typed: str) -> Query:
    """Read what somebody typed, whatever it is."""
    text = typed[:MAX_QUERY].replace("\0", " ").encode("utf-8", "ignore").decode()
    found = list(dict.fromkeys(words(text)))
    found = [word for word in found if word.text not in POLITE] or found
    pairs = [word for word in found if word.is_pair]
    # Those of endings and particles say little, and there are many.
    telling = [word for word in pairs if not all(_HIRAGANA[0] <= letter <= _HIRAGANA[1] for letter in word.text)]
    if len(telling) > 1:
        pairs = telling
    chosen = {*pairs[:MAX_PAIRS], *[word for word in found if not word.is_pair][:MAX_WORDS]}
    return Query(title_key(text), tuple(word for word in found if word in chosen), is_small_talk(text))
