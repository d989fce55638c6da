"""Charts that compare things by the length of a bar."""

from collections.abc import Sequence

from app.core import formats
from app.ui.kit.charts.canvas import (
    FRAME,
    MARGIN,
    QUIET,
    SMALL,
    WIDTH,
    Canvas,
    Chart,
    Say,
    Series,
    colour_of,
    fitted,
    said,
    width_of,
)

_MAX_BARS = 12
_MAX_LABEL = 270
_BAR, _BETWEEN, _TOP = 18, 14, 92


def bar_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, axis: str, say: Say = formats.exact
) -> Chart | None:
    """Draw lying bars, for each label one of each series, with its value beside it; None if there is no value.

    Of many labels, the first are drawn.
    """
    highest = max((value for one in series for value in one.values if value is not None), default=None)
    if highest is None or not labels:
        return None
    labels = labels[:_MAX_BARS]
    row = len(series) * _BAR + _BETWEEN
    canvas = Canvas(title, _TOP + len(labels) * row + 44)
    canvas.legend(series, 68)
    names = [fitted(said(label), SMALL, _MAX_LABEL) for label in labels]
    left = MARGIN + 12 + max(width_of(name, SMALL) for name in names)
    values = max(width_of(say(v), SMALL) for one in series for v in one.values[:_MAX_BARS] if v is not None) + 16
    longest = WIDTH - MARGIN - left - values
    for number, name in enumerate(names):
        top = _TOP + number * row
        canvas.text(left - 12, top + len(series) * _BAR / 2 + 5, name, size=SMALL, anchor="end")
        for place, one in enumerate(series):
            y, value = top + place * _BAR, one.values[number]
            canvas.box(left, y + 1, longest, _BAR - 3, FRAME, corner=4)
            if value is None:
                canvas.text(left + 8, y + 13, "–", size=SMALL, colour=QUIET)
                continue
            length = longest * value / highest if highest else 0
            canvas.box(left, y + 1, max(length, 3 if value else 0), _BAR - 3, colour_of(one, place), corner=4)
            canvas.text(left + length + 8, y + 13, say(value), size=SMALL)
    canvas.text(left + longest / 2, canvas.height - 16, axis, size=SMALL, colour=QUIET, anchor="middle")
    return canvas.chart()
