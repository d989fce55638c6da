"""Read when something is to happen, from what a person typed."""

import re
import unicodedata
from datetime import datetime, timedelta

from app.core import durations, when_elsewhere, when_languages, when_words
from app.core.errors import InvalidInput
from app.core.schedule import Schedule
from app.core.when_except import apply, only_repeats, take_exceptions
from app.core.when_facts import Setting
from app.core.when_once import moment, once
from app.core.when_repetition import repeats
from app.core.when_rules import notation
from app.core.when_series import series
from app.core.when_tokens import EXAMPLES, NotRead, Tokens
from app.core.zones import zone_info

LONGEST_PHRASE = 200
EXCEPT = re.compile(r" (?:except|excluding|without|but not) ")


def read(
    phrase: str, *, now: datetime, zone: str, locale: str | None = None, shortest: timedelta = timedelta(minutes=1)
) -> Schedule:
    """Read a phrase such as `in 2h30m`, `tomorrow 9am` or `every weekday at 8`.

    `now` is aware, `zone` an IANA name, `locale` what Discord says of the person (`de`, `en-US`). English is always
    read. Raises InvalidInput with one sentence that says what would work: for what cannot be read, has two readings,
    lies in the past, does not exist, never happens, or repeats faster than `shortest`.
    """
    zone_info(zone)
    if len(phrase) > LONGEST_PHRASE:
        raise InvalidInput(f"A time takes at most {LONGEST_PHRASE} characters: {EXAMPLES}.")
    folded = fold(phrase)
    if not folded:
        raise InvalidInput(f"A reminder needs a time: {EXAMPLES}.")
    setting = Setting(now, zone, locale)
    schedule = _in_notation(folded, setting) or _in_words(phrase, folded, setting)
    if schedule.faster_than(shortest):
        raise InvalidInput(
            f"That repeats too often: the shortest interval here is {durations.spoken(shortest)}, "
            f"so `every {durations.compact(shortest)}` would work."
        )
    return schedule


def fold(text: str) -> str:
    """Write a text in lower case, without accents and double spaces, the way its words are looked up."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("’", "'"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.strip().strip("`'\"").split())


def _in_notation(folded: str, setting: Setting) -> Schedule | None:
    rule, *days = EXCEPT.split(folded, maxsplit=1)
    schedule = notation(rule, setting)
    if schedule is None or not days:
        return schedule
    tokens = Tokens.of(f"except {days[0]}")
    left_out = take_exceptions(tokens, setting)
    if left_out.weekdays or tokens:
        raise InvalidInput("After a rule only dates can be left out: `FREQ=DAILY;BYHOUR=9 except 24 dec` would work.")
    return apply(schedule, left_out, setting, setting.now.astimezone(zone_info(setting.zone)).date())


def _in_words(phrase: str, folded: str, setting: Setting) -> Schedule:
    try:
        return _in_english(when_languages.to_english(folded, setting.language), setting)
    except NotRead:
        if (found := when_elsewhere.once(phrase, setting)) is not None:
            return found
        raise


def _in_english(text: str, setting: Setting) -> Schedule:
    text = re.sub(r"(?<![a-z])([ap])\.? ?m\.?(?![a-z])", r"\1m", text)
    text = re.sub(r"(?<=[0-9])t(?=[0-9])", " ", text)
    text = re.sub(r"(?<![0-9a-z])([0-9]{1,2})-([a-z]{3,9})-([0-9]{4})(?![0-9])", r"\1 \2 \3", text)
    text = re.sub(r"[a-z0-9']+", lambda match: when_words.SPELLINGS.get(match[0], match[0]), text)
    for word, refusal in when_words.AMBIGUOUS.items():
        if re.search(rf"\b{word}\b", text):
            raise InvalidInput(refusal)
    tokens = Tokens.of(text)
    left_out = take_exceptions(tokens, setting)
    if repeats(tokens):
        return series(tokens, setting, left_out)
    if left_out:
        raise only_repeats()
    return once(moment(tokens, setting))
