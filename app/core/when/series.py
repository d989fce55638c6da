"""Phrases that repeat: `every weekday at 8`, `every 2 weeks on friday 17:00 until march`, `every 24 hours`."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from app.core import durations
from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.recurrence import Freq, Rule
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.words import ordinal
from app.core.when.clauses import repetition
from app.core.when.clocks import day_or_time
from app.core.when.days import past
from app.core.when.exclusions import LeftOut, apply, without_weekdays
from app.core.when.facts import Facts, Setting
from app.core.when.intervals import EVERY_WHAT, Repetition
from app.core.when.moments import elapsed, moment, wall_clock
from app.core.when.tokens import Part, Tokens
from app.core.when.vocabulary import DAYS, MONTH_NUMBERS, MORNING, UNIT_SECONDS, WORKDAYS

END_OF_DAY = time(23, 59, 59)
DAY_SECONDS = 86_400
WINDOW = msg(
    "Between two times it can be every 5, 10, 15, 20 or 30 minutes or every few hours, from full hour to full hour: "
    "`every 15 minutes between 9:00 and 17:00` would work."
)
ENDED = msg("That ends before it begins: choose an end in the future, or leave it out.")
FREQS = {"day": Freq.DAILY, "week": Freq.WEEKLY, "month": Freq.MONTHLY, "year": Freq.YEARLY}


def series(tokens: Tokens, setting: Setting, left_out: LeftOut) -> Schedule:
    """Read all of a phrase that repeats. Raises InvalidInput for what cannot be read or does not come to pass."""
    said = repetition(tokens, setting)
    by_length = said.length is not None and not (said.named_days or left_out.weekdays) and said.between is None
    schedule = _by_length(said) if by_length else _by_rule(said, left_out.weekdays)
    since = _begin_local(said) if said.start is not None and left_out else said.facts.local_now
    return apply(schedule, left_out, setting, since.date())


def _by_length(said: Repetition) -> Schedule:
    assert said.length is not None
    setting, facts = said.facts.setting, said.facts
    if len(facts.clocks) > 1:
        raise InvalidInput(
            msg(
                "An interval of {interval} begins at one time: "
                "`every 3 hours starting 9am` or `every day at 9:00 and 17:00` would work.",
                interval=durations.spoken(timedelta(seconds=said.length.seconds)),
            )
        )
    # `every hour at 9am` begins at nine; what a number alone means in `every hour at 15` nobody knows.
    if said.length.seconds <= 3600 and any(
        at.written.isdigit() and (at.loose or at.bare or 12 < at.hour == int(at.written)) for at in facts.clocks
    ):
        at = facts.clocks[0].written
        raise InvalidInput(
            msg(
                "`at {number}` could be minutes past the hour or when it begins: write the cron line `{cron}`, "
                "or for example `every hour starting 9am`.",
                number=at,
                cron=f"{int(at) % 60} * * * *",
            )
        )
    if facts.clocks or facts.part:
        start = Facts(setting, clocks=facts.clocks, part=facts.part)
        first = start.resolved(wall_clock(start, MORNING) or start.local_now)
    elif said.start is not None:
        first = _begin(said)
    else:
        try:
            first = setting.now + timedelta(seconds=said.length.seconds)
        except OverflowError:
            raise InvalidInput(msg("That interval is too long: `every 24 hours` would work.")) from None
    until = _end(said, first)
    if first <= setting.now:
        raise past()
    if said.length.seconds < 1:
        raise InvalidInput(msg("An interval is at least 1 second: `every 24 hours` would work."))
    return Schedule.elapsed(timedelta(seconds=said.length.seconds), first, facts.zone, until=until, count=said.count)


def _by_rule(said: Repetition, left_out: Collection[int]) -> Schedule:
    facts = said.facts
    bare = next((at for at in facts.clocks if at.bare), None)
    if bare is not None and said.unit in ("month", "year") and not said.month_days:
        raise day_or_time(bare.written)
    if said.between is not None and said.length is None:
        at = f"{said.between[0]:%H:%M}"
        raise InvalidInput(
            msg(
                "How often in between? `every hour between {begin} and {end}` or "
                "`every weekday at {begin}` would work.",
                begin=at,
                end=f"{said.between[1]:%H:%M}",
            )
        )
    if facts.offset is not None:
        raise InvalidInput(msg("What repeats needs a time zone with a name: `Europe/Brussels` or `UTC` would work."))
    if said.unit is None and said.length is None and not (said.named_days or said.months):
        raise InvalidInput(EVERY_WHAT)
    now = facts.local_now.replace(second=0, microsecond=0)
    begin = said.start is not None
    earliest = _begin_local(said) if begin else now
    times = facts.times(anchored=True)
    if not times and begin and said.start is not None and earliest.time() != time():
        times = [earliest.time()]
    if said.length is not None and said.length.seconds >= DAY_SECONDS:
        raise InvalidInput(msg("Named days need a time of day: `every day at 9 except sundays` would work."))
    bare = not times and not said.named_days and said.between is None and not said.months and not begin
    rule = without_weekdays(_rule(said, times or [now.time() if bare else MORNING], earliest), left_out)
    # The first time fixes the phase of every second week; a rule that only says how often counts from now on.
    walked = rule.walk(now, now) if bare else replace(rule, interval=1).walk(earliest, earliest)
    first = next((local for local in walked if facts.resolved(local) > facts.setting.now), None)
    if first is None:
        raise InvalidInput(msg("That never happens: `every month on the 31st` or `every 24 december` would work."))
    until = _end(said, facts.resolved(first))
    return Schedule.series(str(rule), facts.zone, first, until=until, count=said.count)


def _rule(said: Repetition, times: list[time], earliest: datetime) -> Rule:
    hours, minutes = _clock_parts(said, times)
    rule = Rule(Freq.DAILY, said.interval, months=tuple(sorted(said.months)), hours=hours, minutes=minutes)
    unit = said.unit if said.unit not in UNIT_SECONDS else None
    if said.ranked or said.position or said.month_days:
        return _in_months(said, rule, unit)
    if said.weekdays:
        if unit in ("month", "year"):
            name = DAYS[min(said.weekdays)]
            raise InvalidInput(
                msg("Which `{weekday}`? `every first {weekday}` or `every last {weekday}` would work.", weekday=name)
            )
        if unit == "day" and said.interval > 1:
            raise InvalidInput(
                msg("An interval of days does not keep to a weekday: `every 2 weeks on friday` would work.")
            )
        return replace(rule, freq=Freq.WEEKLY, weekdays=_plain(said.weekdays))
    if said.months and unit != "day":
        raise InvalidInput(msg("A month needs a day: `every 24 december` or `every monday in december` would work."))
    freq = FREQS[unit or "day"]  # Hours and minutes inside a window repeat every day.
    if freq is Freq.WEEKLY:
        return replace(rule, freq=freq, weekdays=((0, earliest.weekday()),))
    if freq is Freq.MONTHLY:
        if earliest.day > 28:
            raise InvalidInput(
                msg(
                    "Not every month has {day} days: `every month on the last day`, `every month on the 28th` "
                    "or `every month on the {ordinal}` would work.",
                    day=earliest.day,
                    ordinal=ordinal(earliest.day),
                )
            )
        return replace(rule, freq=freq, month_days=(earliest.day,))
    if freq is Freq.YEARLY:
        if (earliest.month, earliest.day) == (2, 29):
            raise InvalidInput(
                msg("Not every year has a 29 February: `every 28 february` or `every 29 february` would work.")
            )
        return replace(rule, freq=freq, months=rule.months or (earliest.month,), month_days=(earliest.day,))
    return rule


def _plain(weekdays: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return tuple((0, weekday) for weekday in sorted(weekdays))


def _in_months(said: Repetition, rule: Rule, unit: str | None) -> Rule:
    if unit in ("day", "week"):
        raise InvalidInput(msg("Days of the month need months: `every month on the first monday` would work."))
    if said.weekdays and (said.ranked or said.position):
        raise InvalidInput(msg("That mixes weekdays of the month with others: make two reminders."))
    yearly = unit == "year" or (bool(said.months) and unit is None)
    if yearly and not said.months:
        raise InvalidInput(msg("A day of the year needs its month: `every year on 24 december` would work."))
    weekdays = tuple(sorted(said.ranked)) or _plain(WORKDAYS if said.position else said.weekdays)
    return replace(
        rule,
        freq=Freq.YEARLY if yearly else Freq.MONTHLY,
        month_days=tuple(sorted(said.month_days)),
        weekdays=weekdays,
        positions=(said.position,) if said.position else (),
    )


def _clock_parts(said: Repetition, times: list[time]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if said.length is None:
        hours, minutes = sorted({at.hour for at in times}), sorted({at.minute for at in times})
        if len(hours) * len(minutes) != len(times):
            raise InvalidInput(
                msg(
                    "These times differ in more than the hour, and one reminder cannot hold them: "
                    "`every day at 9:00 and 21:00` would work, or make two reminders."
                )
            )
        return tuple(hours), tuple(minutes)
    seconds, (first, last) = said.length.seconds, said.between or (time(0), END_OF_DAY)
    if seconds % 60 or (said.between and first >= last):
        raise InvalidInput(WINDOW)
    if seconds % 3600 == 0:
        return tuple(range(first.hour, last.hour + (last.minute >= first.minute), seconds // 3600)), (first.minute,)
    # 16:45 is the last of `every 15 minutes` before 17:00.
    to_the_last = said.between is not None and last.minute == 60 - seconds // 60
    if seconds > 3600 or 3600 % seconds or first.minute or (said.between and last.minute and not to_the_last):
        raise InvalidInput(WINDOW)
    end = last.hour + to_the_last if said.between else 24
    return tuple(range(first.hour, end)), tuple(range(0, 60, seconds // 60))


def _begin(said: Repetition) -> datetime:
    """Return the instant that `starting` names."""
    assert said.start is not None
    facts = moment(Tokens(said.start.tokens), said.facts.setting)
    facts.named_zone = facts.named_zone or said.facts.named_zone
    local = wall_clock(facts, MORNING)
    found = elapsed(facts) if local is None else facts.resolved(local)
    if found <= said.facts.setting.now:
        raise past()
    return found


def _begin_local(said: Repetition) -> datetime:
    """Return the wall-clock time that `starting` names, midnight when it names a day only."""
    assert said.start is not None
    facts = moment(Tokens(said.start.tokens), said.facts.setting)
    local = wall_clock(facts, time())
    if local is None and facts.span is not None and facts.span.of_days:
        return datetime.combine(facts.span.after(facts.local_now.date()), time())
    if local is None:
        return elapsed(facts).astimezone(said.facts.info).replace(tzinfo=None)
    if local.date() < said.facts.local_now.date():
        raise past()
    return local


def _end(said: Repetition, first: datetime) -> datetime | None:
    """Return the last instant that is meant. Raises InvalidInput when that is before the first time."""
    until: datetime | None = None
    if said.lasts is not None:
        begun = first.astimezone(said.facts.info).replace(tzinfo=None)
        if said.lasts.of_days:
            last = said.lasts.after(begun.date()) - timedelta(days=1)
            until = said.facts.resolved(datetime.combine(last, END_OF_DAY))
        else:
            until = first + timedelta(days=said.lasts.days, seconds=said.lasts.seconds)
    if said.until is not None:
        until = _until(said)
    if until is not None and until < first:
        raise InvalidInput(msg("That ends before it happens for the first time: choose a later end, or leave it out."))
    return until


def _until(said: Repetition) -> datetime:
    assert said.until is not None
    tokens = Tokens(said.until.tokens)
    only = tokens.tokens[0].text if tokens.tokens else ""
    if only == "yesterday":
        raise InvalidInput(ENDED)
    if only in MONTH_NUMBERS and _is_month(tokens):
        # Until March means before March begins.
        year = tokens.tokens[1].number if len(tokens.tokens) == 2 else None
        today = said.facts.local_now.date()
        month = MONTH_NUMBERS[only]
        year = year or today.year + (month <= today.month)
        if not 1 < year < 9999:
            raise InvalidInput(ENDED)
        return said.facts.resolved(datetime.combine(date(year, month, 1), time()) - timedelta(seconds=1))
    facts = moment(tokens, said.facts.setting)
    facts.named_zone = facts.named_zone or said.facts.named_zone
    if facts.clocks and not said.facts.clocks and not said.facts.part and said.length is None:
        at = facts.clocks[0].written
        raise InvalidInput(
            msg(
                "`{time}` could be when it happens or when it ends: name the time before `until`, "
                "as in `every day at 9:00 until 31 december`.",
                time=at,
            )
        )
    local = wall_clock(facts, END_OF_DAY)
    found = elapsed(facts) if local is None else facts.resolved(local)
    if found <= said.facts.setting.now.astimezone(UTC):
        raise InvalidInput(ENDED)
    return found


def _is_month(tokens: Tokens) -> bool:
    following = tokens.tokens[1:]
    return not following or (len(following) == 1 and following[0].part is Part.NUMBER and len(following[0].text) == 4)
