"""Charts of values over time."""

from collections.abc import Sequence

from app.core import formats
from app.ui.kit.charts.canvas import (
    GRID,
    MARGIN,
    QUIET,
    SMALL,
    WIDTH,
    Canvas,
    Chart,
    Say,
    Series,
    colour_of,
    every,
    ticks,
    width_of,
)

MIN_POINTS = 3
"""Fewer make no line that says more than the numbers."""
_HEIGHT, _TOP, _BOTTOM = 400, 100, 62
_MAX_DOTS = 45


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    x_axis: str,
    y_axis: str,
    say: Say = formats.exact,
    whole: bool = True,
) -> Chart | None:
    """Draw one line for each series, each value above its label; None with too few values for a line.

    `whole` is for values that are counted: the axis has no halves.
    """
    drawn = [one for one in series if sum(value is not None for value in one.values) >= MIN_POINTS]
    if not drawn:
        return None
    canvas = Canvas(title, _HEIGHT)
    canvas.legend(drawn, 68)
    marks = ticks(max(value for one in drawn for value in one.values if value is not None), whole=whole)
    left = MARGIN + 24 + max(width_of(say(mark), SMALL) for mark in marks)
    right, bottom = WIDTH - MARGIN - 6, _HEIGHT - _BOTTOM

    def height_of(value: float) -> float:
        return bottom - (bottom - _TOP) * value / marks[-1]

    def place_of(number: int) -> float:
        return left + (right - left) * number / max(len(labels) - 1, 1)

    canvas.text(MARGIN + 8, (_TOP + bottom) / 2, y_axis, size=SMALL, colour=QUIET, anchor="middle", turned=True)
    for mark in marks:
        canvas.line(left, height_of(mark), right, height_of(mark))
        canvas.text(left - 8, height_of(mark) + 5, say(mark), size=SMALL, colour=QUIET, anchor="end")
    step = every(len(labels), right - left, max(width_of(label, SMALL) for label in labels))
    for number in range(0, len(labels), step):
        x = place_of(number)
        half = width_of(labels[number], SMALL) / 2
        canvas.line(x, bottom, x, bottom + 5, GRID)
        canvas.text(
            min(x, WIDTH - half - 4), bottom + 21, labels[number], size=SMALL, colour=QUIET, anchor="middle", room=200
        )
    canvas.text((left + right) / 2, _HEIGHT - 14, x_axis, size=SMALL, colour=QUIET, anchor="middle")
    for number, one in enumerate(drawn):
        _draw(canvas, [None if v is None else (place_of(i), height_of(v)) for i, v in enumerate(one.values)],
              colour_of(one, number))  # fmt: skip
    return canvas.chart()


def _draw(canvas: Canvas, points: Sequence[tuple[float, float] | None], colour: str) -> None:
    """Draw a line, with a gap where there is no value, and a dot for each that would not be seen otherwise."""
    run = list[tuple[float, float]]()
    for point in (*points, None):
        if point is not None:
            run.append(point)
            continue
        if len(run) > 1:
            canvas.path(run, colour)
        for x, y in run if len(points) <= _MAX_DOTS or len(run) == 1 else ():
            canvas.dot(x, y, colour)
        run = []
