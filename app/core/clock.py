"""Where the time comes from."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current time, aware and in UTC. Whoever needs the time is handed one."""


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)
