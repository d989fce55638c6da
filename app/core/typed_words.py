"""Words that people type for yes, no, nothing and all, in the languages that the bot speaks.

English is understood in every language, and so are the words of the others: people paste what they read elsewhere, and
no two of these languages mean opposite things by the same word.
"""

import unicodedata

_YES = {
    "en": "on yes true enable enabled 1",
    "de": "an ja wahr ein aktiviert eingeschaltet",
    "fr": "oui vrai active actif",
    "nl": "aan ja waar ingeschakeld",
    "es": "si verdadero activado activar",
}
_NO = {
    "en": "off no false disable disabled 0",
    "de": "aus nein falsch deaktiviert ausgeschaltet",
    "fr": "non faux desactive inactif",
    "nl": "uit nee onwaar uitgeschakeld",
    "es": "no falso desactivado desactivar",
}
_NOTHING = {
    "en": "none no off never nothing 0",
    "de": "kein keine keinen keiner keines keins nein nie niemals nichts aus",
    "fr": "aucun aucune non jamais rien",
    "nl": "geen nee nooit niets uit",
    "es": "ninguno ninguna ningun no nunca nada",
}
_ALL = {
    "en": "all everything",
    "de": "alle alles",
    "fr": "tous toutes tout",
    "nl": "alle alles allemaal",
    "es": "todos todas todo",
    "it": "tutti tutte",
}


def _of_all(words: dict[str, str]) -> frozenset[str]:
    return frozenset(word for said in words.values() for word in said.split())


YES, NO, NOTHING, ALL = map(_of_all, (_YES, _NO, _NOTHING, _ALL))


def folded(typed: str) -> str:
    """Return what was typed without accents, in small letters."""
    apart = unicodedata.normalize("NFD", typed.strip()).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def toggle(typed: str) -> bool | None:
    """Tell whether a word says on or off; None if it says neither."""
    word = folded(typed)
    return True if word in YES else False if word in NO else None


def is_nothing(typed: str) -> bool:
    """Tell whether a word says that there should be none, such as no length of time or no end."""
    return folded(typed) in NOTHING


def is_all(typed: str) -> bool:
    """Tell whether a word says all of them."""
    return folded(typed) in ALL
