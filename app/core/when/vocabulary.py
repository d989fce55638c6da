"""The English words that the parser knows, folded: lower case, without accents."""

from datetime import time

from app.core.messages import msg
from app.core.scheduling import calendar_words as words

MONTHS = tuple(name.lower() for name in words.MONTHS)
DAYS = tuple(name.lower() for name in words.DAYS)
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})

MONTH_NUMBERS = {
    **{name: number for number, name in enumerate(MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(MONTHS, 1)},
    "sept": 9,
}
DAY_NUMBERS = {
    **{name: number for number, name in enumerate(DAYS)},
    **{name[:3]: number for number, name in enumerate(DAYS)},
    "tues": 1, "weds": 2, "thur": 3, "thurs": 3,
}  # fmt: skip
PLURAL_DAYS = {f"{name}s": number for number, name in enumerate(DAYS)}

COUNTS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
NUMBERS = {word: number for number, word in enumerate(COUNTS.split())} | TENS
ARTICLES = frozenset({"a", "an"})

ORDINAL_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}

SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = "second", "minute", "hour", "day", "week", "month", "year"
UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), WEEK),
    **dict.fromkeys(("mo", "mos", "month", "months"), MONTH),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), YEAR),
    "fortnight": "fortnight",
    "fortnights": "fortnight",
}
UNIT_SECONDS = {SECOND: 1, MINUTE: 60, HOUR: 3600}

ADVERBS = {
    "hourly": (HOUR, 1), "daily": (DAY, 1), "weekly": (WEEK, 1), "fortnightly": (WEEK, 2), "monthly": (MONTH, 1),
    "quarterly": (MONTH, 3), "yearly": (YEAR, 1), "annually": (YEAR, 1),
}  # fmt: skip

MORNING = time(9)
"""The time of a day that is named without one."""

DAY_PARTS = {"morning": MORNING, "afternoon": time(15), "evening": time(19), "night": time(20), "tonight": time(20)}
CLOCK_WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0)}

SPELLINGS = {
    **dict.fromkeys(("tmrw", "tmr", "tmw", "2moro"), "tomorrow"),
    **dict.fromkeys(("till", "til", "untill"), "until"),
    **dict.fromkeys(("excluding", "excepting", "without"), "except"),
    **dict.fromkeys(("o'clock", "oclock", "please", "pls", "plz", "thanks"), ""),
    "tonite": "tonight", "eod": "end of day", "eom": "end of month", "eoy": "end of year", "everyday": "every day",
    "each": "every", "nightly": "every night", "semiannually": "every 6 months", "beginning": "start", "begin": "start",
    "xmas": "christmas", "final": "last", "within": "in", "upcoming": "coming", "saint": "st",
}  # fmt: skip
"""Synonyms, replaced before parsing."""

PAUSE = ","
"""Keeps the two sides of a removed clause apart."""
FILLERS = frozenset({"at", "on", "the", "of", "remind", "me", "please", "@", "and", "in", "for", PAUSE})
"""Words that are skipped between other parts."""

VAGUE = frozenset(
    ("soon", "later", "sometime", "someday", "few", "some", "several", "eventually", "asap", "bit", "while", "moment",
     "shortly", "lot", "late", "anytime")
)  # fmt: skip

_MEALS = msg("Mealtimes and working hours are not the same for everybody: write a time, as in `tomorrow 13:00`.")
AMBIGUOUS = {
    **dict.fromkeys(
        ("lunch", "dinner", "breakfast", "supper", "work", "school", "bed", "bedtime", "mealtime", "dinnertime"), _MEALS
    ),
    "biweekly": msg(
        "`biweekly` could be twice a week or every other week: write `every 2 weeks on friday` "
        "or `every monday and thursday`."
    ),
    "bimonthly": msg(
        "`bimonthly` could be twice a month or every other month: write `every 2 months on the 1st` "
        "or `every month on the 1st and 15th`."
    ),
    "biannually": msg(
        "`biannually` could be twice a year or every other year: write `every 6 months` or `every 2 years`."
    ),
    "twice": msg("Twice needs both times: write for example `every day at 9:00 and 21:00`."),
    "thrice": msg("Three times a day need each time: write for example `every day at 8:00, 12:00 and 18:00`."),
}

KNOWN = frozenset(
    {*MONTHS, *DAYS, *PLURAL_DAYS, *ADVERBS, *DAY_PARTS, *CLOCK_WORDS, *NUMBERS, *ORDINAL_WORDS}
    | {word for word in UNITS if len(word) > 3}
    | {"today", "tomorrow", "every", "until", "starting", "weekday", "weekend", "next", "other", "except", "times"}
    | {"this", "coming", "last", "past", "month", "year", "noon"}
)
"""The words that are suggested for unknown ones."""
