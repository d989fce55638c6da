"""Rules are compared with python-dateutil's, which walks from the start, over many rules, starts and moments."""

import random
import time as stopwatch
from datetime import datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr

from app.core.errors import InvalidInput
from app.core.scheduling.recurrence import HORIZON_YEARS, Freq, Rule, parse


def wall(text: str) -> datetime:
    """A naive time, as the clock on a wall shows it."""
    return datetime.fromisoformat(text)


RULES = [
    "FREQ=DAILY;BYHOUR=9;BYMINUTE=0",
    "FREQ=DAILY;INTERVAL=3;BYHOUR=18;BYMINUTE=30",
    "FREQ=DAILY;BYHOUR=9,21;BYMINUTE=0,30",
    "FREQ=DAILY;INTERVAL=5;BYMONTH=1,6;BYDAY=MO,WE;BYHOUR=7;BYMINUTE=0",
    "FREQ=DAILY;BYMONTHDAY=-1,15;BYHOUR=7;BYMINUTE=0",
    "FREQ=DAILY;BYHOUR=8,12,18;BYMINUTE=0;BYSETPOS=-1",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=8;BYMINUTE=0",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=17;BYMINUTE=0",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO;BYHOUR=17;BYMINUTE=0",
    "FREQ=WEEKLY;INTERVAL=3;BYMONTH=2,3;BYDAY=SA;BYHOUR=1;BYMINUTE=15",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=9,17;BYMINUTE=0;BYSETPOS=1",
    "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15,-2;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=-1FR,2TU;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=5SA;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0;BYSETPOS=-1",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
    "FREQ=MONTHLY",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;BYHOUR=18;BYMINUTE=0",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=18;BYMINUTE=0",
    "FREQ=YEARLY;INTERVAL=3;BYMONTHDAY=10;BYHOUR=1;BYMINUTE=0",
    "FREQ=YEARLY;BYMONTH=5;BYDAY=1SU;BYHOUR=11;BYMINUTE=0",
    "FREQ=YEARLY;BYDAY=20MO;BYHOUR=11;BYMINUTE=0",
    "FREQ=YEARLY;BYDAY=-1MO,53FR;BYHOUR=11;BYMINUTE=0",
    "FREQ=YEARLY;BYMONTH=3,4",
    "FREQ=HOURLY;INTERVAL=5",
    "FREQ=HOURLY;INTERVAL=36",
    "FREQ=HOURLY;BYHOUR=9,10,11;BYMINUTE=0,20,40",
    "FREQ=HOURLY;INTERVAL=7;BYDAY=MO,TH;BYMONTH=4",
    "FREQ=MINUTELY;INTERVAL=7",
    "FREQ=MINUTELY;INTERVAL=1500",
    "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,17;BYDAY=TU",
    "FREQ=MINUTELY;INTERVAL=7;BYMINUTE=0,30;BYMONTHDAY=1",
]
STARTS = [wall("2024-02-29T12:45"), wall("2026-11-18T13:30:20"), wall("2027-12-31T23:59")]


@pytest.mark.slow
@pytest.mark.parametrize("text", RULES)
def test_a_rule_gives_the_same_times_as_dateutil_from_any_moment_on(text: str) -> None:
    rule, chance = parse(text), random.Random(text)
    for start in STARTS:
        reference = rrulestr(text, dtstart=start, cache=True)
        for _ in range(6):
            since = start + timedelta(minutes=chance.randrange(-10_000, 4 * 365 * 1440 if "LY;" in text else 10_000))
            expected = list(islice(reference.xafter(since, inc=True), 12))
            assert list(islice(rule.walk(start, since), 12)) == expected, (start, since)


@pytest.mark.parametrize("text", RULES)
def test_a_rule_reads_back_what_it_writes(text: str) -> None:
    assert parse(str(parse(text))) == parse(text)
    assert parse(f"RRULE:{text.lower()}") == parse(text)


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
