"""What a language is made of here: its words, its numbers, and how it says an hour, a length and a part of the day."""

import re
from collections.abc import Mapping
from functools import cached_property

from app.core.records import record
from app.core.when.rewriting import Finder, Rewrites, any_of
from app.core.when.vocabulary import DAY_PARTS, DAYS, MONTHS

MORNING, NOON, AFTERNOON, EVENING, NIGHT, SMALL_HOURS = (
    "morning",
    "noon",
    "afternoon",
    "evening",
    "night",
    "small hours",
)


@record
class Clock:
    """One way to say a time: a pattern, the minutes to add to its hour, and the sign of the minutes that it names.

    In the pattern `{h}` is an hour, `{m}` the minutes, `{q}` a quarter, `{d}` a half, `{t}` three quarters, `{n}` noon
    or midnight, `{end}` what may follow minutes.
    """

    pattern: str
    base: int = 0
    sign: int = 1
    partly: bool = False
    """Whether it is a time only with a part of the day behind it."""
    loose: bool = False
    """Whether the same words are a length as well, so that it takes a day, a part of the day or an hour after noon."""


NUMBER = Clock(r"(?<!the )(?<!le )(?<!el )(?<!il )(?<!am )(?<!de )(?<![0-9.:/-]){h}(?![.:/-])", partly=True)
"""An hour without a word of its own, as in `7 de la tarde`."""


@record
class Language:
    """The grammar of one language. All patterns are for folded text: lower case, no accents."""

    words: Mapping[str, str]
    """The English of its words, looked up last and from the longest to the shortest."""
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    articles: str
    """A pattern for the words that are also the number one."""
    units: Mapping[str, str]
    """The English of its units of time, in the plural."""
    hours: str
    """A pattern for its word for hours that is said of the clock as well as of lengths; empty where none is."""
    leads: Mapping[str, str]
    """What stands before a length, and the English of it: in, for, every, ago."""
    follows: Mapping[str, str]
    """What stands behind a length: later, from now, ago."""
    from_days: Mapping[str, str]
    """What counts a length from a day: from, after, before."""
    clocks: tuple[Clock, ...]
    parts: Mapping[str, str]
    """Patterns of the parts of the day behind an hour, and which they are."""
    quarter: str = "(?!)"
    half: str = "(?!)"
    three_quarters: str = "(?!)"
    noon: str = "(?!)"
    midnight: str = "(?!)"
    also_half: str = "(?!)"
    """What adds half a unit to a length."""
    no_length_after: str = "(?!)"
    """Minutes that make a time of what would be a length, as in `kwart over 3 uur`."""
    joint: str = "and"
    """What joins the parts of a length."""
    at: str = "(?!)"
    """What stands before an hour."""
    habits: Rewrites = ()
    """Rewrites before anything else."""

    numbered: Rewrites = ()
    """Rewrites after numbers in words have become digits."""
    unclear: tuple[tuple[str, str, str], ...] = ()
    """Patterns with two readings, and how to write the one and the other."""

    @cached_property
    def questions(self) -> tuple[tuple[Finder, str, str], ...]:
        """What has two readings."""
        return tuple((Finder(pattern), one, other) for pattern, one, other in self.unclear)

    @property
    def about(self) -> str:
        """What leads a length, and a word behind it that says that it is not meant exactly."""
        words = any_of([word for word, english in self.words.items() if english == "around"])
        return rf"(?<![^\W_])({any_of(self.leads)}) ({words})\.? (?=[0-9]|(?:{self.articles}) )"

    @cached_property
    def own(self) -> frozenset[str]:
        """Words that do not tell a phrase from an English one."""
        return frozenset({*self.words, *self.units, "am", "pm"})

    @property
    def number(self) -> str:
        """A number in words."""
        return rf"(?<![^\W_]){any_of(self.numbers)}(?![^\W_])"

    @property
    def ordinal(self) -> str:
        """An ordinal in words."""
        return rf"(?<![^\W_]){any_of(self.ordinals)}(?![^\W_])"

    @property
    def word(self) -> str:
        """Any of its words."""
        return rf"(?<![^\W\d_])(?<!'){any_of(self.words)}(?![^\W_])"

    @cached_property
    def day(self) -> re.Pattern[str]:
        """A word that names a day, or says that something repeats."""
        days = {*DAYS, *MONTHS, *DAY_PARTS, "today", "tomorrow", "day after tomorrow", "every", "daily"}
        named = [word for word, english in self.words.items() if days & {english.removesuffix("s"), *english.split()}]
        return re.compile(rf"(?<![^\W_]){any_of(named)}(?![^\W_])")

    @property
    def times(self) -> tuple[tuple[str, Clock], ...]:
        """Patterns of the ways to say a time, each with the part of the day behind it."""
        part = "|".join(f"(?P<p{place}>{pattern})" for place, pattern in enumerate(self.parts))
        groups = {
            "h": rf"(?P<h>(?:[01]?[0-9]|2[0-4])(?![0-9])|{self.articles})", "m": "(?P<m>[0-5]?[0-9])(?![0-9])",
            "mm": "(?P<m>[0-5][0-9])(?![0-9])", "q": f"(?P<q>{self.quarter})", "d": f"(?P<d>{self.half})",
            "t": f"(?P<t>{self.three_quarters})", "n": f"(?:(?P<noon>{self.noon})|(?P<midnight>{self.midnight}))",
            "end": rf"(?![0-9:./,-]| ?{any_of([*self.units, *self._counted])}(?![a-z]))",
            "at": self.at, "hours": self.hours or "(?!)",
        }  # fmt: skip
        found: list[tuple[str, Clock]] = []
        for clock in (*self.clocks, NUMBER):
            source = re.sub(r"\{([a-z]+)\}", lambda name: groups[name[1]], clock.pattern)
            # What is a time only with a part of the day is looked for only where there is one.
            behind = rf"(?: (?:{part})(?![^\W_])){'' if clock.partly else '?'}"
            found.append((rf"(?<![^\W_])(?<![0-9][:.,/-]){source}(?![^\W_]){behind}", clock))
        return tuple(found)

    @cached_property
    def _counted(self) -> list[str]:
        """What may be counted besides units: times, and the months of dates."""
        return [word for word, english in self.words.items() if english in {*MONTHS, "times"}] or ["(?!)"]

    @property
    def length(self) -> str:
        """A length of time with what leads it or follows it."""
        amount = rf"(?:[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})? ?|(?:{self.articles}) )"
        item = rf"{amount}{any_of(self.units)}(?![^\W_])(?: (?:{self.also_half})(?![^\W_]))?"
        item = rf"(?:{item}|[0-9]{{1,2}} ?[hu] ?[0-5][0-9](?: ?m(?:in)?)?(?![^\W_:]))"
        chain = rf"(?P<length>{item}(?:,? (?:(?:{self.joint}) )?{item})*(?: (?:{self.joint}) [0-9]{{1,2}}(?![0-9:]))?)"
        led = rf"(?P<lead>{any_of(self.leads)}) {chain}(?: (?P<behind>{any_of(self.follows)})(?![^\W_]))?"
        now = any_of([word for word, english in self.words.items() if english == "now"])
        counted = rf"{chain.replace('length', 'counted')} (?P<from>{any_of(self.from_days)}) (?!{now}\b)(?=[^\W_])"
        followed = rf"{chain.replace('length', 'other')} (?P<follow>{any_of(self.follows)})(?![^\W_])"
        return rf"(?<![^\W_])(?:{counted}|{led}|{followed})"

    @cached_property
    def item(self) -> re.Pattern[str]:
        """One amount with its unit."""
        amount = rf"(?:(?P<n>[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?) ?|(?:{self.articles}) )"
        unit = rf"(?P<unit>{any_of(self.units)})(?![^\W_])"
        return re.compile(rf"(?<![^\W_]){amount}{unit}(?P<half> (?:{self.also_half})(?![^\W_]))?")


def names(days: str, months: str) -> dict[str, str]:
    """Return the English of the names of days and months."""
    return dict(zip(days.split(), DAYS, strict=True)) | dict(zip(months.split(), MONTHS, strict=True))


def counted(words: str, first: int = 0) -> dict[str, int]:
    """Number words in their order; words with a slash between them are the same number."""
    return {word: number for number, same in enumerate(words.split(), first) for word in same.split("/")}


def joined(tens: Mapping[str, int], ones: Mapping[str, int], *joints: str, turned: bool = False) -> dict[str, int]:
    """Return the numbers made of tens and ones; `turned` where the ones are said first."""
    return {
        (f"{one}{joint}{ten}" if turned else f"{ten}{joint}{one}"): value + number
        for ten, value in tens.items()
        for one, number in ones.items()
        for joint in joints
    }
