"""How the words of one server stand in an index that all servers share."""

from app.core.base36 import base36

_LENGTH = 7
ALL = 100
"""How much an answer would be about a word that it has without end; of any answer it is a number from 1 to that."""
MUCH = 40
"""From here on, an answer is about the word, and found by it before those that only have it."""


def mark(guild_id: int) -> str:
    """Return what stands in front of each word of a server.

    Two servers may have the same one, by a chance of one in 78,000 million; a search compares their ids as well.
    """
    return base36(guild_id % 36**_LENGTH).rjust(_LENGTH, "0")
