"""Figures in words."""

from datetime import timedelta

from app.core import durations
from app.core.messages import t

MINUTE, HOUR, DAY = 60, 3600, 86400


def share(part: int, whole: int) -> str:
    """Say which part of a whole something is; a whole of nothing has no parts."""
    return t(
        "{percent} % ({part} of {whole})", percent=round(100 * part / whole) if whole else 0, part=part, whole=whole
    )


def length(seconds: float) -> str:
    """Write a length of time in at most two units."""
    unit = 1 if seconds < 5 * MINUTE else MINUTE if seconds < DAY else HOUR if seconds < 14 * DAY else DAY
    return durations.spoken(timedelta(seconds=round(seconds / unit) * unit))
