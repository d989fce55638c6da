"""Translation of phrases in other languages into the English that the parser reads, one class of words at a time.

What is a length becomes `in 2 hours` and what is an hour `at 15:00` before single words are looked up, as both are said
with the same words. An hour that could be that of the morning as well as of the evening stays without a zero before it.
"""

import re
from collections.abc import Callable
from functools import cache

from app.core.errors import InvalidInput
from app.core.scheduling.calendar_words import ordinal
from app.core.when import vocabulary
from app.core.when.days import IN_THE_PAST
from app.core.when.languages.dutch import DUTCH
from app.core.when.languages.french import FRENCH
from app.core.when.languages.german import GERMAN
from app.core.when.languages.grammar import AFTERNOON, EVENING, MORNING, NIGHT, NOON, SMALL_HOURS, Clock, Language
from app.core.when.languages.italian import ITALIAN
from app.core.when.languages.portuguese import PORTUGUESE
from app.core.when.languages.spanish import SPANISH
from app.core.when.rewriting import Finder, Rewriter, Rewrites

LANGUAGES = {"de": GERMAN, "fr": FRENCH, "nl": DUTCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE}
ENGLISH = frozenset(
    {*vocabulary.KNOWN, *vocabulary.UNITS, *vocabulary.DAY_NUMBERS, *vocabulary.MONTH_NUMBERS, *vocabulary.FILLERS}
    | {*vocabulary.ARTICLES, *vocabulary.SPELLINGS, "am", "pm", "utc", "gmt", "now", "from", "to", "after", "half"}
    | {"once", "twice", "thrice", "around", "about", "between", "before", "without", "but", "not", "until", "ago"}
    | {"sharp", "ish", "exactly", "quarter", "quarters", "and", "o", "s", "ev", "easter", "thanksgiving", "christmas"}
)
NOON_HOUR, LAST_HOUR, LAST_MINUTE = 12, 24, 59
HALF_TO = -30
"""Minutes that `halb vier` adds to four."""
WORD = re.compile(r"(?<![^\W_])[^\W\d_]+")
ENDING = re.compile(r"(?<=[0-9])[^\W\d_]+")
BEHIND_NUMBERS = frozenset({*vocabulary.UNITS, "am", "pm", "a", "p", "st", "nd", "rd", "th", "x", "t", "z"})
"""What English writes right behind a number."""
RANKED = frozenset({*vocabulary.DAYS, "weekday", "weekend", "day", "week", "month", "last", "last day", "and"})
RANKS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def to_english(folded: str, language: str) -> str:
    """Translate a folded phrase. Phrases in unknown languages, and those in English, are returned unchanged.

    Raises InvalidInput for hours that could be a length of time, as in `huit heures`.
    """
    grammar = LANGUAGES.get(language)
    if grammar is None:
        return folded
    folded = SHORT_HALVES(folded)
    for unclear, one, other in grammar.questions:
        if found := unclear.search(folded):
            raise InvalidInput(
                "`{written}` could be `{one}` or `{other}`: write it like that.",
                written=found[0].strip(),
                one=found.expand(one),
                other=found.expand(other),
            )
    if _is_english(folded, grammar):
        return folded
    english = rewriter(language)(folded)
    if (found := YEAR_OR_HOUR.search(english)) is not None:
        raise InvalidInput("`{written}` could be many things there: `at {written}:00` would work.", written=found[1])
    return english


@cache
def rewriter(language: str) -> Rewriter:
    """Return all that is rewritten in a language, from its habits to the order of the English words."""
    grammar = LANGUAGES[language]
    times = ((pattern, _reader_of(clock, grammar)) for pattern, clock in grammar.times)
    return Rewriter(
        *grammar.habits,
        (grammar.number, lambda found: str(grammar.numbers[found[0]])),
        (grammar.about, r"\2 \1 "),
        *grammar.numbered,
        (grammar.ordinal, lambda found: _ordinal(found, grammar)),
        (r"(?<!\S)\+ ?(?=[0-9])", f"{next(iter(grammar.leads))} "),
        (grammar.length, lambda found: _length(found, grammar)),
        (r"^([0-9]{1,2}) ?h ?([0-5]?[0-9]) ?m(?:in)?(?![^\W_])", r"in \1 hours \2 minutes"),
        *times,
        (grammar.word, lambda found: grammar.words[found[0]]),
        *ENDS,
    )


def _is_english(folded: str, grammar: Language) -> bool:
    words = WORD.findall(folded)
    if not BEHIND_NUMBERS.issuperset(ENDING.findall(folded)):
        return False
    return not ENGLISH.isdisjoint(words) and ENGLISH.issuperset(words) and not grammar.own.issuperset(words)


SHORT_HALVES = Rewriter((r"(?<=:[0-9]{2})([ap])(?![^\W_])", r"\1m"))
_AT = "[0-9]{1,2}(?::[0-9]{2})?"
_DAY_NAMES = "|".join(vocabulary.DAYS)
ENDS: Rewrites = (
    (rf"\b((?:{_DAY_NAMES})s?) next\b(?! week| month| year)", r"next \1"),
    (rf"\b({_DAY_NAMES})s? (?:until|to|at) (?:every )?({_DAY_NAMES})s?\b(?! [0-9])", r"\1 to \2"),
    (r"([0-9](?:st|nd|rd|th)) and ([0-9]{1,2})(?=$|,| of\b| at\b| every\b)", r"\1 and \2th"),
    (r"^(.*?)(?:\bat )?\b([0-9:]+) around$", r"\1at around \2"),
    (r"\baround\.? (?:(?:at )?around )?", "around "),
    (r"(:[0-9]{2}) this$", r"\1 cet"),
    (r"\baround in (?=[0-9])", "in around "),
    (r"\baround (at|every) ", r"\1 around "),
    (r"(?<!in )(?<!at )(?<!every )\baround (?=noon|midnight|[0-9])", "at around "),
    (r"\bthis (?:next|coming)\b", "coming"),
    (r"\bcoming (week|month|year)s?\b", r"next \1"),
    (r"\b(after|before|from) (?:on|the)\b", r"\1"),
    (r"\bat (?:at )+", "at "),
    (rf"\b(?:from|of|starting) ({_AT}) (?:until|to|at|-) ({_AT})(?= every\b| on\b|$)", r"between \1 and \2"),
    (rf"\b(first|second|third|fourth|fifth|last|[1-5](?:st|nd|rd|th)) ({_DAY_NAMES})s\b", r"\1 \2"),
    (r"\bevery (?:every )+", "every "),
    (r"\b(every [0-9]+ (?:week(?:end|day)|workday))\b", r"\1s"),
)
"""What the order of words in English needs."""
YEAR_OR_HOUR = Finder(rf"[0-9](?:th|st|nd|rd)?(?: of)? (?:{'|'.join(vocabulary.MONTHS)}) ([12][0-9])$")
"""A year of two digits, or an hour, behind a date."""


def _ordinal(found: re.Match[str], grammar: Language) -> str:
    """Write `vierten` as `fourth` before what is ranked, such as a weekday, and as `4th` before anything else."""
    number = grammar.ordinals[found[0]]
    following = WORD.match(found.string, found.end() + 1)
    english = grammar.words.get(following[0], following[0]) if following is not None else ""
    return RANKS[number] if number in RANKS and english.removesuffix("s") in RANKED else ordinal(number)


def _length(found: re.Match[str], grammar: Language) -> str:
    if re.search(rf"(?<![^\W_])(?:{grammar.no_length_after}) $", found.string[: found.start()]):
        return found[0]
    written = found["counted"] or found["length"] or found["other"]
    length = re.sub(r"([0-9]{1,2}) ?[hu] ?([0-5][0-9])(?: ?m(?:in)?)?\b", r"\1 hours \2 minutes", written)
    length = grammar.item.sub(lambda item: _item(item, grammar), length)
    length = re.sub(rf"(?<=[a-z]),? (?:{grammar.joint}) (?=[0-9])", " ", length)
    # `2 Stunden und 30`: minutes.
    length = re.sub(r"(hours?) ([0-9]{1,2})$", r"\1 \2 minutes", length)
    if found["from"] and re.search("hours|minutes|seconds", length):
        # `10 Minuten vor 12` is a time.
        return found[0]
    if found["from"]:
        return f"{length} {grammar.from_days[found['from']]} "
    lead = grammar.leads[found["lead"]] if found["lead"] else ""
    follow = grammar.follows.get(found["follow"] or found["behind"] or "", "")
    if "ago" in (lead, follow):
        raise InvalidInput(IN_THE_PAST)
    return " ".join(filter(None, (lead if follow in ("", "later") else "", length, follow if not lead else "")))


def _item(found: re.Match[str], grammar: Language) -> str:
    amount = float(found["n"].replace(",", ".")) if found["n"] else 1.0
    amount += 0.5 if found["half"] else 0
    unit = grammar.units[found["unit"]]
    return f"{amount * 3:g} months" if unit == "quarters" else f"{amount:g} {unit}"


def _clock(found: re.Match[str], clock: Clock, grammar: Language) -> str:
    groups = found.groupdict()
    part = next((name for place, name in enumerate(grammar.parts.values()) if groups[f"p{place}"]), None)
    hour = _hour(groups)
    if clock.partly and not 1 <= hour <= NOON_HOUR:
        return found[0]
    minutes = 15 if groups.get("q") else 30 if groups.get("d") else 45 if groups.get("t") else int(groups.get("m") or 0)
    if hour == LAST_HOUR:
        # The end of a day, which the parser refuses with what would work.
        return f"{hour}:{minutes:02}"
    if minutes > LAST_MINUTE:
        return found[0]
    if clock.loose and part is None and not _is_time(found, hour, grammar):
        raise InvalidInput(
            "`{written}` could be {time} or a length of time: write `{time}` or `in {hours} hours`.",
            written=found[0],
            time=f"{hour:02}:{minutes:02}",
            hours=hour,
        )
    if clock.base == HALF_TO and part is None and 1 <= hour <= 12 and found[0] == found.string and minutes == 0:
        early = (hour - 1) or 12
        raise InvalidInput(
            "`{written}` could be {early}:30 or {late}:30: write `{early:02}:30` or `{late}:30`.",
            written=found[0],
            early=early,
            late=early % 12 + 12,
        )
    total = hour * 60 + clock.base + clock.sign * minutes
    named = groups.get("noon") or groups.get("midnight")
    if 1 <= hour <= 12 and not named:
        total = total % 720 + (720 if total % 720 < 60 else 0)
    return _written(total % 1440, part, exact=bool(named) or (groups.get("h") or "").startswith("0"))


def _reader_of(clock: Clock, grammar: Language) -> Callable[[re.Match[str]], str]:
    return lambda found: _clock(found, clock, grammar)


def _hour(groups: dict[str, str | None]) -> int:
    if groups.get("noon") or groups.get("midnight"):
        return 12 if groups["noon"] else 0
    written = groups["h"] or ""
    return int(written) if written.isdigit() else 1


def _is_time(found: re.Match[str], hour: int, grammar: Language) -> bool:
    """Tell whether the rest of the phrase makes an hour of what could be a length."""
    rest = f"{found.string[: found.start()]} {found.string[found.end() :]}"
    lead = re.search(rf"(?<![^\W_])(?:{grammar.at}) $", found.string[: found.start()])
    return hour > 12 or hour == 0 or lead is not None or grammar.day.search(rest) is not None


def _written(minutes: int, part: str | None, *, exact: bool) -> str:
    """Write a time: with two digits for the hour where it has one reading."""
    hour, minute = divmod(minutes, 60)
    if part is not None and 1 <= hour <= 12:
        if (resolved := _in_part(hour, part)) is None:
            return f"{hour}:{minute:02} {_PART_WORDS[part]}"
        late = part == NIGHT and resolved < 6
        return f"{resolved:02}:{minute:02}{' night' if late else ''}"
    shown = f"{hour:02}:{minute:02}" if exact or hour == 0 or hour > 12 else f"{hour}:{minute:02}"
    return f"{shown} {_PART_WORDS[part]}" if part is not None and hour > 12 else shown


_PART_WORDS = {
    MORNING: "morning", NOON: "afternoon", AFTERNOON: "afternoon", EVENING: "evening", NIGHT: "night",
    SMALL_HOURS: "morning",
}  # fmt: skip


def _in_part(hour: int, part: str) -> int | None:
    """Return the hour of the day that an hour of the clock is in a part of the day; None where people differ."""
    if part in (MORNING, SMALL_HOURS):
        return 0 if hour == 12 and part == SMALL_HOURS else hour if hour < 12 else None
    if part == NOON:
        return hour if hour > 10 else hour + 12 if hour < 4 else None
    if part == AFTERNOON:
        return 12 if hour == 12 else hour + 12 if hour < 9 else None
    if part == EVENING:
        return hour + 12 if 4 < hour < 12 else None
    return 0 if hour == 12 else hour if hour < 6 else hour + 12 if hour > 7 else None
