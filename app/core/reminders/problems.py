"""Why a reminder needs attention: sentences that are stored in English, and shown in the language of the reader."""

import re
from string import Formatter

from app.core.messages import Message, msg

MAX_PROBLEM = 300
"""What the column has room for."""

RETRIED = msg("It cannot be sent at the moment. I keep trying.")
NOT_DELIVERED = msg("It could not be delivered.")
CLOSED = msg("I cannot write to its channel.")
TOO_LATE = msg("It was due while I was away, and it is now later than this server allows.")
TOO_LATE_BY_ITSELF = msg("It was due while I was away, and it is now later than its own limit allows.")

BLOCKED = msg("It says a word that this server does not allow in its channels.")


def cannot_write(place: str, reason: str) -> Message:
    """Say that Discord does not let the bot write to a channel or a person."""
    return msg("I cannot write to {place} (Discord says: {reason}).", place=place, reason=reason[: MAX_PROBLEM - 100])


def unreadable(error: object) -> Message:
    """Say that the columns of a reminder make no schedule."""
    return msg("Its schedule cannot be understood: {error}", error=error)


def problem_from(stored: str) -> Message | str:
    """Return the sentence that was stored as one that can be said in any language; what is none of these as it is."""
    for message, pattern in _PATTERNS:
        if (found := pattern.fullmatch(stored)) is not None:
            return Message(message.text, found.groupdict())
    return stored


def _pattern(message: Message) -> re.Pattern[str]:
    parts = [(re.escape(text), f"(?P<{name}>.*)" if name else "") for text, name, *_ in Formatter().parse(message.text)]
    return re.compile("".join(text + value for text, value in parts), re.DOTALL)


_ALL = (RETRIED, NOT_DELIVERED, CLOSED, TOO_LATE, TOO_LATE_BY_ITSELF, BLOCKED, cannot_write("", ""), unreadable(""))
_PATTERNS = [(message, _pattern(message)) for message in _ALL]
