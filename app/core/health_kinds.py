"""What the rows of the health trend are, and the states that a process can be in."""

import enum


class HealthKind(enum.StrEnum):
    """What a row is."""

    SAMPLE = "sample"
    """How the process was, or was on average over the time of its grain."""
    START = "start"
    STOP = "stop"
    """It stopped as it was told to."""
    CRASH = "crash"
    """It ended otherwise; `checked_at` is when it was last seen."""
    GAP = "gap"
    """It went on after it had stood still, as a machine that slept; `since` is when it was last seen before."""
    CHANGE = "change"
    """The state changed to `state`; `since` is when the state before it began."""


class HealthGrain(enum.StrEnum):
    """What time a sample is about."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


class HealthState(enum.StrEnum):
    """How a process is, once that has been so for long enough."""

    OK = "ok"
    DEGRADED = "degraded"
    """It works, but something is slow, late or nearly used up."""
    DOWN = "down"
    """Commands fail: no database, or no connection to Discord."""
    FLAPPING = "flapping"
    """It changes too often to say."""
