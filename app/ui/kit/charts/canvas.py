"""The sheet that charts are drawn on: SVG, in the colours of Discord's dark theme.

Every text goes through `said`: what people typed is shown, and is never part of the drawing.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from app.core.records import record

WIDTH = 800
SHEET, FRAME, GRID = "#1e1f22", "#2b2d31", "#3f4147"
TITLE, TEXT, QUIET = "#f2f3f5", "#dbdee1", "#a5a9b0"
COLOURS = ("#7983f5", "#57f287", "#fee75c", "#eb459e", "#45c1ff", "#ff9f5a")
"""Of series, one after the other; each is told from its neighbours, and read on the sheet."""

SIZE, SMALL, LARGE = 15, 13, 21
MARGIN = 20
FAILURE = "#ed4245"
"""What went wrong."""

Say = Callable[[float], str]
"""Puts a value into words, for an axis or beside a bar."""


@record
class Chart:
    """A drawing, as SVG. Nothing in it is loaded from elsewhere."""

    svg: str


@record
class Series:
    """Values of one kind, with a name that the legend has; None where there is no value."""

    name: str
    values: Sequence[float | None]
    colour: str = ""
    """One that means something; without, one of COLOURS."""


class Canvas:
    """A sheet of a height, with a title."""

    def __init__(self, title: str, height: int, under_title: str = "", *, size: int = LARGE) -> None:
        self.height = height
        self._parts: list[str] = []
        self.box(0, 0, WIDTH, height, SHEET)
        self.text(MARGIN, 36, title, size=size, colour=TITLE, room=WIDTH - 2 * MARGIN)
        if under_title:
            self.text(MARGIN, 58, under_title, size=SMALL, colour=QUIET, room=WIDTH - 2 * MARGIN)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = SIZE,
        colour: str = TEXT,
        anchor: str = "start",
        room: float = WIDTH,
        turned: bool = False,
    ) -> None:
        """Write a text on its base line, shortened to the room that there is."""
        where = {"x": x, "y": y, "font-size": size, "fill": colour, "text-anchor": anchor}
        if turned:
            where["transform"] = f"rotate(-90 {x:.1f} {y:.1f})"
        self._draw("text", where, fitted(said(words), size, room))

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, *, corner: float = 0, opacity: float = 1
    ) -> None:
        """Fill a rectangle."""
        size = {"width": max(width, 0), "height": max(height, 0), "rx": corner}
        self._draw("rect", {"x": x, "y": y, **size, "fill": colour, **_seen_through(opacity)})

    def area(self, points: Sequence[tuple[float, float]], colour: str, *, opacity: float = 1) -> None:
        """Fill what lies between points."""
        self._draw("polygon", {"points": _way(points), "fill": colour, **_seen_through(opacity)})

    def line(self, x: float, y: float, x2: float, y2: float, colour: str = GRID, *, dashes: str = "") -> None:
        """Draw a thin line, of dashes if their lengths are given."""
        dashed = {"stroke-dasharray": dashes, "stroke-width": 2.0} if dashes else {}
        self._draw("line", {"x1": x, "y1": y, "x2": x2, "y2": y2, "stroke": colour, **dashed})

    def path(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """Draw a line through points."""
        pen = {"fill": "none", "stroke": colour, "stroke-width": 2.5, "stroke-linejoin": "round"}
        self._draw("polyline", {"points": _way(points), **pen})

    def dot(self, x: float, y: float, colour: str) -> None:
        """Mark a point."""
        self._draw("circle", {"cx": x, "cy": y, "r": 3.5, "fill": colour, "stroke": SHEET})

    def legend(self, series: Sequence[Series], y: float) -> None:
        """Say in one line which colour is what."""
        room = (WIDTH - 2 * MARGIN) / max(len(series), 1)
        x = float(MARGIN)
        for number, one in enumerate(series):
            self.box(x, y - 10, 12, 12, colour_of(one, number), corner=3)
            words = fitted(said(one.name), SMALL, room - 40)
            self.text(x + 18, y, words, size=SMALL)
            x += 18 + width_of(words, SMALL) + 24

    def chart(self) -> Chart:
        """Return what was drawn."""
        size = {"viewBox": f"0 0 {WIDTH} {self.height}", "width": WIDTH, "height": self.height}
        return Chart(_element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size}, "".join(self._parts)))

    def _draw(self, tag: str, attributes: Mapping[str, float | str], words: str = "") -> None:
        self._parts.append(_element(tag, attributes, escape(words)))


def _way(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _seen_through(opacity: float) -> dict[str, str]:
    return {"fill-opacity": f"{opacity:.2f}"} if opacity < 1 else {}


def _element(tag: str, attributes: Mapping[str, float | str], inside: str) -> str:
    said_of_it = "".join(
        f" {name}={quoteattr(value if isinstance(value, str) else f'{value:.1f}')}"
        for name, value in attributes.items()
    )
    return f"<{tag}{said_of_it}>{inside}</{tag}>"


def colour_of(series: Series, number: int) -> str:
    """Return the colour of one of several."""
    return series.colour or COLOURS[number % len(COLOURS)]


def said(words: str) -> str:
    """Return a text without what cannot be drawn: signs that control, halves of pairs, and pictures such as emoji."""
    # Emoji are pictures of a font that no sheet has; the joiners of Arabic and Hindi are kept.
    kept = (
        sign
        for sign in words
        if unicodedata.category(sign) not in {"Cc", "Cn", "Co", "Cs", "So", "Zl", "Zp"}
        and not 0xFE00 <= ord(sign) <= 0xFE0F
        and not 0x1F3FB <= ord(sign) <= 0x1F3FF
    )
    return " ".join("".join(kept).split())


def width_of(words: str, size: float) -> float:
    """Return about how wide a text is: a letter has 0.63 of its height, one of East Asia the whole."""
    wide = sum(
        0.0 if unicodedata.combining(sign) else 1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.63
        for sign in words
    )
    return wide * size


def fitted(words: str, size: float, room: float) -> str:
    """Return a text, cut with an ellipsis if it is wider than the room."""
    if width_of(words, size) <= room:
        return words
    while words and width_of(words, size) + 0.63 * size > room:
        words = words[:-1]
    return f"{words.rstrip()}…"


def ticks(highest: float, *, whole: bool) -> list[float]:
    """Return round values for an axis from 0 to at least `highest`: three to six of them."""
    if highest <= 0:
        return [0.0, 1.0]
    size = 10.0 ** (len(str(int(highest))) - 2) if highest >= 1 else highest / 10
    step = next((one * size for one in (1, 2, 2.5, 5, 10, 20, 25, 50) if highest / (one * size) <= 5), size * 50)
    step = max(1.0, float(-(-step // 1))) if whole else step
    count = int(-(-highest // step))
    return [number * step for number in range(count + 1)]


def every(many: int, room: float, widest: float) -> int:
    """Return which of many labels in a row are shown, so that none touches the next: every second, every third."""
    fits = max(int(room // (widest + 14)), 1)
    return -(-many // fits)
