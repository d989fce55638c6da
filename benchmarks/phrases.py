"""How well libraries that read dates fare on the table of phrases, and the bot's own reader beside them.

    python benchmarks/phrases.py [--json FILE]

Libraries that are not installed are left out. To measure all of them, in an environment of its own:

    pip install dateparser python-dateutil parsedatetime recurrent timefhuman ctparse fuzzy-date tzdata

A library is asked what a person types, told the time, and (dateparser) the language. Counted per group of the table:
right, mendable, wrong (it answered something else: the person would be reminded at another time) and silent. What must
be refused is right when the library stays silent. Mendable is what a few lines around the library would put right: the
hour of a day that was named without one, and a time that is past. The table is also the bot's own test, so its own line
says what it must be; it is there for the times.
"""

# The libraries to compare with need not be there.
# pyright: reportMissingImports=false

import argparse
import datetime as dt
import importlib
import json
import signal
import statistics
import subprocess
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "core" / "when" / "phrases.toml"
ZONE = ZoneInfo("Europe/Brussels")
NOW = datetime(2026, 11, 18, 13, 30, tzinfo=ZONE)
WALL = NOW.replace(tzinfo=None)
MORNING = dt.time(9)
MAX_SECONDS = 2.0
ENGLISH = {"en-US", "en-GB", None}

Reader = Callable[[str, str | None], Any]
"""Takes a phrase and a locale. Returns a datetime, a list of the first three, or None."""


def dateparser_reader() -> Reader:
    import dateparser

    settings: Any = {
        "TIMEZONE": "Europe/Brussels",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": WALL,
        "PREFER_DATES_FROM": "future",
    }
    return lambda phrase, locale: dateparser.parse(
        phrase, languages=[(locale or "en").split("-")[0]], settings=settings
    )


def dateutil_reader() -> Reader:
    from dateutil.parser import parse

    midnight = WALL.replace(hour=9, minute=0)
    return lambda phrase, _: parse(phrase, default=midnight)


def parsedatetime_reader() -> Reader:
    import parsedatetime

    calendar = parsedatetime.Calendar()

    def read(phrase: str, _: str | None) -> Any:
        found, status = calendar.parseDT(phrase, sourceTime=WALL)
        return found if status else None

    return read


def recurrent_reader() -> Reader:
    from dateutil.rrule import rrulestr
    from recurrent import RecurringEvent

    def read(phrase: str, _: str | None) -> Any:
        found = RecurringEvent(now_date=WALL).parse(phrase)
        if isinstance(found, str):
            rule = rrulestr(found, dtstart=WALL)
            return list(rule.xafter(WALL, count=3))
        return found

    return read


def timefhuman_reader() -> Reader:
    from timefhuman import tfhConfig, timefhuman

    config = tfhConfig(now=WALL)

    def read(phrase: str, _: str | None) -> Any:
        found = timefhuman(phrase, config)
        if isinstance(found, list):
            found = found[0] if len(found) == 1 else None
        return WALL + found if isinstance(found, timedelta) else found if isinstance(found, datetime) else None

    return read


def ctparse_reader() -> Reader:
    from ctparse import ctparse

    def read(phrase: str, _: str | None) -> Any:
        found = ctparse(phrase, ts=WALL, timeout=1)
        return getattr(found.resolution, "dt", None) if found else None

    return read


def fuzzydate_reader() -> Reader:
    import fuzzydate

    return lambda phrase, _: fuzzydate.to_datetime(phrase, now=WALL).replace(tzinfo=None)


def own_reader() -> Reader:
    from app.core import when

    def read(phrase: str, locale: str | None) -> Any:
        schedule = when.read(phrase, now=NOW.astimezone(UTC), zone="Europe/Brussels", locale=locale)
        times = [found.at for found in schedule.upcoming(NOW, 3)]
        return times if schedule.recurs else times[0]

    return read


READERS: dict[str, tuple[str, Callable[[], Reader]]] = {
    "dateparser": ("dateparser", dateparser_reader),
    "dateutil": ("dateutil.parser", dateutil_reader),
    "parsedatetime": ("parsedatetime", parsedatetime_reader),
    "recurrent": ("recurrent", recurrent_reader),
    "timefhuman": ("timefhuman", timefhuman_reader),
    "ctparse": ("ctparse", ctparse_reader),
    "fuzzy-date": ("fuzzydate", fuzzydate_reader),
    "this bot": ("app.core.when", own_reader),
}


def wall(found: Any) -> Any:
    """Bring an answer to wall-clock times of the zone; None for anything that is not a time."""
    if isinstance(found, list):
        return [wall(one) for one in found]
    if not isinstance(found, datetime):
        return None
    return found.astimezone(ZONE).replace(tzinfo=None) if found.tzinfo else found


def give_up(*_: object) -> None:
    """End a call that takes too long; it counts as silent."""
    raise TimeoutError


def rows() -> list[tuple[str, str, str | None, Any]]:
    """Return (group, phrase, locale, expected) for the table; a series is expected by its first time."""
    found: list[tuple[str, str, str | None, Any]] = []
    for group in tomllib.loads(TABLE.read_text()).values():
        locale = group.get("locale")
        language = "English" if locale in ENGLISH else "other languages"
        for expected, phrases in group.get("once", {}).items():
            found += [(f"once, {language}", phrase, locale, datetime.fromisoformat(expected)) for phrase in phrases]
        for kind, place in (("series", 1), ("elapsed", 0)):
            for phrase, expected in group.get(kind, {}).items():
                found.append((f"recurring, {language}", phrase, locale, [datetime.fromisoformat(expected[place])]))
        for phrases in group.get("refused", {}).values():
            found += [("to be refused", phrase, locale, None) for phrase in phrases]
    return found


def judge(found: Any, expected: Any) -> str:
    """Say whether an answer is right, mendable, wrong or silent."""
    if found is None or (isinstance(found, list) and not found):
        return "right" if expected is None else "silent"
    first = found[0] if isinstance(found, list) else found
    if expected is None:
        return "mendable" if first <= WALL else "wrong"
    if isinstance(found, list) != isinstance(expected, list):
        return "wrong"
    wanted = expected[0] if isinstance(expected, list) else expected
    if first == wanted:
        return "right"
    without_hour = wanted.time() == MORNING and first.time() in (dt.time(), WALL.time())
    return "mendable" if without_hour and first.date() == wanted.date() else "wrong"


def measure(name: str) -> dict[str, Any] | None:
    """Ask one library everything."""
    module, make = READERS[name]
    try:
        importlib.import_module(module.split(".")[0])
        reader = make()
    except ImportError:
        return None
    started = "import time; t=time.perf_counter(); import {}; print(time.perf_counter()-t)".format(
        "app.core.when" if name == "this bot" else module
    )
    importing = float(
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", started], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()[-1]
    )
    score: dict[str, Counter[str]] = {}
    spans: list[float] = []
    for group, phrase, locale, expected in rows():
        found: Any = None
        for attempt in range(2):
            begun = time.perf_counter()
            # A library that walks the calendar for a date that never comes would hold up all the others.
            signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
            try:
                found = wall(reader(phrase, locale))
            except KeyboardInterrupt:
                raise
            except BaseException:  # noqa: BLE001 -- whatever a library raises, even a panic, is its way of staying silent
                found = None
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            if attempt:
                spans.append((time.perf_counter() - begun) * 1000)
        score.setdefault(group, Counter())[judge(found, expected)] += 1
    return {
        "library": name,
        "import_ms": round(importing * 1000),
        "median_ms": round(statistics.median(spans), 2),
        "p99_ms": round(statistics.quantiles(spans, n=100)[98], 2),
        "max_ms": round(max(spans), 1),
        "score": {group: dict(counts) for group, counts in score.items()},
    }


def main() -> None:
    """Measure, print a table, and write JSON where asked."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--json", type=Path)
    options.add_argument("--only", nargs="*", choices=list(READERS))
    given = options.parse_args()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, give_up)
    sys.path.insert(0, str(ROOT))
    found = [result for name in given.only or READERS if (result := measure(name))]
    groups = list(dict.fromkeys(row[0] for row in rows()))
    totals = Counter(row[0] for row in rows())
    print("right / mendable / wrong, of the phrases of each group\n")
    print(
        "| library | "
        + " | ".join(f"{group} ({totals[group]})" for group in groups)
        + " | import ms | median ms | p99 ms | max ms |"
    )
    print("|---|" + "---|" * (len(groups) + 4))
    for result in found:
        cells = [
            " / ".join(str(result["score"][group].get(kind, 0)) for kind in ("right", "mendable", "wrong"))
            for group in groups
        ]
        print(
            f"| {result['library']} | "
            + " | ".join(cells)
            + f" | {result['import_ms']} | {result['median_ms']} | {result['p99_ms']} | {result['max_ms']} |"
        )
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
