"""Texts that are longer than one message: taken apart where a reader would, never within what belongs together."""

import re

from app.ui.kit.limits import MAX_CONTENT
from app.ui.kit.text import EMOJI

_WHOLE = re.compile(
    rf"```.*?```|(?<!`)(?P<ticks>``?)(?!`)[^`\n]+(?P=ticks)(?!`)|{EMOJI}|<[@#t/:][^<>\n]*>"
    r"|\[[^\[\]\n]*\]\([^()\s]*\)|https?://\S+",
    re.DOTALL,
)
"""What is never taken apart: code, custom emoji, mentions, moments, links to commands, links."""
_FENCE = "```"
_OPENED = re.compile(r"```(?:[\w+#.-]*\n)?")
"""The beginning of a block of code; what stands behind it is a language only if nothing else does."""
_BREAKS = ("\n\n", "\n", " ")
"""Where a text is cut, best first, if that leaves a part that is at least half full."""


def parts(text: str, longest: int = MAX_CONTENT) -> list[str]:
    """Return a text as pieces of at most so many characters, in order and without losing a word.

    It is cut between lines if that is possible, else between words, else between signs. A block of code that is longer
    than a piece goes on in the next as a block of its own.
    """
    found = list[str]()
    while len(text) > longest:
        piece, text = _cut(text, longest)
        found.append(piece)
    return [one for one in (*found, text) if one.strip()] or [text]


def _cut(text: str, longest: int) -> tuple[str, str]:
    """Return the first piece, and what is left."""
    spans = [one.span() for one in _WHOLE.finditer(text) if one.start() < longest]
    for between in _BREAKS:
        at = longest + len(between)
        while (at := text.rfind(between, 0, at)) >= longest // 2:
            if at <= longest and not any(start < at < end for start, end in spans):
                return text[:at], text[at + len(between) :]
    at = next((start for start, end in spans if start < longest < end), longest)
    # What is in a message by itself and too long for one is code that goes on, or can only be cut.
    return (text[:at], text[at:]) if at > longest // 2 else _cut_within(text, at, longest)


def _cut_within(text: str, start: int, longest: int) -> tuple[str, str]:
    opened = _OPENED.match(text, start)
    if opened is None:
        return (text[:start], text[start:]) if start else (text[:longest], text[longest:])
    room = longest - len(_FENCE) - 1
    at = text.rfind("\n", opened.end(), room)
    at, after = (at, at + 1) if at > room // 2 else (room, room)
    head = opened[0] if opened[0].endswith("\n") else f"{opened[0]}\n"
    return f"{text[:at]}\n{_FENCE}", f"{head}{text[after:]}"
