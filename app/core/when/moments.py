"""The parser of phrases that name one moment: clauses in any order, each at most once."""

from datetime import date, datetime, time, timedelta

from app.core.errors import InvalidInput
from app.core.scheduling.schedule import Schedule
from app.core.when import proposing
from app.core.when.clocks import DIRECTIONS, day_or_time, parse_clock, parse_day_part, parse_duration
from app.core.when.days import IN_THE_PAST, parse_day
from app.core.when.months import parse_month
from app.core.when.parsed_moment import (
    MAX_YEARS_AHEAD,
    TOO_FAR,
    TWO_DURATIONS,
    TWO_TIMES,
    Duration,
    ParsedMoment,
    PhraseContext,
    date_in_words,
    either_day,
)
from app.core.when.tokens import EXAMPLES, NO_TIME, NotUnderstood, Tokens, TokenType, attempt, cannot_read
from app.core.when.vocabulary import ARTICLES, CLOCK_WORDS, FILLERS, NUMBERS, UNITS, VAGUE
from app.core.when.zone_words import parse_zone

ENDS_OR_BEGINS = frozenset({"until", "starting", "from"})
"""What is due by a time, or goes on from it, is asked for at that time."""
LENGTH_TYPES = frozenset({TokenType.NUMBER, TokenType.DECIMAL, TokenType.WORD, TokenType.SIGN})
LENGTH_WORDS = frozenset({*NUMBERS, *ARTICLES, "in", "after", "half", "couple", "quarter"})
"""What a length of time may begin with."""


def parse_moment(tokens: Tokens, context: PhraseContext) -> ParsedMoment:
    """Parse a whole phrase that names one moment. Raises InvalidInput at the first part that cannot be parsed."""
    parsed = ParsedMoment(context)
    if not tokens:
        raise InvalidInput(NO_TIME)
    while tokens:
        if not (_length(tokens, parsed) or parse_day(tokens, parsed) or parse_zone(tokens, parsed)):
            _other(tokens, parsed)
    if len(parsed.clocks) > 1:
        raise InvalidInput(TWO_TIMES)
    return parsed


def _counted_from(tokens: Tokens, parsed: ParsedMoment, length: Duration) -> bool:
    """Read `an hour before midnight`, `90 minutes after friday 5pm`: what follows is a moment of its own."""
    direction = -1 if tokens.advance().text == "before" else 1
    rest = Tokens(tokens.tokens[tokens.position :])
    anchor = parse_moment(rest, parsed.context)
    local = local_time(anchor, time()) if anchor.clocks and anchor.duration is None else None
    if local is None or length.days or length.months or parsed.has_day or parsed.clocks:
        raise InvalidInput("That cannot be counted: `a week from friday` or `2 hours from now` would work.")
    moved = timedelta(seconds=length.seconds * direction)
    earlier = local - timedelta(days=1)
    if not anchor.has_day and anchor.to_instant(earlier) + moved > parsed.context.now:
        # `5 hours after noon`, said at one, is today.
        local = earlier
    parsed.instant = anchor.to_instant(local) + moved
    parsed.zone_name = anchor.zone_name
    tokens.position = len(tokens.tokens)
    return True


@attempt
def _length(tokens: Tokens, parsed: ParsedMoment) -> bool:
    """Read `in 2h30m`, `2 hours from now`, `a week from friday`."""
    token = tokens.peek()
    if token.type not in LENGTH_TYPES or (token.type is TokenType.WORD and token.text not in LENGTH_WORDS):
        return False
    lasting = tokens.position > 0 and tokens.peek(-1).text == "for"
    inside = tokens.accept("in")
    prefixed = inside or tokens.accept("+") or tokens.accept("after")
    if inside and tokens.peek().type is TokenType.CLOCK:
        hours, minutes = tokens.peek().text.split(":")[:2]
        raise InvalidInput(
            "`in {time}` could be a length or a time: write `in {length}` or `at {time}`.",
            time=tokens.peek().text,
            length=f"{int(hours)}h{minutes}m",
        )
    if not prefixed and tokens.accept("-") and parse_duration(tokens):
        raise InvalidInput(IN_THE_PAST)
    found = _duration(tokens, parsed, prefixed=prefixed)
    if found is None:
        if prefixed and tokens.peek().is_number and tokens.peek(1).type is TokenType.SIGN:
            amount = tokens.peek().text[:9]
            raise InvalidInput(
                "`{number}` of what? `in {number} minutes` or `in {number} hours` would work.", number=amount
            )
        if prefixed and tokens.peek().text in VAGUE | {"a"} and tokens.peek(1).text in VAGUE | {"minutes", "hours"}:
            raise InvalidInput("That is not exact enough: `in 5 minutes` or `in 2h30m` would work.")
        return False
    if parsed.duration is not None:
        raise InvalidInput(TWO_DURATIONS)
    if lasting:
        raise InvalidInput("`for` says how long something repeats: `in 3 days` or `every day for 3 days` would work.")
    if tokens.accept("ago"):
        raise InvalidInput(IN_THE_PAST)
    if not found:
        raise InvalidInput("That is no time at all: `in 5 minutes` would work.")
    direction = tokens.peek().text
    if (
        not prefixed
        and not found.is_calendar
        and direction in ("before", "after", "from")
        and tokens.peek(1).text != "now"
    ):
        return _counted_from(tokens, parsed, found)
    if tokens.accept("from", "now") or tokens.accept("after", "now") or tokens.accept("later"):
        parsed.duration = found
    elif direction := tokens.accept_any({"from", "after", "before"}):
        anchor = ParsedMoment(parsed.context)
        if not found.is_calendar or not parse_day(tokens, anchor):
            raise InvalidInput("That cannot be counted: `a week from friday` or `2 hours from now` would work.")
        counted, _ = anchor.target_day()
        parsed.set_day(found.after(counted, -1 if direction == "before" else 1))
    else:
        parsed.duration, parsed.is_relative, parsed.duration_first = found, prefixed, not parsed.has_day
    return True


def _duration(tokens: Tokens, parsed: ParsedMoment, *, prefixed: bool) -> Duration | None:
    saved = tokens.position
    # Without `in`, `15h` is a time of day after a day, or in a language that writes times like that.
    french = parsed.context.language in ("fr", "pt")
    if not prefixed and (parsed.has_day or french) and tokens.peek().is_number and tokens.peek(1).text == "h":
        return None
    hour = tokens.peek()
    found = parse_duration(tokens)
    minutes = tokens.peek()
    if (
        found
        and minutes.text in DIRECTIONS
        and not prefixed
        and 0 < found.seconds < 3600
        and found.is_calendar is False
    ):
        following = tokens.peek(1)
        # `20 minutes past 3pm` is a clock.
        if following.text in NUMBERS or following.text in CLOCK_WORDS or following.is_number:
            return None
    clock_like = hour.is_number and 12 < hour.number < 24 and tokens.position == saved + 2
    if found and clock_like and not prefixed and tokens.peek(-1).text == "h" and not minutes.is_number:
        raise InvalidInput("`{hour}h` could be a time or a length: write `{hour}:00` or `in {hour}h`.", hour=hour.text)
    if found is not None and UNITS.get(tokens.peek(-1).text) == "hour" and minutes.is_number:
        # `1 hour 30` and `in 1h30` are lengths; `1h30` alone is a time of day to many people.
        if tokens.peek(-1).text == "h" and not prefixed:
            written = f"{tokens.peek(-2).text}h{minutes.text}"
            raise InvalidInput(
                "`{written}` could be a time or a length: write `{time}` or `in {written}m`.",
                written=written,
                time=written.replace("h", ":"),
            )
        if len(minutes.text) == 2 and minutes.number < 60:
            found.seconds += tokens.advance().number * 60
    return found


def _other(tokens: Tokens, parsed: ParsedMoment) -> None:
    saved = tokens.position
    if parse_day_part(tokens, parsed):
        return
    token = tokens.peek()
    after_at = token.text in ("at", "@") or (tokens.position > 0 and tokens.peek(-1).text == "at")
    if token.text in ("at", "@"):
        tokens.advance()
    if parse_clock(tokens, parsed, after_at=after_at):
        return
    tokens.position = saved
    if (named := parse_month(tokens, parsed)) is not None:
        raise needs_a_day(named[1])
    token = tokens.advance()
    if (token.text in FILLERS or token.text in ENDS_OR_BEGINS) and tokens:
        return
    if token.text in ("before", "after") and tokens:
        raise how_long(token.text)
    if token.text == "or":
        raise InvalidInput(TWO_TIMES)
    if token.text == "weekend" or tokens.peek().text == "weekend":
        raise InvalidInput("The weekend has two days: write `saturday 10:00` or `sunday 10:00`.")
    if token.text == "now":
        raise InvalidInput("A reminder needs a time in the future: `in 5 minutes` would work.")
    if (
        token.is_number
        and len(token.text) == 4
        and 2000 <= token.number < 2200
        and tokens.peek().type is not TokenType.WORD
    ):
        raise InvalidInput("A year needs a day: `1 january {year}` would work.", year=token.text)
    if token.is_number and len(token.text) == 4 and token.number < 2400 and token.number % 100 < 60:
        at = f"{token.text[:2]}:{token.text[2:]}"
        raise NotUnderstood(
            "`{written}` could be many things: `{time}` or `at {written}` would work.", written=token.text, time=at
        )
    if token.text in VAGUE or (token.text == "a" and tokens.peek().text in VAGUE):
        raise InvalidInput("That is not exact enough: {examples} would work.", examples=EXAMPLES)
    tokens.position -= 1
    raise cannot_read(tokens)


def needs_a_day(month: int) -> InvalidInput:
    """Return the refusal for a month alone."""
    return InvalidInput(
        "`{month}` needs a day: `1 {month}` or `15 {month} 9am` would work.", month=proposing.month(month)
    )


def how_long(word: str) -> InvalidInput:
    """Return the question for `before 5pm` and `after 5pm`."""
    if word == "before":
        return InvalidInput("How long before it? Write the time itself, as in `17:00`, or `30 minutes before 17:00`.")
    return InvalidInput("How long after it? Write the time itself, as in `17:00`, or `30 minutes after 17:00`.")


def local_time(parsed: ParsedMoment, default: time) -> datetime | None:
    """Return the wall-clock time that a phrase means; None when it names an instant or elapsed time."""
    if parsed.instant is not None or (parsed.duration is not None and not parsed.has_day and not parsed.clocks):
        return None
    now = parsed.local_now
    if parsed.duration is not None and not parsed.has_day:
        if not parsed.duration.is_calendar:
            raise InvalidInput(TWO_TIMES)
        if any(at.bare for at in parsed.clocks):
            raise InvalidInput(TWO_TIMES)
        return datetime.combine(parsed.duration.after(now.date()), parsed.times(anchored=True)[0])
    named, moves = parsed.target_day()
    _check_guess(parsed, named)
    times = parsed.times(anchored=parsed.has_day)
    if parsed.midnight and parsed.has_day:
        return _midnight(parsed, named, times[0])
    at = times[0] if times else default if parsed.day_part is None else parsed.default_time()
    local = datetime.combine(named, at)
    if parsed.to_instant(local) <= parsed.context.now:
        if not parsed.has_day:
            return local + timedelta(days=1)
        if moves:
            return local + timedelta(weeks=1)
    return local


def _check_guess(parsed: ParsedMoment, named: date) -> None:
    """Raise InvalidInput for `monday 23`, when that is its date, and for `in 2 weeks on monday` when there are two."""
    if parsed.duration is not None and any(at.bare for at in parsed.clocks):
        raise InvalidInput(TWO_TIMES)
    for at in parsed.clocks:
        of_weekday = parsed.weekday is not None and parsed.day is None
        of_weekday = of_weekday and (at.written == str(named.day) or at.hour > 12)
        if at.bare and (of_weekday or parsed.is_period):
            raise day_or_time(at)
    if parsed.duration is not None and parsed.is_relative and parsed.weekday is not None and parsed.duration_first:
        today = parsed.local_now.date()
        later = parsed.duration.after(today)
        inside = later + timedelta(days=parsed.weekday - later.weekday())
        if inside != named:
            raise either_day(*sorted((named, inside)))


def _midnight(parsed: ParsedMoment, named: date, at: time) -> datetime:
    if parsed.is_today:
        return datetime.combine(named, at) + timedelta(days=1)
    after = named + timedelta(days=1)
    one, other = (
        proposing.weekday(day.weekday()) if parsed.weekday is not None else proposing.Proposed(date_in_words(day))
        for day in (named, after)
    )
    raise InvalidInput(
        "Midnight could be the start or the end of that day: write `{one} {time}` or `{other} {time}`.",
        one=one,
        other=other,
        time=f"{at:%H:%M}",
    )


def schedule_once(parsed: ParsedMoment) -> Schedule:
    """Return the schedule of one moment. Raises InvalidInput for a time in the past or too far away."""
    now, context = parsed.context.now, parsed.context
    local = local_time(parsed, parsed.default_time())
    if local is not None:
        found = parsed.to_instant(local)
        schedule = Schedule.once(found, parsed.zone, local=None if parsed.utc_offset else local)
    else:
        schedule = Schedule.once(elapsed_instant(parsed), context.zone)
    assert schedule.at is not None
    if schedule.at <= now:
        if parsed.is_today or (local is not None and local.date() == parsed.local_now.date()):
            raise InvalidInput("That is in the past already: `tomorrow 9am` or `in 2h30m` would work.")
        raise InvalidInput(IN_THE_PAST)
    if schedule.at.year > now.year + MAX_YEARS_AHEAD:
        raise InvalidInput(TOO_FAR)
    return schedule


def elapsed_instant(parsed: ParsedMoment) -> datetime:
    """Return the instant of a phrase that names an instant, or a length of time from now."""
    if parsed.instant is not None:
        if parsed.has_day or parsed.clocks or parsed.duration:
            raise InvalidInput(TWO_TIMES)
        return parsed.instant
    assert parsed.duration is not None
    local = parsed.local_now
    moved = datetime.combine(parsed.duration.after(local.date()), local.time())
    start = parsed.to_instant(moved) if moved != local else parsed.context.now
    try:
        return start + timedelta(seconds=parsed.duration.seconds)
    except OverflowError:
        raise InvalidInput(TOO_FAR) from None
