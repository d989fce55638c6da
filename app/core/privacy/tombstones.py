"""What is remembered of an erasure, so that it can be done again in a database restored from an older backup."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from app.core.records import record
from app.core.settings.kinds import MAX_ID

EVERYWHERE = 0
"""In the place of a server: all of them, and what belongs to none."""
CHANNEL = "concierge_erasures"
"""Where every process hears of an erasure: PostgreSQL's NOTIFY, the tombstone as payload, sent with the commit."""


@record
class Tombstone:
    """One person was erased in one server, or everywhere.

    The database keeps only its `id`, which says nothing about anybody; who it was is in a file beside the backups.
    """

    id: str
    user_id: int
    guild_id: int
    at: datetime
    is_complete: bool = False
    """Whether blocks went as well, which stay when somebody erases themselves."""

    @classmethod
    def new(cls, user_id: int, guild_id: int, at: datetime, *, is_complete: bool) -> Self:
        """Make one for an erasure that is about to happen."""
        return cls(uuid4().hex, user_id, guild_id, at, is_complete)

    def to_line(self) -> str:
        """Write it as one line, without its end."""
        return json.dumps({**asdict(self), "at": self.at.isoformat()}, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read one. Raises ValueError for a line that is none."""
        try:
            found: Any = json.loads(line)
            at = datetime.fromisoformat(found["at"])
            user_id, guild_id = int(found["user_id"]), int(found["guild_id"])
            written = cls(UUID(found["id"]).hex, user_id, guild_id, at, found.get("is_complete") is True)
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("no tombstone") from error
        if at.tzinfo is None or not 0 < user_id <= MAX_ID or not 0 <= guild_id <= MAX_ID:
            raise ValueError("no tombstone")
        return written
