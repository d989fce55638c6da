"""Colours of roles and boxes as classes of the page's style sheet, readable on both of its backgrounds."""

LIGHT, DARK = (0xFF, 0xFF, 0xFF), (0x31, 0x33, 0x38)
"""The page's backgrounds."""
LEAST_CONTRAST = 4.5
"""Of text, by WCAG 2: https://www.w3.org/TR/WCAG22/#contrast-minimum"""

MAX_COLOURS = 200
"""In one page. What comes after them has the page's own."""

Rgb = tuple[int, int, int]


class Colours:
    """Collects the colours that a page needs. No element has a style of its own, which the page's policy forbids."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def of(self, colour: int | None) -> str:
        """Return the class of a colour, with a space before it; nothing for none, which Discord writes as 0 too."""
        if not colour or not 0 < colour <= 0xFFFFFF:
            return ""
        if len(self._known) >= MAX_COLOURS and colour not in self._known:
            return ""
        self._known.add(colour)
        return f" c{colour:06x}"

    def rules(self) -> str:
        """Return the rules of the style sheet."""
        light, dark = [], []
        for colour in sorted(self._known):
            rgb = (colour >> 16, colour >> 8 & 0xFF, colour & 0xFF)
            light.append(f".c{colour:06x}{{--c:#{colour:06x};--t:{_hex(readable(rgb, LIGHT))}}}")
            dark.append(f".c{colour:06x}{{--t:{_hex(readable(rgb, DARK))}}}")
        return "".join(light) + (f"@media (prefers-color-scheme:dark){{{''.join(dark)}}}" if dark else "")


def contrast(one: Rgb, other: Rgb) -> float:
    """Return how well one can be told from the other, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: Rgb, background: Rgb) -> Rgb:
    """Return the colour, moved towards black or white as far as it takes to be read."""
    end = 0 if background == LIGHT else 255
    for step in range(11):
        moved = (_moved(colour[0], end, step), _moved(colour[1], end, step), _moved(colour[2], end, step))
        if contrast(moved, background) >= LEAST_CONTRAST:
            return moved
    return (end, end, end)


def _moved(part: int, end: int, step: int) -> int:
    return part + (end - part) * step // 10


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
