"""Business time, beside a model that looks at every minute."""

import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.tickets.business_week import closed_days
from app.core.tickets.hours import business_clock, read_hours
from tests.fixtures.properties import given, settings, st

MINUTE = timedelta(minutes=1)
HOURS = (
    "always",
    "always, not 12-25",
    "Mon-Fri 9:00-17:30, Sat 10-14",
    "daily 22:00-06:00",
    "Sun 0:00-2:30, 3:00-3:30, Mon 0:30-1:15",
    "Sun 2:30-4, Sat 23-24, not 2026-03-29",
    "Wed 0:00-0:05, not 10-25 to 11-10",
)
# Clocks that change by an hour, by half of it, at midnight, twice around Ramadan, and by a whole day.
CHANGES = (
    ("Europe/Brussels", "2026-03-29"),
    ("Europe/Brussels", "2026-10-25"),
    ("America/New_York", "2027-11-07"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Havana", "2026-11-01"),
    ("America/Havana", "2026-03-08"),
    ("Africa/Cairo", "2026-10-30"),
    ("Africa/Casablanca", "2026-02-15"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kolkata", "2026-12-31"),
)

YEARS = tuple(datetime.fromisoformat(f"{year}-01-01") for year in (2020, 2035))


def model(hours: str, zone: str, start: datetime, minutes: int) -> list[bool]:
    """Tell of each minute whether it is open: by the latest time that clocks have shown until then."""
    week = read_hours(hours)
    day, closed = date.min, False
    highest, found = datetime.min, list[bool]()  # noqa: DTZ901 -- what clocks show has no zone
    for number in range(-1500, minutes):
        highest = max(highest, (start + number * MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None))
        if number >= 0:
            minute = highest.hour * 60 + highest.minute
            if highest.date() != day:
                day = highest.date()
                closed = day in closed_days(week, day.year)
            found.append(not closed and any(a <= minute < b for a, b in week.week[highest.weekday()]))
    return found


@given(hours=st.sampled_from(HOURS), change=st.sampled_from(CHANGES), back=st.integers(0, 3000), data=st.data())
@settings(max_examples=50)
def test_business_time_is_what_a_walk_over_minutes_counts(
    hours: str, change: tuple[str, str], back: int, data: st.DataObject
) -> None:
    zone, day = change
    start = datetime.fromisoformat(f"{day}T12:00+00:00") - back * MINUTE
    is_open = model(hours, zone, start, 4000)
    clock = business_clock(hours, zone)
    since, until = sorted(data.draw(st.lists(st.integers(0, 3999), min_size=2, max_size=2)))
    elapsed = clock.elapsed(start + since * MINUTE, start + until * MINUTE)
    assert elapsed == sum(is_open[since:until]) * MINUTE
    assert clock.is_open(start + since * MINUTE) == is_open[since]

    needed = data.draw(st.integers(1, 300))
    counted = 0
    for number in range(since, 4000):
        counted += is_open[number]
        if counted == needed:
            assert clock.after(start + since * MINUTE, needed * MINUTE) == start + (number + 1) * MINUTE
            break
    if True in is_open[since:]:
        assert clock.next_opening(start + since * MINUTE) == start + (since + is_open[since:].index(True)) * MINUTE


@given(
    hours=st.sampled_from(HOURS),
    zone=st.sampled_from([zone for zone, _ in CHANGES]),
    moments=st.lists(st.datetimes(*YEARS, timezones=st.just(UTC)), min_size=3, max_size=3),
)
def test_business_time_adds_up_over_years(hours: str, zone: str, moments: list[datetime]) -> None:
    clock = business_clock(hours, zone)
    first, middle, last = sorted(moments)
    elapsed = clock.elapsed(first, last)
    assert clock.elapsed(first, middle) + clock.elapsed(middle, last) == elapsed
    assert clock.elapsed(last, first) == timedelta()
    assert clock.elapsed_each(moments, last) == [clock.elapsed(moment, last) for moment in moments]
    assert clock.elapsed_each(moments, first) == [timedelta()] * 3
    reached = clock.after(first, elapsed)
    assert reached <= last
    assert clock.elapsed(first, reached) == elapsed


def test_a_year_of_office_hours_is_counted_by_hand() -> None:
    clock = business_clock("Mon-Fri 9-17, not 2026-12-24 to 2026-12-26, 2026-01-01", "Europe/Brussels")
    year = clock.elapsed(datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert year == timedelta(hours=8) * (sum(day.weekday() < 5 for day in days) - 3)


def test_a_deadline_waits_for_the_next_day() -> None:
    clock = business_clock("Mon-Fri 9:00-17:30", "Europe/Brussels")
    friday = datetime(2026, 3, 27, 16, tzinfo=UTC)  # 17:00, before the clocks change on Sunday
    assert clock.after(friday, timedelta(hours=4)) == datetime(2026, 3, 30, 10, 30, tzinfo=UTC)
    assert clock.after(friday, timedelta(minutes=30)) == datetime(2026, 3, 27, 16, 30, tzinfo=UTC)
    assert clock.after(friday, timedelta()) == friday
    assert clock.next_opening(datetime(2026, 3, 28, tzinfo=UTC)) == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_the_longest_closure_is_passed() -> None:
    clock = business_clock("Mon 9-10, not 2026-01-01 to 2028-12-31", "UTC")
    assert clock.next_opening(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2029, 1, 1, 9, tzinfo=UTC)
    assert clock.after(datetime(2025, 12, 30, tzinfo=UTC), timedelta(hours=52)).year == 2029


@pytest.mark.parametrize("hours", HOURS)
def test_a_quarter_of_a_year_takes_few_steps(hours: str) -> None:
    clock = business_clock(hours, "Europe/Brussels")
    since = datetime(2026, 8, 1, tzinfo=UTC)
    clock.elapsed(since, since + timedelta(days=92))  # what is remembered of a year is counted once
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    clock.elapsed(since, since + timedelta(days=92))
    clock.after(since, timedelta(minutes=20))
    sys.setprofile(None)
    assert calls < 250
