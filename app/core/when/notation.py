"""Formal notations: RFC 5545 rules and five-field cron lines."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from app.core.errors import InvalidInput
from app.core.scheduling.recurrence import Freq, Rule, parse
from app.core.scheduling.schedule import Schedule
from app.core.scheduling.zones import resolve, zone_info
from app.core.when import vocabulary
from app.core.when.parsed_moment import PhraseContext

RULE = re.compile(r"(?:rrule:)? *(?:[a-z]+=[^;= ]+;)*freq *=")
CRON = re.compile(r"(?:cron:? +)?([0-9*,/-]+) +([0-9*,/-]+) +([0-9*,/?-]+) +([0-9a-z*,/-]+) +([0-9a-z*,/?-]+)")
FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
MONTHS = {name[:3]: str(number) for number, name in enumerate(vocabulary.MONTHS, 1)}
WEEKDAYS = {name[:3]: str((number + 1) % 7) for number, name in enumerate(vocabulary.DAYS)}
STAR = re.compile(r"^[0-9a-z*?,/#= -]*(?<![^ ])[*?](?:/[0-9]+)?(?![^ ])")
NICKNAMES = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
    **dict.fromkeys(("@yearly", "@annually"), "0 0 1 1 *"),
}  # fmt: skip
UNTIL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z)?)?")


def parse_notation(text: str, context: PhraseContext) -> Schedule | None:
    """Parse a rule or a cron line; None when the text is neither. Raises InvalidInput for one that is not supported."""
    text = NICKNAMES.get(text, text)
    if text == "@midnight":
        raise InvalidInput("`@midnight` could be every midnight or the next one: write `@daily` or `at midnight`.")
    if text.startswith("dtstart"):
        raise InvalidInput(
            "A rule begins at its first time from now on: write it without DTSTART, as in `FREQ=DAILY;BYHOUR=9`."
        )
    if "freq" in text and RULE.match(text):
        return _rrule(text.replace(" ", ""), context)
    found = CRON.fullmatch(text)
    if found is None and ("*" in text or "?" in text) and STAR.search(text):
        raise InvalidInput(
            "A cron line has five fields, minute, hour, day, month and weekday, with numbers, `*`, lists, ranges "
            "and steps: `0 9 * * 1-5` would work."
        )
    return _schedule_of(_cron(found.groups()), context) if found else None


def _rrule(text: str, context: PhraseContext) -> Schedule:
    parts = [part for part in text.upper().removeprefix("RRULE:").split(";") if part]
    ends = dict(part.split("=", 1) for part in parts if part.startswith(("COUNT=", "UNTIL=")) and "=" in part)
    rule = parse(";".join(part for part in parts if not part.startswith(("COUNT=", "UNTIL="))))
    count, until = ends.get("COUNT"), ends.get("UNTIL")
    if count is not None and not re.fullmatch(r"[0-9]{1,9}", count):
        raise InvalidInput("COUNT takes a number: `FREQ=DAILY;BYHOUR=9;COUNT=10` would work.")
    return _schedule_of(rule, context, count=int(count) if count else None, until=_until(until) if until else None)


def _until(text: str) -> datetime:
    """Return an instant, or naive what clocks show then. Raises InvalidInput."""
    found = UNTIL.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(piece or 0) for piece in found.groups()[:6])
        if found[4] is None:
            hour, minute, second = 23, 59, 59
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC if found[7] else None)
    except (ValueError, OverflowError):
        raise InvalidInput("UNTIL takes a date: `FREQ=DAILY;BYHOUR=9;UNTIL=20271231` would work.") from None


def _schedule_of(
    rule: Rule, context: PhraseContext, *, count: int | None = None, until: datetime | None = None
) -> Schedule:
    """Start a rule at its next time. A time of day that it leaves open is 09:00, or now for HOURLY and MINUTELY."""
    zone = zone_info(context.zone)
    now = context.now.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    if rule.freq not in (Freq.HOURLY, Freq.MINUTELY):
        rule = replace(rule, hours=rule.hours or (9,), minutes=rule.minutes or (0,))
    first = next((local for local in rule.walk(now, now) if resolve(local, zone).at > context.now), None)
    if first is None:
        raise InvalidInput(
            "That rule never happens: `FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=9` or `0 9 * * 1-5` would work."
        )
    schedule = Schedule.series(str(rule), context.zone, first, until=until, count=count)
    if schedule.until is not None and schedule.until < resolve(first, zone).at:
        raise InvalidInput(
            "That rule ends before it happens for the first time: choose a later UNTIL, or leave it out."
        )
    return schedule


def _cron(fields: tuple[str, ...]) -> Rule:
    minutes, hours, days, months, weekdays = (_field(text, *field) for text, field in zip(fields, FIELDS, strict=True))
    pairs = tuple(sorted({(0, (weekday - 1) % 7) for weekday in weekdays or ()}))
    if days and pairs:
        raise InvalidInput("A cron line with both a day and a weekday means either of them: make two reminders.")
    rule = Rule(Freq.DAILY, months=months or (), hours=hours or tuple(range(24)), minutes=minutes or tuple(range(60)))
    if days:
        return replace(rule, freq=Freq.YEARLY if months else Freq.MONTHLY, month_days=days)
    return replace(rule, freq=Freq.WEEKLY, weekdays=pairs) if pairs else rule


def _field(text: str, name: str, least: int, most: int) -> tuple[int, ...] | None:
    """Read one field; None when it allows everything."""
    if text in ("*", "?"):
        return None
    for word, digits in (MONTHS if name == "month" else WEEKDAYS if name == "weekday" else {}).items():
        text = re.sub(rf"\b{word}[a-z]*\b", digits, text)
    refusal = InvalidInput("`{text}` cannot be read in a cron line: `0 9 * * 1-5` would work.", text=text[:40])
    found: set[int] = set()
    for item in text.split(","):
        match = re.fullmatch(r"(\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([0-9]{1,2}))?", item)
        if match is None:
            raise refusal
        first = least if match[1] == "*" else int(match[2])
        last = most if match[1] == "*" or (match[4] and not match[3]) else int(match[3] or match[2])
        step = int(match[4] or 1)
        if not least <= first <= last <= most or step < 1:
            raise refusal
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))
