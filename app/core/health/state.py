"""The state of a process, from one sample to the next. All of it pure.

- A reason begins at one bound and ends at another one, so that a figure at a bound does not switch it on and off.
- A state begins only when three samples in a row say so, and then as mild as the mildest of them; it began with the
  first of them.
- Who changes four times in half an hour is flapping, until there was at most one change in half an hour. Who is down
  is down all the same.
"""

import enum
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.core.health.figures import HealthFigures
from app.core.health_kinds import HealthState
from app.core.records import record

HOLD_OFF = 3
"""So many samples in a row make a state."""
FLAPPING_CHANGES = 4
FLAPPING_WITHIN = timedelta(minutes=30)


class Reason(enum.StrEnum):
    """Why a process is not ok."""

    NO_DATABASE = "no_database"
    NO_GATEWAY = "no_gateway"
    """No shard of the process is connected to Discord."""
    SHARD_LOST = "shard_lost"
    """Some of its shards are not connected."""
    SLOW_DATABASE = "slow_database"
    SLOW_GATEWAY = "slow_gateway"
    LOOP_LAG = "loop_lag"
    POOL_FULL = "pool_full"
    """Some wait for a connection to the database."""
    INVALID_REQUESTS = "invalid_requests"
    """So many requests were refused by Discord that it may soon refuse all."""
    REMINDERS_LATE = "reminders_late"
    QUEUE_LONG = "queue_long"
    """What is to be written waits for too long, or is about to be lost."""


@record
class Bounds:
    """When a reason begins and when it ends."""

    reason: Reason
    read: Callable[[HealthFigures], float | None]
    """What it is about; None says nothing, and leaves it as it is."""
    begins: float
    ends: float


def _lost(figures: HealthFigures) -> int:
    return sum(one is None for one in figures.shards.values())


BOUNDS = (
    Bounds(Reason.NO_DATABASE, lambda figures: figures.database_ms is None, 1, 0),
    Bounds(Reason.NO_GATEWAY, lambda figures: 0 < len(figures.shards) == _lost(figures), 1, 0),
    Bounds(Reason.SHARD_LOST, lambda figures: 0 < _lost(figures) < len(figures.shards), 1, 0),
    Bounds(Reason.SLOW_DATABASE, lambda figures: figures.database_ms, 500, 250),
    Bounds(Reason.SLOW_GATEWAY, lambda figures: figures.gateway_ms, 1000, 500),
    Bounds(Reason.LOOP_LAG, lambda figures: figures.loop_lag_ms, 100, 50),
    Bounds(Reason.POOL_FULL, lambda figures: figures.pool_waiting, 1, 0),
    Bounds(Reason.INVALID_REQUESTS, lambda figures: figures.invalid_requests, 5000, 2500),
    Bounds(Reason.REMINDERS_LATE, lambda figures: figures.reminder_late_seconds, 120, 30),
    Bounds(Reason.QUEUE_LONG, lambda figures: figures.fullest_queue, 0.5, 0.1),
)
"""A reason begins when its figure reaches the one bound and ends when it reaches the other."""
_DOWN = frozenset({Reason.NO_DATABASE, Reason.NO_GATEWAY})
_ORDER = (HealthState.OK, HealthState.DEGRADED, HealthState.DOWN)


@record
class StateChange:
    """A process is in another state than before."""

    state: HealthState
    at: datetime
    """When that began: with the first of the samples that say so."""
    noticed_at: datetime
    reasons: tuple[Reason, ...]
    was: HealthState
    since: datetime
    """When the state before it began."""


class StateWatch:
    """Says how a process is, sample by sample. It begins as ok."""

    def __init__(self, now: datetime) -> None:
        self.state = HealthState.OK
        """How it is, with hold-off; flapping if that changes too often."""
        self.since = now
        self.reasons: tuple[Reason, ...] = ()
        """What is wrong at this moment, without hold-off."""
        self._settled = HealthState.OK
        self._settled_since = now
        self._other: list[tuple[datetime, HealthState, tuple[Reason, ...]]] = []
        self._changes: deque[datetime] = deque()
        self._flaps = False

    def look(self, figures: HealthFigures) -> StateChange | None:
        """Take in a sample, and return how the state changed; None if it did not."""
        self.reasons = tuple(
            one.reason for one in BOUNDS if _is_so(one.read(figures), one, was=one.reason in self.reasons)
        )
        was_settled = self._settled
        reasons = self._settle(figures.at, _judge(self.reasons))
        while self._changes and not timedelta() <= figures.at - self._changes[0] < FLAPPING_WITHIN:
            self._changes.popleft()
        self._flaps = len(self._changes) > 1 if self._flaps else len(self._changes) >= FLAPPING_CHANGES
        # What does not work at all does not, however often that changes: nothing else would count it as downtime.
        is_flapping = self._flaps and self._settled is not HealthState.DOWN
        state = HealthState.FLAPPING if is_flapping else self._settled
        if state is self.state:
            return None
        at = figures.at
        if self._settled is not was_settled and (state is not HealthState.FLAPPING or self.state is HealthState.DOWN):
            # With the first of the samples that say so; not before the state before, nor in the future of a set clock.
            at = min(max(self._settled_since, self.since), figures.at)
        change = StateChange(state, at, figures.at, reasons, self.state, self.since)
        self.state, self.since = state, at
        return change

    def _settle(self, at: datetime, judged: HealthState) -> tuple[Reason, ...]:
        """Take in what a sample by itself says, and return what the state that results is about."""
        settled = _ORDER.index(self._settled)
        if judged is self._settled:
            self._other.clear()
            return self.reasons
        if self._other and (_ORDER.index(self._other[-1][1]) < settled) != (_ORDER.index(judged) < settled):
            self._other.clear()
        self._other.append((at, judged, self.reasons))
        if len(self._other) < HOLD_OFF:
            return self.reasons
        # All of them say at least this much.
        nearest = min(self._other, key=lambda one: abs(_ORDER.index(one[1]) - settled))
        self._settled, self._settled_since = nearest[1], self._other[0][0]
        self._other.clear()
        self._changes.append(at)
        return nearest[2]

    def stamp(self, figures: HealthFigures) -> HealthFigures:
        """Return figures with the state and what is wrong."""
        return replace(figures, state=self.state, reasons=self.reasons)


def _is_so(figure: float | None, bounds: Bounds, *, was: bool) -> bool:
    if figure is None:
        return was
    return figure > bounds.ends if was else figure >= bounds.begins


def _judge(reasons: Sequence[Reason]) -> HealthState:
    if not _DOWN.isdisjoint(reasons):
        return HealthState.DOWN
    return HealthState.DEGRADED if reasons else HealthState.OK
