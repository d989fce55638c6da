"""How the bot was over time: figures, times in which it did not work, and releases.

- A process runs from its start to its stop or crash, without the times in which it stood still. What one process does
  not serve, another may: the bot runs where at least one of those that serve a shard does, so a new process that starts
  before the old one stops is no downtime.
- It is down while none runs, and while it says of itself that it is down: no database, or no connection to Discord.
- Downtime that begins with a stop as told is planned. Availability is about the rest of the time: a bot that was
  stopped for a week was not unavailable for a week, and nothing is known of how it would have been. How long it was
  stopped is said beside it.
- Nothing is known of the time before the first row, and nothing is said of it.
"""

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.core.health_kinds import HealthState
from app.core.records import record


class Figure(enum.StrEnum):
    """What a trend can show; by the names of columns."""

    DATABASE = "database_ms"
    GATEWAY = "gateway_ms"
    """Of one shard where the trend is about one, otherwise of the slowest."""
    LOOP_LAG = "loop_lag_ms"
    POOL_IN_USE = "pool_in_use"
    POOL_WAITING = "pool_waiting"
    RECONNECTS = "reconnects"
    RATE_LIMITED = "rate_limited"
    INVALID_REQUESTS = "invalid_requests"
    REMINDER_LATE = "reminder_late_seconds"
    MEMORY = "memory_mb"
    CPU = "cpu_percent"
    GUILDS = "guild_count"


class Span(enum.Enum):
    """A time that a trend can be about: how long it is, and the time between two points."""

    DAY = (timedelta(days=1), timedelta(minutes=5))
    WEEK = (timedelta(days=7), timedelta(hours=1))
    MONTH = (timedelta(days=30), timedelta(hours=4))
    YEAR = (timedelta(days=365), timedelta(days=1))

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.value[0]

    @property
    def step(self) -> timedelta:
        """Return the time between two points."""
        return self.value[1]


@record
class Measured:
    """A figure over some time."""

    mean: float
    highest: float


@record
class Point:
    """The figures from `at` on, for one step."""

    at: datetime
    samples: int
    """How many minutes they are the mean of."""
    figures: Mapping[Figure, Measured]
    """What was not measured is missing."""


@record
class ReleaseMark:
    """When another release began to run than before."""

    at: datetime
    version: str
    before: str | None
    """None for the first that is known."""


class Cause(enum.StrEnum):
    """Why there is an incident."""

    CRASHED = "crashed"
    """A process ended without being told to, or vanished."""
    STOPPED = "stopped"
    """It was told to stop."""
    STOOD_STILL = "stood_still"
    """The process or its machine slept."""
    DOWN = "down"
    """It ran and said that it could do nothing; `reasons` say why."""
    DEGRADED = "degraded"
    FLAPPING = "flapping"


DOWNTIMES = frozenset({Cause.CRASHED, Cause.STOPPED, Cause.STOOD_STILL, Cause.DOWN})
"""Causes for which the bot did not work at all."""


@record
class Incident:
    """A time in which not all was well."""

    cause: Cause
    since: datetime
    until: datetime | None
    """None while it goes on."""
    service: str
    """Which process, by its shards; of a downtime that several could have prevented, the last that ended."""
    version: str
    """The release that ran then."""
    reasons: Sequence[str] = ()
    """Words of `app.core.health.state.Reason`."""

    @property
    def is_downtime(self) -> bool:
        """Whether the bot did not work at all."""
        return self.cause in DOWNTIMES

    @property
    def is_planned(self) -> bool:
        """Whether somebody wanted it so."""
        return self.cause is Cause.STOPPED

    def lasted(self, now: datetime) -> timedelta:
        """Return for how long it has been so."""
        return max((self.until or now) - self.since, timedelta())


@record
class Availability:
    """For how long the bot worked."""

    since: datetime
    """From when on anything is known."""
    until: datetime
    known: timedelta
    """How much time is known; of several processes, of all together."""
    down: timedelta
    """Without what was planned."""
    planned: timedelta

    @property
    def percent(self) -> float | None:
        """Return the part of the time in which it worked that it should have; None if there was no such time."""
        should = self.known - self.planned
        if should <= timedelta():
            return None
        return 100 * (1 - min(self.down / should, 1.0))


@record
class ShardNumber:
    """One of several shards."""

    number: int
    count: int
    """How many there are."""


@record
class Trend:
    """How the bot was over some time."""

    span: Span
    since: datetime
    until: datetime
    shard: ShardNumber | None
    """The shard that it is about; None for the whole bot."""
    points: Sequence[Point]
    """The oldest first. Where nothing was measured there is none."""
    incidents: Sequence[Incident]
    """All that touch this time, the oldest first."""
    releases: Sequence[ReleaseMark]
    availability: Availability
    known_since: datetime | None
    """When the first of all rows was written; None if there is none."""

    @property
    def downtimes(self) -> list[Incident]:
        """Return the times in which the bot did not work at all."""
        return [one for one in self.incidents if one.is_downtime]


@record
class Incidents:
    """A page of incidents, the newest first."""

    found: Sequence[Incident]
    total: int


@record
class ServiceStatus:
    """What was last heard of a process."""

    service: str
    at: datetime
    version: str
    state: HealthState | None
    reasons: Sequence[str] = ()
