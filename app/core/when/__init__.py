"""The phrase reader. Only what is exported here is used from outside."""

from app.core.when.parsed_moment import Remarks
from app.core.when.reader import MAX_PHRASE, read

__all__ = ["MAX_PHRASE", "Remarks", "read"]
