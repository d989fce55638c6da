"""What the database is, and how large: the part of a check that concerns those who run the bot."""

from collections.abc import Sequence
from datetime import datetime

from app.core.records import record


@record
class TableSize:
    """One table, with its indexes."""

    name: str
    size: int
    """Bytes."""
    rows: int
    """About how many, as the server's statistics have it."""
    added: int
    """How many rows more were added than removed since those statistics began; below zero for fewer."""


@record
class DatabaseFacts:
    """What a database says of itself."""

    version: str
    encoding: str
    character_type: str
    provider: str
    """libc, ICU or builtin: who knows its letters."""
    extensions: Sequence[str]
    """Each with its version."""
    size: int
    """Bytes."""
    since: datetime | None
    """When the server began to count what is added; None if it does not say."""
    is_pooled: bool
    """Whether a pooler is between the bot and the server."""
    tables: Sequence[TableSize]
    """The largest first."""
