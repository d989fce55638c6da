from datetime import timedelta

import pytest

from app.core import durations


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("90s", 90),
        ("2h30m", 9000),
        ("2 h 30 min", 9000),
        ("1 day, 4 hours and 5 minutes", 86400 + 4 * 3600 + 300),
        ("1W", 7 * 86400),
        ("10 secs", 10),
    ],
)
def test_people_write_lengths_of_time_in_many_ways(typed: str, seconds: int) -> None:
    assert durations.parse(typed) == timedelta(seconds=seconds)
    assert durations.parse(durations.compact(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "typed", ["", "5", "m", "5x", "0s", "-5m", "5m 3m", "5m later", "99999999999d", "1,5h", "٣m", "1d" * 50]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a length of time"):
        durations.parse(typed)


def test_zero_is_read_only_where_it_means_something() -> None:
    assert durations.parse("0s", takes_zero=True) == timedelta(0)
    for typed in ("", "0", "s"):
        with pytest.raises(ValueError, match="not a length of time"):
            durations.parse(typed, takes_zero=True)


def test_words_agree_in_number() -> None:
    assert durations.spoken(timedelta(hours=1, minutes=2)) == "1 hour 2 minutes"
    assert durations.spoken(timedelta(0)) == "0 seconds"
    assert durations.compact(timedelta(0)) == "0s"
