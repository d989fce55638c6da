"""How far a server is with being set up, as far as its settings do not tell it themselves.

What is done is seen in the settings. What nobody can see there is kept among them, in a scope of its own and without a
history, because nobody chose it: when somebody began, which steps were skipped or left as they are on purpose, and
where the bot introduced itself. Each is a row of its own, so that two people at once take nothing from each other.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.settings.snapshot import SettingsSnapshot

SETUP = "setup"
"""The scope of the settings."""
RUN, GREETING = "run", "greeting"
"""The keys of what is no step."""


class Step(StrEnum):
    """One part of setting a server up, in this order."""

    GENERAL = "general"
    REMINDERS = "reminders"
    TICKETS = "tickets"
    ONBOARDING = "onboarding"
    FAQ = "faq"
    LOGS = "logs"


class Mark(StrEnum):
    """What somebody said about a step without choosing anything."""

    SKIPPED = "skipped"
    """Not now."""
    KEPT = "kept"
    """It was looked at, and is right as it is."""


class State(StrEnum):
    """How a step is."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    PROBLEM = "problem"
    """Something about it does not work, or will surprise somebody."""


@record
class Progress:
    """What is kept of setting one server up."""

    begun_at: datetime | None
    """Since when, None while nobody is at it."""
    marks: Mapping[Step, Mark]
    greeted_at: datetime | None
    """When the bot joined at the time when it introduced itself."""

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "Progress":
        """Read it out of a server's settings."""
        kept = snapshot.structures(SETUP)
        return cls(
            begun_at=_moment(kept[RUN]) if RUN in kept else None,
            marks={step: Mark(kept[step]["mark"]) for step in Step if step in kept},
            greeted_at=_moment(kept[GREETING]) if GREETING in kept else None,
        )


def begun(at: datetime) -> dict[str, Any]:
    """Return what is kept of when somebody began."""
    return {"at": at.isoformat()}


def marked(mark: Mark, at: datetime) -> dict[str, Any]:
    """Return what is kept of a step."""
    return {"mark": mark.value, "at": at.isoformat()}


def greeted(at: datetime, channel_id: int) -> dict[str, Any]:
    """Return what is kept of the introduction: when the bot joined, and where it was posted."""
    return {"at": at.isoformat(), "channel_id": channel_id}


def read(key: str, found: Mapping[str, Any]) -> object:
    """Read a row by its key. Raises ValueError."""
    _moment(found)
    if key == RUN:
        return RUN
    if key == GREETING:
        channel_id = found.get("channel_id")
        if not isinstance(channel_id, int) or isinstance(channel_id, bool) or not 0 < channel_id <= MAX_ID:
            raise ValueError("not a channel")
        return GREETING
    return Step(key), Mark(found.get("mark", ""))


def _moment(found: Mapping[str, Any]) -> datetime:
    at = found.get("at")
    moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a moment")
    return moment
