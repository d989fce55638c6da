"""Reading a phrase that says when. One door: `read`, and how long a phrase may be."""

from app.core.when.reader import MAX_PHRASE, read

__all__ = ["MAX_PHRASE", "read"]
