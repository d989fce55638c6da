"""What a stored value may be: the vocabulary that the tables of settings and the registry share."""

from enum import StrEnum


class ValueKind(StrEnum):
    """What a setting holds."""

    TOGGLE = "toggle"
    CHANNEL = "channel"
    ROLE = "role"
    NUMBER = "number"
    TEXT = "text"
    DURATION = "duration"
    TIMEZONE = "timezone"
    CHOICE = "choice"
    STRUCTURE = "structure"
    """A JSON object of a feature's own."""
