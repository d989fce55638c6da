"""Rewriting phrases: what stands for any of some words, and rewrites that are compiled when they are first needed."""

import re
from collections.abc import Callable, Collection
from functools import cached_property

from app.core.when.shapes import needed, shape

Replacement = str | Callable[[re.Match[str]], str]
Rewrites = tuple[tuple[str, Replacement], ...]


def any_of(words: Collection[str]) -> str:
    """Return a pattern for any of these words, the longest first; for none, one that never matches."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")" if words else "(?!)"


class Rewriter:
    """Rewrites a text, each pattern after the other; those that cannot match are passed over."""

    def __init__(self, *rewrites: tuple[str, Replacement]) -> None:
        self.rewrites = rewrites

    @cached_property
    def _compiled(self) -> tuple[tuple[tuple[str, ...], re.Pattern[str], Replacement], ...]:
        # Not on import: starting the bot needs none of them.
        return tuple((needed(pattern), re.compile(pattern), replacement) for pattern, replacement in self.rewrites)

    def __call__(self, text: str) -> str:
        """Return the text with all of the rewrites applied, in their order."""
        held = shape(text)
        for pieces, pattern, replacement in self._compiled:
            for piece in pieces:
                if piece in held:
                    rewritten = pattern.sub(replacement, text)
                    if rewritten != text:
                        text, held = rewritten, shape(rewritten)
                    break
        return text


class Finder:
    """Finds a pattern in texts; those that cannot hold it are passed over."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    @cached_property
    def _compiled(self) -> tuple[tuple[str, ...], re.Pattern[str]]:
        return needed(self.pattern), re.compile(self.pattern)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match; None when there is none."""
        pieces, pattern = self._compiled
        held = shape(text)
        return pattern.search(text) if any(piece in held for piece in pieces) else None
