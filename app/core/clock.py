"""Where the time comes from."""

import time
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta

from app.core.records import record

Clock = Callable[[], datetime]
"""Returns the current time, aware and in UTC. Whoever needs the time is handed one."""


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


# The loop's clock stands still while a machine sleeps. So does CLOCK_MONOTONIC on Linux, but not elsewhere.
_ALWAYS_RUNNING: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def always_running() -> float:
    """Return seconds that also pass while the machine sleeps, and that nobody sets."""
    return time.clock_gettime(_ALWAYS_RUNNING)


@record
class Stopwatch:
    """Tells how long ago it was made, also if the process was stopped or the machine asleep meanwhile.

    Of a virtual machine that was frozen as a whole only the time of day knows, once it is set. So of the two clocks
    the one counts that says more.
    """

    _running: float = field(default_factory=always_running)
    _time_of_day: float = field(default_factory=time.time)

    @property
    def elapsed(self) -> timedelta:
        """How long ago it was made."""
        return timedelta(seconds=max(always_running() - self._running, time.time() - self._time_of_day))
