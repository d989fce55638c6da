"""How a reminder repeats, in the reader's language.

English has whole sentences (app.core.scheduling.words). Other languages bend days and numbers in ways that no pattern
for five languages has, so there it is said in parts that stand beside each other: `jede Woche, Montag und Mittwoch,
um 09:00`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from app.core import durations, formats
from app.core.formats import AllOf, AnyOf
from app.core.messages import current_language, is_spoken, t, tn
from app.core.scheduling.calendar_words import DAY_NAMES, MONTH_NAMES, clock, day
from app.core.scheduling.recurrence import Freq, Rule
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.words import describe
from app.core.scheduling.zone_search import zone_label
from app.core.scheduling.zones import zone_info

MAX_TIMES, MAX_EXCEPTIONS = 6, 4
"""More than that are counted."""
MONDAY_TO_FRIDAY = {0, 1, 2, 3, 4}


def repeats(schedule: Schedule) -> str:
    """Say a whole schedule in the current language, its zone in brackets."""
    if not is_spoken(current_language()):
        return describe(schedule)
    return f"{formats.listed(_parts(schedule))} ({zone_label(schedule.zone)})"


def _parts(schedule: Schedule) -> Iterator[str]:
    zone = zone_info(schedule.zone)
    if schedule.rrule is not None and schedule.local_start is not None:
        yield from _rule(schedule.rule, schedule.local_start)
    elif schedule.interval_seconds is not None:
        yield t("every {length}", length=durations.spoken(timedelta(seconds=schedule.interval_seconds)))
    else:
        there = (schedule.at or datetime.now(UTC)).astimezone(zone)
        yield from (str(DAY_NAMES[there.weekday()]), _date(there.date()), t("at {times}", times=clock(there)))
    if schedule.count is not None:
        yield tn("{count} time in all", "{count} times in all", schedule.count)
    if schedule.until is not None:
        last = schedule.until.astimezone(zone)
        is_whole_day = (last.hour, last.minute) == (23, 59)
        yield t("until {day}", day=_date(last.date()) if is_whole_day else f"{_date(last.date())} {clock(last)}")
    if schedule.except_dates:
        shown = [_date(one) for one in schedule.except_dates[:MAX_EXCEPTIONS]]
        if len(schedule.except_dates) > MAX_EXCEPTIONS:
            yield tn("except on {count} day", "except on {count} days", len(schedule.except_dates))
        else:
            yield t("except {days}", days=AllOf(shown))


def _rule(rule: Rule, start: datetime) -> Iterator[str]:
    is_rare = rule.freq is Freq.YEARLY and any(number for number, _ in rule.weekdays) and not rule.months
    if rule.freq in {Freq.HOURLY, Freq.MINUTELY} or (rule.positions and not _is_ranked(rule)) or is_rare:
        yield t("by the rule `{rule}`", rule=rule)
        yield t("from {day}", day=f"{_date(start.date())} {clock(start)}")
        return
    yield _every(rule)
    yield from _days(rule, start)
    yield _times(rule, start)


def _every(rule: Rule) -> str:
    match rule.freq:
        case Freq.YEARLY:
            return tn("every year", "every {count} years", rule.interval)
        case Freq.MONTHLY:
            return tn("every month", "every {count} months", rule.interval)
        case Freq.WEEKLY:
            return tn("every week", "every {count} weeks", rule.interval)
        case _:
            return tn("every day", "every {count} days", rule.interval)


def _days(rule: Rule, start: datetime) -> Iterator[str]:
    weekdays = rule.weekdays or (((0, start.weekday()),) if rule.freq is Freq.WEEKLY else ())
    if rule.positions:
        names = _weekdays({weekday for _, weekday in weekdays}, either=True)
        if rule.positions[0] == -1:
            yield t("the last in the month that is {days}", days=names)
        else:
            yield t("number {number} in the month that is {days}", number=rule.positions[0], days=names)
    elif weekdays and rule.month_days:
        yield _of_month(rule)
        yield t("only if it is {days}", days=_weekdays({weekday for _, weekday in weekdays}, either=True))
    elif any(number for number, _ in weekdays):
        yield str(AllOf([_ranked(number, weekday) for number, weekday in weekdays]))
    elif weekdays:
        yield _weekdays({weekday for _, weekday in weekdays})
    elif rule.month_days and not (rule.freq is Freq.YEARLY and rule.months):
        yield _of_month(rule)
    elif rule.freq is Freq.MONTHLY:
        yield t("on day {days} of the month", days=start.day)
    if rule.freq is Freq.YEARLY and not weekdays and not rule.months and not rule.month_days:
        yield day(start)
    elif rule.freq is Freq.YEARLY and rule.months and rule.month_days and min(rule.month_days) > 0 and not weekdays:
        dates = [(month, number) for month in rule.months for number in rule.month_days]
        yield str(AllOf([t("{day} {month}", day=number, month=MONTH_NAMES[month - 1]) for month, number in dates]))
    elif rule.months:
        if rule.freq is Freq.YEARLY and rule.month_days and not weekdays:
            yield _of_month(rule)
        yield t("only in {months}", months=AllOf([MONTH_NAMES[month - 1] for month in rule.months]))


def _is_ranked(rule: Rule) -> bool:
    """Tell whether the rule is about the first or last of some weekdays of a month."""
    plain = rule.weekdays and not any(number for number, _ in rule.weekdays) and not rule.month_days
    return rule.freq is Freq.MONTHLY and bool(plain) and len(rule.positions) == 1 and rule.once_a_day


def _weekdays(days: set[int], *, either: bool = False) -> str:
    if days == MONDAY_TO_FRIDAY:
        return t("{first} to {last}", first=DAY_NAMES[0], last=DAY_NAMES[4])
    names = [DAY_NAMES[weekday] for weekday in sorted(days)]
    return str(AnyOf(names) if either else AllOf(names))


def _ranked(number: int, weekday: int) -> str:
    if not number:
        return str(DAY_NAMES[weekday])
    if number == -1:
        return t("the last {day} of the month", day=DAY_NAMES[weekday])
    if number < 0:
        return t("{day} number {number} from the end of the month", day=DAY_NAMES[weekday], number=-number)
    return t("{day} number {number} of the month", day=DAY_NAMES[weekday], number=number)


def _of_month(rule: Rule) -> str:
    said = [str(number) for number in sorted(rule.month_days) if number > 0]
    parts = [t("on day {days} of the month", days=AllOf(said))] if said else []
    parts += [_from_the_end(-number) for number in sorted(rule.month_days, reverse=True) if number < 0]
    return str(AllOf(parts))


def _from_the_end(number: int) -> str:
    if number == 1:
        return t("on the last day of the month")
    return t("on day {number} from the end of the month", number=number)


def _times(rule: Rule, start: datetime) -> str:
    hours, minutes = rule.hours or (start.hour,), rule.minutes or (start.minute,)
    first, last = (clock(start.replace(hour=hours[end], minute=minutes[end])) for end in (0, -1))
    if (count := len(hours) * len(minutes)) > MAX_TIMES:
        return t("{count} times from {first} to {last}", count=count, first=first, last=last)
    times = [clock(start.replace(hour=hour, minute=minute)) for hour in hours for minute in minutes]
    return t("at {times}", times=AllOf(times))


def _date(moment: date) -> str:
    return t("{day} {year}", day=day(moment), year=moment.year)
