from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from app.core.errors import InvalidInput
from app.core.scheduling.schedule import Occurrence, Schedule, ScheduleKind
from app.core.scheduling.words import describe

BRUSSELS = "Europe/Brussels"
NEW_YORK, LORD_HOWE, CASABLANCA = "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"
ZONES = [BRUSSELS, NEW_YORK, LORD_HOWE, CASABLANCA, "America/Santiago", "Africa/Cairo"]
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
wall = datetime.fromisoformat
"""A naive time, as the clock on a wall shows it."""
GOOD = {"kind": ScheduleKind.SERIES, "zone": "UTC", "local_start": wall("2026-01-01"), "rrule": "FREQ=DAILY"}


def utc(text: str) -> datetime:
    return wall(text).replace(tzinfo=UTC)


def daily(at: str, zone: str, start: date = date(2024, 1, 1)) -> Schedule:
    clock = time.fromisoformat(at)
    rule = f"FREQ=DAILY;BYHOUR={clock.hour};BYMINUTE={clock.minute}"
    return Schedule.series(rule, zone, datetime.combine(start, time()))


def changes(zone: str, year: int) -> list[datetime]:
    """The instants of a year, to the minute, at which the clocks of a zone change; found minute by minute."""
    info, found = ZoneInfo(zone), list[datetime]()
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        following = moment + timedelta(hours=6)
        if moment.astimezone(info).utcoffset() != following.astimezone(info).utcoffset():
            found.extend(
                later
                for later in (moment + timedelta(minutes=minute) for minute in range(1, 361))
                if later.astimezone(info).utcoffset() != (later - timedelta(minutes=1)).astimezone(info).utcoffset()
            )
        moment = following
    return found


@pytest.mark.parametrize(
    ("zone", "at", "before", "expected"),
    [
        (BRUSSELS, "02:30", "2027-03-27T12:00", ("2027-03-28T01:00", "02:30 does not exist on 28 March, so 03:00")),
        (BRUSSELS, "03:00", "2027-03-27T12:00", ("2027-03-28T01:00", None)),
        (BRUSSELS, "02:30", "2027-10-30T12:00", ("2027-10-31T00:30", "02:30 comes twice on 31 October, so the first")),
        (BRUSSELS, "09:00", "2027-10-30T12:00", ("2027-10-31T08:00", None)),
        (NEW_YORK, "02:15", "2027-03-13T12:00", ("2027-03-14T07:00", "02:15 does not exist on 14 March, so 03:00")),
        (NEW_YORK, "01:15", "2027-11-06T12:00", ("2027-11-07T05:15", "01:15 comes twice on 7 November, so the first")),
        # Lord Howe moves its clocks by half an hour.
        (LORD_HOWE, "02:10", "2027-10-02T06:00", ("2027-10-02T15:30", "02:10 does not exist on 3 October, so 02:30")),
        (LORD_HOWE, "01:45", "2027-04-03T06:00", ("2027-04-03T14:45", "01:45 comes twice on 4 April, so the first")),
        # In Morocco the month of Ramadan had the earlier clocks, until 2026.
        (CASABLANCA, "02:30", "2025-04-05T12:00", ("2025-04-06T02:00", "02:30 does not exist on 6 April, so 03:00")),
        (
            CASABLANCA,
            "02:30",
            "2025-02-22T12:00",
            ("2025-02-23T01:30", "02:30 comes twice on 23 February, so the first"),
        ),
        # Samoa left out a whole day.
        (
            "Pacific/Apia",
            "12:00",
            "2011-12-30T00:00",
            ("2011-12-30T10:00", "12:00 does not exist on 30 December, so 00:00 on 31 December"),
        ),
    ],
)
def test_a_change_of_the_clocks_moves_a_series_as_little_as_it_can(
    zone: str, at: str, before: str, expected: tuple[str, str | None]
) -> None:
    schedule = daily(at, zone, date(2010, 1, 1))
    assert schedule.upcoming(utc(before), 1) == [Occurrence(utc(expected[0]), expected[1])]


@pytest.mark.parametrize("zone", ZONES)
def test_a_wall_clock_series_keeps_its_time_across_every_change_of_two_years(zone: str) -> None:
    schedule, info = daily("08:15", zone), ZoneInfo(zone)
    for change in (change for year in (2026, 2027) for change in changes(zone, year)):
        times = schedule.upcoming(change - timedelta(days=3), 6)
        walls = [found.at.astimezone(info).replace(tzinfo=None) for found in times]
        assert {shown.time() for shown in walls} == {time(8, 15)}
        assert [later.date() - earlier.date() for earlier, later in pairwise(walls)] == [timedelta(days=1)] * 5
        assert {later.at - earlier.at for earlier, later in pairwise(times)} != {timedelta(hours=24)}


@pytest.mark.parametrize("zone", ZONES)
def test_elapsed_time_does_not_care_about_the_clocks(zone: str) -> None:
    first = utc("2026-01-01T08:00")
    schedule = Schedule.elapsed(timedelta(hours=24), first, zone)
    seen = changes(zone, 2026)
    assert len(seen) >= 2
    for change in seen:
        times = schedule.upcoming(change - timedelta(days=2), 4)
        assert {later.at - earlier.at for earlier, later in pairwise(times)} == {timedelta(hours=24)}
        assert [found.note is not None for found in times].count(True) == 1
        assert "the clocks change before" in str([found.note for found in times])


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYHOUR=0,1,2,3,23;BYMINUTE=0,15,30,45",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;BYHOUR=2;BYMINUTE=30",
        "FREQ=MINUTELY;INTERVAL=50",
    ],
)
def test_next_after_agrees_with_a_walk_over_every_minute_of_the_wall_clock(zone: str, rule: str) -> None:
    start = wall("2026-01-01")
    schedule, info = Schedule.series(rule, zone, start), ZoneInfo(zone)
    reference = frozenset(rrulestr(rule, dtstart=start).between(start, wall("2028-01-04")))
    for change in (change for year in (2026, 2027) for change in changes(zone, year)):
        begin = change - timedelta(days=2)
        # The brute-force walk: every minute of UTC, and which wall-clock times it is the first to show or to pass.
        expected, passed = list[datetime](), begin.astimezone(info).replace(tzinfo=None)
        moment = begin
        while moment < change + timedelta(days=2):
            moment += timedelta(minutes=1)
            shown = moment.astimezone(info).replace(tzinfo=None)
            minutes = int((shown - passed) / timedelta(minutes=1))
            if any(passed + timedelta(minutes=ahead) in reference for ahead in range(1, minutes + 1)):
                expected.append(moment)
            passed = max(passed, shown)
        found, at = list[datetime](), begin
        while (following := schedule.next_after(at)) is not None and following < change + timedelta(days=2):
            assert following > at
            found.append(following)
            at = following
        assert found == [moment for moment in expected if moment < change + timedelta(days=2)]


@pytest.mark.parametrize("zone", [*ZONES, "UTC", "Asia/Kathmandu", "Pacific/Chatham"])
def test_next_after_only_ever_grows_and_needs_no_memory(zone: str) -> None:
    schedule = Schedule.series("FREQ=MONTHLY;BYDAY=1SU,-1SU;BYHOUR=2;BYMINUTE=30", zone, wall("2020-01-01"))
    times = [found.at for found in schedule.upcoming(utc("2025-12-31T00:00"), 60)]
    assert times == sorted(set(times))
    assert times[-1].year >= 2028
    for earlier, later in pairwise(times):
        middle = earlier + (later - earlier) / 2
        assert schedule.next_after(earlier) == schedule.next_after(middle) == later
        assert schedule.next_after(later - timedelta(microseconds=1)) == later


def test_something_that_happens_once_is_over_then() -> None:
    schedule = Schedule.once(NOON, BRUSSELS)
    assert schedule.next_after(NOON - timedelta(seconds=1)) == NOON
    assert schedule.next_after(NOON) is None
    assert not schedule.recurs


def test_a_wall_clock_time_that_does_not_exist_is_explained_for_a_single_reminder_too() -> None:
    schedule = Schedule.once_at(wall("2027-03-28T02:30"), BRUSSELS)
    assert schedule.upcoming(NOON, 5) == [
        Occurrence(utc("2027-03-28T01:00"), "02:30 does not exist on 28 March, so 03:00")
    ]


def test_a_count_and_an_end_are_kept() -> None:
    counted = daily("09:00", BRUSSELS, date(2026, 11, 18)).ending(count=3)
    assert [found.at.day for found in counted.upcoming(NOON - timedelta(days=9), 9)] == [18, 19, 20]
    assert counted.next_after(utc("2026-11-20T08:00")) is None
    ended = daily("09:00", BRUSSELS).ending(until=utc("2026-11-20T08:00"))
    assert [found.at.day for found in ended.upcoming(NOON, 9)] == [19, 20]
    elapsed = Schedule.elapsed(timedelta(hours=5), NOON, BRUSSELS, count=2)
    assert [found.at.hour for found in elapsed.upcoming(NOON - timedelta(days=1), 9)] == [12, 17]
    until = Schedule.elapsed(timedelta(hours=5), NOON, BRUSSELS, until=NOON + timedelta(hours=10))
    assert [found.at.hour for found in until.upcoming(NOON, 9)] == [17, 22]


def test_a_legacy_row_becomes_a_weekly_series() -> None:
    schedule = Schedule.weekly({0, 4}, time(7, 30), BRUSSELS, date(2026, 11, 18))
    assert [f"{found.at:%a %H:%M}" for found in schedule.upcoming(NOON, 3)] == ["Fri 06:30", "Mon 06:30", "Fri 06:30"]
    assert describe(schedule) == "every Monday and Friday at 07:30 (Europe/Brussels)"
    with pytest.raises(InvalidInput):
        Schedule.weekly(set(), time(7, 30), BRUSSELS, date(2026, 11, 18))


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule.once_at(wall("2027-03-28T02:30"), BRUSSELS),
        daily("02:30", "America/New_York").ending(count=7),
        Schedule.elapsed(timedelta(minutes=90), NOON, "UTC", until=NOON + timedelta(days=4)),
    ],
)
def test_a_schedule_is_its_plain_values(schedule: Schedule) -> None:
    stored = asdict(schedule) | {"kind": str(schedule.kind)}
    again = Schedule(**(stored | {"kind": ScheduleKind(stored["kind"])}))
    assert again == schedule
    assert again.upcoming(NOON, 3) == schedule.upcoming(NOON, 3)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("DAILY;BYHOUR=9;BYMINUTE=0", "every day at 09:00"),
        ("DAILY;INTERVAL=3;BYHOUR=18;BYMINUTE=30", "every 3 days at 18:30"),
        ("DAILY;BYHOUR=8,12,18;BYMINUTE=0", "every day at 08:00, 12:00 and 18:00"),
        ("DAILY;BYHOUR=9,10,11;BYMINUTE=0,15,30,45", "every day every 15 minutes from 09:00 to 11:45"),
        ("WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=0", "every weekday at 08:00"),
        ("WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=17;BYMINUTE=0", "every 2 weeks on Friday at 17:00"),
        ("WEEKLY;BYDAY=SA,SU;BYHOUR=10;BYMINUTE=0", "every Saturday and Sunday at 10:00"),
        ("MONTHLY;BYMONTHDAY=31;BYHOUR=9", "every month on the 31st (months without it are left out) at 09:30"),
        ("MONTHLY;BYMONTHDAY=-1;BYHOUR=9;BYMINUTE=0", "every month on the last day at 09:00"),
        ("MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0", "every month on the first Monday at 09:00"),
        ("MONTHLY;INTERVAL=3;BYMONTHDAY=1,22;BYHOUR=9;BYMINUTE=0", "every 3 months on the 1st and the 22nd at 09:00"),
        ("MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=9;BYMINUTE=0", "every month on the last weekday at 09:00"),
        ("MONTHLY;BYMONTHDAY=13;BYDAY=FR;BYHOUR=9;BYMINUTE=0", "every month on the 13th when it is a Friday at 09:00"),
        ("YEARLY;BYMONTH=12;BYMONTHDAY=24;BYHOUR=18;BYMINUTE=0", "every year on 24 December at 18:00"),
        ("YEARLY;BYMONTH=5;BYDAY=1SU;BYHOUR=11;BYMINUTE=0", "every year on the first Sunday in May at 11:00"),
        ("YEARLY", "every year on 18 November at 13:30"),
        ("HOURLY;INTERVAL=5", "by the rule FREQ=HOURLY;INTERVAL=5 from 18 November 2026 13:30"),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert describe(Schedule.series(f"FREQ={rule}", "UTC", wall("2026-11-18T13:30"))) == f"{words} (UTC)"


def test_the_rest_is_told_in_words_too() -> None:
    assert describe(Schedule.once(NOON, BRUSSELS)) == "on Wednesday 18 November 2026 at 13:00 (Europe/Brussels)"
    assert describe(Schedule.elapsed(timedelta(days=1), NOON, "UTC", count=5)) == "every 24 hours, 5 times (UTC)"
    assert describe(Schedule.elapsed(timedelta(minutes=90), NOON, "UTC")) == "every 1 hour 30 minutes (UTC)"
    ending = daily("09:00", BRUSSELS).ending(until=utc("2027-02-28T22:59:59"))
    assert describe(ending) == "every day at 09:00, until 28 February 2027 (Europe/Brussels)"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, "There is no time zone `Mars/Olympus`"),
        ({"zone": "../../etc/passwd"}, "There is no time zone"),
        ({"zone": "Europe"}, "There is no time zone `Europe`"),
        ({"zone": ""}, "There is no time zone"),
        ({"rrule": "FREQ=NEVER"}, "FREQ must be one of"),
        ({"count": 0}, "from 1 to 10,000 times"),
        ({"count": 10_001}, "from 1 to 10,000 times"),
        ({"kind": ScheduleKind.ELAPSED, "at": NOON, "interval_seconds": 10**12}, "100 years"),
    ],
)
def test_values_that_make_no_schedule_are_refused_with_a_sentence(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Schedule(**(GOOD | values))


@pytest.mark.parametrize(
    "values",
    [
        {"at": wall("2026-01-01")},
        {"until": wall("2026-01-01")},
        {"local_start": NOON},
        {"rrule": None},
        {"kind": ScheduleKind.ONCE, "at": None},
        {"kind": ScheduleKind.ELAPSED, "at": NOON},
    ],
)
def test_values_that_only_a_mistake_of_ours_can_make_are_an_error(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"aware|naive|missing|has a rule"):
        Schedule(**(GOOD | values))


@pytest.mark.parametrize(
    ("schedule", "gap"),
    [
        (Schedule.once(NOON, "UTC"), None),
        (daily("09:00", "UTC"), timedelta(days=1)),
        (Schedule.series("FREQ=DAILY;BYHOUR=9;BYMINUTE=0,1", "UTC", wall("2026-01-01")), timedelta(minutes=1)),
        (Schedule.elapsed(timedelta(seconds=30), NOON, "UTC"), timedelta(seconds=30)),
        (Schedule.elapsed(timedelta(seconds=30), NOON, "UTC", count=1), None),
        (daily("09:00", "UTC").ending(count=1), None),
    ],
)
def test_the_shortest_gap_is_known(schedule: Schedule, gap: timedelta | None) -> None:
    assert schedule.shortest_gap() == gap
    for limit in (timedelta(minutes=1), timedelta(hours=20), timedelta(days=2)):
        assert schedule.faster_than(limit) == (gap is not None and gap < limit)
