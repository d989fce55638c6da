"""What the next time of a series costs however long ago it began, and that of a rule that never comes.

The yardstick is `dateutil.rrule`, asked on naive wall-clock times as the bot's own rules are: as it is, and with its
start moved by whole intervals to shortly before the moment, which is the least that it can be given to do.
"""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from dateutil.rrule import rrulestr

from app.core.scheduling.recurrence import Freq, Rule, parse
from benchmarks.figures import Figure

RULES = (
    "FREQ=DAILY;BYHOUR=9;BYMINUTE=0",
    "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,15,30,45",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=17;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=10;BYMINUTE=0",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=9;BYMINUTE=0",
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;BYHOUR=18;BYMINUTE=0",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=9;BYMINUTE=0",
    "FREQ=HOURLY;INTERVAL=5",
    "FREQ=MINUTELY;INTERVAL=50",
)
NEVER = {
    "30 February": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=9;BYMINUTE=0",
    "every 7 days from a Sunday, on Mondays": "FREQ=DAILY;INTERVAL=7;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
    "every minute of 30 February": "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
}
NOW = datetime.fromisoformat("2026-11-22T12:00")
YEARS = 10
ROUNDS = 20
UNITS = {Freq.WEEKLY: "weeks", Freq.DAILY: "days", Freq.HOURLY: "hours", Freq.MINUTELY: "minutes"}


def moved(rule: Rule, start: datetime) -> datetime:
    """Move a start to one interval before NOW, in whole intervals."""
    if rule.freq in UNITS:
        interval = timedelta(**{UNITS[rule.freq]: rule.interval})
        return start + max((NOW - start) // interval - 1, 0) * interval
    months = rule.interval * (12 if rule.freq is Freq.YEARLY else 1)
    passed = (NOW.year - start.year) * 12 + NOW.month - start.month
    month = start.year * 12 + start.month - 1 + max(passed // months - 1, 0) * months
    return start.replace(year=month // 12, month=month % 12 + 1, day=1)


def spent(ask: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return how many milliseconds asking takes, the median of some rounds."""
    spans = list[float]()
    for _ in range(rounds):
        begun = time.perf_counter()
        ask()
        spans.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spans)


async def measure() -> list[Figure]:
    """Ask both for the same times, and make sure that they are the same."""
    fresh = old = plain = helped = 0.0
    for text in RULES:
        rule, start = parse(text), NOW.replace(year=NOW.year - YEARS, hour=8)

        def own(rule: Rule = rule, start: datetime = start) -> datetime | None:
            return next(rule.walk(start, NOW), None)

        def theirs(begin: datetime, text: str = text) -> datetime | None:
            return rrulestr(text, dtstart=begin).after(NOW, inc=True)

        recent, begin = NOW.replace(hour=8), moved(rule, start)
        if not own() == theirs(start) == theirs(begin):
            raise AssertionError(f"the two differ about {text}")
        fresh += spent(lambda own=own, recent=recent: own(start=recent))
        old += spent(own)
        plain += spent(lambda theirs=theirs, start=start: theirs(start), rounds=3)
        helped += spent(lambda theirs=theirs, begin=begin: theirs(begin))
    count = len(RULES)
    figures = [
        Figure(
            f"next time after {YEARS} years, mean of {count} rules; against today's",
            old / count,
            "ms",
            fresh / count,
            most=2,
        ),
        Figure("the same; against dateutil", old / count, "ms", plain / count, most=0.1),
        Figure("the same; against dateutil, its start moved", old / count, "ms", helped / count, most=1),
    ]
    for name, text in NEVER.items():
        rule = parse(text)
        figures.append(
            Figure(
                f"never: {name}; against dateutil",
                spent(lambda rule=rule: next(rule.walk(NOW, NOW), None)),
                "ms",
                spent(lambda text=text: rrulestr(text, dtstart=NOW).after(NOW), rounds=1),
                most=0.1,
            )
        )
    return figures
