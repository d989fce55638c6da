"""Charts as pictures: what is drawn is described here, and drawn in a process of its own."""

from app.ui.kit.charts.axis import time_axis
from app.ui.kit.charts.bars import bar_chart
from app.ui.kit.charts.canvas import FAILURE, Chart, Series
from app.ui.kit.charts.heat import heat_map
from app.ui.kit.charts.lines import MIN_POINTS, line_chart
from app.ui.kit.charts.picture import pictures
from app.ui.kit.charts.times import Band, Line, Mark, TimeAxis, time_chart

__all__ = [
    "FAILURE",
    "MIN_POINTS",
    "Band",
    "Chart",
    "Line",
    "Mark",
    "Series",
    "TimeAxis",
    "bar_chart",
    "heat_map",
    "line_chart",
    "pictures",
    "time_axis",
    "time_chart",
]
