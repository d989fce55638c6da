"""English idioms, written in the words that the parser reads: `mornings`, `8/may`, `end of each month`, `~8pm`."""

import re

from app.core.scheduling.calendar_words import ordinal
from app.core.when.rewriting import Rewriter, any_of
from app.core.when.vocabulary import DAY_NUMBERS, MONTH_NUMBERS, NUMBERS, PLURAL_DAYS, TENS

DAY = any_of({**DAY_NUMBERS, **PLURAL_DAYS})
MONTH = any_of(MONTH_NUMBERS)
DAY_NAME = any_of(DAY_NUMBERS)
NUMBER = any_of(NUMBERS)
UNIT = "(?:day|week|month|year|hour|minute)"
PART = "(?:morning|afternoon|evening|night)"
GROUP = "(?:weekday|workday|weekend)s?"
SHORT_DAYS = {"mo": "mon", "tu": "tue", "we": "wed", "th": "thu", "fr": "fri", "sa": "sat", "su": "sun"}
SHORT_DAY = any_of({**dict.fromkeys(SHORT_DAYS, 0), **DAY_NUMBERS})
LATEST_SHORT_YEAR = 46
"""Years of two digits beyond it are of the last century."""
RANKS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
LETTERS = {"m": "mon", "w": "wed", "f": "fri", "t": "tue", "th": "thu", "tu": "tue"}

_ABOUT = r"(?:~ ?|(?:around|about|approximately|approx\.?|roughly|circa|ca\.?) )"
_WHAT = r"[0-9]|noon\b|midday\b|midnight\b|half\b|a?n? ?quarter\b|an? (?:hour|minute|day|week|month|year)\b"
EXACTLY = Rewriter(
    (r"(?<!after )(?<!before )\b(?:(?:at|around|over|during) )?(?:the )?lunch(?:[- ]?(?:time|hour|break))?\b", "noon"),
    (
        rf"(?<![^ ])(?:(at|in|every|@) )?{_ABOUT}(?:(at) )?(?={_WHAT}|{NUMBER}\b)",
        lambda found: f"{found[1] or found[2]} " if found[1] or found[2] else "",
    ),
    (r"(?<=[0-9mnt])[- ]?ish\b|(?<=[0-9mnt]) (?:approximately|roughly|or so|or thereabouts)\b", ""),
)
"""Leaves out what says that a time is not meant exactly; it is kept exactly, and the answer says so."""


def _listed_days(found: re.Match[str]) -> str:
    return re.sub(r"[a-z]+", lambda word: SHORT_DAYS.get(word[0], word[0]), found[0])


def _lettered_days(found: re.Match[str]) -> str:
    if found[1]:
        return "mon to fri"
    return " and ".join(LETTERS[letter] for letter in re.findall("th|tu|[mwft]", found[0]))


def _counted_day(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2]} from now" if found[2] in DAY_NUMBERS else found[0]


def _ranked_after(found: re.Match[str]) -> str:
    count = RANKS.get(found[1]) or int(found[1][0])
    return f"{count} {found[2]}s after "


def _hours(found: re.Match[str]) -> str:
    return f"at {found[1].replace(',', ' and ').replace(' and  and ', ' and ')}"


def _day_in_words(found: re.Match[str]) -> str:
    day = NUMBERS[found[2]] + (NUMBERS[found[3]] if found[3] else 0)
    joined = not found[3] or (found[2] in TENS and NUMBERS[found[3]] < 10)
    return f"{found[1]} {ordinal(day)}" if joined and 1 <= day <= 31 else found[0]


def _next_unit(found: re.Match[str]) -> str:
    return "next " + {"wk": "week", "yr": "year"}.get(found[1], found[1])


def _offset(found: re.Match[str]) -> str:
    return f"utc{found[1]}{found[2]:0>2}:{found[3] or '00'}"


def _full_year(found: re.Match[str]) -> str:
    century = 19 if len(found[3]) == 2 and int(found[3]) > LATEST_SHORT_YEAR else 20
    return f"{found[1]} {found[2]} {century}{found[3][-2:]}"


def _day_of(found: re.Match[str]) -> str:
    return f"{ordinal(int(found[1]))} of " if 1 <= int(found[1]) <= 31 else found[0]


_BY = "(?:by|(?:no|not) later than|at the latest(?: by)?)"
IDIOMS = Rewriter(
    # Clocks.
    (r"(?<![a-z0-9:.])([0-9]{1,2}(?:[:.][0-9]{2})?)([ap])\b(?!'|\.m)", r"\1\2m"),
    (r"(?<![a-z0-9:.])([0-9]{1,2}(?:[:.][0-9]{2}){1,2}) ([ap])\b(?!'|\.? ?[a-z])", r"\1\2m"),
    (r"(?<![a-z0-9:.])([0-9]{1,2}(?:[:.][0-9]{2})?) p\b(?!'|\.? ?m\b)", r"\1pm"),
    (r"(?<=[0-9]) in the ([ap]m)\b", r"\1"),
    (r"\b(?:exactly|precisely|promptly) (?=at |[0-9]|noon|midnight)", ""),
    (r"(?<=[0-9mnt]) (?:sharp|on the dot|exactly|precisely)\b", ""),
    (r"\b(?:utc|gmt) ?([+-]) ?([0-9]{1,2})(?::?([0-5][0-9]))?(?![0-9:])", _offset),
    (r"\bfirst thing(?: in the morning)?\b", "morning"),
    # A deadline is its time.
    (rf"\b{_BY} (?=(?:on |the )*(?:[0-9]{{1,2}}(?:st|nd|rd|th)|[0-9]{{1,2}}(?: of)? {MONTH}\b))", ""),
    (rf"\b{_BY} (?:at )?(?=[0-9]|noon\b|midday\b|midnight\b|half |a? ?quarter |{NUMBER}\b)", "at "),
    (rf"\b{_BY} (?=[a-z])", ""),
    (r"\bon the dot (?=at )", ""),
    (rf"\bat (?=[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {MONTH}\b)", "on "),
    (r"\bat ([0-9]{1,2}(?:, [0-9]{1,2})+,? and [0-9]{1,2})(?![0-9/.:])", _hours),
    (rf"\b({MONTH}) ({NUMBER})(?:[ -]({NUMBER}))?(?=$|,| at\b)", _day_in_words),
    # Lengths.
    (r"\b(?:right|just) now\b", "now"),
    (r"(?<=[a-z]) hence\b", " from now"),
    (r"\ban half\b", "a half"),
    (r"\ba pair of ", "2 "),
    (r"\bthree[- ]quarters of an\b", "three quarters of an"),
    (rf"\b(?:for )?up to (?=(?:[0-9]+|{NUMBER}) ?(?:x\b|times\b|{UNIT}))", "for "),
    (rf"\b({UNIT}s?)(?:'s?)? time\b", r"\1"),
    (rf"\b(?:for|over|during) (?:the )?(?:next|coming) (?={UNIT}\b)", "for 1 "),
    (r"\b(?:for|over|during) the (?:next|coming) (?=[0-9a-z]+ )", "for "),
    (r"\bfor the rest of (?:the|this) (?=month\b|year\b)", "until end of "),
    # Dates.
    (r"\b(?:the )?(?:following|next) (week|month|year|wk|yr)\b", _next_unit),
    (rf"(?<!every )\b({DAY_NAME}|today|tomorrow) week\b", r"1 week from \1"),
    (rf"^((?:an?|one|two|three|[1-9]) weeks?) on (?={DAY_NAME}\b)", r"\1 from "),
    (rf"^(?:the )?week from (?={DAY_NAME}\b|today\b|tomorrow\b)", "1 week from "),
    (r"\b(?:the )?(first|second|third|fourth|[1-9](?:st|nd|rd|th)) (day|week|month) after (?!next\b|tomorrow\b)",
     _ranked_after),
    (r"\bking,? (?:jr|junior)\.?(?:'?s)?\b", "king"),
    (r"\b(black|good) fri\b", r"\1 friday"),
    (r"(?<=[a-z]s)' day\b", " day"),
    (rf"(?<![0-9a-z/.-])([0-9]{{1,2}})(?:st|nd|rd|th)?[/.-]({MONTH})[/., -]+((?:20)?[0-9]{{2}})(?![0-9:])",
     _full_year),
    (rf"(?<![0-9a-z/.-])([0-9]{{1,2}})(?:st|nd|rd|th)?[/.]({MONTH})\b", r"\1 \2"),
    (rf"\b({MONTH})[/.-]([0-9]{{1,2}})(?:st|nd|rd|th)?[/., -]+(20[0-9]{{2}})(?![0-9:])", r"\1 \2 \3"),
    (rf"\b({MONTH})[/-]([0-9]{{1,2}})(?![0-9/:-])", r"\1 \2"),
    (r"(?<![0-9:./-])([0-9]{1,2}) of (?=(?:the |next |this |every )+month\b)", _day_of),
    (rf"\bin ([0-9]{{1,2}}|{NUMBER}) ([a-z]+day)s?\b(?! from)", _counted_day),
    (rf"(?<![a-z0-9])([0-9]{{1,2}}|{NUMBER}) ({DAY_NAME})s(?= (?:from|after|before)\b)", r"\1 \2"),
    (rf"\bthis coming (?={DAY}\b)", "coming "),
    (r"\b(?:the )?last of (?=(?:the |every |this |next )+month\b)", "last day of "),
    (r"\b(on the [0-9]{1,2}(?:st|nd|rd|th)) day\b", r"\1"),
    (rf"\b({DAY}) (?:coming|this coming)\b", r"coming \1"),
    # What repeats.
    (r"\bev\.? (?=[0-9a-z])", "every "),
    (r"\bevery and every\b", "every"),
    (r"\bonce (?=every\b)", ""),
    (r"\bon an? (daily|weekly|monthly|yearly|hourly) basis\b", r"\1"),
    (r"\bevery day of the week\b", "every day"),
    (r"\b(?:until further notice|forever|indefinitely)\b", ""),
    (r"\b(?:ending|ends|ended)(?: on)?\b", "until"),
    (r"\b(?:commencing|effective)\b", "starting"),
    (rf"\b(?:every |on )*({DAY}|{GROUP}) ({PART})s\b", r"every \1 \2"),
    (rf"(?:^|\b(?:every|on|in|all) (?:the )?|(?<=, ))({PART})s\b", r"every \1"),
    (r"\b(?:at |on |by )?(?:the )?(?:end|last day) of every month\b", "every month on the last day"),
    (r"\bevery (?:month'?s? end|end of (?:the )?month|month at (?:the )?end)\b", "every month on the last day"),
    (r"\b(?:at |on )?(?:the )?start of every month\b", "every month on the 1st"),
    (r"\bevery (?:start of (?:the )?month|month at (?:the )?start)\b", "every month on the 1st"),
    (r"\b(?:at |on )?(?:the )?end of every year\b", "every 31 december"),
    (r"\b(?:at |on )?(?:the )?start of every year\b", "every 1 january"),
    (rf"\b{SHORT_DAY}(?:(?:[,/+ ]| and )+{SHORT_DAY})+(?![a-z])", _listed_days),
    (r"\b(?:(m ?- ?f)|m[/, -]?w[/, -]?f|t[/, ]?th|tu[/, ]?th|m[/, ]?w)\b(?!')", _lettered_days),
)  # fmt: skip


def plainly(text: str) -> tuple[str, bool]:
    """Write idioms in the words that are read; also tell whether a time was said to be only about right."""
    exactly = EXACTLY(text)
    return IDIOMS(exactly), exactly != text
