"""Phrases that repeat: `every weekday at 8`, `every 2 weeks on friday 17:00 until march`, `every 24 hours`."""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from app.core import durations
from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.recurrence import Freq, Rule
from app.core.scheduling.schedule import END_OF_DAY, Schedule
from app.core.when import proposing
from app.core.when.clauses import parse_repetition
from app.core.when.clocks import day_or_time
from app.core.when.days import IN_THE_PAST
from app.core.when.exclusions import Exclusions, apply_exclusions, without_weekdays
from app.core.when.moments import elapsed_instant, local_time, needs_a_day, parse_moment
from app.core.when.parsed_moment import ParsedMoment, PhraseContext
from app.core.when.parsed_repetition import EVERY_WHAT, ParsedRepetition
from app.core.when.tokens import Tokens
from app.core.when.vocabulary import MONTH_NUMBERS, MORNING, UNIT_SECONDS, WORKDAYS

DAY_SECONDS = 86_400
WINDOW = msg(
    "Between two times it can be every 5, 10, 15, 20 or 30 minutes or every few hours, from full hour to full hour: "
    "`every 15 minutes between 9:00 and 17:00` would work."
)
ENDED = msg("That ends before it begins: choose an end in the future, or leave it out.")
FREQS = {"day": Freq.DAILY, "week": Freq.WEEKLY, "month": Freq.MONTHLY, "year": Freq.YEARLY}


def parse_series(tokens: Tokens, context: PhraseContext, exclusions: Exclusions) -> Schedule:
    """Read all of a phrase that repeats. Raises InvalidInput for what cannot be read or never happens."""
    repeat = parse_repetition(tokens, context)
    by_length = repeat.length is not None and not (repeat.named_days or exclusions.weekdays) and repeat.window is None
    schedule = _by_length(repeat) if by_length else _by_rule(repeat, exclusions.weekdays)
    since = _begin_local(repeat) if repeat.start is not None and exclusions else repeat.moment.local_now
    return apply_exclusions(schedule, exclusions, context, since.date())


def _by_length(repeat: ParsedRepetition) -> Schedule:
    assert repeat.length is not None
    context, parsed = repeat.moment.context, repeat.moment
    if len(parsed.clocks) > 1:
        raise InvalidInput(
            "An interval of {interval} begins at one time: "
            "`every 3 hours starting 9am` or `every day at 9:00 and 17:00` would work.",
            interval=durations.Spoken(timedelta(seconds=repeat.length.seconds)),
        )
    # `every hour at 9am` begins at nine; the number in `every hour at 15` is unclear.
    if repeat.length.seconds <= 3600 and any(
        at.written.isdigit() and (at.ambiguous or at.bare or 12 < at.hour == int(at.written)) for at in parsed.clocks
    ):
        at = parsed.clocks[0].written
        raise InvalidInput(
            "`at {number}` could be minutes past the hour or when it begins: write the cron line `{cron}`, "
            "or for example `every hour starting 9am`.",
            number=at,
            cron=f"{int(at) % 60} * * * *",
        )
    if parsed.clocks or parsed.day_part:
        start = ParsedMoment(context, clocks=parsed.clocks, day_part=parsed.day_part)
        first = start.to_instant(local_time(start, MORNING) or start.local_now)
    elif repeat.start is not None:
        first = _begin(repeat)
    else:
        try:
            first = context.now + timedelta(seconds=repeat.length.seconds)
        except OverflowError:
            raise InvalidInput("That interval is too long: `every 24 hours` would work.") from None
    until = _end(repeat, first)
    if first <= context.now:
        raise InvalidInput(IN_THE_PAST)
    if repeat.length.seconds < 1:
        raise InvalidInput("An interval is at least 1 second: `every 24 hours` would work.")
    return Schedule.elapsed(
        timedelta(seconds=repeat.length.seconds), first, parsed.zone, until=until, count=repeat.count
    )


def _by_rule(repeat: ParsedRepetition, exclusions: Collection[int]) -> Schedule:
    parsed = repeat.moment
    bare = next((at for at in parsed.clocks if at.bare), None)
    if bare is not None and repeat.unit in ("month", "year") and not repeat.month_days:
        raise day_or_time(bare)
    if repeat.window is not None and repeat.length is None:
        at = f"{repeat.window[0]:%H:%M}"
        raise InvalidInput(
            "How often in between? `every hour between {begin} and {end}` or `every weekday at {begin}` would work.",
            begin=at,
            end=f"{repeat.window[1]:%H:%M}",
        )
    if parsed.utc_offset is not None:
        raise InvalidInput("What repeats needs a time zone with a name: `Europe/Brussels` or `UTC` would work.")
    if repeat.unit is None and repeat.length is None and not (repeat.named_days or repeat.months):
        raise InvalidInput(EVERY_WHAT)
    now = parsed.local_now.replace(second=0, microsecond=0)
    begin = repeat.start is not None
    earliest = _begin_local(repeat) if begin else now
    times = parsed.times(anchored=True)
    if not times and begin and repeat.start is not None and earliest.time() != time():
        times = [earliest.time()]
    if repeat.length is not None and repeat.length.seconds >= DAY_SECONDS:
        raise InvalidInput("Named days need a time of day: `every day at 9 except sundays` would work.")
    bare = not times and not repeat.named_days and repeat.window is None and not repeat.months and not begin
    if repeat.says_daily and repeat.single_days and repeat.interval == 1:
        raise InvalidInput(
            "It cannot be every day and only on `{weekday}`: `every {weekday} at 9:00` or `every day at 9` would work.",
            weekday=proposing.weekday(min(repeat.weekdays)),
        )
    rule = without_weekdays(_rule(repeat, times or [now.time() if bare else MORNING], earliest), exclusions)
    # The first time decides which weeks count in `every 2 weeks`; a bare interval counts from now.
    walked = rule.walk(now, now) if bare else replace(rule, interval=1).walk(earliest, earliest)
    first = next((local for local in walked if parsed.to_instant(local) > parsed.context.now), None)
    if first is None:
        raise InvalidInput("That never happens: `every month on the 31st` or `every 24 december` would work.")
    _check_length_of_months(rule, first)
    until = _end(repeat, parsed.to_instant(first))
    return Schedule.series(str(rule), parsed.zone, first, until=until, count=repeat.count)


def _check_length_of_months(rule: Rule, first: datetime) -> None:
    """Raise InvalidInput for `every 6 months on the 31st`, which would be silently yearly."""
    day = max(rule.month_days, default=0)
    if rule.freq is not Freq.MONTHLY or rule.interval == 1 or rule.interval % 12 == 0:
        return
    visited = {(first.month - 1 + rule.interval * count) % 12 + 1 for count in range(12)}
    if any(day > monthrange(2027, month)[1] for month in visited):
        raise InvalidInput(
            "Not every one of these months has {day} days: `every {count} months on the last day` or "
            "`every {count} months on the 28th` would work.",
            day=day,
            count=rule.interval,
        )


def _rule(repeat: ParsedRepetition, times: list[time], earliest: datetime) -> Rule:
    hours, minutes = _clock_parts(repeat, times)
    rule = Rule(Freq.DAILY, repeat.interval, months=tuple(sorted(repeat.months)), hours=hours, minutes=minutes)
    unit = repeat.unit if repeat.unit not in UNIT_SECONDS else None
    if repeat.ordinal_weekdays or repeat.position or repeat.month_days:
        return _in_months(repeat, rule, unit)
    if repeat.weekdays:
        if unit in ("month", "year"):
            raise InvalidInput(
                "Which `{weekday}`? `every first {weekday}` or `every last {weekday}` would work.",
                weekday=proposing.weekday(min(repeat.weekdays)),
            )
        if unit == "day" and repeat.interval > 1:
            raise InvalidInput("An interval of days does not keep to a weekday: `every 2 weeks on friday` would work.")
        return replace(rule, freq=Freq.WEEKLY, weekdays=_plain(repeat.weekdays))
    if repeat.months and unit != "day":
        raise InvalidInput("A month needs a day: `every 24 december` or `every monday in december` would work.")
    freq = FREQS[unit or "day"]  # Hours and minutes inside a window repeat every day.
    if freq is Freq.WEEKLY:
        return replace(rule, freq=freq, weekdays=((0, earliest.weekday()),))
    if freq is Freq.MONTHLY:
        if earliest.day > 28:
            raise InvalidInput(
                "Not every month has {day} days: `every month on the last day`, `every month on the 28th` "
                "or `every month on the {ordinal}` would work.",
                day=earliest.day,
                ordinal=proposing.DayOfMonth(earliest.day),
            )
        return replace(rule, freq=freq, month_days=(earliest.day,))
    if freq is Freq.YEARLY:
        if (earliest.month, earliest.day) == (2, 29):
            raise InvalidInput(
                "Not every year has a 29 February: `every 28 february` or `every 29 february` would work."
            )
        return replace(rule, freq=freq, months=rule.months or (earliest.month,), month_days=(earliest.day,))
    return rule


def _plain(weekdays: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return tuple((0, weekday) for weekday in sorted(weekdays))


def _in_months(repeat: ParsedRepetition, rule: Rule, unit: str | None) -> Rule:
    if unit in ("day", "week"):
        raise InvalidInput("Days of the month need months: `every month on the first monday` would work.")
    if repeat.weekdays and (repeat.ordinal_weekdays or repeat.position):
        raise InvalidInput("That mixes weekdays of the month with others: make two reminders.")
    yearly = unit == "year" or (bool(repeat.months) and unit is None)
    if yearly and not repeat.months:
        raise InvalidInput("A day of the year needs its month: `every year on 24 december` would work.")
    weekdays = tuple(sorted(repeat.ordinal_weekdays)) or _plain(WORKDAYS if repeat.position else repeat.weekdays)
    return replace(
        rule,
        freq=Freq.YEARLY if yearly else Freq.MONTHLY,
        month_days=tuple(sorted(repeat.month_days)),
        weekdays=weekdays,
        positions=(repeat.position,) if repeat.position else (),
    )


def _clock_parts(repeat: ParsedRepetition, times: list[time]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if repeat.length is None:
        hours, minutes = sorted({at.hour for at in times}), sorted({at.minute for at in times})
        if len(hours) * len(minutes) != len(times):
            raise InvalidInput(
                "These times differ in more than the hour, and one reminder cannot hold them: "
                "`every day at 9:00 and 21:00` would work, or make two reminders."
            )
        return tuple(hours), tuple(minutes)
    seconds, (first, last) = repeat.length.seconds, repeat.window or (time(0), END_OF_DAY)
    if seconds % 60 or (repeat.window and first >= last):
        raise InvalidInput(WINDOW)
    if seconds % 3600 == 0:
        return tuple(range(first.hour, last.hour + (last.minute >= first.minute), seconds // 3600)), (first.minute,)
    # 16:45 is the last of `every 15 minutes` before 17:00.
    to_the_last = repeat.window is not None and last.minute == 60 - seconds // 60
    if seconds > 3600 or 3600 % seconds or first.minute or (repeat.window and last.minute and not to_the_last):
        raise InvalidInput(WINDOW)
    end = last.hour + to_the_last if repeat.window else 24
    return tuple(range(first.hour, end)), tuple(range(0, 60, seconds // 60))


def _begin(repeat: ParsedRepetition) -> datetime:
    """Return the instant that `starting` names."""
    assert repeat.start is not None
    parsed = parse_moment(Tokens(repeat.start.tokens), repeat.moment.context)
    parsed.zone_name = parsed.zone_name or repeat.moment.zone_name
    local = local_time(parsed, MORNING)
    found = elapsed_instant(parsed) if local is None else parsed.to_instant(local)
    if found <= repeat.moment.context.now:
        raise InvalidInput(IN_THE_PAST)
    return found


def _begin_local(repeat: ParsedRepetition) -> datetime:
    """Return the wall-clock time that `starting` names, midnight when it names a day only."""
    assert repeat.start is not None
    if _is_month(repeat.start):
        return datetime.combine(_first_of_month(repeat, repeat.start), time())
    parsed = parse_moment(Tokens(repeat.start.tokens), repeat.moment.context)
    local = local_time(parsed, time())
    if local is None and parsed.duration is not None and parsed.duration.is_calendar:
        return datetime.combine(parsed.duration.after(parsed.local_now.date()), time())
    if local is None:
        return elapsed_instant(parsed).astimezone(repeat.moment.tzinfo).replace(tzinfo=None)
    if local.date() < repeat.moment.local_now.date():
        raise InvalidInput(IN_THE_PAST)
    return local


def _end(repeat: ParsedRepetition, first: datetime) -> datetime | None:
    """Return the last possible instant, or naive what clocks show then if that is what was said.

    Raises InvalidInput when it is before the first time.
    """
    until: datetime | None = None
    if repeat.lasting is not None:
        start = first.astimezone(repeat.moment.tzinfo).replace(tzinfo=None)
        if repeat.lasting.is_calendar:
            last = repeat.lasting.after(start.date()) - timedelta(days=1)
            until = datetime.combine(last, END_OF_DAY)
        else:
            until = first + timedelta(days=repeat.lasting.days, seconds=repeat.lasting.seconds)
    if repeat.until is not None:
        until = _until(repeat)
    if until is None:
        return None
    at = repeat.moment.to_instant(until) if until.tzinfo is None else until
    if at < first:
        raise InvalidInput("That ends before it happens for the first time: choose a later end, or leave it out.")
    # A schedule has no time zone that is an offset only.
    return until if repeat.moment.utc_offset is None else at


def _until(repeat: ParsedRepetition) -> datetime:
    """Return the end that was named: naive if as a wall-clock time of the same zone."""
    assert repeat.until is not None
    tokens = Tokens(repeat.until.tokens)
    only = tokens.tokens[0].text if tokens.tokens else ""
    if only == "yesterday":
        raise InvalidInput(ENDED)
    if _is_month(tokens):
        # Until March means before March begins.
        first = _first_of_month(repeat, tokens, ends=True)
        return datetime.combine(first, time()) - timedelta(seconds=1)
    parsed = parse_moment(tokens, repeat.moment.context)
    parsed.zone_name = parsed.zone_name or repeat.moment.zone_name
    if parsed.clocks and not repeat.moment.clocks and not repeat.moment.day_part and repeat.length is None:
        at = parsed.clocks[0].written
        raise InvalidInput(
            "`{time}` could be when it happens or when it ends: name the time before `until`, "
            "as in `every day at 9:00 until 31 december`.",
            time=at,
        )
    local = local_time(parsed, END_OF_DAY)
    found = elapsed_instant(parsed) if local is None else parsed.to_instant(local)
    if found <= repeat.moment.context.now.astimezone(UTC):
        raise InvalidInput(ENDED)
    if local is not None and parsed.utc_offset is None and parsed.zone == repeat.moment.zone:
        return local
    return found


def _first_of_month(repeat: ParsedRepetition, tokens: Tokens, *, ends: bool = False) -> date:
    """Return the first day of a month, after `starting` if there is one; the next such month when no year is named."""
    today, month = repeat.moment.local_now.date(), MONTH_NUMBERS[tokens.tokens[0].text]
    if ends and repeat.start is not None and _is_month(repeat.start):
        today = _first_of_month(repeat, repeat.start)
    elif not ends and month == today.month and len(tokens.tokens) == 1:
        raise needs_a_day(MONTH_NUMBERS[tokens.tokens[0].text])
    year = tokens.tokens[1].number if len(tokens.tokens) == 2 else today.year + (month <= today.month)
    if not 1 < year < 9999:
        raise InvalidInput(ENDED)
    return date(year, month, 1)


def _is_month(tokens: Tokens) -> bool:
    following = tokens.tokens[1:]
    if not tokens.tokens or tokens.tokens[0].text not in MONTH_NUMBERS:
        return False
    return not following or (len(following) == 1 and following[0].is_number and len(following[0].text) == 4)
