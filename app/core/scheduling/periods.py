"""The days before now that figures are about."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.records import record
from app.core.scheduling.zones import resolve


@record
class Period:
    """A time that ends now and begins at a midnight of a zone, in steps of whole days there."""

    zone: ZoneInfo
    days: int
    step: int
    """Days of a step."""
    bounds: tuple[datetime, ...]
    """Where each step begins, and the end of the last."""

    @property
    def since(self) -> datetime:
        """Return when it begins."""
        return self.bounds[0]

    @property
    def until(self) -> datetime:
        """Return when it ends."""
        return self.bounds[-1]


def last_days(days: int, step: int, zone: ZoneInfo, now: datetime) -> Period:
    """Return the period of today and the days before it, in steps of some days; the first may be shorter."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    # Counted from the end, so that the newest step is a whole one.
    back = sorted({days - 1, *range(step - 1, days, step)}, reverse=True)
    return Period(zone, days, step, (*(resolve(today - timedelta(days=one), zone).at for one in back), now))
