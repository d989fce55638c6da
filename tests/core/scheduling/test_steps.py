"""No question to a schedule takes long, whatever its rule. Lines that run are counted: no busy machine changes them."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import pytest

from app.core.errors import InvalidInput
from app.core.scheduling import schedule as schedules
from app.core.scheduling.recurrence import MAX_RULE_LENGTH, Freq, Rule
from app.core.scheduling.schedule import MAX_COUNT, Schedule
from app.core.scheduling.shift import shifted
from app.core.scheduling.words import describe
from tests.fixtures.properties import assume, given, settings, st

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
START = datetime.fromisoformat("2026-11-18T09:30")
MOST_LINES = 1_000_000
"""About a tenth of a second. A day that is looked at takes some twenty lines; a hundred years have 36,525 days."""
ALL_HOURS, ALL_MINUTES = tuple(range(24)), tuple(range(60))
ALL_DAYS = tuple((0, day) for day in range(7))


def lines_of(question: Callable[[], object]) -> int:
    """Count the lines that it runs. Refusals are answers too."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        question()
    except InvalidInput:
        pass
    finally:
        sys.settrace(before)
    return count


def costs_of(schedule: Schedule, moment: datetime) -> dict[str, int]:
    schedules._last_of.cache_clear()
    return {
        "next": lines_of(lambda: schedule.next_after(moment)),
        "next ones": lines_of(lambda: schedule.upcoming(moment, 3)),
        "gap": lines_of(schedule.shortest_gap),
        "check": lines_of(lambda: schedule.check_length(NOW)),
        "words": lines_of(lambda: describe(schedule)),
        "shift": lines_of(lambda: shifted(schedule, timedelta(hours=1))),
    }


def many(values: Sequence[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """None, few or many of them."""
    few = st.sets(st.sampled_from(values), max_size=3)
    return st.one_of(st.just(()), few.map(sorted).map(tuple), st.just(tuple(values[:60])))


@st.composite
def hostile_rules(draw: st.DrawFn) -> Rule:
    """Rules that are dense, or rare, or both."""
    freq = draw(st.sampled_from(Freq))
    within_day, by_month = freq in (Freq.HOURLY, Freq.MINUTELY), freq in (Freq.MONTHLY, Freq.YEARLY)
    ordinals = [(ordinal, day) for day in (0, 6) for ordinal in (-53, -1, *range(1, 54))]
    return Rule(
        freq,
        draw(st.sampled_from((1, 1, 2, 7, 97, 9973, 10_000))),
        months=draw(many(range(1, 13))),
        month_days=() if freq is Freq.WEEKLY else draw(many([*range(-31, 0), *range(1, 32)])),
        weekdays=draw(many(ordinals) if by_month and draw(st.booleans()) else many(ALL_DAYS)),
        hours=draw(many(ALL_HOURS)),
        minutes=draw(many(ALL_MINUTES)),
        positions=() if within_day else draw(many([*range(-366, 0), *range(1, 367)])),
    )


@pytest.mark.slow
@given(
    hostile_rules(),
    st.none() | st.sampled_from((2, 60, MAX_COUNT)),
    st.integers(-400, 40_000).map(lambda days: NOW + timedelta(days=days)),
    st.sampled_from(("UTC", "Europe/Brussels", "Pacific/Apia")),
)
@settings(max_examples=30)
def test_every_question_to_any_rule_takes_few_steps(rule: Rule, count: int | None, moment: datetime, zone: str) -> None:
    assume(len(str(rule)) <= MAX_RULE_LENGTH)
    costs = costs_of(Schedule.series(str(rule), zone, START, count=count), moment)
    assert max(costs.values()) < MOST_LINES, costs


# A rule that took 5 to 15 s, and minutes with 10,000 times; and the rarest ones.
@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (Rule(Freq.YEARLY, weekdays=ALL_DAYS, hours=ALL_HOURS, minutes=ALL_MINUTES, positions=(1,)), None),
        (Rule(Freq.YEARLY, weekdays=ALL_DAYS, hours=ALL_HOURS, minutes=ALL_MINUTES, positions=(1,)), MAX_COUNT),
        (Rule(Freq.YEARLY, weekdays=ALL_DAYS, hours=ALL_HOURS, minutes=ALL_MINUTES), MAX_COUNT),
        (Rule(Freq.DAILY, month_days=(31,), weekdays=((0, 0),)), MAX_COUNT),
        (Rule(Freq.MINUTELY, 9973, month_days=(31,), weekdays=((0, 0),), hours=(3,), minutes=(11,)), 2),
        (Rule(Freq.MINUTELY, 2, minutes=tuple(range(1, 60, 2))), MAX_COUNT),
        # Most days have no time, which takes 1.4 million lines where each is looked at.
        (Rule(Freq.HOURLY, 97), MAX_COUNT),
        (Rule(Freq.HOURLY, 7, hours=(9,)), MAX_COUNT),
        (Rule(Freq.MINUTELY, 10_000), MAX_COUNT),
        (Rule(Freq.MINUTELY, 97, hours=(9,), minutes=(1,)), MAX_COUNT),
        # Of each day the 366th time before its end, of 72.
        (
            Rule(Freq.DAILY, month_days=(-24, 3, 29), hours=ALL_HOURS, minutes=(10, 12, 33), positions=(-366, -307)),
            None,
        ),
        (Rule(Freq.DAILY, month_days=(31,), weekdays=((0, 0),), hours=ALL_HOURS, positions=(1,)), MAX_COUNT),
        # No day is without one, and few are days of the rule.
        (Rule(Freq.HOURLY, month_days=(31,), weekdays=((0, 0),)), MAX_COUNT),
        (Rule(Freq.MINUTELY, 1439, month_days=(31,), weekdays=((0, 0),)), MAX_COUNT),
        (Rule(Freq.MINUTELY, 1441, month_days=(31,), weekdays=((0, 0),)), MAX_COUNT),
    ],
)
def test_the_worst_that_was_typed_takes_few_steps(rule: Rule, count: int | None) -> None:
    costs = costs_of(Schedule.series(str(rule), "Europe/Brussels", START, count=count), NOW)
    assert max(costs.values()) < MOST_LINES, costs


def test_a_position_in_a_dense_year_is_found_without_building_the_year() -> None:
    rule = Rule(Freq.YEARLY, weekdays=ALL_DAYS, hours=ALL_HOURS, minutes=ALL_MINUTES, positions=(1, -1))
    assert list(zip(rule.walk(START, START), range(3), strict=False)) == [
        (datetime.fromisoformat("2026-12-31T23:59"), 0),
        (datetime.fromisoformat("2027-01-01T00:00"), 1),
        (datetime.fromisoformat("2027-12-31T23:59"), 2),
    ]


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        (Schedule.series("FREQ=DAILY;BYMONTHDAY=31;BYDAY=MO", "UTC", START, count=200), "200 times, it would take"),
        (Schedule.series("FREQ=YEARLY", "UTC", START, count=MAX_COUNT), "10,000 times, it would take"),
        (Schedule.elapsed(timedelta(days=30), NOW, "UTC", count=MAX_COUNT), "10,000 times, it would take"),
        (Schedule.series("FREQ=DAILY", "UTC", START, until=NOW + timedelta(days=37_000)), "would end in more than 100"),
        (Schedule.once(NOW + timedelta(days=37_000), "UTC"), "more than 100 years away"),
    ],
)
def test_what_takes_more_than_a_hundred_years_is_refused(schedule: Schedule, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        schedule.check_length(NOW)


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule.series("FREQ=DAILY", "UTC", START, count=MAX_COUNT),
        Schedule.series("FREQ=YEARLY", "UTC", START, count=100),
        Schedule.series("FREQ=YEARLY", "UTC", START, until=NOW + timedelta(days=36_000)),
        Schedule.elapsed(timedelta(days=3), NOW, "UTC", count=MAX_COUNT),
    ],
)
def test_what_takes_less_than_a_hundred_years_is_taken(schedule: Schedule) -> None:
    schedule.check_length(NOW)
