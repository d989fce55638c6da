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
DEFAULTS = ("english_stem", "russian_stem")
"""Each leaves the letters of the other alone."""


def base(language: str | None) -> str:
    """Return the language of one of Discord's codes: "pt" of "pt-BR"."""
    return (language or "").partition("-")[0].casefold()


def dictionaries(languages: Iterable[str | None]) -> list[str]:
    """Return the names of the dictionaries for texts in these languages, each once; there is always one."""
    known = [DICTIONARIES[base(one)] for one in languages if base(one) in DICTIONARIES]
    return list(dict.fromkeys([*known, *DEFAULTS]))
