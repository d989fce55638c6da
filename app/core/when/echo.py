"""Words of a phrase as they were typed: the parser reads them folded, and a refusal gives them back as they were."""

import re
from dataclasses import replace
from itertools import accumulate

from app.core.messages import Message
from app.core.when.normalise import without_accents

ECHOED = ("word", "words", "written")
"""The values of refusals that are parts of the phrase."""
MAX_WHOLE = 60
_BETWEEN = r"[\s,;.!?\"]+"


def as_typed(refusal: Message, phrase: str) -> Message:
    """Return a refusal that names parts of the phrase as they were typed; what was not typed like that stays.

    A word that nobody typed, because it stands for one of another language, is no help: the whole phrase is named then.
    """
    values = dict(refusal.values)
    for name in ECHOED:
        if isinstance(echoed := values.get(name), str) and (typed := _typed(echoed, phrase)):
            values[name] = typed.replace("`", "'")
        elif name == "word" and isinstance(echoed, str) and echoed.isascii() and "examples" in values:
            whole = " ".join(phrase.replace("`", "'").split())
            values[name] = whole if len(whole) <= MAX_WHOLE else f"{whole[: MAX_WHOLE - 1]}…"
    return replace(refusal, values=values)


def _typed(echoed: str, phrase: str) -> str | None:
    letters = [without_accents(letter) for letter in phrase]
    pattern = _BETWEEN.join(map(re.escape, echoed.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)" if echoed.isalnum() else pattern, "".join(letters))
    if found is None or not found[0]:
        return None
    # Where each letter ends in the folded phrase; an accent of its own has no place there, and stays with its letter.
    ends = list(accumulate(len(letter) for letter in letters))
    first = next(place for place, end in enumerate(ends) if end > found.start())
    last = max(place for place, end in enumerate(ends) if end <= max(found.end(), ends[first]))
    return phrase[first : last + 1].strip()
