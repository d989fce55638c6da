"""Phrases that repeat: `every weekday at 8`, `every 2 weeks on friday 17:00 until march`, `every 24 hours`."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from app.core.errors import InvalidInput
from app.core.recurrence import LARGEST_INTERVAL, Freq, Rule
from app.core.schedule import MOST_TIMES, Schedule
from app.core.when_clocks import clock, number, part_of_day, span, zone
from app.core.when_dates import feast, month_and_day, past
from app.core.when_facts import Facts, Setting, Span, next_day_of, next_number
from app.core.when_once import elapsed, moment, wall_clock
from app.core.when_tokens import EXAMPLES, Part, Tokens, cannot_read
from app.core.when_words import (
    ADVERBS,
    DAY_NUMBERS,
    DAY_PARTS,
    DAYS,
    FILLERS,
    MONTH_NUMBERS,
    MORNING,
    PLURAL_DAYS,
    RANKS,
    UNIT_SECONDS,
    UNITS,
    WEEKEND,
    WORKDAYS,
)

GROUPS = {"weekday": WORKDAYS, "weekdays": WORKDAYS, "workday": WORKDAYS, "workdays": WORKDAYS}
GROUPS |= {"weekend": WEEKEND, "weekends": WEEKEND}
MARKS = frozenset({"every", *ADVERBS, *PLURAL_DAYS, "weekdays", "workdays", "weekends"})
END_OF_DAY = time(23, 59, 59)
FREQS = {"day": Freq.DAILY, "week": Freq.WEEKLY, "month": Freq.MONTHLY, "year": Freq.YEARLY}


@dataclass
class Repetition:
    """What a phrase has said about how something repeats."""

    facts: Facts
    unit: str | None = None
    interval: int = 1
    length: Span | None = None
    weekdays: set[int] = field(default_factory=set[int])
    ranked: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    position: int | None = None
    month_days: set[int] = field(default_factory=set[int])
    months: set[int] = field(default_factory=set[int])
    between: tuple[time, time] | None = None
    count: int | None = None
    lasts: Span | None = None
    start: Tokens | None = None
    until: Tokens | None = None

    def set_unit(self, unit: str, interval: int) -> None:
        """Take the length of its period. Raises InvalidInput for a second one, or one that is not allowed."""
        if self.unit is not None and (self.unit, self.interval) != (unit, interval) and interval != 1:
            raise InvalidInput(f"That names more than one interval: {EXAMPLES}.")
        if not 1 <= interval <= LARGEST_INTERVAL:
            raise InvalidInput(f"An interval goes from 1 to {LARGEST_INTERVAL:,}: `every 2 {unit}s` would work.")
        if self.unit is None or interval != 1:
            self.unit, self.interval = unit, interval

    @property
    def named_days(self) -> bool:
        """Tell whether it says on which days, beyond how often."""
        return bool(self.weekdays or self.ranked or self.month_days or self.position)


def repeats(tokens: Tokens) -> bool:
    """Tell whether a phrase is about something that repeats."""
    texts = [token.text for token in tokens.tokens]
    ranges = zip(texts, texts[1:], texts[2:], strict=False)
    return any(text in MARKS for text in texts) or any(
        first in DAY_NUMBERS and middle in ("-", "to") and last in DAY_NUMBERS for first, middle, last in ranges
    )


def series(tokens: Tokens, setting: Setting) -> Schedule:
    """Read all of a phrase that repeats. Raises InvalidInput at the first part that means nothing."""
    said = Repetition(Facts(setting))
    tokens = _without_ends(tokens, said)
    while tokens:
        if not (_every(tokens, said) or _days(tokens, said) or _window(tokens, said) or _ends(tokens, said)):
            _other(tokens, said)
    if said.length is not None and not said.named_days and said.between is None:
        return _by_length(said)
    return _by_rule(said)


def _without_ends(tokens: Tokens, said: Repetition) -> Tokens:
    """Take off what follows `until`, `starting` and `from`: these name one moment each."""
    kept = list(tokens.tokens)
    for place in range(len(kept) - 1, -1, -1):
        word = kept[place].text
        following = kept[place + 1].text if place + 1 < len(kept) else ""
        clocks = kept[place + 1].part is Part.CLOCK if place + 1 < len(kept) else False
        if word in ("until", "before") and place:
            said.until, kept = Tokens(kept[place + 1 :]), kept[:place]
        elif (
            word in ("starting", "from", "start") and place and not clocks and following not in DAY_NUMBERS | {"now": 0}
        ):
            said.start, kept = Tokens(kept[place + 1 :]), kept[:place]
        elif word in ("starting", "from") and place and following in DAY_NUMBERS and "to" not in _texts(kept, place):
            said.start, kept = Tokens(kept[place + 1 :]), kept[:place]
    for segment in (said.start, said.until):
        # `starting on friday`, `until the end of the year`: the little word says nothing more.
        while segment is not None and segment.peek().text in ("on", "at", "from") and len(segment.tokens) > 1:
            segment.tokens.pop(0)
    return Tokens(kept)


def _texts(tokens: list[object], place: int) -> list[str]:
    return [str(getattr(token, "text", "")) for token in tokens[place:]]


def _every(tokens: Tokens, said: Repetition) -> bool:
    word = tokens.peek().text
    if word in ADVERBS:
        tokens.next()
        unit, interval = ADVERBS[word]
        if unit == "hour":
            said.length = Span(seconds=3600)
        said.set_unit(unit, interval)
        return True
    if word != "every":
        return False
    tokens.next()
    if tokens.takes("single"):
        pass
    if tokens.takes("other"):
        return _interval_of(tokens, said, 2)
    if tokens.peek().text == "second" and tokens.peek(1).text in {**DAY_NUMBERS, **UNITS}:
        tokens.next()
        if tokens.peek().text in UNITS or tokens.peek(1).text not in ("of", "in"):
            return _ranked_or_interval(tokens, said, 2)
        tokens.at -= 1
    if tokens.peek().part is Part.ORDINAL and tokens.peek(1).text in {**DAY_NUMBERS, **UNITS}:
        rank = tokens.next().number
        if tokens.peek().text in UNITS or tokens.peek(1).text not in ("of", "in"):
            return _ranked_or_interval(tokens, said, rank)
        tokens.at -= 1
    if _length(tokens, said):
        return True
    begun = tokens.at
    count = number(tokens)
    if count is not None and tokens.peek().text.rstrip("s") in DAYS:
        return _interval_of(tokens, said, count)
    tokens.at = begun
    if tokens.peek().text in UNITS:
        unit = UNITS[tokens.next().text]
        if unit in UNIT_SECONDS:
            said.length = Span(seconds=UNIT_SECONDS[unit])
        said.set_unit("week" if unit == "fortnight" else unit, 2 if unit == "fortnight" else 1)
    elif tokens.peek().text in DAY_PARTS:
        said.facts.set_part(tokens.next().text)
        said.set_unit("day", 1)
    elif not tokens:
        raise InvalidInput("Every what? `every weekday at 8` or `every 2 weeks on friday 17:00` would work.")
    return True


def _interval_of(tokens: Tokens, said: Repetition, interval: int) -> bool:
    """Read the unit or the weekday after `every other`, `every 2`."""
    token = tokens.next()
    name = token.text if token.text in DAY_NUMBERS else token.text.rstrip("s")
    if name in DAY_NUMBERS:
        said.set_unit("week", interval)
        said.weekdays.add(DAY_NUMBERS[name])
    elif token.text in UNITS and UNITS[token.text] not in UNIT_SECONDS and UNITS[token.text] != "fortnight":
        said.set_unit(UNITS[token.text], interval)
    elif token.text in UNITS and UNITS[token.text] in UNIT_SECONDS:
        said.length = Span(seconds=UNIT_SECONDS[UNITS[token.text]] * interval)
    else:
        tokens.at -= 1
        raise cannot_read(tokens)
    return True


def _ranked_or_interval(tokens: Tokens, said: Repetition, rank: int) -> bool:
    name = tokens.peek().text
    if name in UNITS:
        return _interval_of(tokens, said, rank)
    rank_word = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(rank, f"{rank}th")
    raise InvalidInput(
        f"That could be every {rank} weeks or once a month: write `every {rank} weeks on {name}` "
        f"or `{rank_word} {name} of every month`."
    )


def _length(tokens: Tokens, said: Repetition) -> bool:
    """Read `2h30m`, `3 days`, `half hour` after `every`."""
    begun = tokens.at
    if tokens.peek().part is Part.WORD and tokens.peek().text in UNITS:
        return False
    found = span(tokens)
    if found is None:
        tokens.at = begun
        return False
    if found.seconds or (found.months and found.days):
        if found.months:
            raise InvalidInput("Months and hours cannot be counted together: `every month on the 1st` would work.")
        said.length = Span(seconds=found.seconds + found.days * 86_400)
    elif found.months:
        yearly = found.months % 12 == 0
        said.set_unit("year" if yearly else "month", found.months // (12 if yearly else 1))
    else:
        weekly = found.days % 7 == 0 and tokens.peek(-1).text.startswith(("w", "fortnight"))
        said.set_unit("week" if weekly else "day", found.days // (7 if weekly else 1))
    return True


def _days(tokens: Tokens, said: Repetition) -> bool:
    begun = tokens.at
    if tokens.takes("except") or tokens.takes("but", "not"):
        return _except(tokens, said)
    if _ranked(tokens, said) or _weekdays(tokens, said):
        return True
    tokens.at = begun
    named = feast(tokens) or month_and_day(tokens)
    if named is not None:
        month, day = named
        next_day_of(month, day, date(2027, 1, 1))
        said.months.add(month)
        said.month_days.add(day)
        return True
    tokens.at = begun
    tokens.takes("the")
    if tokens.takes("last", "day"):
        tokens.takes("of", "the", "month")
        said.month_days.add(-1)
        return True
    if tokens.peek().part is Part.ORDINAL:
        day = tokens.next().number
        next_number(day, date(2027, 1, 1))
        said.month_days.add(day)
        tokens.takes("of", "the", "month")
        return True
    tokens.at = begun
    if (name := tokens.takes_any(MONTH_NUMBERS)) is not None:
        said.months.add(MONTH_NUMBERS[name])
        return True
    return False


def _ranked(tokens: Tokens, said: Repetition) -> bool:
    """Read `first monday`, `the last friday of the month`, `first weekday`."""
    tokens.takes("the")
    ordinal = tokens.peek()
    rank = RANKS.get(ordinal.text) or (ordinal.number if ordinal.part is Part.ORDINAL else 0)
    following = tokens.peek(1).text
    if not rank or (following not in DAY_NUMBERS and GROUPS.get(following) != WORKDAYS):
        return False
    tokens.at += 2
    if following in DAY_NUMBERS:
        if rank > 5:
            raise InvalidInput("A month has at most five of a weekday: `first` to `fifth` and `last` would work.")
        said.ranked.add((rank, DAY_NUMBERS[following]))
    else:
        said.position = rank
    tokens.takes("of", "the", "month")
    return True


def _weekdays(tokens: Tokens, said: Repetition) -> bool:
    token = tokens.peek()
    if token.text in GROUPS:
        tokens.next()
        said.weekdays |= GROUPS[token.text]
        return True
    names = {**DAY_NUMBERS, **PLURAL_DAYS}
    if token.text not in names:
        return False
    first = names[tokens.next().text]
    if tokens.peek().text in ("-", "to") and tokens.peek(1).text in names:
        tokens.next()
        last = names[tokens.next().text]
        said.weekdays |= {(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)}
    else:
        said.weekdays.add(first)
    return True


def _except(tokens: Tokens, said: Repetition) -> bool:
    left_out = Repetition(said.facts)
    while tokens.peek().text in ("on", "and", "the"):
        tokens.next()
    while _weekdays(tokens, left_out):
        tokens.takes("and")
    if not left_out.weekdays:
        raise InvalidInput("Only weekdays can be left out: `every day except sunday at 8:00` would work.")
    said.weekdays = (said.weekdays or set(range(7))) - left_out.weekdays
    if not said.weekdays:
        raise InvalidInput("That leaves no day of the week, so it never happens.")
    return True


def _window(tokens: Tokens, said: Repetition) -> bool:
    """Read `between 9:00 and 17:00`, `from 9:00 to 17:00`."""
    begun = tokens.at
    if not (tokens.takes("between") or tokens.takes("from")):
        return False
    ends = Facts(said.facts.setting)
    if clock(tokens, ends, after_at=True) and tokens.takes_any({"and", "to", "until", "-"}):
        first = ends.times(anchored=True)
        ends.clocks.clear()
        if clock(tokens, ends, after_at=True):
            said.between = first[0], ends.times(anchored=True)[0]
            return True
    tokens.at = begun
    return False


def _ends(tokens: Tokens, said: Repetition) -> bool:
    """Read `10 times`, `6x`, `for six weeks`."""
    begun = tokens.at
    tokens.takes("for")
    count = 1 if tokens.takes("once") else number(tokens)
    if count is not None and tokens.takes_any({"times", "time", "x", "occurrences"}):
        if not 1 <= count <= MOST_TIMES:
            raise InvalidInput(f"Something can repeat from 1 to {MOST_TIMES:,} times.")
        said.count = count
        return True
    tokens.at = begun
    if tokens.takes("for"):
        said.lasts = span(tokens)
        if said.lasts is not None and said.lasts:
            return True
    tokens.at = begun
    return False


def _other(tokens: Tokens, said: Repetition) -> None:
    if zone(tokens, said.facts) or part_of_day(tokens, said.facts):
        return
    begun = tokens.at
    token = tokens.peek()
    after_at = token.text in ("at", "@") or (tokens.at > 0 and tokens.peek(-1).text in ("at", "and"))
    if token.text in ("at", "@"):
        tokens.next()
    if clock(tokens, said.facts, after_at=after_at):
        return
    tokens.at = begun
    token = tokens.next()
    if token.text in {"of", "a"} and tokens.peek().text in UNITS:
        _interval_of(tokens, said, 1)
        return
    if token.text in FILLERS and (tokens or token.text == "at"):
        return
    tokens.at -= 1
    raise cannot_read(tokens)


def _by_length(said: Repetition) -> Schedule:
    assert said.length is not None
    setting, facts = said.facts.setting, said.facts
    if facts.clocks or facts.part:
        start = Facts(setting, clocks=facts.clocks, part=facts.part)
        first = start.resolved(wall_clock(start, MORNING) or start.local_now)
    elif said.start is not None:
        first = _begin(said)
    else:
        try:
            first = setting.now + timedelta(seconds=said.length.seconds)
        except OverflowError:
            raise InvalidInput("That interval is too long: `every 24 hours` would work.") from None
    until = _end(said, first)
    if first <= setting.now:
        raise past()
    if said.length.seconds < 1:
        raise InvalidInput("An interval is at least 1 second: `every 24 hours` would work.")
    return Schedule.elapsed(timedelta(seconds=said.length.seconds), first, facts.zone, until=until, count=said.count)


def _by_rule(said: Repetition) -> Schedule:
    facts = said.facts
    if facts.offset is not None:
        raise InvalidInput("What repeats needs a zone with a name: `Europe/Brussels` or `UTC` would work.")
    now = facts.local_now.replace(second=0, microsecond=0)
    begin = said.start is not None
    earliest = _begin_local(said) if begin else now
    times = facts.times(anchored=True)
    if not times and begin and said.start is not None and earliest.time() != time():
        times = [earliest.time()]
    bare = not times and not said.named_days and said.between is None and not said.months and not begin
    rule = _rule(said, times or [now.time() if bare else MORNING], earliest)
    # The first time fixes the phase of every second week; a rule that only says how often counts from now on.
    walked = rule.walk(now, now) if bare else replace(rule, interval=1).walk(earliest, earliest)
    first = next((local for local in walked if facts.resolved(local) > facts.setting.now), None)
    if first is None:
        raise InvalidInput("That never happens: `every month on the 31st` or `every 24 december` would work.")
    until = _end(said, facts.resolved(first))
    return Schedule.series(str(rule), facts.zone, first, until=until, count=said.count)


def _rule(said: Repetition, times: list[time], earliest: datetime) -> Rule:
    hours, minutes = _clock_parts(said, times)
    months, month_days = tuple(sorted(said.months)), tuple(sorted(said.month_days))
    unit = said.unit if said.unit not in UNIT_SECONDS else None
    if (said.ranked or said.position or month_days) and unit in ("day", "week"):
        raise InvalidInput("Days of the month go with months: `every month on the first monday` would work.")
    clocked = {"hours": hours, "minutes": minutes}
    if said.ranked or said.position or month_days:
        yearly = unit == "year" or (bool(months) and unit is None)
        if said.weekdays and (said.ranked or said.position or not month_days):
            raise InvalidInput("That mixes weekdays of the month with others: make two reminders of it.")
        weekdays = tuple(sorted(said.ranked)) or tuple((0, day) for day in sorted(said.weekdays))
        if said.position:
            weekdays = tuple((0, day) for day in sorted(WORKDAYS))
        positions = (said.position,) if said.position else ()
        if yearly and not months:
            raise InvalidInput("A day of the year needs its month: `every year on 24 december` would work.")
        freq = Freq.YEARLY if yearly else Freq.MONTHLY
        return Rule(freq, said.interval, months, month_days, weekdays, hours, minutes, positions)
    if said.weekdays:
        if unit in ("month", "year"):
            name = DAYS[min(said.weekdays)]
            raise InvalidInput(f"Which {name.title()}? `every first {name}` or `every last {name}` would work.")
        if unit == "day" and said.interval > 1:
            raise InvalidInput("Every few days meet every weekday: `every 2 weeks on friday` would work.")
        weekdays = tuple((0, day) for day in sorted(said.weekdays))
        return Rule(Freq.WEEKLY, said.interval, months=months, weekdays=weekdays, **clocked)
    if unit is None and months:
        raise InvalidInput("A month needs a day: `every 24 december` or `every monday in december` would work.")
    freq = FREQS[unit or "day"]
    match freq:
        case Freq.WEEKLY:
            return Rule(freq, said.interval, months=months, weekdays=((0, earliest.weekday()),), **clocked)
        case Freq.MONTHLY:
            return Rule(freq, said.interval, months=months, month_days=(earliest.day,), **clocked)
        case Freq.YEARLY:
            return Rule(freq, said.interval, months or (earliest.month,), (earliest.day,), **clocked)
        case _:
            return Rule(freq, said.interval, months=months, **clocked)


def _clock_parts(said: Repetition, times: list[time]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if said.length is None:
        hours, minutes = sorted({at.hour for at in times}), sorted({at.minute for at in times})
        if len(hours) * len(minutes) != len(times):
            raise InvalidInput(
                "These times differ in more than the hour, and one reminder cannot hold them: "
                "`every day at 9:00 and 21:00` would work, or make two reminders."
            )
        return tuple(hours), tuple(minutes)
    seconds, (first, last) = said.length.seconds, said.between or (time(0), END_OF_DAY)
    window = InvalidInput(
        "Inside a window it can be every 5, 10, 15, 20 or 30 minutes or every few hours, from full hour to full hour: "
        "`every 15 minutes between 9:00 and 17:00` would work."
    )
    if seconds % 60 or (said.between and first >= last):
        raise window
    if seconds % 3600 == 0:
        return tuple(range(first.hour, last.hour + (last.minute >= first.minute), seconds // 3600)), (first.minute,)
    if seconds > 3600 or 3600 % seconds or first.minute or (said.between and last.minute):
        raise window
    end = last.hour if said.between else 24
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
        raise InvalidInput("That ends before it happens for the first time: choose a later end, or leave it out.")
    return until


def _until(said: Repetition) -> datetime:
    assert said.until is not None
    tokens = Tokens(said.until.tokens)
    only = tokens.tokens[0].text if tokens.tokens else ""
    before = InvalidInput("That ends before it begins: choose an end that is still to come, or leave it out.")
    if only == "yesterday":
        raise before
    if only in MONTH_NUMBERS and _is_month(tokens):
        # Until March means before March begins.
        year = tokens.tokens[1].number if len(tokens.tokens) == 2 else None
        today = said.facts.local_now.date()
        month = MONTH_NUMBERS[only]
        year = year or today.year + (month <= today.month)
        if not 1 < year < 9999:
            raise before
        return said.facts.resolved(datetime.combine(date(year, month, 1), time()) - timedelta(seconds=1))
    facts = moment(tokens, said.facts.setting)
    facts.named_zone = facts.named_zone or said.facts.named_zone
    local = wall_clock(facts, END_OF_DAY)
    found = elapsed(facts) if local is None else facts.resolved(local)
    if found <= said.facts.setting.now.astimezone(UTC):
        raise before
    return found


def _is_month(tokens: Tokens) -> bool:
    following = tokens.tokens[1:]
    return not following or (len(following) == 1 and following[0].part is Part.NUMBER and len(following[0].text) == 4)
