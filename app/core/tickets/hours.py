"""Reading business hours: `Mon-Fri 9:00-17:30, Sat 10-14, not 2026-12-25`, or `always`.

Days come before their times, and times go on with the days before them. Names of days are understood in the languages
that most people write them in; no two of these languages mean different days by the same word.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.calendar_words import DAYS, MONTHS
from app.core.scheduling.zones import zone_info
from app.core.settings.kinds import TextForm
from app.core.tickets.business_clock import BusinessClock
from app.core.tickets.business_week import (
    DAY_MINUTES,
    BusinessHours,
    Closed,
    ClosedEachYear,
    Interval,
    MonthDay,
    closed_days,
    united,
)

MAX_HOURS = 1000
"""Characters."""
MAX_CLOSED_DAYS = 1100
"""That are named with their year, together."""

FORM = msg("business hours such as `Mon-Fri 9:00-17:30, Sat 10:00-14:00, not 2026-12-25`, or `always`")

_ALWAYS = re.compile(r"(?:always|24/7|24 ?h|immer|toujours|siempre|sempre|altijd)\b")
# Of each day the names in English, German, Dutch, French, Spanish, Italian and Portuguese, without accents.
_NAMES = (
    "mo mon montag ma maandag lun lundi lunes lunedi seg segunda",
    "tu tue tues di die dienstag dinsdag mar mardi martes martedi ter terca",
    "we wed weds mi mit mittwoch wo woe woensdag mer mercredi mie miercoles mercoledi qua quarta",
    "th thu thur thurs do don donnerstag donderdag jeu jeudi jue jueves gio giovedi qui quinta",
    "fr fri frei freitag vr vrijdag ven vendredi vie viernes venerdi sex sexta",
    "sa sat sam samstag sonnabend za zaterdag samedi sab sabado sabados sabato",
    "su sun so son sonntag zo zondag dim dimanche dom domingo domingos domenica",
)
_WORDS: Mapping[str, frozenset[int]] = {
    **{name: frozenset({day}) for day, names in enumerate(_NAMES) for name in names.split()},
    **{f"{name.lower()}{end}": frozenset({day}) for day, name in enumerate(DAYS) for end in ("", "s")},
    **dict.fromkeys(
        (
            "daily",
            "everyday",
            "every day",
            "taglich",
            "all days",
            "alle tage",
            "dagelijks",
            "elke dag",
            "todos los dias",
            "cada dia",
            "tous les jours",
        ),
        frozenset(range(7)),
    ),
    **dict.fromkeys(
        (
            "weekday",
            "weekdays",
            "workdays",
            "werktags",
            "wochentags",
            "werkdagen",
            "entre semana",
            "dias laborables",
            "semaine",
            "jours ouvres",
        ),
        frozenset(range(5)),
    ),
    **dict.fromkeys(
        ("weekend", "weekends", "wochenende", "fin de semana", "fines de semana", "week-end", "week-ends"),
        frozenset({5, 6}),
    ),
}
_MONTHS: Mapping[str, int] = {
    **{name[:3].lower(): number for number, name in enumerate(MONTHS, 1)},
    "ene": 1,
    "fev": 2,
    "mrz": 3,
    "mrt": 3,
    "maart": 3,
    "abr": 4,
    "avr": 4,
    "mai": 5,
    "mei": 5,
    "juin": 6,
    "juil": 7,
    "ago": 8,
    "aou": 8,
    "okt": 10,
    "dez": 12,
    "dic": 12,
}
_CLOCK_WORDS = {
    "noon": 720,
    "midday": 720,
    "mittag": 720,
    "midnight": 0,
    "mitternacht": 0,
    "middernacht": 0,
    "mediodia": 720,
    "medianoche": 0,
    "midi": 720,
    "minuit": 0,
}
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})[a-z]*\\.?"

_SKIPPED = re.compile(
    r"[\s,;.&]+|(?:and|und|et|y|e|en|on|from|at|am|von|um|uhr|op|van|om|uur|del?|du|les?|desde|las|los|el|horas|h)\b"
)
_DAY = re.compile(rf"({'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?![a-z])\.?(?:-feira)?")
_NOT = re.compile(
    r"(?:not|no|except|closed|without|nicht|ausser|ohne|geschlossen|zu|niet|behalve|gesloten|cerrado|excepto|salvo"
    r"|sauf|fermee?s?)\b(?: (?:on|am|op|el|los|le|du)\b)?"
)
_TO = re.compile(r"\s*(?:-|\.\.+|(?:to|till|until|through|bis|tot|al?|au|hasta)\b(?: las?\b)?)\s*")
_CLOCK = re.compile(
    r"(?:(?P<hour>[0-9]{1,2})(?:(?:[:.h](?P<minute>[0-9]{2}))?(?![0-9:])\s*(?:(?P<half>[ap])\.?m\b\.?|uhr\b|uur\b|h\b)?)"
    rf"|(?P<word>{'|'.join(_CLOCK_WORDS)})\b)"
)
_DATES = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<number>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?![0-9])"),
    re.compile(r"(?P<number>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?![0-9:])"),
    re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<number>[0-9]{1,2})\.(?:\s?(?P<year>[0-9]{4}))?(?![0-9])"),
    re.compile(
        rf"(?P<day>[0-9]{{1,2}})(?:\.|st|nd|rd|th|er)?\s?(?:de )?{_MONTH}"
        r"(?:,?\s(?:de )?(?P<year>[0-9]{4})(?![0-9-]))?"
    ),
    re.compile(rf"{_MONTH}\s?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9])(?:,?\s(?P<year>[0-9]{{4}})(?![0-9-]))?"),
)


def read_hours(typed: str) -> BusinessHours:
    """Read business hours. Raises InvalidInput with a sentence that says what would work."""
    # What is stored may be longer than what was typed.
    if len(typed) > MAX_HOURS or len(str(hours := _Reader(typed).read())) > MAX_HOURS:
        raise InvalidInput("Business hours have at most {count} characters.", count=MAX_HOURS)
    return hours


def normalised(typed: str) -> str:
    """Return business hours in the form in which they are stored. Raises InvalidInput."""
    return str(read_hours(typed))


def shown(stored: str) -> str:
    """Write business hours in the current language, so that they are read as the same."""
    return read_hours(stored).in_words


HOURS_FORM = TextForm(normalised, FORM, shown)
"""Of a setting that holds business hours."""


@lru_cache(maxsize=1024)
def business_clock(hours: str, zone: str) -> BusinessClock:
    """Return the clock that runs in these hours, in the zone of that IANA name. Raises InvalidInput."""
    return BusinessClock(read_hours(hours), zone_info(zone))


class _Reader:
    """Reads one text from its start to its end."""

    def __init__(self, typed: str) -> None:
        folded = unicodedata.normalize("NFKD", typed).casefold()
        folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
        self._text = " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", folded).split())
        self._at = 0
        self._days = set[int]()
        """Of which times come next."""
        self._has_times = True
        """Whether they came for these days."""
        self._week: list[list[Interval]] = [[] for _ in range(7)]
        self._closed = set[Closed]()
        self._each_year = set[ClosedEachYear]()

    def read(self) -> BusinessHours:
        if self._accept(_ALWAYS):
            self._week = [[(0, DAY_MINUTES)] for _ in range(7)]
        is_closing = False
        while self._skip():
            if (found := self._accept(_NOT)) is not None:
                is_closing = self._has_times
                if is_closing:
                    self._read_closed(found[0])
                else:
                    self._close_days()
            elif is_closing and self._read_date():
                pass
            elif self._accept_days():
                is_closing = False
            else:
                self._read_times()
        if not self._has_times:
            raise InvalidInput(
                "Business hours need times for each day, such as `Mon-Fri 9:00-17:30`, or `Sun closed` for none."
            )
        week = tuple(united(day) for day in self._week)
        return _checked(BusinessHours(week, _merged(self._closed), tuple(sorted(self._each_year))))

    def _skip(self) -> bool:
        """Pass over what only separates. Tells whether anything is left."""
        while self._accept(_SKIPPED):
            pass
        return self._at < len(self._text)

    def _accept(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _accept_days(self) -> bool:
        found = self._accept(_DAY)
        if found is None:
            return False
        days = _WORDS[found[1]]
        start = self._at
        if self._accept(_TO) and (last := self._accept(_DAY)) is not None:
            (first,), (end,) = self._one(days), self._one(_WORDS[last[1]])
            days = frozenset((first + number) % 7 for number in range((end - first) % 7 + 1))
        else:
            self._at = start
        if self._has_times:
            self._days, self._has_times = set[int](), False
        self._days |= days
        return True

    def _one(self, days: frozenset[int]) -> frozenset[int]:
        if len(days) != 1:
            raise self._refusal(self._text[: self._at])
        return days

    def _read_times(self) -> None:
        start = self._at
        first = self._accept(_CLOCK)
        last = self._accept(_CLOCK) if first is not None and self._accept(_TO) else None
        if first is None or last is None:
            raise self._refusal(self._text[start:])
        opens, closes = self._interval(first, last, self._text[start : self._at])
        for day in self._days or range(7):
            if closes > opens:
                self._week[day].append((opens, closes))
            else:
                self._week[day].append((opens, DAY_MINUTES))
                self._week[(day + 1) % 7].append((0, closes))
        self._has_times = True

    def _interval(self, first: re.Match[str], last: re.Match[str], written: str) -> Interval:
        opens, closes = self._minute(first, written), self._minute(last, written)
        if last["half"] and first["hour"] and not first["half"] and 1 <= int(first["hour"]) <= 12:
            # `1-5pm` is in the afternoon, `9-5pm` begins in the morning.
            opens = opens % 720 + (720 if last["half"] == "p" and opens % 720 < closes % 720 else 0)
        closes = closes or DAY_MINUTES
        if opens == DAY_MINUTES:
            opens = 0
        said = last["half"] or last["word"] or (last["minute"] and last["hour"].startswith("0"))
        if opens == closes or (closes < opens < 13 * 60 and not said):
            raise InvalidInput(
                "`{written}` could be by day or by night: write it like `9:00-17:00` or `22:00-06:00`.",
                written=written,
            )
        return opens, closes

    def _minute(self, clock: re.Match[str], written: str) -> int:
        if clock["word"]:
            return _CLOCK_WORDS[clock["word"]]
        hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
        if minute > 59 or hour * 60 + minute > DAY_MINUTES or (clock["half"] and not 1 <= hour <= 12):
            raise self._refusal(written)
        return hour % 12 * 60 + minute + (720 if clock["half"] == "p" else 0) if clock["half"] else hour * 60 + minute

    def _read_closed(self, written: str) -> None:
        """Read what follows `closed`: a date, or weekdays. Those before it are read already, as in `Sunday closed`."""
        self._skip()
        if not self._read_date():
            if not self._accept_days():
                raise self._refusal(self._text[self._at :] or written)
            self._close_days()

    def _close_days(self) -> None:
        for day in self._days:
            self._week[day].clear()
        self._days, self._has_times = set[int](), True

    def _read_date(self) -> bool:
        """Read a date, or dates from one to another. Tells whether there was one."""
        start = self._at
        if (first := self._date()) is None:
            return False
        at, last = self._at, first
        if self._accept(_TO):
            last = self._date() or first
            self._at = at if last is first else self._at
        written = self._text[start : self._at]
        if isinstance(first, date) and isinstance(last, date):
            if last < first or (last - first).days >= MAX_CLOSED_DAYS:
                raise self._refusal(written)
            self._closed.add(Closed(first, last))
        elif isinstance(first, tuple) and isinstance(last, tuple):
            self._each_year.add(ClosedEachYear(first, last))
        else:
            raise InvalidInput("`{written}` needs the year in both dates, or in neither.", written=written[:60])
        return True

    def _date(self) -> date | MonthDay | None:
        """Read a date; one without a year is of every year."""
        for pattern in _DATES:
            if (found := self._accept(pattern)) is None:
                continue
            parts = found.groupdict()
            month = int(parts["number"]) if parts.get("number") else _MONTHS[parts["month"]]
            try:
                # A leap year stands for every year, so that 29 February is one of their days.
                day = date(int(parts.get("year") or 2028), month, int(parts["day"]))
            except ValueError:
                raise InvalidInput("There is no day `{written}`.", written=found[0]) from None
            return day if parts.get("year") else (day.month, day.day)
        return None

    def _refusal(self, written: str) -> InvalidInput:
        return InvalidInput(
            "`{written}` cannot be read there. Allowed: {takes}.",
            written=written.replace("`", "'").strip()[:60],
            takes=FORM,
        )


def _merged(closed: set[Closed]) -> tuple[Closed, ...]:
    """Sort days, and make one of spans that overlap or follow each other."""
    found = list[Closed]()
    for span in sorted(closed):
        if found and span.first <= found[-1].last + timedelta(days=1):
            found[-1] = Closed(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def _checked(hours: BusinessHours) -> BusinessHours:
    """Refuse hours that do not come, or only once in years."""
    if not any(hours.week):
        raise InvalidInput("Business hours need at least one open day. Allowed: {takes}.", takes=FORM)
    if sum((span.last - span.first).days + 1 for span in hours.closed) > MAX_CLOSED_DAYS:
        raise InvalidInput("At most {count} days can be named as closed.", count=MAX_CLOSED_DAYS)
    each_year = BusinessHours(hours.week, (), hours.closed_each_year)
    # After 28 years, the weekdays fall on the same dates again.
    for year in range(2024, 2052) if hours.closed_each_year else ():
        closed = set(closed_days(each_year, year))
        days = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
        if not any(hours.week[day.weekday()] and day not in closed for day in days):
            raise InvalidInput("With these days closed, there would be years without a business hour.")
    return hours
