"""What is measured of one process of the bot: one set of figures, from which its samples and its metrics are made."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime

from app.core.health_kinds import HealthState
from app.core.records import record


@record
class HealthFigures:
    """How one process was at one moment. What could not be found out is None."""

    at: datetime
    service: str
    """Which process, by its shards."""
    version: str
    revision: str | None
    """Of the schema; None as long as it was never read."""
    started_at: datetime
    database_ms: float | None
    """How long the database took to answer; None if it did not."""
    pool_in_use: int
    pool_waiting: int
    """How many waited for a connection."""
    pool_size: int
    loop_lag_ms: float
    """By how much the event loop was late, on average since the figures before."""
    highest_loop_lag_ms: float
    shards: Mapping[int, float | None]
    """How long Discord took to answer each shard's heartbeat, in milliseconds; None for one without a connection."""
    reconnects: int
    """Of shards, since the figures before."""
    rate_limited: int
    """Answers 429 of Discord, since the figures before."""
    invalid_requests: int
    """Answers that count towards Discord's ban, in the ten minutes before."""
    reminder_late_seconds: float
    memory_mb: float | None
    cpu_percent: float | None
    """Of one processor, since the figures before."""
    guilds: int
    queues: Mapping[str, float]
    """How much waits, by the name of the queue."""
    fullest_queue: float = 0.0
    """How full the fullest of those is that have an end, from 0 to 1."""
    state: HealthState = HealthState.OK
    reasons: Sequence[str] = field(default_factory=tuple)
    """Words of `app.core.health.state.Reason`."""

    @property
    def gateway_ms(self) -> float | None:
        """Return how long Discord took to answer the slowest shard; None if it answered none."""
        return max((one for one in self.shards.values() if one is not None), default=None)

    @property
    def uptime_seconds(self) -> int:
        """Return for how long the process has been running."""
        return max(int((self.at - self.started_at).total_seconds()), 0)
