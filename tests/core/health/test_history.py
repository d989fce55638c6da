"""Incidents and availability, read from what happened."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from app.core.health.history import Happening, Seen, history
from app.core.health.services import covers, service_name, shards_of
from app.core.health.trend import Cause, ShardNumber
from app.core.health_kinds import HealthKind, HealthState
from tests.fixtures.properties import given, st

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY_AGO = NOW - timedelta(days=1)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def started(at: float, service: str = "all shards") -> Happening:
    return Happening(service, HealthKind.START, ago(at), ago(at), "1.0")


def ended(at: float, since: float, kind: HealthKind = HealthKind.STOP, service: str = "all shards") -> Happening:
    return Happening(service, kind, ago(at), ago(since), "1.0")


def changed(at: float, state: HealthState, service: str = "all shards") -> Happening:
    return Happening(service, HealthKind.CHANGE, ago(at), None, "1.0", state)


def alive(service: str = "all shards") -> Seen:
    return Seen(service, ago(0.5), "1.0")


def told(
    happenings: list[Happening], *seen: Seen, shard: ShardNumber | None = None, since: datetime = DAY_AGO
) -> list[tuple[Cause, float, float | None]]:
    incidents, _ = history(happenings, seen, since=since, now=NOW, shard=shard)
    return [
        (
            one.cause,
            (NOW - one.since).total_seconds() / 60,
            (NOW - one.until).total_seconds() / 60 if one.until else None,
        )
        for one in incidents
    ]


def test_a_process_that_vanished_is_down_until_another_serves_its_shards():
    gone = [started(600)]
    assert told(gone, Seen("all shards", ago(100), "1.0")) == [(Cause.CRASHED, 100, None)]
    taken_over = [*gone, started(40, "shards 0-1 of 2")]
    seen = (Seen("all shards", ago(100), "1.0"), alive("shards 0-1 of 2"))
    assert told(taken_over, *seen) == [(Cause.CRASHED, 100, 40)]


def test_one_release_takes_over_from_another_and_may_give_it_back():
    rolling = [started(600), started(100), ended(99, 600)]
    assert told(rolling, alive()) == []
    given_back = [started(600), started(100), ended(50, 100)]
    assert told(given_back, alive()) == []


def test_what_went_wrong_in_one_of_two_processes_concerns_its_shards():
    first, second = "shard 0 of 2", "shard 1 of 2"
    happenings = [
        started(600, first),
        started(600, second),
        ended(300, 600, HealthKind.CRASH, second),
        started(240, second),
    ]
    seen = (alive(first), alive(second))
    assert told(happenings, *seen, shard=ShardNumber(0, 2)) == []
    assert told(happenings, *seen, shard=ShardNumber(1, 2)) == [(Cause.CRASHED, 300, 240)]
    incidents, both = history(happenings, seen, since=DAY_AGO, now=NOW)
    assert (len(incidents), both.known, both.down) == (1, timedelta(minutes=1200), timedelta(minutes=60))
    assert both.percent == 95


def test_a_week_in_which_it_was_stopped_is_planned_and_no_part_of_availability():
    happenings = [started(20_000), ended(11_000, 20_000), started(100)]
    _, found = history(happenings, [alive()], since=NOW - timedelta(days=7), now=NOW)
    assert (found.known, found.planned) == (timedelta(days=7), timedelta(minutes=7 * 1440 - 100))
    assert (found.down, found.percent) == (timedelta(), 100)
    assert told(happenings, alive(), since=ago(5000)) == [(Cause.STOPPED, 11_000, 100)]


def test_states_end_with_the_process_and_only_down_is_downtime():
    happenings = [
        started(600),
        changed(500, HealthState.DEGRADED),
        changed(450, HealthState.DOWN),
        ended(400, 600, HealthKind.CRASH),
        started(390),
    ]
    assert told(happenings, alive()) == [(Cause.DEGRADED, 500, 450), (Cause.DOWN, 450, 400), (Cause.CRASHED, 400, 390)]
    _, found = history(happenings, [alive()], since=DAY_AGO, now=NOW)
    assert (found.down, found.planned, found.since) == (timedelta(minutes=60), timedelta(), ago(600))


def test_names_say_which_shards_and_who_served_a_server_before_there_were_as_many():
    assert service_name(None) == "all shards"
    assert service_name((8, [3, 0, 1, 2, 6])) == "shards 0-3, 6 of 8"
    assert service_name((2, [1])) == "shard 1 of 2"
    assert covers("alphapy", ShardNumber(3, 4))
    assert covers("shards 0-3, 6 of 8", ShardNumber(6, 8))
    assert not covers("shards 0-3, 6 of 8", ShardNumber(5, 8))
    # Servers of shard 1 of 2 are in the odd ones of eight.
    assert covers("shards 0-3, 6 of 8", ShardNumber(1, 2))
    assert not covers("shard 6 of 8", ShardNumber(1, 2))
    assert [one.number for one in shards_of("shards 0-1, 6 of 8")] == [0, 1, 6]


@given(
    st.lists(
        st.builds(
            Happening,
            st.sampled_from(["all shards", "shard 0 of 2", "shard 1 of 2"]),
            st.sampled_from([one for one in HealthKind if one is not HealthKind.SAMPLE]),
            st.integers(-100, 3000).map(ago),
            st.one_of(st.none(), st.integers(-100, 3000).map(ago)),
            st.just("1.0"),
            st.sampled_from(HealthState),
        ),
        max_size=20,
    ),
    st.sampled_from([None, ShardNumber(0, 2), ShardNumber(1, 2)]),
)
def test_whatever_happened_times_add_up(happenings: list[Happening], shard: ShardNumber | None):
    incidents, found = history(happenings, [alive()], since=DAY_AGO, now=NOW, shard=shard)
    assert timedelta() <= found.down + found.planned <= found.known
    assert found.percent is None or 0 <= found.percent <= 100
    assert all(one.until is None or one.until > one.since for one in incidents)
    downtimes = [one for one in incidents if one.is_downtime]
    if shard is not None:
        assert all(one.until is not None and one.until <= two.since for one, two in pairwise(downtimes))
