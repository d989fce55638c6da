"""The result of parsing a phrase that names one moment, and how it becomes a wall-clock time."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from app.core.errors import InvalidInput
from app.core.messages import Message, msg
from app.core.records import record
from app.core.scheduling.calendar_words import DAY_NAMES, MONTH_NAMES
from app.core.scheduling.zones import resolve, zone_info
from app.core.when import proposing
from app.core.when.tokens import EXAMPLES
from app.core.when.vocabulary import DAY_PARTS, MORNING

MAX_YEARS_AHEAD = 100
LAST_AFTERNOON_HOUR = 7
_DARK = frozenset(range(16, 24)) | frozenset(range(6))
DAY_PART_HOURS = {
    "morning": frozenset(range(13)),
    "afternoon": frozenset(range(12, 21)),
    "evening": _DARK,
    "night": _DARK,
    "tonight": _DARK,
}
"""The hours that may belong to a part of the day. The widest use counts: Spanish afternoons last until 21:00."""
DAY_FIRST = frozenset(
    ("bg", "cs", "da", "de", "el", "en-GB", "es", "es-419", "es-ES", "fi", "fr", "hi", "hr", "it", "nl", "no", "pl",
     "pt-BR", "ro", "ru", "th", "tr", "uk", "vi")
)  # fmt: skip


TWO_DAYS = msg("That names more than one day, and a reminder has one: {examples} would work.", examples=EXAMPLES)
TWO_TIMES = msg("That names more than one time, and a reminder has one: {examples} would work.", examples=EXAMPLES)
TWO_DAY_PARTS = msg("That names more than one part of the day: {examples} would work.", examples=EXAMPLES)
TWO_DURATIONS = msg("That names more than one length of time: {examples} would work.", examples=EXAMPLES)
TOO_FAR = msg("That is too far away: a reminder can be at most {years} years ahead.", years=MAX_YEARS_AHEAD)


@dataclass
class Remarks:
    """What the answer to a phrase has to say, because it was read in one way of several.

    `about` that a time which was said to be only about right is kept exactly; `offset` which offset was written.
    """

    about: bool = False
    offset: str | None = None


@record
class PhraseContext:
    """Where and when a phrase is read."""

    now: datetime
    zone: str
    locale: str | None
    remarks: Remarks = field(default_factory=Remarks, compare=False)

    @property
    def language(self) -> str:
        """The language of the locale, English when it is unknown."""
        return (self.locale or "en").split("-")[0].lower()

    @property
    def day_first(self) -> bool | None:
        """Whether 1/2 is the first of February; None when that is unclear."""
        return False if self.locale == "en-US" else True if self.locale in DAY_FIRST else None


@dataclass
class Duration:
    """A length of time: months and days follow the calendar, seconds are elapsed time."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def __bool__(self) -> bool:
        """Tell whether it is longer than zero."""
        return bool(self.months or self.days or self.seconds)

    @property
    def is_calendar(self) -> bool:
        """Whether it has no elapsed part."""
        return not self.seconds

    def after(self, day: date, times: int = 1) -> date:
        """Return a day moved by this length. One month after the 31st is the last day of the month."""
        try:
            month = day.year * 12 + day.month - 1 + self.months * times
            year, month = month // 12, month % 12 + 1
            moved = date(year, month, min(day.day, monthrange(year, month)[1])) + timedelta(days=self.days * times)
        except (ValueError, OverflowError):
            raise InvalidInput(TOO_FAR) from None
        return moved


@record
class ClockTime:
    """A time of day as it was written.

    `ambiguous` when it could mean the morning as well as the evening, `bare` when it was a number and nothing else.
    """

    hour: int
    minute: int = 0
    second: int = 0
    ambiguous: bool = False
    bare: bool = False
    written: str = ""


@dataclass
class ParsedMoment:
    """What a phrase has named so far, each thing at most once."""

    context: PhraseContext
    instant: datetime | None = None
    day: date | None = None
    weekday: int | None = None
    is_next: bool = False
    is_vague: bool = False
    """Whether it was `next friday`, which is this week's to some and next week's to others."""
    is_period: bool = False
    """Whether a number beside the day may be a day or a year as well as an hour: `next month 20`, `14 april 15`."""
    is_movable: bool = False
    """Whether the day is a feast without a date of its own, from which no years can be counted."""
    is_this: bool = False
    week: int | None = None
    duration: Duration | None = None
    is_relative: bool = False
    duration_first: bool = False
    day_part: str | None = None
    clocks: list[ClockTime] = field(default_factory=list[ClockTime])
    midnight: bool = False
    utc_offset: timezone | None = None
    zone_name: str | None = None
    is_today: bool = False
    exact: bool = False
    days_named: bool = False

    @property
    def zone(self) -> str:
        """The IANA name of the zone in which the phrase is read."""
        return self.zone_name or self.context.zone

    @property
    def tzinfo(self) -> ZoneInfo:
        """That zone."""
        return zone_info(self.zone)

    @property
    def local_now(self) -> datetime:
        """The wall-clock time there, naive."""
        return self.context.now.astimezone(self.utc_offset or self.tzinfo).replace(tzinfo=None)

    @property
    def has_day(self) -> bool:
        """Tell whether a day was named."""
        return self.day is not None or self.weekday is not None or self.week is not None

    def set_day(self, day: date, *, today: bool = False) -> None:
        """Take a day. Raises InvalidInput when there is one already."""
        if self.day is not None:
            raise InvalidInput(TWO_DAYS)
        if day.year > self.local_now.year + MAX_YEARS_AHEAD:
            raise InvalidInput(TOO_FAR)
        self.day, self.is_today = day, today

    def set_day_part(self, part: str) -> None:
        """Take a part of the day, such as the evening."""
        if self.day_part is not None and self.day_part != part:
            raise InvalidInput(TWO_DAY_PARTS)
        self.day_part = part

    def times(self, *, anchored: bool) -> list[time]:
        """Return the times of day that were named. `anchored` when a day or a rule says which day they belong to."""
        found = [self._time(clock, anchored=anchored) for clock in self.clocks]
        if not found and self.day_part is not None and not self.midnight:
            found = [DAY_PARTS[self.day_part]]
        return sorted(set(found))

    def _time(self, clock: ClockTime, *, anchored: bool) -> time:
        hour = clock.hour
        if self.day_part is not None and not clock.ambiguous:
            self._check_part(self.day_part, clock)
        if clock.ambiguous and self.day_part is not None:
            # `12 in the morning` or `at 10 in the afternoon` is unclear.
            if self.day_part == "morning" and hour < 12:
                pass
            elif (self.day_part == "afternoon" and hour % 12 <= LAST_AFTERNOON_HOUR) or (
                self.day_part in ("evening", "night", "tonight") and 5 <= hour < 12
            ):
                hour = hour % 12 + 12
            elif self.day_part in ("night", "tonight") and hour < 5:
                self._check_part(self.day_part, clock)
            else:
                raise ambiguous_hour(clock)
        elif clock.ambiguous and not self.exact:
            if hour < 7:
                raise ambiguous_hour(clock)
            if self.context.language != "en":
                return time(hour, clock.minute, clock.second)
            early = datetime.combine(self.local_now.date(), time(hour, clock.minute))
            if not anchored and hour < 12 and early <= self.local_now < early + timedelta(hours=12):
                raise ambiguous_hour(clock)
        return time(hour, clock.minute, clock.second)

    def _check_part(self, part: str, clock: ClockTime) -> None:
        at, name = f"{clock.hour:02}:{clock.minute:02}", proposing.part(part)
        if clock.hour not in DAY_PART_HOURS[part]:
            raise InvalidInput(
                "`{time}` and `{part}` do not go together: leave one of them out, as in `{time}`.",
                time=at,
                part=name,
            )
        if clock.hour < 6 and DAY_PART_HOURS[part] is _DARK and (self.days_named or self.has_day) and not self.midnight:
            raise InvalidInput(
                "`{time}` is after midnight, so `{part}` could belong to either of two days: "
                "name the day and leave out `{part}`, as in `sunday {time}`.",
                time=at,
                part=name,
            )

    def target_day(self) -> tuple[date, bool]:
        """Return the day, and whether it moves to the next week when its time has passed."""
        today = self.local_now.date()
        if self.day is not None:
            if self.weekday is not None and self.day.weekday() != self.weekday:
                raise InvalidInput(
                    "{date} is a {actual}, not a {named}: leave out the weekday or change the date.",
                    date=date_in_words(self.day),
                    actual=DAY_NAMES[self.day.weekday()],
                    named=DAY_NAMES[self.weekday],
                )
            day, moves = self.day, False
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=self.week or 0)
            if self.week is not None and not timedelta() <= day - monday < timedelta(weeks=1):
                raise InvalidInput(TWO_DAYS)
        elif self.week is not None:
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=self.week)
            day = today + timedelta(weeks=self.week) if self.weekday is None else monday + timedelta(days=self.weekday)
            moves = False
        elif self.weekday is not None:
            ahead = (self.weekday - today.weekday()) % 7
            day = today + timedelta(days=ahead or (7 if self.is_next else 0))
            if self.is_vague and today.weekday() < self.weekday:
                raise either_day(day, day + timedelta(weeks=1))
            moves = not ahead and not self.is_next and not self.is_this
        else:
            day, moves = today, False
        if self.duration is not None and self.has_day:
            # `friday in two weeks` counts from that Friday; `friday 2 weeks` is unclear.
            if not self.duration.is_calendar or not self.is_relative or self.is_movable:
                raise InvalidInput(TWO_TIMES)
            counted = self.duration.after(day)
            if self.day is not None and self.duration.months and self.duration.months % 12 == 0:
                # `10 november in two years` counts from now to some, and from the next such day to others.
                same = self.duration.after(today)
                here = Duration(months=(same.year - day.year) * 12).after(day)
                if here != counted:
                    raise either_day(*sorted((here, counted)))
            day, moves = counted, False
        return day, moves

    def to_instant(self, local: datetime) -> datetime:
        """Turn a wall-clock time there into an instant."""
        try:
            if self.utc_offset is not None:
                return local.replace(tzinfo=self.utc_offset).astimezone(UTC)
            return resolve(local, self.tzinfo).at
        except OverflowError:
            raise InvalidInput(TOO_FAR) from None

    def default_time(self) -> time:
        """Return the time of a day that was named without one."""
        return DAY_PARTS[self.day_part] if self.day_part else MORNING


def ambiguous_hour(clock: ClockTime) -> InvalidInput:
    """Return the refusal for an hour that could be am or pm."""
    hour, minutes = clock.hour % 12, f":{clock.minute:02}" if clock.minute else ""
    return InvalidInput(
        "`{written}` could be {early} or {late}: write `{am}` or `{late}`.",
        written=clock.written,
        early=f"{hour:02}:{clock.minute:02}",
        late=f"{hour + 12}:{clock.minute:02}",
        am=f"{hour or 12}{minutes}am",
    )


def either_day(one: date, other: date) -> InvalidInput:
    """Return the refusal for a day that could be one or the other."""
    return InvalidInput(
        "That could be {one} or {other}: write the date, as in `{example}`.",
        one=date_in_words(one),
        other=date_in_words(other),
        example=proposing.Proposed(day_in_words(one.day, one.month)),
    )


def date_in_words(day: date) -> Message:
    """Write `31 December 2026`."""
    return day_in_words(day.day, day.month, day.year)


def day_in_words(day: int, month: int, year: int | None = None) -> Message:
    """Write `31 December` or `31 December 2026`, also for days that do not exist."""
    if year is None:
        return msg("{day} {month}", day=day, month=MONTH_NAMES[month - 1])
    return msg("{day} {month} {year}", day=day, month=MONTH_NAMES[month - 1], year=year)


def checked_date(year: int, month: int, number: int, written: str = "") -> date:
    """Return a date. Raises InvalidInput when it does not exist."""
    if not 1 <= month <= 12:
        raise InvalidInput(
            "`{written}` does not exist, as a year has twelve months: `2026-12-31` or `31 dec` would work.",
            written=written,
        )
    if not 1 <= year <= 9999 or not 1 <= number <= monthrange(year, month)[1]:
        last = monthrange(min(max(year, 1), 9999), month)[1]
        raise InvalidInput(
            "{date} does not exist: that month has {days} days.", date=day_in_words(number, month, year), days=last
        )
    return date(year, month, number)


def next_date(month: int, number: int, today: date) -> date:
    """Return the next date, from today on, with that month and day. Raises InvalidInput when no year has one."""
    last = 29 if month == 2 else monthrange(2027, month)[1]
    if not 1 <= number <= last:
        raise InvalidInput(
            "{date} does not exist: that month has at most {days} days.",
            date=day_in_words(number, month),
            days=last,
        )
    for year in range(today.year, today.year + 9):
        if number <= monthrange(year, month)[1] and date(year, month, number) >= today:
            return date(year, month, number)
    raise InvalidInput(TOO_FAR)


def next_day_of_month(number: int, today: date, months: int | None = None) -> date:
    """Return the next day of that number, from today on, or that of the month `months` ahead."""
    if not 1 <= number <= 31:
        raise InvalidInput("No month has a day {day}: days from the 1st to the 31st would work.", day=number)
    for ahead in range(12) if months is None else (months,):
        first = Duration(months=ahead).after(today.replace(day=1))
        if number <= monthrange(first.year, first.month)[1]:
            if first.replace(day=number) >= today:
                return first.replace(day=number)
        elif months is not None:
            checked_date(first.year, first.month, number)
    raise InvalidInput("That day of the month is in the past: name the month, as in `{day} march`.", day=number)
