"""Leases of one process, by its own clocks."""

import time
from datetime import UTC, datetime, timedelta

from app.core.clock import Stopwatch
from app.core.reminders.delivery import LEASE, DeliveryStep, StepKind
from app.jobs.reminders.held import Held

STEP, OTHER = (DeliveryStep(number, StepKind.OCCURRENCE, datetime(2026, 11, 1, tzinfo=UTC)) for number in (1, 2))


def ago(by: timedelta) -> Stopwatch:
    now, seconds = time.time(), by.total_seconds()
    return Stopwatch(time.clock_gettime(time.CLOCK_MONOTONIC) - seconds, now - seconds)


def test_a_lease_is_over_when_its_time_is_and_renewed_before_that() -> None:
    held = Held()
    held.take(STEP, Stopwatch(), LEASE)
    assert (held.is_ours(STEP), held.is_ours(OTHER), held.to_renew()) == (True, False, [])
    held.take(STEP, ago(LEASE / 2), LEASE)
    assert (held.is_ours(STEP), held.to_renew()) == (True, [STEP])
    held.keep(STEP, Stopwatch(), LEASE)
    assert (held.is_ours(STEP), held.to_renew()) == (True, [])


def test_a_lease_that_is_over_stays_so_until_it_is_taken_anew() -> None:
    held = Held()
    held.take(STEP, ago(LEASE), LEASE)
    assert (STEP in held, len(held), held.is_ours(STEP), held.to_renew()) == (True, 1, False, [])
    # A renewal that was on its way meanwhile says nothing: others may have had it in between.
    held.keep(STEP, Stopwatch(), LEASE)
    assert not held.is_ours(STEP)
    held.take(STEP, Stopwatch(), LEASE)
    assert held.is_ours(STEP)
    held.let_go([STEP, OTHER])
    assert (STEP in held, len(held), held.is_ours(STEP)) == (False, 0, False)
