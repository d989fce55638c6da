"""Numbers, percentages and lists as they are written in the language of the current task.

The signs are those of the Unicode consortium's CLDR, https://cldr.unicode.org, for the languages that have a catalogue;
whatever is said in English for want of one is written as in English. docs/architecture.md says why this is no library.
Files that programs read (CSV, JSON) are written without any of this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from app.core.messages import current_language, is_spoken, t

NARROW, FIXED = "\u202f", "\u00a0"
"""Spaces at which no line is broken, a narrow one and one as wide as others."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes numbers."""

    decimal: str = "."
    thousands: str = ","
    percent: str = "%"
    """What follows the number, with the space before it."""
    least: int = 4
    """How many digits a number has at least for its thousands to be parted."""


ENGLISH = Style()
STYLES = {
    "de": Style(",", ".", FIXED + "%"),
    "en": ENGLISH,
    "es": Style(",", ".", FIXED + "%", least=5),
    # In Latin America, as Discord calls it.
    "es-419": Style(".", ",", FIXED + "%"),
    "fr": Style(",", NARROW, NARROW + "%"),
    "nl": Style(",", ".", "%"),
}


def number(value: float, digits: int = 0, *, keeps_zeros: bool = False) -> str:
    """Write a number, rounded to at most so many digits after the point; with `keeps_zeros`, to exactly as many."""
    style = style_of(current_language())
    text = f"{abs(value):.{digits}f}"
    whole, _, rest = text.partition(".")
    if not keeps_zeros:
        rest = rest.rstrip("0")
    if len(whole) >= style.least:
        whole = f"{int(whole):,}".replace(",", style.thousands)
    sign = "-" if value < 0 and set(text) - set("0.") else ""
    return f"{sign}{whole}{style.decimal}{rest}" if rest else f"{sign}{whole}"


def percent(share: float, digits: int = 0) -> str:
    """Write a share of 1 as a percentage, rounded to at most so many digits after the point: `12.5%`."""
    return number(share * 100, digits) + style_of(current_language()).percent


def all_of(items: Iterable[object]) -> str:
    """Write a list of things that all hold: `a, b and c`."""
    *first, last = [str(one) for one in items] or [""]
    return t("{items} and {last}", items=", ".join(first), last=last) if first else last


def any_of(items: Iterable[object]) -> str:
    """Write a list of things of which one is enough: `a, b or c`."""
    *first, last = [str(one) for one in items] or [""]
    return t("{items} or {last}", items=", ".join(first), last=last) if first else last


@cache
def style_of(locale: str) -> Style:
    """Return how a language writes numbers, by Discord's code for it; as in English what is said in English."""
    if not is_spoken(locale):
        return ENGLISH
    return STYLES.get(locale) or STYLES.get(locale.partition("-")[0]) or ENGLISH
