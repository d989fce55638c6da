"""Maps of the week: which hours of which days have how much."""

from collections.abc import Sequence

from app.ui.kit.charts.canvas import FRAME, MARGIN, QUIET, SMALL, TEXT, WIDTH, Canvas, Chart, Say, width_of

_HOURS = 24
_TOP, _CELL = 96, 36
_COLOURS = ((0x3A, 0x32, 0x68), (0xC0, 0x3D, 0x82), (0xFE, 0xE7, 0x5C))
"""From the coldest to the hottest."""


def heat_map(
    title: str, days: Sequence[str], values: Sequence[Sequence[float]], *, axis: str, say: Say = "{:g}".format
) -> Chart | None:
    """Draw a row for each day with a cell for each of its 24 hours, brighter for more; None if there is nothing."""
    highest = max((value for row in values for value in row), default=0)
    if highest <= 0:
        return None
    canvas = Canvas(title, _TOP + len(days) * _CELL + 44)
    left = MARGIN + 12 + max(width_of(day, SMALL) for day in days)
    width = (WIDTH - MARGIN - left) / _HOURS
    _scale(canvas, say, highest)
    for row, day in enumerate(days):
        y = _TOP + row * _CELL
        canvas.text(left - 12, y + _CELL / 2 + 4, day, size=SMALL, anchor="end")
        for hour, value in enumerate(values[row]):
            canvas.box(left + hour * width + 1, y + 1, width - 2, _CELL - 2, _colour(value, highest), corner=4)
    for hour in range(0, _HOURS, 3):
        x = left + hour * width
        canvas.text(x, _TOP + len(days) * _CELL + 17, f"{hour:02}:00", size=SMALL, colour=QUIET)
    canvas.text((left + WIDTH) / 2, canvas.height - 8, axis, size=SMALL, colour=QUIET, anchor="middle")
    return canvas.chart()


def _scale(canvas: Canvas, say: Say, highest: float) -> None:
    """Say what the colours stand for."""
    canvas.text(MARGIN, 68, say(0), size=SMALL)
    x = MARGIN + width_of(say(0), SMALL) + 8
    for number in range(9):
        canvas.box(x + number * 20, 57, 18, 14, _colour(highest * number / 8, highest), corner=3)
    canvas.text(x + 188, 68, say(highest), size=SMALL, colour=TEXT)


def _colour(value: float, highest: float) -> str:
    if value <= 0:
        return FRAME
    # The root tells small values apart, of which there are most.
    share = (value / highest) ** 0.6 * (len(_COLOURS) - 1)
    lower = min(int(share), len(_COLOURS) - 2)
    parts = zip(_COLOURS[lower], _COLOURS[lower + 1], strict=True)
    return "#" + "".join(f"{round(cold + (hot - cold) * (share - lower)):02x}" for cold, hot in parts)
