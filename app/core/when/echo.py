"""Words of a phrase as they were typed: the parser reads them folded, and a refusal gives them back as they were."""

import re
from dataclasses import replace
from itertools import accumulate

from app.core.messages import Message
from app.core.when.normalise import without_accents

ECHOED = ("word", "words", "written")
"""The values of refusals that are parts of the phrase."""
_BETWEEN = r"[\s,;.!?\"]+"


def as_typed(refusal: Message, phrase: str) -> Message:
    """Return a refusal that names parts of the phrase as they were typed; what was not typed like that stays."""
    values = dict(refusal.values)
    for name in ECHOED:
        if isinstance(echoed := values.get(name), str) and (typed := _typed(echoed, phrase)):
            values[name] = typed.replace("`", "'")
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
