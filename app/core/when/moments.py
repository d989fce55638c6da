"""Phrases that name one moment: read clause by clause in any order, each thing once."""

from datetime import date, datetime, time, timedelta

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.schedule import Schedule
from app.core.when.clocks import clock, day_or_time, no_second_span, part_of_day, span, zone
from app.core.when.days import day, month_alone, past
from app.core.when.facts import LONGEST_YEARS, TWO_TIMES, Facts, Setting, Span, spoken_day, too_far
from app.core.when.tokens import EXAMPLES, NO_TIME, NotRead, Part, Tokens, cannot_read
from app.core.when.vocabulary import DAYS, FILLERS, MONTHS, UNITS, VAGUE


def moment(tokens: Tokens, setting: Setting) -> Facts:
    """Read all of a phrase that names one moment. Raises InvalidInput at the first part that means nothing."""
    facts = Facts(setting)
    if not tokens:
        raise InvalidInput(NO_TIME)
    while tokens:
        if not (_length(tokens, facts) or day(tokens, facts) or zone(tokens, facts)):
            _other(tokens, facts)
    if len(facts.clocks) > 1:
        raise InvalidInput(TWO_TIMES)
    return facts


def _length(tokens: Tokens, facts: Facts) -> bool:
    """Read `in 2h30m`, `2 hours from now`, `a week from friday`."""
    begun = tokens.at
    lasting = tokens.at > 0 and tokens.peek(-1).text == "for"
    inside = tokens.takes("in")
    asked = inside or tokens.takes("+") or tokens.takes("after")
    if inside and tokens.peek().part is Part.CLOCK:
        hours, minutes = tokens.peek().text.split(":")[:2]
        raise InvalidInput(
            msg(
                "`in {time}` could be a length or a time: write `in {length}` or `at {time}`.",
                time=tokens.peek().text,
                length=f"{int(hours)}h{minutes}m",
            )
        )
    if not asked and tokens.takes("-") and span(tokens):
        raise past()
    found = _span(tokens, facts, asked=asked)
    if found is None:
        if asked and tokens.peek().part is Part.NUMBER and tokens.peek(1).part is Part.SIGN:
            amount = tokens.peek().text[:9]
            raise InvalidInput(
                msg("`{number}` of what? `in {number} minutes` or `in {number} hours` would work.", number=amount)
            )
        if asked and tokens.peek().text in VAGUE | {"a"} and tokens.peek(1).text in VAGUE | {"minutes", "hours"}:
            raise InvalidInput(msg("That is not exact enough: `in 5 minutes` or `in 2h30m` would work."))
        tokens.at = begun
        return False
    no_second_span(facts)
    if lasting:
        raise InvalidInput(
            msg("`for` says how long something repeats: `in 3 days` or `every day for 3 days` would work.")
        )
    if tokens.takes("ago"):
        raise past()
    if not found:
        raise InvalidInput(msg("That is no time at all: `in 5 minutes` would work."))
    if tokens.takes("from", "now") or tokens.takes("later"):
        facts.span = found
    elif direction := tokens.takes_any({"from", "after", "before"}):
        anchor = Facts(facts.setting)
        if not found.of_days or not day(tokens, anchor):
            raise InvalidInput(msg("That cannot be counted: `a week from friday` or `2 hours from now` would work."))
        counted, _ = anchor.wall()
        facts.set_day(found.after(counted, -1 if direction == "before" else 1))
    else:
        facts.span, facts.counted_on, facts.span_first = found, asked, not facts.has_day
    return True


def _span(tokens: Tokens, facts: Facts, *, asked: bool) -> Span | None:
    begun = tokens.at
    # Without `in`, `15h` after a day, or from somebody whose language writes clocks so, is a time of day.
    french = facts.setting.language in ("fr", "pt")
    if not asked and (facts.has_day or french) and tokens.peek().part is Part.NUMBER and tokens.peek(1).text == "h":
        return None
    hour = tokens.peek()
    found = span(tokens)
    minutes = tokens.peek()
    clock_like = hour.part is Part.NUMBER and 12 < hour.number < 24 and tokens.at == begun + 2
    foreign = not asked and facts.setting.language != "en"
    if found and clock_like and foreign and tokens.peek(-1).text == "h" and minutes.part is not Part.NUMBER:
        raise InvalidInput(
            msg("`{hour}h` could be a time or a length: write `{hour}:00` or `in {hour}h`.", hour=hour.text)
        )
    if found is not None and UNITS.get(tokens.peek(-1).text) == "hour" and minutes.part is Part.NUMBER:
        # `1 hour 30` is a length, and so is `in 1h30`; `1h30` alone is a clock to half the world.
        if tokens.peek(-1).text == "h" and not asked:
            written = f"{tokens.peek(-2).text}h{minutes.text}"
            raise InvalidInput(
                msg(
                    "`{written}` could be a time or a length: write `{time}` or `in {written}m`.",
                    written=written,
                    time=written.replace("h", ":"),
                )
            )
        if len(minutes.text) == 2 and minutes.number < 60:
            found.seconds += tokens.next().number * 60
    if found is None:
        tokens.at = begun
    return found


def _other(tokens: Tokens, facts: Facts) -> None:
    begun = tokens.at
    if part_of_day(tokens, facts):
        return
    token = tokens.peek()
    after_at = token.text in ("at", "@") or (tokens.at > 0 and tokens.peek(-1).text == "at")
    if token.text in ("at", "@"):
        tokens.next()
    if clock(tokens, facts, after_at=after_at):
        return
    tokens.at = begun
    if month_alone(tokens, facts) is not None:
        name = tokens.peek(-1).text
        name = tokens.peek(-2).text if name.isdigit() else name
        raise InvalidInput(msg("`{month}` needs a day: `1 {month}` or `15 {month} 9am` would work.", month=name))
    tokens.at = begun
    token = tokens.next()
    if token.text in FILLERS and tokens:
        return
    if token.text == "or":
        raise InvalidInput(TWO_TIMES)
    if token.text == "weekend" or tokens.peek().text == "weekend":
        raise InvalidInput(msg("The weekend has two days: write `saturday 10:00` or `sunday 10:00`."))
    if token.text == "now":
        raise InvalidInput(msg("A reminder needs a time in the future: `in 5 minutes` would work."))
    if token.part is Part.NUMBER and len(token.text) == 4 and 2000 <= token.number < 2200 and not _is_word(tokens):
        raise InvalidInput(msg("A year needs a day: `1 january {year}` would work.", year=token.text))
    if token.part is Part.NUMBER and len(token.text) == 4 and token.number < 2400 and token.number % 100 < 60:
        at = f"{token.text[:2]}:{token.text[2:]}"
        raise NotRead(
            msg("`{written}` could be many things: `{time}` or `at {written}` would work.", written=token.text, time=at)
        )
    if token.text in VAGUE or (token.text == "a" and tokens.peek().text in VAGUE):
        raise InvalidInput(msg("That is not exact enough: {examples} would work.", examples=EXAMPLES))
    tokens.at -= 1
    raise cannot_read(tokens)


def _is_word(tokens: Tokens) -> bool:
    return tokens.peek().part is Part.WORD


def wall_clock(facts: Facts, default: time) -> datetime | None:
    """Return the wall-clock time a phrase means, its zone's; None when it names an instant or elapsed time only."""
    if facts.instant is not None or (facts.span is not None and not facts.has_day and not facts.clocks):
        return None
    now = facts.local_now
    if facts.span is not None and not facts.has_day:
        if not facts.span.of_days:
            raise InvalidInput(TWO_TIMES)
        return datetime.combine(facts.span.after(now.date()), facts.times(anchored=True)[0])
    named, moves = facts.wall()
    _check_guess(facts, named)
    times = facts.times(anchored=facts.has_day)
    if facts.midnight and facts.has_day:
        return _midnight(facts, named)
    at = times[0] if times else default if facts.part is None else facts.default_time()
    local = datetime.combine(named, at)
    if facts.resolved(local) <= facts.setting.now:
        if not facts.has_day:
            return local + timedelta(days=1)
        if moves:
            return local + timedelta(weeks=1)
    return local


def _check_guess(facts: Facts, named: date) -> None:
    """Raise InvalidInput for `monday 23`, when that is its date, and for `in 2 weeks on monday` when there are two."""
    if facts.weekday is not None and facts.day is None:
        for at in facts.clocks:
            if at.bare and at.written == str(named.day):
                raise day_or_time(at.written)
    if facts.span is not None and facts.counted_on and facts.weekday is not None and facts.span_first:
        today = facts.local_now.date()
        later = facts.span.after(today)
        inside = later + timedelta(days=facts.weekday - later.weekday())
        if inside != named:
            raise InvalidInput(
                msg(
                    "That could be {one} or {other}: write the date, as in `{example}`.",
                    one=spoken_day(inside),
                    other=spoken_day(named),
                    example=f"{named.day} {MONTHS[named.month - 1]}",
                )
            )


def _midnight(facts: Facts, named: date) -> datetime:
    if facts.today:
        return datetime.combine(named, time()) + timedelta(days=1)
    after = named + timedelta(days=1)
    one, other = (
        DAYS[day.weekday()] if facts.weekday is not None else f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        for day in (named, after)
    )
    raise InvalidInput(
        msg(
            "Midnight could be the start or the end of that day: write `{one} 00:00` or `{other} 00:00`.",
            one=one,
            other=other,
        )
    )


def once(facts: Facts) -> Schedule:
    """Turn what was said into a schedule. Raises InvalidInput for a time that has been or is too far away."""
    now, setting = facts.setting.now, facts.setting
    local = wall_clock(facts, facts.default_time())
    if local is not None:
        found = facts.resolved(local)
        schedule = Schedule.once(found, facts.zone, local=None if facts.offset else local)
    else:
        schedule = Schedule.once(elapsed(facts), setting.zone)
    assert schedule.at is not None
    if schedule.at <= now:
        if facts.today or (local is not None and local.date() == facts.local_now.date()):
            raise InvalidInput(
                msg("That is in the past, as it is later already: `tomorrow 9am` or `in 2h30m` would work.")
            )
        raise past()
    if schedule.at.year > now.year + LONGEST_YEARS:
        raise too_far()
    return schedule


def elapsed(facts: Facts) -> datetime:
    """Return the instant that a phrase means which names an instant, or a length of time from now."""
    if facts.instant is not None:
        if facts.has_day or facts.clocks or facts.span:
            raise InvalidInput(TWO_TIMES)
        return facts.instant
    assert facts.span is not None
    local = facts.local_now
    moved = datetime.combine(facts.span.after(local.date()), local.time())
    begun = facts.resolved(moved) if moved != local else facts.setting.now
    try:
        return begun + timedelta(seconds=facts.span.seconds)
    except OverflowError:
        raise too_far() from None
