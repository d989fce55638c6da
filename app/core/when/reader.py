"""Read a typed phrase as a schedule."""

import re
from datetime import UTC, datetime, timedelta

from app.core import durations
from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.scheduling.schedule import Schedule, ScheduleKind
from app.core.scheduling.zones import zone_info
from app.core.when import languages, normalise, other_languages
from app.core.when.clauses import repeats
from app.core.when.echo import as_typed
from app.core.when.exclusions import NOT_RECURRING, apply_exclusions, extract_exclusions
from app.core.when.moments import parse_moment, schedule_once
from app.core.when.notation import parse_notation
from app.core.when.parsed_moment import PhraseContext, Remarks
from app.core.when.rewriting import Finder
from app.core.when.series import parse_series
from app.core.when.tokens import EXAMPLES, NO_TIME, NotUnderstood, Tokens
from app.core.when.vocabulary import AMBIGUOUS, NUMBERS

MAX_PHRASE = 200
SAME_TIME = re.compile(
    r"\b(?:at )?(?:the )?(?:this|same) time (?=tomorrow|next |on |in |every |[a-z]+day\b)"
    r"|(?<=[a-z0-9]) (?:at )?(?:the )?(?:this|same) time$"
)
EXCEPT = re.compile(r" (?:except|excluding|without|but not) ")


def read(
    phrase: str,
    *,
    now: datetime,
    zone: str,
    locale: str | None = None,
    shortest: timedelta = timedelta(minutes=1),
    remarks: Remarks | None = None,
) -> Schedule:
    """Read a phrase such as `in 2h30m`, `tomorrow 9am` or `every weekday at 8`.

    `now` is aware, `zone` an IANA name, `locale` what Discord says of the person (`de`, `en-US`). English is always
    read. Raises InvalidInput with one sentence that says what would work: for what cannot be read, has two readings,
    lies in the past, does not exist, never happens, or repeats faster than `shortest`. What the answer has to say is
    written into `remarks`.
    """
    zone_info(zone)
    remarks = Remarks() if remarks is None else remarks
    if len(phrase) > MAX_PHRASE:
        raise InvalidInput(
            "A time takes at most {max} characters: {examples} would work.", max=MAX_PHRASE, examples=EXAMPLES
        )
    folded = fold(phrase)
    if not folded:
        raise InvalidInput(NO_TIME)
    # In UTC, because Python adds wall-clock hours, not elapsed ones, to a time with a zone.
    context = PhraseContext(now.astimezone(UTC), zone, locale, remarks)
    try:
        schedule = _in_notation(folded, context) or _in_words(phrase, folded, context)
    except InvalidInput as refusal:
        raise InvalidInput(as_typed(refusal.message, phrase)) from refusal
    if schedule.faster_than(shortest):
        raise InvalidInput(
            "That repeats too often: the shortest interval here is {interval}, so `every {compact}` would work.",
            interval=durations.Spoken(shortest),
            compact=durations.compact(shortest),
        )
    return schedule


def fold(text: str) -> str:
    """Fold a text for look-ups: lower case, no accents, single spaces."""
    if text.isascii():
        return " ".join(normalise.clean(text).casefold().strip().strip("`'\"").split())
    plain = normalise.without_accents(normalise.clean(text))
    return " ".join(plain.strip().strip("`'\"").split())


_NAME_EACH = {
    "day": msg("Several times a day need every time: write for example `every day at 9:00 and 21:00`."),
    "week": msg("Several times a week need every day: write for example `every monday and thursday at 9:00`."),
    "month": msg("Several times a month need every day: write for example `every month on the 1st and 15th`."),
}
_COUNT = Finder(
    r"\b(twice|thrice|(?:[2-9]|two|three|four|five|six) times|[2-9]x) "
    r"(?:(?:an?|per|every) (day|week|month)\b|(dai|week|month)ly)"
)


def _expand_count(text: str) -> tuple[str, tuple[int, str] | None]:
    """Replace `twice a day` by `every day`, and return the count and the unit that the schedule must match."""
    found = _COUNT.search(text)
    if found is None:
        return text, None
    word = re.sub("x$| times", "", found[1])
    unit = found[2] or {"dai": "day"}.get(found[3], found[3])
    number = {"twice": 2, "thrice": 3}.get(word) or (int(word) if word.isdigit() else NUMBERS[word])
    return f"{text[: found.start()]}every {unit}{text[found.end() :]}", (number, unit)


def _happens(schedule: Schedule, number: int, unit: str) -> bool:
    """Tell whether a series happens that often in each day, week or month."""
    if schedule.kind is not ScheduleKind.SERIES:
        return False
    rule = schedule.rule
    of_day = len(rule.hours) * len(rule.minutes)
    named = {"day": of_day, "week": len(rule.weekdays), "month": len(rule.month_days)}
    return rule.interval == 1 and named[unit] == number and (unit == "day" or of_day == 1)


def _in_notation(folded: str, context: PhraseContext) -> Schedule | None:
    rule, *days = EXCEPT.split(folded, maxsplit=1)
    schedule = parse_notation(rule, context)
    if schedule is None or not days:
        return schedule
    tokens = Tokens.of(f"except {days[0]}")
    exclusions = extract_exclusions(tokens, context)
    if exclusions.weekdays or tokens:
        raise InvalidInput("After a rule only dates can be left out: `FREQ=DAILY;BYHOUR=9 except 24 dec` would work.")
    return apply_exclusions(schedule, exclusions, context, context.now.astimezone(zone_info(context.zone)).date())


def _in_words(phrase: str, folded: str, context: PhraseContext) -> Schedule:
    try:
        return _in_english(languages.to_english(folded, context.language), context)
    except NotUnderstood:
        if (found := other_languages.once(phrase, context)) is not None:
            return found
        raise


def _in_english(text: str, context: PhraseContext) -> Schedule:
    text, context.remarks.about = normalise.english(text)
    now = context.now.astimezone(zone_info(context.zone))
    if " time" in text:
        text = SAME_TIME.sub(f" at {now:%H:%M} ", text).strip()
    text, per_period = _expand_count(text)
    tokens = Tokens.of(text)
    for token in tokens.tokens:
        if (refusal := AMBIGUOUS.get(token.text)) is not None:
            raise InvalidInput(refusal)
    exclusions = extract_exclusions(tokens, context)
    if repeats(tokens):
        schedule = parse_series(tokens, context, exclusions)
        if per_period is not None and not _happens(schedule, *per_period):
            raise InvalidInput(_NAME_EACH[per_period[1]])
        return schedule
    if exclusions:
        raise InvalidInput(NOT_RECURRING)
    return schedule_once(parse_moment(tokens, context))
