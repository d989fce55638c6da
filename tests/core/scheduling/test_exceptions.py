import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr

from app.core.errors import InvalidInput
from app.core.scheduling.schedule import END_OF_DAY, MAX_EXCEPTIONS, Schedule
from app.core.scheduling.shift import shifted
from app.core.scheduling.words import describe

BRUSSELS = "Europe/Brussels"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
wall = datetime.fromisoformat
"""A naive time, as the clock on a wall shows it."""
WEEKDAYS_AT_9 = Schedule.series(
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0", BRUSSELS, wall("2026-11-23T09:00")
)


def days(*written: str) -> list[date]:
    return [date.fromisoformat(day) for day in written]


def run(first: str, count: int) -> list[date]:
    return [date.fromisoformat(first) + timedelta(days=ahead) for ahead in range(count)]


def shown(schedule: Schedule, count: int, after: datetime = NOW) -> list[str]:
    zone = ZoneInfo(schedule.zone)
    return [f"{found.at.astimezone(zone):%m-%d %H:%M}" for found in schedule.upcoming(after, count)]


def test_a_series_passes_over_the_days_it_leaves_out() -> None:
    schedule = WEEKDAYS_AT_9.without(*days("2026-11-23", "2026-11-25", "2026-11-28"))
    assert shown(schedule, 3) == ["11-24 09:00", "11-26 09:00", "11-27 09:00"]
    assert schedule.next_after(NOW) == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_every_time_of_such_a_day_is_left_out_in_the_zone_of_the_schedule() -> None:
    often = Schedule.series("FREQ=DAILY;BYHOUR=0,12,23;BYMINUTE=30", "Pacific/Kiritimati", wall("2026-11-23"))
    assert shown(often.without(*days("2026-11-24")), 4) == ["11-23 12:30", "11-23 23:30", "11-25 00:30", "11-25 12:30"]
    elapsed = Schedule.elapsed(timedelta(hours=7), NOW, "America/New_York").without(*days("2026-11-23"))
    assert shown(elapsed, 4) == ["11-22 14:00", "11-22 21:00", "11-24 01:00", "11-24 08:00"]


def test_exceptions_are_those_of_the_rfc() -> None:
    rule, start = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=9,17;BYMINUTE=0;COUNT=40", wall("2026-11-23T09:00")
    left_out = days("2026-11-23", "2026-12-10", "2026-12-11", "2027-01-04", "2027-04-01")
    reference = rruleset()
    reference.rrule(rrulestr(rule, dtstart=start))
    for day in left_out:
        for hour in (9, 17):
            reference.exdate(datetime.combine(day, time(hour)))
    schedule = Schedule.series(rule.removesuffix(";COUNT=40"), "UTC", start, count=40).without(*left_out)
    found = [at.at.replace(tzinfo=None) for at in schedule.upcoming(NOW, 99)]
    assert found == list(reference)
    assert len(found) == 32


def test_what_is_left_out_counts() -> None:
    counted = WEEKDAYS_AT_9.ending(count=3).without(*days("2026-11-24"))
    assert shown(counted, 9) == ["11-23 09:00", "11-25 09:00"]
    elapsed = Schedule.elapsed(timedelta(hours=24), NOW, BRUSSELS, count=3).without(*days("2026-11-24"))
    assert shown(elapsed, 9, NOW - timedelta(days=1)) == ["11-22 13:00", "11-23 13:00"]


def test_days_are_kept_once_and_in_order_and_are_forgotten_when_over() -> None:
    schedule = WEEKDAYS_AT_9.without(*days("2026-12-31", "2026-12-24")).without(*days("2026-12-24", "2026-12-28"))
    assert list(schedule.except_dates) == days("2026-12-24", "2026-12-28", "2026-12-31")
    assert schedule == WEEKDAYS_AT_9.without(*days("2026-12-28", "2026-12-31", "2026-12-24"))
    assert list(schedule.forgetting(date(2026, 12, 28)).except_dates) == days("2026-12-28", "2026-12-31")
    assert schedule.ending(count=5).except_dates == schedule.except_dates
    assert WEEKDAYS_AT_9.except_dates == ()


def test_exceptions_that_cannot_be_kept_are_refused_with_a_sentence() -> None:
    full = WEEKDAYS_AT_9.without(*run("2027-01-01", MAX_EXCEPTIONS))
    assert full.without(date(2027, 1, 1)) == full
    with pytest.raises(InvalidInput, match=r"At most 100 days can be left out: .*two reminders"):
        full.without(date(2028, 1, 1))
    assert len(full.forgetting(date(2027, 1, 2)).without(date(2028, 1, 1)).except_dates) == MAX_EXCEPTIONS
    with pytest.raises(InvalidInput, match="Only what repeats can leave out days"):
        Schedule.once(NOW, BRUSSELS).without(date(2027, 1, 1))


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule.series("FREQ=MINUTELY", BRUSSELS, wall("2026-11-01")),
        Schedule.series("FREQ=DAILY;BYHOUR=9", BRUSSELS, wall("2026-11-01")),
        Schedule.elapsed(timedelta(seconds=1), NOW, BRUSSELS),
    ],
)
def test_a_schedule_that_leaves_out_all_that_remains_is_over_after_a_short_search(schedule: Schedule) -> None:
    first = schedule.next_after(NOW)
    assert first is not None
    left_out = run(f"{first.date() - timedelta(days=1)}", MAX_EXCEPTIONS)
    ended = schedule.ending(until=first + timedelta(days=MAX_EXCEPTIONS - 3)).without(*left_out)
    begun = stopwatch.process_time()
    assert ended.next_after(first - timedelta(hours=1)) is None
    assert stopwatch.process_time() - begun < 5


def test_minutes_of_a_day_that_come_again_after_its_midnight_are_left_out_too() -> None:
    # In 2006 the clocks of St John's went back from 00:01 to 23:01 of the day before.
    start = datetime(2006, 10, 28, 12, tzinfo=UTC)
    schedule = Schedule.elapsed(timedelta(minutes=15), start, "America/St_Johns").without(date(2006, 10, 28))
    assert shown(schedule, 2, start) == ["10-29 00:00", "10-29 00:00"]
    assert schedule.next_after(start + timedelta(hours=14, minutes=45)) == datetime(2006, 10, 29, 3, 30, tzinfo=UTC)


def test_a_rare_rule_that_leaves_out_its_days_goes_on_after_them() -> None:
    leap = Schedule.series("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=9;BYMINUTE=0", "UTC", wall("2028-02-29T09:00"))
    left_out = [date(year, 2, 29) for year in range(2028, 2396, 4) if year % 100]
    assert leap.without(*left_out).next_after(NOW) == datetime(2396, 2, 29, 9, tzinfo=UTC)


def test_a_time_that_the_clocks_push_into_the_next_day_is_left_out_with_the_day_it_is_pushed_into() -> None:
    daily = Schedule.series("FREQ=DAILY;BYHOUR=12;BYMINUTE=0", "Pacific/Apia", wall("2011-12-01"))
    before = datetime(2011, 12, 29, tzinfo=UTC)
    assert shown(daily, 3, before) == ["12-29 12:00", "12-31 00:00", "12-31 12:00"]
    assert shown(daily.without(date(2011, 12, 31)), 2, before) == ["12-29 12:00", "01-01 12:00"]


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (days("2026-12-24"), "24 December 2026"),
        (days("2026-12-24", "2026-12-31"), "24 and 31 December 2026"),
        (days("2026-12-24", "2026-12-25", "2026-12-31"), "24, 25 and 31 December 2026"),
        (days("2026-11-30", "2026-12-07"), "30 November and 7 December 2026"),
        (days("2026-12-28", "2027-01-04"), "28 December 2026 and 4 January 2027"),
        (run("2026-12-24", 3), "24 to 26 December 2026"),
        (run("2026-12-24", 10), "24 December 2026 to 2 January 2027"),
        ([*run("2026-12-01", 5), date(2027, 3, 1)], "1 December to 5 December 2026 and 1 March 2027"),
        (days("2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22", "2026-12-29"), "on 5 days"),
        (days("9999-12-31"), "31 December 9999"),
    ],
)
def test_exceptions_are_told_in_words(left_out: list[date], words: str) -> None:
    schedule = WEEKDAYS_AT_9.without(*left_out)
    assert describe(schedule) == f"every weekday at 09:00, except {words} (Europe/Brussels)"


@pytest.mark.parametrize(
    ("by", "left_out"),
    [
        (timedelta(hours=2), "2026-12-24"),
        (timedelta(days=3), "2026-12-27"),
        (timedelta(hours=15, minutes=30), "2026-12-25"),
        (timedelta(hours=-9, minutes=-30), "2026-12-23"),
    ],
)
def test_exceptions_move_with_the_day_of_the_series(by: timedelta, left_out: str) -> None:
    for schedule in (
        WEEKDAYS_AT_9,
        Schedule.elapsed(timedelta(days=7), datetime(2026, 11, 26, 8, tzinfo=UTC), BRUSSELS),
    ):
        moved = shifted(schedule.without(date(2026, 12, 24)), by)
        assert moved is not None
        assert moved.except_dates == (date.fromisoformat(left_out),)
        # What is left out before is what is left out after.
        plain, bare = shifted(schedule, by), datetime(2026, 12, 1, tzinfo=UTC)
        assert plain is not None
        kept = {found.at for found in moved.upcoming(bare, 40)}
        missing = [found.at for found in plain.upcoming(bare, 40) if found.at not in kept]
        assert missing[:1] == [datetime(2026, 12, 24, 8, tzinfo=UTC) + by]


@pytest.mark.parametrize(
    ("by", "last"), [(timedelta(hours=1), 25), (timedelta(days=3), 28), (timedelta(hours=-10), 24)]
)
def test_a_last_day_moves_with_the_day_of_the_series_and_stays_a_day(by: timedelta, last: int) -> None:
    schedule = WEEKDAYS_AT_9.ending(until=datetime.combine(date(2026, 12, 25), END_OF_DAY))
    moved = shifted(schedule, by)
    assert moved is not None
    assert moved.local_until == datetime.combine(date(2026, 12, last), END_OF_DAY)
    found = [[one.at for one in each.upcoming(NOW, 100)] for each in (schedule, moved)]
    assert [at + by for at in found[0]] == found[1]
    assert shifted(moved, -by) == schedule


def test_an_interval_of_hours_keeps_its_days_when_it_moves_within_one() -> None:
    schedule = Schedule.elapsed(timedelta(hours=5), NOW.replace(hour=22), BRUSSELS).without(date(2026, 12, 24))
    for by, day in ((timedelta(hours=1), 24), (timedelta(days=2), 26), (timedelta(hours=-3), 24)):
        moved = shifted(schedule, by)
        assert moved is not None
        assert moved.except_dates == (date(2026, 12, day),)
