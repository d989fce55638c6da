"""How the words of one server stand in an index that all servers share."""

from app.core.base36 import base36

_LENGTH = 7
LEVELS = 8
"""Steps from an answer that has a word to one that is about it."""
BEGINNING_LEVELS = 4


def mark(guild_id: int) -> str:
    """Return what stands in front of each word of a server.

    Two servers may have the same one, by a chance of one in 78,000 million; a search compares their ids as well.
    """
    return base36(guild_id % 36**_LENGTH).rjust(_LENGTH, "0")
