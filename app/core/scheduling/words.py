"""Schedules in English: `every weekday at 08:00 (Europe/Brussels)`."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from app.core import durations
from app.core.messages import SOURCE_LANGUAGE, speaking
from app.core.scheduling.calendar_words import DAYS, MONTHS, clock, day, listed, ordinal
from app.core.scheduling.recurrence import Freq, Rule
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zone_search import zone_label
from app.core.scheduling.zones import zone_info

ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
UNITS = dict(zip(Freq, ("year", "month", "week", "day", "hour", "minute"), strict=True))
MAX_NAMED_EXCEPTIONS = 4


@speaking(SOURCE_LANGUAGE)
def describe(schedule: Schedule) -> str:
    """Say a whole schedule in English, its zone in brackets."""
    zone = zone_info(schedule.zone)
    if schedule.rrule is not None and schedule.local_start is not None:
        words = rule_words(schedule.rule, schedule.local_start)
    elif schedule.interval_seconds is not None:
        words = f"every {_interval(schedule.interval_seconds)}"
    else:
        there = (schedule.at or datetime.now(UTC)).astimezone(zone)
        words = f"on {DAYS[there.weekday()]} {day(there)} {there.year} at {clock(there)}"
    if schedule.count is not None:
        words += ", once" if schedule.count == 1 else f", {schedule.count} times"
    if schedule.until is not None:
        last = schedule.until.astimezone(zone)
        words += f", until {day(last)} {last.year}" + (
            "" if (last.hour, last.minute) == (23, 59) else f" {clock(last)}"
        )
    if schedule.except_dates:
        words += f", except {_exceptions(schedule.except_dates)}"
    return f"{words} ({zone_label(schedule.zone)})"


def _exceptions(days: tuple[date, ...]) -> str:
    """Write sorted days: `24 and 31 December 2026`, `24 December 2026 to 2 January 2027`, `on 12 days`."""
    runs = list[list[date]]()
    for each in days:
        if runs and each - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(each)
        else:
            runs.append([each])
    if len(runs) > MAX_NAMED_EXCEPTIONS:
        return f"on {len(days)} days"
    # What is said of each day: its year only where the next one has another, its month unless all have the same one.
    named = [end for run in runs for end in ((run[0], run[-1]) if len(run) > 2 else run)]
    bare = len({(each.year, each.month) for each in named}) == 1
    spelled = {
        each: f"{day(each)} {each.year}" if each.year != later.year else str(each.day) if bare else day(each)
        for each, later in pairwise([*named, date.min])
    }
    said = list[str]()
    for run in runs:
        said += [f"{spelled[run[0]]} to {spelled[run[-1]]}"] if len(run) > 2 else [spelled[each] for each in run]
    return listed(said)


def rule_words(rule: Rule, start: datetime) -> str:
    """Say a rule in words, without a zone."""
    if rule.freq in (Freq.HOURLY, Freq.MINUTELY) or (rule.positions and not _is_ranked(rule)):
        return _plain(rule, start)
    return f"{_days(rule, start)} {_clocks(rule, start)}"


def _clocks(rule: Rule, start: datetime) -> str:
    # Numbers, because there may be a thousand of them, and a few are written.
    times = [60 * hour + minute for hour in rule.hours or (start.hour,) for minute in rule.minutes or (start.minute,)]

    def written(minute: int) -> str:
        return clock(start.replace(hour=minute // 60, minute=minute % 60))

    steps = {later - earlier for earlier, later in pairwise(times)}
    if len(times) > 4 and len(steps) == 1:
        step = durations.spoken(timedelta(minutes=steps.pop()))
        step = step.removeprefix("1 ") if step in ("1 hour", "1 minute") else step
        return f"every {step} from {written(times[0])} to {written(times[-1])}"
    if len(times) > 12:
        return f"at {len(times)} times from {written(times[0])} to {written(times[-1])}"
    return f"at {listed([written(at) for at in times])}"


def _interval(seconds: int) -> str:
    # "Every day" would be a promise about the clock on the wall; whole days of elapsed time are told in hours.
    if seconds % 86_400 == 0:
        return f"{seconds // 3600} hours"
    spoken = durations.spoken(timedelta(seconds=seconds))
    return spoken.removeprefix("1 ") if spoken.count(" ") == 1 else spoken


def _every(rule: Rule) -> str:
    unit = UNITS[rule.freq]
    return f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"


def _days(rule: Rule, start: datetime) -> str:
    months = listed([MONTHS[month - 1] for month in rule.months])
    match rule.freq:
        case Freq.WEEKLY:
            words = _week(rule, start)
        case Freq.DAILY:
            words = _every(rule)
            if len(rule.weekdays) > 4:
                words += f", except on {_others({weekday for _, weekday in rule.weekdays}, 's')}"
            elif rule.weekdays:
                words += f", only on {_weekdays(rule)}"
            words += f", only on {_month_days(rule)}" if rule.month_days else ""
        case Freq.YEARLY if rule.months and rule.month_days and not rule.weekdays:
            if len(rule.months) == len(rule.month_days) == 1 and rule.month_days[0] > 0:
                words = f"{_every(rule)} on {rule.month_days[0]} {months}"
            else:
                words = f"{_every(rule)} on {_month_days(rule)} of {months}"
            return words + (" (not in every year)" if rule.months == (2,) and rule.month_days == (29,) else "")
        case Freq.YEARLY if not (rule.months or rule.month_days or rule.weekdays):
            return f"{_every(rule)} on {day(start)}"
        case _:
            words = _month(rule, start)
    return f"{words} in {months}" if months else words


def _week(rule: Rule, start: datetime) -> str:
    weekdays = {weekday for _, weekday in rule.weekdays} or {start.weekday()}
    every = "every " if rule.interval == 1 else f"{_every(rule)} on "
    if len(weekdays) == 7:
        return "every day" if rule.interval == 1 else f"{_every(rule)} on every day"
    if weekdays == {0, 1, 2, 3, 4}:
        return f"{every}weekday" if rule.interval == 1 else f"{every}weekdays"
    if weekdays == {5, 6} and rule.interval == 1:
        return "every Saturday and Sunday"
    if len(weekdays) > 4:
        return f"{'' if rule.interval == 1 else every}every day except {_others(weekdays)}"
    return every + listed([DAYS[weekday] for weekday in sorted(weekdays)])


def _others(weekdays: set[int], suffix: str = "", last: str = "and") -> str:
    """Name the weekdays that are not among these."""
    return listed([f"{name}{suffix}" for number, name in enumerate(DAYS) if number not in weekdays], last)


def _is_ranked(rule: Rule) -> bool:
    """Tell whether the rule is about the first or last of some weekdays of a month."""
    plain = rule.weekdays and not any(number for number, _ in rule.weekdays) and not rule.month_days
    return rule.freq is Freq.MONTHLY and bool(plain) and len(rule.positions) == 1 and rule.once_a_day


def _month(rule: Rule, start: datetime) -> str:
    scope = "of the year" if rule.freq is Freq.YEARLY and not rule.months else ""
    if rule.positions:
        weekdays = {weekday for _, weekday in rule.weekdays}
        names = {5: "weekday", 7: "day"}.get(len(weekdays)) if weekdays != {5, 6} else "day of a weekend"
        names = names or listed([DAYS[weekday] for weekday in sorted(weekdays)], "or")
        rank = ORDINALS.get(rule.positions[0], ordinal(rule.positions[0]))
        return f"{_every(rule)} on the {rank} {names}"
    if rule.weekdays and rule.month_days:
        if len(rule.weekdays) > 4:
            names = _others({weekday for _, weekday in rule.weekdays}, last="or")
            return f"{_every(rule)} on {_month_days(rule)} when it is not a {names}"
        names = listed([DAYS[weekday] for _, weekday in rule.weekdays], "or")
        return f"{_every(rule)} on {_month_days(rule)} when it is a {names}"
    if rule.weekdays:
        words = f"{_every(rule)} on {_weekdays(rule)}"
        return f"{words} {scope}" if scope and any(number for number, _ in rule.weekdays) else words
    words = f"{_every(rule)} on {_month_days(rule) if rule.month_days else f'the {ordinal(start.day)}'}"
    longest = max(rule.month_days or (start.day,))
    return words + (" (months without it are left out)" if longest > 28 else "")


def _weekdays(rule: Rule) -> str:
    pairs = sorted(rule.weekdays, key=lambda pair: (pair[0] < 0, pair))
    return listed(
        [f"the {ORDINALS.get(number, ordinal(abs(number)))} {DAYS[weekday]}" if number else f"{DAYS[weekday]}s"
         for number, weekday in pairs]
    )  # fmt: skip


def _month_days(rule: Rule) -> str:
    return listed([_month_day(number) for number in sorted(rule.month_days, key=lambda number: (number < 0, number))])


def _month_day(number: int) -> str:
    if number > 0:
        return f"the {ordinal(number)}"
    return "the last day" if number == -1 else f"the {ordinal(-number)} last day"


def _plain(rule: Rule, start: datetime) -> str:
    return f"by the rule {rule} from {day(start)} {start.year} {clock(start)}"
