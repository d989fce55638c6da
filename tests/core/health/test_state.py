"""The state of a process, sample by sample."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.health.figures import HealthFigures
from app.core.health.state import Reason, StateChange, StateWatch
from app.core.health_kinds import HealthState

BEGAN = datetime(2026, 6, 15, 12, tzinfo=UTC)


def sample(minute: int, **values: Any) -> HealthFigures:
    known: dict[str, Any] = {
        "at": BEGAN + timedelta(minutes=minute),
        "service": "all shards",
        "version": "1.0",
        "revision": "010",
        "started_at": BEGAN,
        "database_ms": 1.0,
        "pool_in_use": 1,
        "pool_waiting": 0,
        "pool_size": 10,
        "loop_lag_ms": 0.2,
        "highest_loop_lag_ms": 7.0,
        "shards": {0: 40.0, 1: 50.0},
        "reconnects": 0,
        "rate_limited": 0,
        "invalid_requests": 0,
        "reminder_late_seconds": 0.0,
        "memory_mb": None,
        "cpu_percent": None,
        "guilds": 3,
        "queues": {},
    }
    return HealthFigures(**{**known, **values})


GOOD: dict[str, Any] = {}
AWAY = {"database_ms": None}
LATE = {"loop_lag_ms": 150.0}


def play(watch: StateWatch, samples: list[dict[str, Any]], begin: int = 1) -> list[StateChange]:
    changes = [watch.look(sample(begin + number, **one)) for number, one in enumerate(samples)]
    return [one for one in changes if one is not None]


def minutes(at: datetime) -> float:
    return (at - BEGAN).total_seconds() / 60


def test_three_samples_make_a_state_which_began_with_the_first():
    watch = StateWatch(BEGAN)
    assert play(watch, [AWAY, AWAY, GOOD, AWAY, AWAY]) == []
    (down,) = play(watch, [AWAY], 6)
    assert (down.state, minutes(down.at), minutes(down.noticed_at)) == (HealthState.DOWN, 4, 6)
    assert down.reasons == (Reason.NO_DATABASE,)
    (ok,) = play(watch, [GOOD, GOOD, GOOD], 7)
    assert (ok.state, minutes(ok.at), ok.was, minutes(ok.since)) == (HealthState.OK, 7, HealthState.DOWN, 4)


def test_a_state_is_as_mild_as_the_mildest_sample_that_makes_it():
    watch = StateWatch(BEGAN)
    (change,) = play(watch, [LATE, AWAY, AWAY])
    assert (change.state, change.reasons) == (HealthState.DEGRADED, (Reason.LOOP_LAG,))
    (worse,) = play(watch, [AWAY, AWAY, AWAY], 4)
    assert worse.state is HealthState.DOWN
    (better,) = play(watch, [GOOD, LATE, GOOD], 7)
    assert better.state is HealthState.DEGRADED


def test_a_figure_at_a_bound_switches_nothing_on_and_off():
    watch = StateWatch(BEGAN)
    assert play(watch, [{"loop_lag_ms": 99.0}] * 5) == []
    assert len(play(watch, [LATE] * 3, 6)) == 1
    assert play(watch, [{"loop_lag_ms": 60.0}, {"loop_lag_ms": 99.0}] * 5, 9) == []
    assert [one.state for one in play(watch, [{"loop_lag_ms": 40.0}] * 3, 19)] == [HealthState.OK]


def test_a_lost_shard_is_not_a_lost_connection():
    watch = StateWatch(BEGAN)
    (change,) = play(watch, [{"shards": {0: None, 1: 40.0}}] * 3)
    assert (change.state, change.reasons) == (HealthState.DEGRADED, (Reason.SHARD_LOST,))
    (change,) = play(watch, [{"shards": {0: None, 1: None}}] * 3, 4)
    assert (change.state, change.reasons) == (HealthState.DOWN, (Reason.NO_GATEWAY,))


def test_four_changes_in_half_an_hour_are_flapping_until_it_is_calm():
    watch = StateWatch(BEGAN)
    changes = play(watch, ([AWAY] * 3 + [GOOD] * 3) * 4)
    down, flapping = HealthState.DOWN, HealthState.FLAPPING
    assert [(one.state, minutes(one.at)) for one in changes] == [
        (down, 1),
        (HealthState.OK, 4),
        (down, 7),
        (flapping, 10),
        # It is down all the same, and counted as such.
        (down, 13),
        (flapping, 16),
        (down, 19),
        (flapping, 22),
    ]
    (calm,) = play(watch, [GOOD] * 60, 25)
    assert (calm.state, calm.was) == (HealthState.OK, HealthState.FLAPPING)
    # The last change but one was noticed in minute 21.
    assert minutes(calm.at) == 51


def test_an_outage_after_many_changes_is_an_outage():
    watch = StateWatch(BEGAN)
    changes = play(watch, ([LATE] * 3 + [GOOD] * 3) * 2 + [AWAY] * 20 + [GOOD] * 3)
    assert [one.state for one in changes[-3:]] == [HealthState.FLAPPING, HealthState.DOWN, HealthState.FLAPPING]
    assert [minutes(one.at) for one in changes[-3:]] == [12, 13, 33]


def test_a_clock_that_is_set_back_forgets_changes_and_no_state():
    watch = StateWatch(BEGAN)
    play(watch, [AWAY] * 3 + [GOOD] * 3 + [AWAY] * 3, 1000)
    assert watch.state is HealthState.DOWN
    assert play(watch, [AWAY] * 10) == []
    assert [one.state for one in play(watch, [GOOD] * 3, 11)] == [HealthState.OK]
