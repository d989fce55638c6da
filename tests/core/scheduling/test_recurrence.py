"""Rules are compared with python-dateutil's, which walks from the start, over many rules, starts and moments."""

import time as stopwatch
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import TypeVar

import pytest
from dateutil.rrule import rrulestr

from app.core.errors import InvalidInput
from app.core.scheduling.recurrence import HORIZON_YEARS, Freq, Rule, parse
from tests.fixtures.properties import assume, given, settings, st

T = TypeVar("T")
wall = datetime.fromisoformat
"""A naive time, as the clock on a wall shows it."""
STARTS = st.datetimes(wall("2023-01-01"), wall("2029-01-01")).map(lambda at: at.replace(microsecond=0))


def some(values: Sequence[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.just(()) | st.sets(st.sampled_from(values), max_size=4).map(sorted).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules as people write them; dateutil does not take numbered weekdays and others together as the RFC does."""
    freq = draw(st.sampled_from(Freq))
    within_day, by_month = freq in (Freq.HOURLY, Freq.MINUTELY), freq in (Freq.MONTHLY, Freq.YEARLY)
    ordinals = draw(st.sampled_from(((0,), (1, 2, 5, -1, -5)))) if by_month else (0,)
    return Rule(
        freq,
        draw(st.just(1) | st.integers(1, 1500 if within_day else 12)),
        months=draw(some(range(1, 13))),
        month_days=() if freq is Freq.WEEKLY else draw(some([*range(1, 32), *range(-31, 0)])),
        weekdays=draw(some([(ordinal, day) for ordinal in ordinals for day in range(7)])),
        hours=draw(some(range(24))),
        minutes=draw(some(range(60))),
        positions=() if within_day else draw(some((1, 2, -1, -3))),
        week_start=draw(st.integers(0, 6)),
    )


@pytest.mark.slow
@given(rules(), STARTS, st.integers(-1000, 10_000))
@settings(max_examples=400)
def test_a_rule_gives_the_same_times_as_dateutil_from_any_moment_on(rule: Rule, start: datetime, passed: int) -> None:
    if rule.freq is Freq.WEEKLY and rule.positions:
        # In the week that it starts in, dateutil counts positions from the start only.
        start -= timedelta(days=(start.weekday() - rule.week_start) % 7)
    since = start + timedelta(hours=passed // 60 if rule.freq in (Freq.HOURLY, Freq.MINUTELY) else passed * 4)
    end = since + timedelta(days=20 * 366)
    found = list(takewhile(lambda at: at < end, islice(rule.walk(start, since), 12)))
    # A rule that never happens would keep the library walking to the year 9999.
    assume(found)
    assert list(islice(rrulestr(str(rule), dtstart=start).xafter(since, inc=True), len(found))) == found


@given(rules())
def test_a_rule_reads_back_what_it_writes(rule: Rule) -> None:
    assert parse(str(rule)) == parse(f"RRULE:{str(rule).lower()}") == rule


def test_the_rarest_day_of_the_calendar_is_found() -> None:
    rule = parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=9;BYMINUTE=0")
    start = wall("2072-03-01")
    assert next(rule.walk(start, start)) == wall("2112-02-29T09:00")
    assert wall("2112-02-29").year - start.year < HORIZON_YEARS


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=11;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=9999;BYMONTH=1;BYDAY=MO",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
        "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
        "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSETPOS=6",
        "FREQ=YEARLY;INTERVAL=10000;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_a_rule_that_never_happens_ends_soon(text: str) -> None:
    start = wall("2027-01-05T10:00")
    begun = stopwatch.process_time()
    assert next(parse(text).walk(start, start), None) is None
    assert stopwatch.process_time() - begun < 20


def test_the_end_of_the_calendar_is_the_end() -> None:
    rule = parse("FREQ=DAILY;BYHOUR=9;BYMINUTE=0")
    late = wall("9998-12-30T10:00")
    assert list(rule.walk(wall("2020-01-01"), late)) == [wall("9998-12-31T09:00")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot read"),
        ("every monday", "cannot read"),
        ("FREQ=FORTNIGHTLY", "FREQ must be one of"),
        ("FREQ=SECONDLY", "FREQ must be one of"),
        ("FREQ=DAILY;FREQ=DAILY", "cannot read"),
        ("FREQ=DAILY;INTERVAL=0", "from 1 to"),
        ("FREQ=DAILY;INTERVAL=99999999999", "whole numbers"),
        ("FREQ=DAILY;BYHOUR=24", "from 0 to 23"),
        ("FREQ=DAILY;BYHOUR=٣", "whole numbers"),
        ("FREQ=DAILY;BYHOUR=--3", "whole numbers"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "from -31 to 31"),
        ("FREQ=MONTHLY;BYDAY=0MO", "from -53 to 53"),
        ("FREQ=MONTHLY;BYDAY=MONDAY", "weekdays such as"),
        ("FREQ=WEEKLY;BYDAY=1MO", "numbered weekday"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "does not go with"),
        ("FREQ=HOURLY;BYSETPOS=1", "does not go with"),
        ("FREQ=YEARLY;BYWEEKNO=3", "`BYWEEKNO` are not supported"),
        ("FREQ=DAILY;BYSECOND=30", "`BYSECOND` are not supported"),
        ("FREQ=DAILY;WKST=XX", "WKST must be"),
        ("FREQ=DAILY;COUNT=3", "`COUNT` are not supported"),
        ("FREQ=DAILY;BYHOUR=" + "1," * 400 + "1", "too long"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        parse(text)


def test_old_rules_cost_no_more_than_new_ones() -> None:
    rule, now = Rule(Freq.MINUTELY, 7), wall("2026-11-18T13:30")
    costs: list[float] = []
    for years in (0, 100):
        begun = stopwatch.process_time()
        for _ in range(200):
            next(rule.walk(wall("2026-11-01") - timedelta(days=366 * years), now))
        costs.append(stopwatch.process_time() - begun)
    assert costs[1] < max(costs[0], 0.005) * 5
