"""Making what people typed safe to show.

Discord reads its Markdown from left to right, and what is part of one thing is part of no other: an escaped sign, code,
an address, a custom emoji. https://support.discord.com/hc/en-us/articles/210298617
"""

import re

import discord

ELLIPSIS = "…"
UNSEEN = "\u200b"
"""A space without width, which parts two signs where a backslash would be seen."""

EMOJI = r"<a?:\w{2,32}:[0-9]{15,21}>"
WHOLE = rf"(?P<whole>{EMOJI}|</[^\n<>:]{{1,100}}:[0-9]{{15,21}}>|https?://[^\s<]+)"
"""What has to stay as it is: custom emoji, links to commands, addresses."""
LINE = r"(?P<line>^[^\S\n]*(?:[#>-]|\*(?=[\s\ufeff])|[0-9]+(?=\.[\s\ufeff])))"
"""What a line begins with that becomes a heading, a quote, a small line or a list."""
ESCAPED = r"(?P<escaped>\\(?!\]\()[^0-9A-Za-z\s])"
CODE = r"(?P<code>```.+?```|(?<!`)(?P<ticks>``?)(?!`)[^\n]*?[^`\n](?P=ticks)(?!`))"
MASKED = r"(?P<masked>\]\()"
"""What makes a masked link, however its words and its address are written."""

_EMOJI = re.compile(EMOJI)
_IN_PLAIN = re.compile(rf"{WHOLE}|{LINE}|{MASKED}|(?P<sign>[\\*_~|`])", re.MULTILINE)
_IN_QUOTE = re.compile(rf"{ESCAPED}|{WHOLE}|{CODE}|{LINE}|{MASKED}", re.MULTILINE | re.DOTALL)
_IN_CODE = re.compile(rf"{LINE}|{MASKED}", re.MULTILINE)
_UNDECIDED = re.compile(r"[*_~|`\[\\]")
"""Signs that may begin something before a piece of code that then ends inside of it, so that it is no code."""


def shortened(text: str, longest: int) -> str:
    """Return the text, cut with an ellipsis if it has more than `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + ELLIPSIS


def plain(text: str, longest: int = 300) -> str:
    """Return text of a person so that it neither formats nor looks like a ping, shortened; custom emoji stay."""
    return discord.utils.escape_mentions(_IN_PLAIN.sub(_escaped, _cut(text, longest)))


def quoted(text: str) -> str:
    """Return text of a person as a quote.

    It formats within its lines; headings, lists and small lines are shown as they were typed, and of a masked link the
    words and where it leads.
    """
    return "\n".join(f"> {line}" for line in tamed(text).split("\n"))


def tamed(text: str, longest: int | None = None) -> str:
    """Return the same without the marks of a quote, which the one who shows it has to add; at most so long, if given.

    It is cut before it is tamed: of code that lost its end, what it holds is formatted.
    """
    text = re.sub(r"\r\n?", "\n", text)
    if longest is None:
        return _IN_QUOTE.sub(_tamed, text)
    room = longest
    while len(said := _IN_QUOTE.sub(_tamed, _cut(text, room))) > longest:
        room -= len(said) - longest
    return said


def in_code(text: str, longest: int = 300) -> str:
    """Return text of a person in one line as code, shortened. Nothing is escaped there, so no backslash is seen."""
    line = shortened(" ".join(text.split()), longest).replace("`", "'")
    return f"`{line}`"


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    cut = longest - 1
    # An emoji that is cut through would be shown as its name.
    cut = next((one.start() for one in _EMOJI.finditer(text) if one.start() < cut < one.end()), cut)
    return text[:cut] + ELLIPSIS


def _escaped(found: re.Match[str]) -> str:
    if found["whole"]:
        return _parted_address(found)
    return _parted(found, "\\") if found["sign"] is None else f"\\{found[0]}"


def _tamed(found: re.Match[str]) -> str:
    if found["escaped"]:
        return found[0]
    if found["whole"]:
        return _parted_address(found)
    if found["code"] is None:
        return _parted(found, "\\")
    is_code = not _UNDECIDED.search(found.string, 0, found.start())
    return found[0] if is_code else _IN_CODE.sub(lambda sign: _parted(sign, UNSEEN), found[0])


def _parted_address(found: re.Match[str]) -> str:
    """Keep an address as it is, unless a masked link ends in it."""
    return found[0].replace("](", f"]{UNSEEN}(")


def _parted(found: re.Match[str], by: str) -> str:
    """Take the meaning from a masked link or the beginning of a line."""
    if found["masked"]:
        return f"]{by}("
    sign = found[0]
    # Of a numbered list, the point behind the number.
    return f"{sign}{by}" if sign[-1].isdigit() else f"{sign[:-1]}{by}{sign[-1]}"
