"""Charts of what was measured all the time, with what happened meanwhile marked in them.

They are looked at on phones, where a picture is less than half as wide as it is drawn: letters are large, and what
lasted for a moment only is drawn wide enough to be seen.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime

from app.core.records import record
from app.ui.kit.charts.canvas import (
    COLOURS,
    FRAME,
    MARGIN,
    QUIET,
    TEXT,
    WIDTH,
    Canvas,
    Chart,
    Say,
    fitted,
    said,
    ticks,
    width_of,
)
from app.ui.kit.charts.lines import MIN_POINTS

LETTERS, SMALLER = 19, 17
_HEIGHT, _BOTTOM = 500, 72
_LINE = 28
"""From one line of the legend to the next."""
_LEAST_BAND = 4
_STRIP = 8
_MAX_MARKS = 10
"""More lines from top to bottom would hide what they are drawn over."""
_USUAL, _CUT = 0.95, 3
"""The sheet is at most so many times as high as this share of a line: peaks above that would press all lines flat."""

Point = tuple[datetime, float | None]
"""A value at a moment; None where the line is interrupted."""


@record
class Line:
    """One line: what was measured, in the order of time, and the most that it was meanwhile, for the same moments."""

    name: str
    points: Sequence[Point]
    most: Sequence[Point] = ()


@record
class Band:
    """A time in which something was so; those of the same name look the same."""

    name: str
    since: datetime
    until: datetime
    colour: str


@record
class Mark:
    """A moment at which something happened, with a short word for it."""

    at: datetime
    label: str


@record
class TimeAxis:
    """The time that a chart is about, which moments its axis names, and what the axis is called."""

    since: datetime
    until: datetime
    named: Sequence[Mark] = field(default=())
    words: str = ""


def time_chart(
    title: str,
    axis: TimeAxis,
    lines: Sequence[Line],
    *,
    y_axis: str,
    say: Say,
    bands: Sequence[Band] = (),
    marks: Sequence[Mark] = (),
    marked: str = "",
) -> Chart | None:
    """Draw lines over time, above bands and beside marks, which the legend calls `marked`; None with too few values."""
    drawn = [one for one in lines if sum(value is not None for _, value in one.points) >= MIN_POINTS]
    if not drawn:
        return None
    marks = [mark for mark in marks if axis.since <= mark.at <= axis.until]
    bands = [band for band in bands if band.until >= axis.since and band.since <= axis.until]
    canvas = Canvas(title, _HEIGHT, size=26)
    top = _legend(canvas, drawn, bands, marked if marks else "") + (34 if marks else 10)
    sheet = _Sheet(canvas, axis, ticks(_highest(drawn), whole=False), say, top)
    sheet.bands(bands)
    sheet.axes(y_axis)
    for number, one in enumerate(drawn):
        sheet.measured(one, COLOURS[number % len(COLOURS)])
    sheet.marks(marks)
    return canvas.chart()


def _highest(lines: Sequence[Line]) -> float:
    """Return how high the sheet is: as the highest value, or less if that stands out."""
    usual = highest = 0.0
    for one in lines:
        values = sorted(value for _, value in one.points if value is not None)
        usual = max(usual, values[int((len(values) - 1) * _USUAL)])
        highest = max(highest, values[-1], *(value for _, value in one.most if value is not None))
    return min(highest, usual * _CUT) if usual > 0 else highest


def _legend(canvas: Canvas, lines: Sequence[Line], bands: Sequence[Band], marked: str) -> float:
    """Say what is what, in as many lines as that needs; return where the last one is."""
    x, y = float(MARGIN), 74.0
    entries = [(one.name, COLOURS[number % len(COLOURS)], False) for number, one in enumerate(lines)]
    entries += [(name, colour, True) for name, colour in dict.fromkeys((band.name, band.colour) for band in bands)]
    if marked:
        entries.append((marked, TEXT, False))
    for number, (name, colour, is_band) in enumerate(entries):
        words = fitted(said(name), LETTERS, WIDTH - 2 * MARGIN - 30)
        width = 26 + width_of(words, LETTERS)
        if x > MARGIN and x + width > WIDTH - MARGIN:
            x, y = float(MARGIN), y + _LINE
        if marked and number == len(entries) - 1:
            canvas.line(x + 8, y - 16, x + 8, y + 3, colour, dashes="5 4")
        elif is_band:
            canvas.box(x, y - 15, 18, 18, colour, corner=3, opacity=0.45)
            canvas.box(x, y - 3, 18, 6, colour)
        else:
            canvas.box(x, y - 9, 18, 5, colour, corner=2)
        canvas.text(x + 25, y, words, size=LETTERS)
        x += width + 24
    return y


class _Sheet:
    """What lines are drawn on: it knows where a moment and a value are."""

    def __init__(self, canvas: Canvas, axis: TimeAxis, values: Sequence[float], say: Say, top: float) -> None:
        self._canvas, self._axis, self._values, self._say = canvas, axis, values, say
        self._top, self._bottom = top, canvas.height - _BOTTOM
        self._left = MARGIN + 26 + max(width_of(say(value), SMALLER) for value in values)
        self._right = WIDTH - MARGIN - 4

    def x(self, moment: datetime) -> float:
        whole = (self._axis.until - self._axis.since).total_seconds() or 1
        share = (moment - self._axis.since).total_seconds() / whole
        return self._left + (self._right - self._left) * min(max(share, 0), 1)

    def y(self, value: float) -> float:
        return self._bottom - (self._bottom - self._top) * min(value / self._values[-1], 1)

    def bands(self, bands: Sequence[Band]) -> None:
        """Fill the times of bands, and mark them under the axis as well, where no line hides the colour."""
        self._canvas.box(self._left, self._bottom, self._right - self._left, _STRIP, FRAME)
        for since, until, colour in self._places(bands):
            self._canvas.box(since, self._top, until - since, self._bottom - self._top, colour, opacity=0.3)
            self._canvas.box(since, self._bottom, until - since, _STRIP, colour)

    def _places(self, bands: Sequence[Band]) -> list[tuple[float, float, str]]:
        """Return where there is colour; bands of one colour that touch are one, or they would be darker together."""
        found = list[tuple[float, float, str]]()
        for colour in dict.fromkeys(band.colour for band in bands):
            places = sorted(self._place(band) for band in bands if band.colour == colour)
            since, until = places[0]
            for begin, end in places[1:]:
                if begin > until:
                    found.append((since, until, colour))
                    since, until = begin, end
                until = max(until, end)
            found.append((since, until, colour))
        return found

    def _place(self, band: Band) -> tuple[float, float]:
        since, until = self.x(band.since), self.x(band.until)
        width = max(until - since, _LEAST_BAND)
        since = min(since, self._right - width)
        return since, since + width

    def axes(self, y_axis: str) -> None:
        middle = (self._top + self._bottom) / 2
        room = self._bottom - self._top + 40
        self._canvas.text(
            MARGIN + 8, middle, y_axis, size=SMALLER, colour=QUIET, anchor="middle", turned=True, room=room
        )
        for value in self._values:
            y = self.y(value)
            self._canvas.line(self._left, y, self._right, y)
            self._canvas.text(self._left - 8, y + 6, self._say(value), size=SMALLER, colour=TEXT, anchor="end")
        free = 0.0
        for moment in self._axis.named:
            x, half = self.x(moment.at), width_of(moment.label, SMALLER) / 2
            # A label at the edge is moved inside; one that would touch the one before is left out.
            place = min(max(x, half + 4), WIDTH - half - 4)
            if place - half < free:
                continue
            free = place + half + 12
            self._canvas.line(x, self._bottom + _STRIP, x, self._bottom + _STRIP + 6, QUIET)
            self._canvas.text(place, self._bottom + _STRIP + 24, moment.label, size=SMALLER, anchor="middle")
        self._canvas.text(
            (self._left + self._right) / 2, self._canvas.height - 12, self._axis.words, size=SMALLER, colour=QUIET,
            anchor="middle",
        )  # fmt: skip

    def measured(self, one: Line, colour: str) -> None:
        """Draw a line, and from it to the most."""
        most = dict(one.most)
        for run in _runs(one.points):
            places = [(self.x(at), self.y(value)) for at, value in run]
            above = [
                (self.x(at), self.y(value if (high := most.get(at)) is None else max(high, value))) for at, value in run
            ]
            if len(run) > 1 and above != places:
                self._canvas.area([*above, *reversed(places)], colour, opacity=0.22)
            if len(run) > 1:
                self._canvas.path(places, colour)
            else:
                self._canvas.dot(*places[0], colour)
            for x in (self.x(at) for at, value in run if value > self._values[-1]):
                # It goes on above the sheet.
                self._canvas.area([(x - 7, self._top + 2), (x + 7, self._top + 2), (x, self._top - 10)], colour)

    def marks(self, marks: Sequence[Mark]) -> None:
        """Draw a dashed line at each mark, and its word above it where there is room, the newest first.

        Of very many, those without a word are short.
        """
        free = float(WIDTH)
        for mark in sorted(marks, key=lambda mark: mark.at, reverse=True):
            x = self.x(mark.at)
            words = fitted(said(mark.label), SMALLER, 160)
            half = width_of(words, SMALLER) / 2
            place = min(max(x, half + 4), WIDTH - half - 4)
            has_room = place + half <= free
            end = self._bottom if has_room or len(marks) <= _MAX_MARKS else self._top + 12
            self._canvas.line(x, self._top - 6, x, end, TEXT, dashes="5 4")
            if not has_room:
                continue
            free = place - half - 10
            self._canvas.text(place, self._top - 12, words, size=SMALLER, anchor="middle")


def _runs(points: Sequence[Point]) -> list[list[tuple[datetime, float]]]:
    """Return the parts of a line that are not interrupted."""
    runs: list[list[tuple[datetime, float]]] = [[]]
    for at, value in points:
        if value is not None:
            runs[-1].append((at, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
