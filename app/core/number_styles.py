"""How languages write numbers, as the Unicode consortium's CLDR says: https://cldr.unicode.org."""

from dataclasses import dataclass

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

    def written(self, value: float, digits: int = 0, *, keeps_zeros: bool = False) -> str:
        """Write a number, rounded to at most so many digits after the point; with `keeps_zeros`, to exactly as many."""
        text = f"{abs(value):.{digits}f}"
        whole, _, rest = text.partition(".")
        if not keeps_zeros:
            rest = rest.rstrip("0")
        if len(whole) >= self.least:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        sign = "-" if value < 0 and text.strip("0.") else ""
        return f"{sign}{whole}{self.decimal}{rest}" if rest else f"{sign}{whole}"


ENGLISH = Style()
STYLES = {
    "de": Style(",", ".", FIXED + "%"),
    "en": ENGLISH,
    "es": Style(",", ".", FIXED + "%", least=5),
    # In Latin America, as Discord calls it.
    "es-419": Style(),
    "fr": Style(",", NARROW, NARROW + "%"),
    "nl": Style(",", ".", "%"),
}
"""By Discord's code. A language with a catalogue has its line here, and a test compares it with CLDR."""


def of(locale: str) -> Style:
    """Return how a language writes numbers; in English for one that has no line."""
    return STYLES.get(locale) or STYLES.get(locale.partition("-")[0]) or ENGLISH
