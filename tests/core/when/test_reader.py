import re
import subprocess
import sys
import time as stopwatch
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from app.core import when
from app.core.errors import InvalidInput
from app.core.messages import languages, speaking
from app.core.scheduling.schedule import Schedule, ScheduleKind
from app.core.when import exclusions
from app.core.when.parsed_moment import Remarks

BRUSSELS = "Europe/Brussels"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
TABLE = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text())


class Row(NamedTuple):
    group: str
    phrase: str
    locale: str | None
    expected: Any


def rows(*kinds: str) -> list[Row]:
    return [
        Row(name, phrase, group.get("locale"), expected)
        for name, group in TABLE.items()
        for kind in kinds
        for left, right in group.get(kind, {}).items()
        for phrase, expected in ([(left, right)] if kind in ("series", "elapsed") else [(each, left) for each in right])
    ]


def check_each(found: list[Row], answer: Callable[[Row], object]) -> None:
    """Compare what each phrase gives with what it should, and name all that differ: a test each would take minutes."""
    wrong = list[str]()
    for row in found:
        try:
            given = answer(row)
        except Exception as error:  # noqa: BLE001 -- whatever a phrase raises is named beside the others
            given = f"{type(error).__name__}: {error}"
        if given != row.expected:
            wrong.append(f"{row.group}: {row.phrase!r} ({row.locale}) gave {given!r}, not {row.expected!r}")
    assert found
    assert not wrong, "\n" + "\n".join(wrong)


def read(phrase: str, locale: str | None = None, *, now: datetime = NOW, zone: str = BRUSSELS) -> Schedule:
    return when.read(phrase, now=now, zone=zone, locale=locale)


def wall(moment: datetime | None) -> str:
    assert moment is not None
    shown = moment.astimezone(ZoneInfo(BRUSSELS)).replace(tzinfo=None).isoformat(sep=" ")
    return shown.removesuffix(":00")


def ends(schedule: Schedule) -> list[str]:
    said = [f"{schedule.count} times"] if schedule.count else []
    said += [f"until {wall(schedule.until)}"] if schedule.until else []
    left_out = [str(day) for day in schedule.except_dates]
    if len(left_out) > 3:
        left_out = [f"{len(left_out)} days from {left_out[0]} to {left_out[-1]}"]
    return said + ([f"except {', '.join(left_out)}"] if left_out else [])


def test_a_phrase_names_one_moment() -> None:
    def answer(row: Row) -> object:
        schedule = read(row.phrase, row.locale)
        return wall(schedule.at) if schedule.kind is ScheduleKind.ONCE else schedule

    check_each(rows("once"), answer)


def test_a_phrase_names_a_series() -> None:
    def answer(row: Row) -> object:
        schedule = read(row.phrase, row.locale)
        return [schedule.rrule, wall(schedule.next_after(NOW)), *ends(schedule)]

    check_each(rows("series"), answer)


def test_a_phrase_names_an_interval() -> None:
    def answer(row: Row) -> object:
        schedule = read(row.phrase, row.locale)
        if schedule.kind is not ScheduleKind.ELAPSED:
            return schedule
        return [wall(schedule.next_after(NOW)), schedule.interval_seconds, *ends(schedule)]

    check_each(rows("elapsed"), answer)


def test_a_phrase_is_refused_with_what_would_work() -> None:
    def answer(row: Row) -> object:
        try:
            return read(row.phrase, row.locale)
        except InvalidInput as refusal:
            said = str(refusal)
        wanted = all(words in said.lower() for words in row.expected.lower().split(" | "))
        return row.expected if wanted and len(said) < 300 and said[-1] in ".?" and "\n" not in said else said

    check_each(rows("refused"), answer)


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(rows("once", "series", "elapsed", "refused")) >= 500


@pytest.mark.parametrize("phrase", ["x" * 4000, "tomorrow " * 400, "9" * 4000, "every " * 34, "(" * 201])
def test_work_is_bounded(phrase: str) -> None:
    begun = stopwatch.process_time()
    with pytest.raises(InvalidInput, match="at most 200 characters"):
        read(phrase)
    assert stopwatch.process_time() - begun < 5


@pytest.mark.slow
def test_reading_is_fast_once_it_is_warm() -> None:
    phrases = [(row.phrase, row.locale) for row in rows("once", "series", "elapsed")]
    phrases = [(phrase, locale) for phrase, locale in phrases if locale in (None, "en-US", "de", "fr", "nl", "es-ES")][
        ::4
    ]
    for phrase, locale in phrases:
        read(phrase, locale)
    begun = stopwatch.process_time()
    for phrase, locale in phrases:
        read(phrase, locale)
    assert (stopwatch.process_time() - begun) / len(phrases) < 0.005


def test_starting_the_bot_does_not_load_the_library_for_rare_languages() -> None:
    loaded = "import sys, app.core.when; sys.exit('dateparser' in sys.modules or 'dateutil' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_english_means_the_same_whatever_the_persons_language() -> None:
    phrases = [row.phrase for row in rows("once", "series", "elapsed") if row.locale is None]
    english = {phrase: read(phrase) for phrase in phrases}
    for locale in ("de", "fr", "nl", "es-ES", "it", "pt-BR"):
        refused = 0
        for phrase in phrases:
            try:
                found = read(phrase, locale)
            except InvalidInput:
                refused += 1
                continue
            assert found == english[phrase], (phrase, locale)
        assert refused <= len(phrases) / 100


@pytest.mark.parametrize(
    ("locale", "about", "exactly"),
    [
        ("de", "gegen 15 Uhr", "um 15 Uhr"),
        ("de", "in etwa 2 Stunden", "in 2 Stunden"),
        ("fr", "vers 15h", "à 15h"),
        ("nl", "rond 15 uur", "om 15 uur"),
        ("es-ES", "sobre las 3 de la tarde", "a las 3 de la tarde"),
        ("it", "verso le 15", "alle 15"),
        ("pt-BR", "por volta das 15h", "às 15h"),
    ],
)
def test_a_time_that_is_only_about_right_is_read_exactly_and_remarked(locale: str, about: str, exactly: str) -> None:
    for phrase in (about, exactly):
        remarks = Remarks()
        schedule = when.read(phrase, now=NOW, zone=BRUSSELS, locale=locale, remarks=remarks)
        assert schedule == read(exactly, locale)
        assert remarks.about == (phrase == about)


@pytest.mark.parametrize("locale", [*languages(), "en"])
def test_the_examples_of_each_language_are_read_in_it(locale: str) -> None:
    with speaking(locale):
        phrases = re.findall("`([^`]+)`", f"{when.EXAMPLES} {when.EXAMPLES_ONCE} {exclusions.EXAMPLES}")
    assert len(phrases) == 9
    for phrase in phrases:
        read(phrase, locale)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe", "../etc/passwd", "EU/Brussels\0"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInput, match="There is no time zone"):
        read("tomorrow 9am", zone=zone)


@pytest.mark.parametrize(
    ("phrase", "shortest"),
    [
        ("every 5 minutes", timedelta(minutes=10)),
        ("every 15 minutes between 9:00 and 17:00", timedelta(minutes=20)),
        ("every day at 9am", timedelta(days=2)),
        ("FREQ=MINUTELY;INTERVAL=7", timedelta(minutes=10)),
        ("* * * * *", timedelta(minutes=10)),
    ],
)
def test_what_repeats_faster_than_the_server_allows_is_refused(phrase: str, shortest: timedelta) -> None:
    with pytest.raises(InvalidInput, match="the shortest interval here is"):
        when.read(phrase, now=NOW, zone=BRUSSELS, shortest=shortest)


@pytest.mark.parametrize(
    ("phrase", "shortest"),
    [
        ("every 10 minutes", timedelta(minutes=10)),
        ("every day at 9am", timedelta(hours=20)),
        ("every monday at 9am", timedelta(days=2)),
        ("in 5 seconds", timedelta(minutes=10)),
        ("every minute 1 times", timedelta(minutes=10)),
    ],
)
def test_what_repeats_as_slowly_as_the_server_allows_is_read(phrase: str, shortest: timedelta) -> None:
    schedule = when.read(phrase, now=NOW, zone=BRUSSELS, shortest=shortest)
    assert schedule.next_after(NOW) is not None


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"])
def test_a_day_is_a_day_of_the_persons_zone(zone: str) -> None:
    for hour in range(24):
        now = NOW + timedelta(hours=hour)
        there = now.astimezone(ZoneInfo(zone))
        at = read("tomorrow 9am", zone=zone, now=now).next_after(now)
        assert at is not None
        assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(
            there.date() + timedelta(days=1), datetime.min.time()
        ) + timedelta(hours=9)


def test_a_time_that_the_clocks_skip_is_kept_and_explained() -> None:
    schedule = read("28 march 2027 02:30")
    (found,) = schedule.upcoming(NOW, 3)
    assert wall(found.at) == "2027-03-28 03:00"
    assert found.note == "02:30 does not exist on 28 March, so 03:00"
    assert wall(read("in 1 day", now=datetime(2027, 3, 27, 1, 30, tzinfo=UTC)).at) == "2027-03-28 03:00"


def test_days_follow_the_calendar_and_hours_the_clock() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert wall(read("in 1 day", now=before).at) == "2027-03-28 13:00"
    assert wall(read("in 24 hours", now=before).at) == "2027-03-28 14:00"


def test_the_first_of_a_fortnight_fixes_its_weeks() -> None:
    schedule = read("every 2 weeks on friday 17:00")
    days = [wall(found.at) for found in schedule.upcoming(NOW, 3)]
    assert days == ["2026-11-20 17:00", "2026-12-04 17:00", "2026-12-18 17:00"]
    later = datetime(2036, 11, 22, tzinfo=UTC)
    assert schedule.next_after(later) == read("every 2 weeks on friday 17:00").next_after(later)


@pytest.mark.parametrize("locale", ["xx", "de-AT", "zh-CN", "", "en"])
def test_an_unknown_locale_still_reads_english(locale: str) -> None:
    assert wall(read("tomorrow 9am", locale).at) == "2026-11-19 09:00"
    with pytest.raises(InvalidInput, match="cannot read `klingon`"):
        read("klingon 9:30", locale)


@pytest.mark.slow
@pytest.mark.parametrize("stray", [*"²❸፬٣１½Ⅷ", "\u0301", "\u200d", "\u202e", "\0", "–", ",", "/", "-1"])
def test_a_stray_character_in_a_phrase_leaves_a_refusal_or_a_time_to_come(stray: str) -> None:
    for number, row in enumerate(rows("once", "series", "elapsed")[ord(stray[0]) % 12 :: 12]):
        phrase, locale = row.phrase, row.locale
        place = number % (len(phrase) + 1)
        try:
            schedule = read(phrase[:place] + stray + phrase[place:], locale)
        except InvalidInput:
            continue
        at = schedule.next_after(NOW)
        assert at is not None
        assert at > NOW
