"""The axis of a chart over time: which moments it names, by the clock of a zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.messages import t
from app.core.scheduling.calendar_words import MONTH_NAMES, day
from app.core.scheduling.zone_search import zone_label
from app.core.scheduling.zones import resolve
from app.ui.kit.charts.times import Mark, TimeAxis

_MAX_NAMED = 8
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 7)


def time_axis(since: datetime, until: datetime, zone: ZoneInfo) -> TimeAxis:
    """Return an axis that names round hours, days or months as clocks of a zone show them, a few in all."""
    named = [mark for mark in _named(since, until, zone) if since <= mark.at <= until]
    words = t("Time in {zone}", zone=zone_label(zone.key))
    if until - since <= timedelta(hours=_HOURS[-1]) * _MAX_NAMED:
        # The names are hours; the days have no room among them.
        days = dict.fromkeys(day(at.astimezone(zone)) for at in (since, until))
        words = f"{' – '.join(days)} · {words}"
    return TimeAxis(since, until, named, words)


def _named(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Mark]:
    length = until - since
    for hours in _HOURS:
        if length <= timedelta(hours=hours) * _MAX_NAMED:
            return _hours(since, until, zone, hours)
    for days in _DAYS:
        if length <= timedelta(days=days) * _MAX_NAMED:
            return _days(since, until, zone, days)
    return _months(since, until, zone)


def _hours(since: datetime, until: datetime, zone: ZoneInfo, step: int) -> Iterator[Mark]:
    at = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    # Quarters of hours for zones whose clocks are by those apart.
    while at <= until:
        local = at.astimezone(zone)
        if local.minute == 0 and local.hour % step == 0:
            yield Mark(at, f"{local:%H:%M}")
        at += timedelta(minutes=15)


def _days(since: datetime, until: datetime, zone: ZoneInfo, step: int) -> Iterator[Mark]:
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    # Counted from the end, so that today is named.
    for back in range((last - first).days, -1, -1):
        if back % step == 0:
            here = last - timedelta(days=back)
            yield Mark(_midnight(here, zone), day(here))


def _months(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Mark]:
    here, last = since.astimezone(zone).date().replace(day=1), until.astimezone(zone).date()
    while here <= last:
        yield Mark(_midnight(here, zone), str(MONTH_NAMES[here.month - 1]))
        here = (here + timedelta(days=31)).replace(day=1)


def _midnight(here: date, zone: ZoneInfo) -> datetime:
    return resolve(datetime(here.year, here.month, here.day), zone).at  # noqa: DTZ001 -- what a clock on the wall shows
