"""The languages that an entry can be written in: those that Discord has, by its codes."""

from collections.abc import Mapping

from app.core.faq.languages import base

LANGUAGES: Mapping[str, str] = {
    "ar": "العربية",
    "bg": "български",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en-GB": "English, UK",
    "en-US": "English, US",
    "es-419": "Español, LATAM",
    "es-ES": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuviškai",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt-BR": "Português do Brasil",
    "ro": "Română",
    "ru": "Русский",
    "sv-SE": "Svenska",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "zh-CN": "中文",
    "zh-TW": "繁體中文",
}
"""What each calls itself. https://discord.com/developers/docs/reference#locales"""


def usual(server: str | None) -> str | None:
    """Return the language of what is written in a server with this one; None for English, which needs no word of it.

    A server's language is English until somebody chooses another, so it says nothing else.
    """
    return server if server in LANGUAGES and base(server) != "en" else None
