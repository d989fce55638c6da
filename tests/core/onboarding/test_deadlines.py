"""What is due about a member who is not done."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.onboarding.deadlines import Facts, Step, Times, forecast, plan
from app.core.onboarding.joining import COMPLETED_ONBOARDING, IS_GUEST, QUARANTINED, Standing, standing

ASKED = datetime(2027, 3, 1, 12, tzinfo=UTC)
ALL = Times(timedelta(days=1), timedelta(days=5), timedelta(days=2))


def after(days: float) -> datetime:
    return ASKED + timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "times", "now", "due", "next_at"),
    [
        (Facts(None), ALL, 90, None, None),
        (Facts(ASKED), Times(), 90, None, None),
        (Facts(ASKED), ALL, 0.5, None, 1),
        (Facts(ASKED), ALL, 1, Step.NUDGE, 5),
        (Facts(ASKED, nudged_at=after(1)), ALL, 2, None, 5),
        # Who was found late is warned, and not reminded besides.
        (Facts(ASKED), ALL, 9, Step.WARN, None),
        (Facts(ASKED, warned_at=after(9)), ALL, 10, None, 11),
        (Facts(ASKED, warned_at=after(9)), ALL, 11, Step.KICK, None),
        # Nobody is removed without a warning.
        (Facts(ASKED, nudged_at=after(1)), Times(kick_after=timedelta(days=2)), 90, None, None),
        (Facts(ASKED, warned_at=after(5)), Times(warn_after=timedelta(days=5)), 90, None, None),
    ],
)
def test_one_step_is_due_at_a_time(
    facts: Facts, times: Times, now: float, due: Step | None, next_at: float | None
) -> None:
    planned = plan(facts, times, after(now))
    assert (planned.due, planned.next_at) == (due, None if next_at is None else after(next_at))


def test_a_dry_run_counts_the_removal_from_the_warning_to_come() -> None:
    assert forecast(Facts(ASKED), ALL) == {Step.NUDGE: after(1), Step.WARN: after(5), Step.KICK: after(7)}
    assert forecast(Facts(ASKED, warned_at=after(6)), ALL) == {Step.KICK: after(8)}
    assert forecast(Facts(None), ALL) == {}


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ({}, Standing.IN),
        ({"is_bot": True}, Standing.NOBODY),
        ({"joined_at": None}, Standing.NOBODY),
        ({"flags": IS_GUEST}, Standing.NOBODY),
        ({"is_pending": True}, Standing.WAITING),
        ({"flags": 1 << 7}, Standing.WAITING),
        ({"flags": QUARANTINED}, Standing.WAITING),
        ({"after_discord": True}, Standing.WAITING),
        ({"after_discord": True, "flags": COMPLETED_ONBOARDING}, Standing.IN),
    ],
)
def test_members_are_left_alone_until_discord_has_let_them_in(said: dict[str, object], stands: Standing) -> None:
    given: dict[str, object] = {"is_bot": False, "joined_at": ASKED, "is_pending": False, "flags": 0}
    assert standing(**{**given, "after_discord": False, **said}) is stands  # type: ignore[arg-type] -- what is said differs by case
