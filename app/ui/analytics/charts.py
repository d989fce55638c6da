"""The charts of figures, each only where there is enough to see."""

from collections.abc import Sequence
from datetime import datetime

from app.core import formats
from app.core.analytics.figures import CommandUse, Day
from app.core.messages import t
from app.core.records import record
from app.core.scheduling.calendar_words import day
from app.core.scheduling.periods import Period
from app.core.scheduling.zone_search import zone_label
from app.ui.analytics.ids import Sort
from app.ui.analytics.names import Names
from app.ui.analytics.words import milliseconds
from app.ui.kit.charts import FAILURE, MIN_POINTS, Chart, Series, bar_chart, line_chart

WEEK = 7
MAX_DAILY = 31
"""Of more days than these, weeks are shown."""
MAX_BARS = 10
MIN_BARS = 2
"""A single bar compares nothing."""


@record
class Step:
    """A day or a week of a chart; None where nothing was recorded."""

    start: datetime
    count: int | None
    failed: int | None
    people: float | None
    """On average a day."""


def steps_of(days: Sequence[Day], period: Period, since: datetime | None) -> list[Step]:
    """Return the days, or of a long time the weeks, of which the last ends today and each has seven days."""
    size = WEEK if period.days > MAX_DAILY else 1
    first = len(days) % size
    return [_step(days[at : at + size], since) for at in range(first, len(days), size)]


def _step(days: Sequence[Day], since: datetime | None) -> Step:
    start = days[0].start
    if since is not None and days[-1].start < since and not any(one.count for one in days):
        return Step(start, None, None, None)
    counted = [one.people for one in days if since is None or one.start >= since] or [one.people for one in days]
    people = sum(counted) / len(counted)
    return Step(start, sum(one.count for one in days), sum(one.failed for one in days), people)


def has_enough(steps: Sequence[Step]) -> bool:
    """Tell whether a line says more than the numbers."""
    return sum(bool(step.count) for step in steps) >= MIN_POINTS


def uses(title: str, steps: Sequence[Step], period: Period) -> Chart | None:
    """Draw how much was used, and how much of it failed if anything did."""
    if not has_enough(steps):
        return None
    series = [Series(t("Uses"), [step.count for step in steps])]
    if any(step.failed for step in steps):
        series.append(Series(t("Failed"), [step.failed for step in steps], FAILURE))
    return _lines(title, steps, period, series, t("Uses"))


def people(steps: Sequence[Step], period: Period) -> Chart | None:
    """Draw how many people there were."""
    if not has_enough(steps):
        return None
    is_daily = period.days <= MAX_DAILY
    title = t("People per day") if is_daily else t("People per day, on average of a week")
    values = [None if step.people is None else round(step.people, 1) for step in steps]
    return _lines(title, steps, period, [Series(t("People"), values)], t("People"))


def _lines(title: str, steps: Sequence[Step], period: Period, series: Sequence[Series], y_axis: str) -> Chart | None:
    zone = zone_label(period.zone.key)
    return line_chart(
        title,
        [day(step.start.astimezone(period.zone)) for step in steps],
        series,
        x_axis=t("Day, {zone}", zone=zone) if period.days <= MAX_DAILY else t("Week from, {zone}", zone=zone),
        y_axis=y_axis,
        say=formats.exact,
    )


def compared(commands: Sequence[CommandUse], names: Names, sort: Sort, *, is_comparable: bool) -> Chart | None:
    """Draw the first of some commands beside each other, by what they are sorted by."""
    shown = commands[:MAX_BARS]
    if len(shown) < MIN_BARS:
        return None
    labels = [names.text(one.name, one.kind) for one in shown]
    match sort:
        case Sort.SLOWEST:
            half, most = t("Half of them within"), t("95 % within")
            series = [
                Series(half, [one.use.durations.percentile(0.5) for one in shown]),
                Series(most, [one.use.durations.percentile(0.95) for one in shown]),
            ]
            return bar_chart(t("How long they took"), labels, series, axis=t("From beginning to end"), say=milliseconds)
        case Sort.FAILURES:
            series = [Series(t("Failed"), [one.use.failed for one in shown], FAILURE)]
            return bar_chart(t("What failed most often"), labels, series, axis=t("Failed"), say=formats.number)
        case Sort.USED | Sort.RISING:
            series = [Series(t("Uses"), [one.use.count for one in shown])]
            if is_comparable:
                series.append(Series(t("In the time before"), [one.before for one in shown]))
            title = t("What is used most") if sort is Sort.USED else t("What is used more than before")
            return bar_chart(title, labels, series, axis=t("Uses"), say=formats.number)
