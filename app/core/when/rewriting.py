"""Rewriting phrases: what stands for any of some words, and rewrites that are compiled when they are first needed."""

import re
from collections.abc import Callable, Collection
from functools import cache

Replacement = str | Callable[[re.Match[str]], str]
Rewrites = tuple[tuple[str, Replacement], ...]


def any_of(words: Collection[str]) -> str:
    """Return a pattern for any of these words, the longest first; for none, one that never matches."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")" if words else "(?!)"


@cache
def compiled(rewrites: Rewrites) -> tuple[tuple[re.Pattern[str], Replacement], ...]:
    """Return rewrites with their patterns compiled. Not on import: starting the bot needs none of them."""
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rewrites)


def rewritten(text: str, rewrites: Rewrites) -> str:
    """Return a text with all of the rewrites applied, in their order."""
    for pattern, replacement in compiled(rewrites):
        text = pattern.sub(replacement, text)
    return text
