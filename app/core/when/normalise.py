"""Normalisation of spellings: fractions, dashes, `9 : 30`, `930pm`, ISO weeks, `first of every month`.

Nothing here gives a phrase another meaning. What is left with two readings is refused, as everywhere.
"""

import re
import unicodedata
from datetime import date

from app.core.errors import InvalidInput
from app.core.scheduling.calendar_words import ordinal
from app.core.when.idioms import DAY, MONTH, UNIT, plainly
from app.core.when.rewriting import Rewriter, any_of
from app.core.when.vocabulary import MONTH_NUMBERS, SPELLINGS

FRACTIONS = {"½": "5", "¼": "25", "¾": "75"}
LOOKALIKES = str.maketrans(dict.fromkeys("“”„«»‟‘‚‹›", '"') | dict.fromkeys("‐‑‒–—−", "-") | {"’": "'", "\u2044": "/"})
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
ORDINALS = {word: number for number, word in enumerate(_ORDINALS, 1)} | {
    f"{ten}{joint}{word}": value + number
    for ten, value in (("twenty", 20), ("thirty", 30))
    for joint in ("-", " ")
    for number, word in enumerate(_ORDINALS[:9], 1)
    if value + number < 32
} | {"thirtieth": 30}  # fmt: skip


ORDINAL = any_of(ORDINALS)
HOUR_WORDS = "(?:hours?|hrs?|h)"

SPELLED = re.compile(r"[a-z0-9']+")


def _day_of_month(found: re.Match[str]) -> str:
    number = ORDINALS[found[1]]
    if found[0][0] != " ":
        return ordinal(number)
    # `december third`, but not `the third` after any other word.
    before = re.search(r"[a-z]+$", found.string[: found.start()])
    return f" {ordinal(number)}" if before and before[0] in MONTH_NUMBERS else found[0]


def _week(found: re.Match[str]) -> str:
    if found[3] is None:
        raise InvalidInput("A week has seven days: `{monday}` is its Monday.", monday=f"{found[1]}-W{found[2]}-1")
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        raise InvalidInput(
            "There is no week {week} in {year}: a date such as `31 dec` would work.", week=found[2], year=found[1]
        ) from None


def _share(found: re.Match[str]) -> str:
    if int(found[2]) >= int(found[3]):
        return found[0]
    return f"{int(found[1] or 0) + int(found[2]) / int(found[3]):g} "


def _military(found: re.Match[str]) -> str:
    if int(found[1]) > 23:
        return found[0]
    at = f"{found[1]}:{found[2]}"
    if found.string[: found.start()].endswith("at "):
        return at
    raise InvalidInput(
        "`{written}` could be {time} or a length of time: write `{time}` or `in {hours} hours`.",
        written=found[0],
        time=at,
        hours=found[1] + found[2],
    )


IN_DIGITS = Rewriter(
    (r"\b([0-9]{4})-?w([0-9]{2})(?:-?([1-7]))?(?![0-9])", _week),
    (
        r"(?<![0-9/])(?:([0-9]{1,3}) )?([1-3])/([24]) ?(?:of )?(?:an? )?(?=(?:(?:hour|hr|day|week)s?|h)\b)",
        _share,
    ),
)
PLAIN = Rewriter(
    (r"(?<![a-z])([ap])\.? ?m\.?(?![a-z])", r"\1m"),
    # Dates and times of ISO 8601 in their other forms.
    (r"(?<![0-9])(2[01][0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])(?=t?[0-9]{6}|t[0-9]{4}|[ ,z]|$)", r"\1-\2-\3"),
    (r"(-[0-9]{2})t([0-9]{2})([0-9]{2})(?:([0-9]{2})(?![0-9]))?(?![0-9:])", r"\1 \2:\3"),
    (r"(-[0-9]{2}[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)([+-][0-9]{2})(?![0-9:])", r"\1\2:00"),
    (r"(?<![0-9.])([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})(?:\.(?![0-9])|(?![0-9]))", r"\1-\2-\3"),
    (r"(?<=[0-9])t(?=[0-9])", " "),
    (r"(?<![0-9a-z])([0-9]{1,2})-([a-z]{3,9})-([0-9]{4})(?![0-9])", r"\1 \2 \3"),
    # Parts of descriptions of schedules.
    (r" \((?:months (?:without|except) it are left out|not in every year)\)", ""),
    (r"\(([a-z_]+(?:/[a-z_+-]+)*)\)$", r"\1"),
    # Clocks.
    (r"(?<![0-9:.])([0-9]{1,2})(?: :| ?: )([0-9]{2})(?![0-9])", r"\1:\2"),
    (r"\b(?:12|twelve) (?=noon|midday|midnight)", ""),
    (r"(?<![0-9:.,/+-])(0?[1-9]|1[0-2])([0-5][0-9]) ?([ap]m)\b", r"\1:\2\3"),
    (rf"(?<![0-9:])((?:0[0-9]|1[3-9]|2[0-3]):[0-5][0-9]) ?{HOUR_WORDS}\b(?! ?[0-9])", r"\1"),
    (r"\bmid[- ]night\b", "midnight"),
    (r"(?<![0-9:.,/+-])(0[0-9])([0-5][0-9])(?: ?" + HOUR_WORDS + r")?(?![0-9a-z:./])", r"\1:\2"),
    (r"(?<=[0-9m]) (?:my|local) time\b", ""),
    # Lengths.
    (r"(?<![0-9a-z.,])\.(?=[0-9]{1,2} ?[a-z])", "0."),
    (r"\b(?:three quarters of an|three[- ]quarter) hour", "45 minutes"),
    (r"\b(?:a )?quarter[- ]hour\b", "15 minutes"),
    # Days.
    (rf"\b({DAY}) ?[+/] ?(?={DAY}\b)", r"\1 and "),
    (rf"\b({DAY}) (?:through|thru) (?={DAY}\b)", r"\1 to "),
    (rf"\b(today|tomorrow|{DAY}) - (?=[0-9])", r"\1, "),
    (r"&", " and "),
    # How often.
    (r"\bbi[- ](?=weekly|monthly|annually)", "bi"),
    (rf"\bonce (?:an?|per|every) (?={UNIT}\b)", "every "),
    (r"\bonce (?=daily|weekly|monthly|yearly|hourly)", ""),
    (r"\b(every|first|last) (?:working|business)[- ]day\b", r"\1 workday"),
    (r"\bevery quarter\b(?! of| past| to)", "every 3 months"),
    (r"\bevery (hour|day|week) and a half\b", r"every 1.5 \1s"),
    (r"^repeat(?:s|ing)? ", ""),
    # Ordinals in letters.
    (r"\b(second|third|fourth)[- ](?:to[- ])?last day\b", r"\1 last day"),
    (r"\bfirst day of every month\b", "1st of every month"),
    (r"\bfirst day of the month(?= every)", "1st of the month"),
    (r"\bevery first day of (?=the month|every month)", "every 1st of "),
    (r"\bevery month on the first day\b", "every month on the 1st"),
    (rf"(?<![0-9:.,/+-])(?<!in )(?<!every )([12][0-9])([0-5][0-9]) ?({HOUR_WORDS})(?![a-z0-9])", _military),
)

IN_LETTERS = Rewriter(
    (rf"\b({ORDINAL})(?= of (?:the |every |next |this )?(?:month|{MONTH})\b)", _day_of_month),
    (rf"(?<=\w\w\w) (?:the )?({ORDINAL})\b(?! {DAY}\b| workday| weekday| last| day)", _day_of_month),
    (rf"\b({ORDINAL})(?= last day)", _day_of_month),
    (rf"^(?:on )?the ({ORDINAL})(?=$|,| at\b)", _day_of_month),
    (rf"\b({ORDINAL}) day(?= of (?:the |next |this )?(?:month|{MONTH})\b)(?<!first day)", _day_of_month),
    (rf"\b([0-9]{{1,2}}(?:st|nd|rd|th)) day(?= of (?:the |next |this )?(?:month|{MONTH})\b)", r"\1"),
    (rf"(?<=\bon the )({ORDINAL})(?=$|,| at\b| and\b| of\b| [0-9])", _day_of_month),
    (rf"(?<=\bevery )({ORDINAL})(?= (?:{UNIT}|workday|weekday)\b)", _day_of_month),
)


def clean(text: str) -> str:
    """Replace typographic quotes, dashes and fractions, and drop invisible characters."""
    if text.isascii():
        return text.replace("\\<", "<")
    text = INVISIBLE.sub("", text.translate(LOOKALIKES)).replace("\\<", "<")
    return re.sub(r"([0-9]*) ?([½¼¾])", lambda found: f"{found[1] or 0}.{FRACTIONS[found[2]]}", text)


def without_accents(text: str) -> str:
    """Return a text in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def english(text: str) -> tuple[str, bool]:
    """Write a folded English phrase in the one spelling that is read; also tell whether it says `around 8pm`.

    Raises InvalidInput for a week that does not exist, and for `1730h`, which is a time to some and a length to others.
    """
    text = SPELLED.sub(lambda match: SPELLINGS.get(match[0], match[0]), " ".join(text.split()))
    text, about = plainly(IN_DIGITS(text))
    return " ".join(IN_LETTERS(PLAIN(text)).split()), about
