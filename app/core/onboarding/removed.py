"""A question or a rule that a manager removed, kept for as long as changes can be undone.

Each is a JSON object among the server's settings, which no history knows: nobody chose it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self, cast

from app.core.records import record
from app.core.storable import MAX_KEY

REMOVED = "onboarding_removed"
"""The scope of the settings."""
MAX_REMOVED = 20
"""How many a server has; the one that was removed first gives way."""


class Thing(StrEnum):
    """What was removed."""

    QUESTION = "question"
    RULE = "rule"


@record
class Removed:
    """One row as it was: its id, which members' answers name, its place, and the other columns of its table."""

    thing: Thing
    id: int
    place: int
    at: datetime
    columns: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Return the key among the settings."""
        return key_of(self.thing, self.id)

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        thing, _, number = key.rpartition("_")
        at, place, columns = found.get("at"), found.get("place"), found.get("columns")
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
        if moment is None or moment.tzinfo is None or not isinstance(columns, dict):
            raise ValueError("nothing that was removed")
        if not number.isdecimal() or not 0 < int(number) <= MAX_KEY:
            raise ValueError("not an id")
        if not isinstance(place, int) or isinstance(place, bool) or place < 1:
            raise ValueError("not a place")
        return cls(Thing(thing), int(number), place, moment, cast("Mapping[str, Any]", columns))

    def to_json(self) -> dict[str, Any]:
        """Write it as the settings hold it."""
        return {"at": self.at.isoformat(), "place": self.place, "columns": dict(self.columns)}


def key_of(thing: Thing, row_id: int) -> str:
    """Return the key among the settings of a row that was removed."""
    return f"{thing.value}_{row_id}"
