"""How much time has passed, whoever stood still meanwhile."""

import time
from datetime import timedelta

import pytest

from app.core.clock import Stopwatch

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("running", "time_of_day"), [(60.0, 0.0), (0.0, 60.0), (60.0, -3600.0), (-1.0, 60.0)])
def test_of_two_clocks_the_one_counts_that_says_more(running: float, time_of_day: float) -> None:
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    watch = Stopwatch(time.clock_gettime(clock) - running, time.time() - time_of_day)
    assert MINUTE <= watch.elapsed < 2 * MINUTE


def test_it_starts_at_nothing() -> None:
    assert timedelta() <= Stopwatch().elapsed < MINUTE
