"""Telling an emoji from other text. Discord refuses a message with a button that has anything else for one.

https://www.unicode.org/reports/tr51/#EBNF_and_Regex: whether a picture exists is known only to those who draw it.
"""

import re

_BASE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f170-\U0001f19a\U0001f201-\U0001f251"
    "\U0001f300-\U0001faff]"
)
_ONE = rf"{_BASE}\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
UNICODE = re.compile(rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE}){{0,8}})")
CUSTOM = re.compile(r"<a?:\w{2,32}:([0-9]{15,20})>")


def is_unicode(text: str) -> bool:
    """Tell whether a text is one emoji of Unicode."""
    return len(text) <= 64 and UNICODE.fullmatch(text) is not None


def custom_id(text: str) -> int | None:
    """Return the id of an emoji that a server has made, None for anything else."""
    found = CUSTOM.fullmatch(text)
    return int(found[1]) if found else None
