"""The languages that are translated into the English that the parser reads."""

from app.core.when.languages.translate import LANGUAGES, to_english

__all__ = ["LANGUAGES", "to_english"]
