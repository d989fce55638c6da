"""What PostgreSQL can store. Discord's own clients send nothing else, but others may."""

MAX_KEY = 2**31 - 1
"""Row numbers are PostgreSQL integers."""


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL can hold a text: it has no NUL and no half of a surrogate pair.

    https://www.postgresql.org/docs/current/datatype-character.html
    """
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
