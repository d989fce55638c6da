"""What happens to a ticket by itself, and when: whatever is written down, each step comes once and in its time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck

from app.core.tickets.deadlines import CLOSINGS, Facts, Rules, Step, plan
from app.core.tickets.hours import business_clock
from tests.fixtures.properties import given, settings, st

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS = business_clock("always", "UTC")
OFFICE = business_clock("Mon-Fri 9:00-17:00", "UTC")

moments = st.none() | st.integers(-200, 200).map(lambda hours: NOW + hours * HOUR)
lengths = st.none() | st.integers(1, 300).map(lambda hours: hours * HOUR)


def after(step: Step, facts: Facts, now: datetime) -> Facts:
    """What is written down once a step was taken."""
    match step:
        case Step.WAKE:
            return replace(facts, is_snoozed=False, snoozed_until=None)
        case Step.MISS_FIRST:
            return replace(facts, missed=facts.missed | {"first"})
        case Step.MISS_NEXT:
            return replace(facts, missed=facts.missed | {"next"})
        case Step.MISS_RESOLUTION:
            return replace(facts, missed=facts.missed | {"resolution"})
        case Step.TELL:
            return replace(facts, tell_at=None)
        case Step.WARN_TARGET:
            return replace(facts, target_warned_at=now)
        case Step.WARN_IDLE:
            return replace(facts, warned_at=now)
        case _:
            return replace(facts, reminded_at=now)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        Facts,
        created_at=st.just(NOW - 300 * HOUR),
        is_snoozed=st.booleans(),
        snoozed_until=moments,
        staff_owe=st.none() | st.booleans(),
        turn_since=st.integers(-200, 0).map(lambda hours: NOW + hours * HOUR),
        reminded_at=moments,
        warned_at=moments,
        tell_at=moments,
        is_answered=st.booleans(),
        first_due_at=moments,
        next_due_at=moments,
        resolution_due_at=moments,
        target_warned_at=moments,
        missed=st.sets(st.sampled_from(["first", "next", "resolution"])).map(frozenset),
        close_runs_out_at=moments,
        opener_left_at=moments,
    ),
    st.builds(
        Rules,
        clock=st.sampled_from([ALWAYS, OFFICE]),
        keep_left=st.just(2 * DAY),
        remind_after=lengths,
        warn_after=lengths,
        close_after=lengths,
    ),
)
def test_time_ends_with_nothing_due_or_the_ticket_closed_and_only_the_opener_s_silence_closes(
    facts: Facts, rules: Rules
) -> None:
    now, taken = NOW, list[Step]()
    for _ in range(60):
        found = plan(facts, rules, now)
        assert all(found.moments[step] <= now for step in found.due)
        assert found.next_at is None or found.next_at > now
        if not found.due:
            if found.next_at is None:
                break
            now = found.next_at
            continue
        step = found.due[0]
        taken.append(step)
        if step in CLOSINGS:
            if step is Step.CLOSE_IDLE:
                assert facts.staff_owe is not True
                assert facts.warned_at is not None
            break
        facts = after(step, facts, now)
        assert step not in plan(facts, rules, now).due
    else:
        pytest.fail(f"no end: {taken}")
    assert len(set(taken) - {Step.WARN_TARGET}) == len([step for step in taken if step is not Step.WARN_TARGET])
    # One warning for each of two targets, or one for both.
    assert taken.count(Step.WARN_TARGET) <= 2
    if facts.staff_owe:
        assert not {Step.REMIND_MEMBER, Step.WARN_IDLE, Step.TELL} & set(taken)
    if facts.staff_owe is False:
        assert Step.REMIND_STAFF not in taken


def test_staff_are_reminded_and_warned_in_business_time() -> None:
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    facts = Facts(friday, staff_owe=True, turn_since=friday, first_due_at=datetime(2026, 11, 30, 18, tzinfo=UTC))
    clock = business_clock("Mon-Fri 9:00-19:00", str(ZoneInfo("UTC")))
    found = plan(facts, Rules(clock, DAY, remind_after=4 * HOUR), friday)
    assert found.moments == {
        Step.MISS_FIRST: datetime(2026, 11, 30, 18, tzinfo=UTC),
        # 80 % of 3 hours on Friday and 9 on Monday.
        Step.WARN_TARGET: datetime(2026, 11, 30, 15, 36, tzinfo=UTC),
        Step.REMIND_STAFF: datetime(2026, 11, 30, 10, tzinfo=UTC),
    }
    assert found.next_at == found.moments[Step.REMIND_STAFF]


def test_nobody_is_asked_twice_while_they_are_asked_whether_it_can_be_closed() -> None:
    facts = Facts(NOW, staff_owe=False, turn_since=NOW, close_runs_out_at=NOW + DAY, tell_at=NOW + HOUR)
    rules = Rules(ALWAYS, DAY, remind_after=HOUR, warn_after=HOUR, close_after=HOUR)
    assert set(plan(facts, rules, NOW).moments) == {Step.CLOSE_REQUEST, Step.TELL}


def test_who_left_is_told_nothing_and_keeps_the_ticket_for_a_while() -> None:
    facts = Facts(NOW, staff_owe=False, turn_since=NOW, tell_at=NOW, opener_left_at=NOW)
    assert plan(facts, Rules(ALWAYS, 2 * DAY, warn_after=HOUR), NOW).moments == {Step.CLOSE_LEFT: NOW + 2 * DAY}
