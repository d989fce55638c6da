"""Figures about tickets, counted by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.core.tickets.figures import Figures, Line, TicketRow, Times, last_days, quantile, summed_up
from app.core.tickets.hours import business_clock
from tests.fixtures.properties import given, st

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 27, 15, tzinfo=UTC)  # a Friday, 16:00 in Brussels
CLOCK = business_clock("Mon-Fri 9:00-17:00", "Europe/Brussels")
WEEK = last_days(7, 1, BRUSSELS, NOW)
DAY = timedelta(days=1)


def row(number: int = 1, **more: Any) -> TicketRow:
    """A ticket that was opened on Wednesday at 10:00 in Brussels, and is open."""
    ticket: dict[str, Any] = {
        "number": number, "type": "billing", "type_name": "Billing", "team": (7,), "is_open": True, "is_merged": False,
        "opened_at": datetime(2026, 11, 25, 9, tzinfo=UTC), "closed_at": None, "turn": "member", "turn_since": None,
        "claimed_by": None, "answered_by": None, "first_seconds": None, "waits": (), "resolved_seconds": None,
        "first_due": None, "next_due": None, "resolution_due": None, "missed": (), "reopened": 0, "rating": None,
    }  # fmt: skip
    return TicketRow(**ticket | more)


def closed(number: int, seconds: int = 600, **more: Any) -> TicketRow:
    """A ticket that was answered and closed, both on Thursday."""
    at = datetime(2026, 11, 26, 9, tzinfo=UTC)
    parts = {"is_open": False, "closed_at": at, "first_seconds": seconds, "resolved_seconds": 10 * seconds}
    return row(number, **parts | more)


def of(*rows: TicketRow, counts: list[tuple[int, int]] | None = None, every: int = 1) -> Figures:
    targets = frozenset({"billing"})
    return summed_up(rows, counts or [(0, 0)] * 7, WEEK, CLOCK, every=every, next_targets=targets)


def test_a_period_begins_at_midnight_of_its_zone_also_when_the_clocks_change() -> None:
    assert WEEK.since == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert WEEK.until == NOW
    assert len(WEEK.bounds) == 8
    spring = last_days(3, 1, BRUSSELS, datetime(2026, 3, 30, 12, tzinfo=UTC))
    assert [bound.hour for bound in spring.bounds] == [23, 23, 22, 12]
    year = last_days(365, 7, BRUSSELS, NOW)
    assert year.since == datetime(2025, 11, 27, 23, tzinfo=UTC)
    assert {later - earlier for earlier, later in zip(year.bounds[1:-2], year.bounds[2:-1], strict=True)} <= {
        7 * DAY, 7 * DAY + timedelta(hours=1), 7 * DAY - timedelta(hours=1)
    }  # fmt: skip
    assert year.bounds[-2] == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_medians_and_the_rest_are_those_of_the_period() -> None:
    old = closed(9, opened_at=NOW - 30 * DAY, closed_at=NOW - 20 * DAY)
    late = closed(8, 9000, opened_at=NOW - 30 * DAY, rating=2)
    figures = of(closed(1, 100), closed(2, 200, rating=5), closed(3, 600, rating=5, reopened=2), late, old)
    total = figures.total
    assert total.first == Times(3, 200, 520)
    assert total.resolution == Times(4, 4000, pytest.approx(64800))
    assert (total.reopened, total.ratings, total.rated, total.satisfaction) == (1, (0, 1, 0, 0, 2), 3, 4.0)
    assert figures.by_type["billing"] == total.__class__(**vars(total) | {"opened": 3, "closed": 4})


def test_how_many_were_opened_and_closed_is_counted_elsewhere() -> None:
    counts = [(number, 2 * number) for number in range(7)]
    figures = of(counts=counts)
    assert (figures.total.opened, figures.total.closed) == (21, 42)
    assert [(step.opened, step.closed) for step in figures.steps] == counts
    assert figures.steps[0].start == WEEK.since


def test_an_open_wait_counts_with_its_business_time_so_far() -> None:
    # Wednesday 10:00 to Friday 16:00 are 7 + 8 + 7 hours; Thursday noon to then, 5 + 7.
    noon = datetime(2026, 11, 26, 11, tzinfo=UTC)
    waiting = row(1, turn="staff", turn_since=noon)
    again = row(2, turn="staff", turn_since=noon, first_seconds=60, waits=[120, 180])
    theirs = row(3, turn="member", first_seconds=180, waits=[300])
    total = of(waiting, again, theirs).total
    assert total.first == Times(3, 180, pytest.approx(180 + 0.8 * (22 * 3600 - 180)))
    assert total.next.count == 4
    assert total.next.median == (180 + 300) / 2
    assert total.next.ninety == pytest.approx(300 + 0.7 * (12 * 3600 - 300))
    assert total.waiting == 3


def test_targets_are_those_that_were_met_missed_or_are_overdue() -> None:
    due = NOW - DAY
    rows = [
        closed(1, first_due=due, resolution_due=due),
        closed(2, first_due=due, missed=["first", "resolution"]),
        closed(3),
        row(4, turn="staff", first_due=due),  # overdue, nobody has noticed yet
        row(5, turn="staff", first_due=NOW + DAY),  # still open
        row(6, first_seconds=5, waits=[1]),
        row(8, first_seconds=5, waits=[1], type="bug"),  # without such a target
        row(7, first_seconds=5, turn="staff", turn_since=NOW - 2 * DAY, next_due=due),
    ]
    total = of(*rows).total
    assert (total.first.met, total.first.targets, total.first.within) == (1, 3, pytest.approx(1 / 3))
    assert (total.next.met, total.next.targets) == (1, 2)
    assert (total.resolution.met, total.resolution.targets) == (1, 2)
    assert of(closed(1)).total.first.within is None


def test_what_was_merged_counts_as_opened_and_closed_only() -> None:
    line = of(closed(1, is_merged=True, rating=1, reopened=1)).by_type["billing"]
    assert line == Line(opened=1, closed=1)


def test_groups_are_types_teams_and_people() -> None:
    rows = [
        closed(1, answered_by=50, claimed_by=51, rating=4),
        closed(2, answered_by=50),
        row(3, claimed_by=51, type="bug", type_name="Bug", team=()),
        row(4, type="bug", type_name="Bugs", team=(7, 8)),
    ]
    figures = of(*rows)
    assert {key: (line.opened, line.closed, line.waiting) for key, line in figures.by_type.items()} == {
        "billing": (2, 2, 0), "bug": (2, 0, 2)
    }  # fmt: skip
    assert figures.type_names == {"billing": "Billing", "bug": "Bugs"}
    assert {key: line.opened for key, line in figures.by_team.items()} == {(7,): 2, (): 1, (7, 8): 1}
    # Whose ticket it is, and who answered it first.
    assert {key: (line.closed, line.waiting, line.first.count) for key, line in figures.by_person.items()} == {
        51: (1, 1, 0), 50: (1, 0, 2)
    }  # fmt: skip
    assert figures.by_person[51].ratings == (0, 0, 0, 1, 0)


def test_busy_hours_and_ages_are_those_of_the_zone_and_of_now() -> None:
    at = [NOW - timedelta(hours=1), NOW - 2 * DAY, NOW - 5 * DAY, NOW - 20 * DAY, NOW - 100 * DAY]
    figures = of(*(row(number, opened_at=moment) for number, moment in enumerate(at)))
    assert figures.ages == (1, 1, 1, 1, 1)
    assert sum(map(sum, figures.hours)) == 3
    assert figures.hours[4][15] == figures.hours[2][16] == figures.hours[6][16] == 1


def test_of_a_sample_groups_are_scaled_and_open_tickets_counted() -> None:
    rows = [closed(number, 100 * number, rating=5) for number in (3, 6)]
    rows += [row(number, turn="staff") for number in (4, 9)]
    line = of(*rows, counts=[(10, 7)] + [(0, 0)] * 6, every=3)
    assert (line.total.opened, line.total.closed, line.total.waiting) == (10, 7, 2)
    assert line.by_type["billing"].opened == 9  # 3, 6 and 9, and 4 is not of the sample
    assert line.total.first.count == 3
    assert line.total.ratings == (0, 0, 0, 0, 6)
    assert sum(map(sum, line.hours)) == 9


def test_of_nothing_there_are_no_figures() -> None:
    figures = of()
    assert figures.total == Line()
    assert figures.total.satisfaction is None
    assert not figures.by_type
    assert figures.ages == (0, 0, 0, 0, 0)


@given(values=st.lists(st.integers(0, 10**6), min_size=1), share=st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_a_quantile_lies_between_two_of_the_values(values: list[int], share: float) -> None:
    ordered = sorted(values)
    found = quantile(ordered, share)
    assert found is not None
    assert sum(value < found for value in values) <= share * (len(values) - 1) + 1
    assert sum(value > found for value in values) <= (1 - share) * (len(values) - 1) + 1
