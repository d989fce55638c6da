"""Words that a server does not want to read in its channels.

Discord's AutoMod does not look at what bots post, so the bot looks itself, in the same notation: whole words, or parts
of them with `*`. https://support.discord.com/hc/en-us/articles/4421269296535
"""

import re
import unicodedata
from functools import lru_cache

STYLE = str.maketrans("", "", "*_~|`\\")
"""Signs that are not seen where they format."""


def holds_blocked(text: str, blocked: str) -> bool:
    """Tell whether a text holds one of the words, which commas or lines separate.

    Upper and lower case are the same, as are letters that only look different, and signs that nobody sees do not count.
    """
    pattern = _pattern(blocked)
    seen = _seen(text)
    return pattern is not None and any(pattern.search(one) for one in (seen, seen.translate(STYLE)))


def _seen(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")


@lru_cache(maxsize=256)
def _pattern(blocked: str) -> re.Pattern[str] | None:
    words = [_seen(word).strip() for word in re.split(r"[,\n]", blocked)]
    parts = [_part(word) for word in words if word.strip("*").strip()]
    return re.compile("|".join(parts)) if parts else None


def _part(word: str) -> str:
    middle = r"\s+".join(map(re.escape, word.strip("*").split()))
    return ("" if word.startswith("*") else r"(?<!\w)") + middle + ("" if word.endswith("*") else r"(?!\w)")
