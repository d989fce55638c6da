"""The phrase reader. Only what is exported here is used from outside."""

from app.core.when.reader import MAX_PHRASE, read

__all__ = ["MAX_PHRASE", "read"]
