"""By which rules of PostgreSQL words of a language are brought to their stems.

The language is what Discord says of a member, of a server, or of an entry. It is never guessed from what was typed: two
words are too few to tell.
"""

from collections.abc import Iterable, Mapping

# Those that PostgreSQL 15 has. Croatian is stemmed by the rules for Serbian, which know both alphabets.
DICTIONARIES: Mapping[str, str] = {
    "ar": "arabic_stem",
    "da": "danish_stem",
    "de": "german_stem",
    "el": "greek_stem",
    "en": "english_stem",
    "es": "spanish_stem",
    "fi": "finnish_stem",
    "fr": "french_stem",
    "hi": "hindi_stem",
    "hr": "serbian_stem",
    "hu": "hungarian_stem",
    "id": "indonesian_stem",
    "it": "italian_stem",
    "lt": "lithuanian_stem",
    "nl": "dutch_stem",
    "no": "norwegian_stem",
    "pt": "portuguese_stem",
    "ro": "romanian_stem",
    "ru": "russian_stem",
    "sv": "swedish_stem",
    "tr": "turkish_stem",
}
CYRILLIC = frozenset({"russian_stem"})
NO_STEMS = "simple"


def base(language: str | None) -> str:
    """Return the language of one of Discord's codes: "pt" of "pt-BR"."""
    return (language or "").partition("-")[0].casefold()


def dictionary(language: str | None, word: str, *, is_pair: bool = False) -> str:
    """Return the name of PostgreSQL's dictionary for a word of a text in this language.

    Where there is none for the language, the alphabet decides, so that English words are found by their stems in any.
    """
    if is_pair:
        return NO_STEMS
    is_cyrillic = "\u0400" <= word[:1] <= "\u052f"
    known = DICTIONARIES.get(base(language))
    if known is not None and is_cyrillic == (known in CYRILLIC):
        return known
    return "russian_stem" if is_cyrillic else "english_stem"


def dictionaries_of(word: str, languages: Iterable[str | None], *, is_pair: bool = False) -> list[str]:
    """Return the names of the dictionaries by which a word may have been stored, each once."""
    return list(dict.fromkeys(dictionary(one, word, is_pair=is_pair) for one in [*languages, None]))


def dictionaries(languages: Iterable[str | None]) -> list[str]:
    """Return the names of the dictionaries for texts in these languages, each once; there is always one."""
    known = [DICTIONARIES[base(one)] for one in languages if base(one) in DICTIONARIES]
    return list(dict.fromkeys([*known, "english_stem", "russian_stem"]))
