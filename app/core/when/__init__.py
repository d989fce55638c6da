"""The phrase reader. Only what is exported here is used from outside."""

from app.core.when.parsed_moment import Remarks
from app.core.when.past import read_past
from app.core.when.reader import MAX_PHRASE, read
from app.core.when.tokens import EXAMPLES, EXAMPLES_ONCE

__all__ = ["EXAMPLES", "EXAMPLES_ONCE", "MAX_PHRASE", "Remarks", "read", "read_past"]
