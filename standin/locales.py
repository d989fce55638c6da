"""The languages that Discord has, and how commands look in each."""

from typing import Any

LOCALES = {
    "id": "Bahasa Indonesia",
    "da": "Dansk",
    "de": "Deutsch",
    "en-GB": "English, UK",
    "en-US": "English, US",
    "es-ES": "Español",
    "es-419": "Español, LATAM",
    "fr": "Français",
    "hr": "Hrvatski",
    "it": "Italiano",
    "lt": "Lietuviškai",
    "hu": "Magyar",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt-BR": "Português do Brasil",
    "ro": "Română",
    "fi": "Suomi",
    "sv-SE": "Svenska",
    "vi": "Tiếng Việt",
    "tr": "Türkçe",
    "cs": "Čeština",
    "el": "Ελληνικά",
    "bg": "български",
    "ru": "Русский",
    "uk": "Українська",
    "hi": "हिन्दी",
    "th": "ไทย",
    "zh-CN": "中文",
    "ja": "日本語",
    "zh-TW": "繁體中文",
    "ko": "한국어",
    "ar": "العربية",
    "he": "עברית",
}
"""Discord's codes, each with the language's own name."""

# Documentation: "Application Commands", "Locale fallbacks".
_FALLBACKS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}
_NESTED = ("options", "choices")


def localized(part: dict[str, Any], locale: str | None) -> dict[str, Any]:
    """A command, option or choice with `name_localized` and `description_localized` in place of all translations."""
    shown = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    for field in ("name", "description"):
        translations = part.get(f"{field}_localizations") or {}
        text = translations.get(locale) or translations.get(_FALLBACKS.get(locale or ""))
        if text:
            shown[f"{field}_localized"] = text
    return shown | {key: [localized(each, locale) for each in part[key]] for key in _NESTED if key in part}
