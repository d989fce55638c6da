"""What a server chose about its statistics, at one moment."""

from datetime import timedelta

from app.core.analytics import settings as chosen
from app.core.records import record
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot


@record
class AnalyticsPolicy:
    """A server's choices about its statistics."""

    period: int
    """Days."""
    keep_events: timedelta
    keep_figures: timedelta
    timezone: str

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "AnalyticsPolicy":
        """Return the policy of a server's settings."""
        return snapshot.policy(cls._read)

    @classmethod
    def _read(cls, snapshot: SettingsSnapshot) -> "AnalyticsPolicy":
        return cls(
            period=int(snapshot[chosen.PERIOD]),
            keep_events=timedelta(seconds=snapshot[chosen.KEEP_EVENTS]),
            keep_figures=timedelta(seconds=snapshot[chosen.KEEP_FIGURES]),
            timezone=snapshot[general.TIMEZONE],
        )
