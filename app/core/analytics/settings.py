"""What a server can choose about its statistics."""

from app.core.messages import msg
from app.core.settings.kinds import DAY, Kind, Setting

PERIOD: Setting[str] = Setting(
    "analytics.period",
    Kind.CHOICE,
    "30",
    label=msg("Period"),
    help=msg("What `/stats` is about until another period is chosen there."),
    choices={
        "7": msg("7 days"),
        "30": msg("30 days"),
        "90": msg("90 days"),
        "365": msg("365 days"),
    },
)
KEEP_EVENTS: Setting[int] = Setting(
    "analytics.keep_events",
    Kind.DURATION,
    90 * DAY,
    minimum=3 * DAY,
    maximum=730 * DAY,
    label=msg("Keep each use"),
    help=msg("How long it is kept who used which command, and when. Figures of days are kept longer."),
)
KEEP_FIGURES: Setting[int] = Setting(
    "analytics.keep_figures",
    Kind.DURATION,
    730 * DAY,
    minimum=30 * DAY,
    maximum=1830 * DAY,
    label=msg("Keep figures"),
    help=msg("How long figures of days, and errors, are kept."),
)
PERIODS: tuple[int, ...] = tuple(map(int, PERIOD.choices))
"""The days that figures may be about."""
