"""Reading a phrase that says when. One door: `read`, and how long a phrase may be."""

from app.core.when.reader import LONGEST_PHRASE, read

__all__ = ["LONGEST_PHRASE", "read"]
