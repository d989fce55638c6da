"""The words in which delivering a reminder is spoken of: what is due, and what became of it."""

from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.core.base36 import base36
from app.core.records import record

REMINDERS_CHANNEL = "concierge_reminders"
"""Where every process hears that something is due earlier than before: PostgreSQL's NOTIFY, sent with the commit.

When, in seconds since 1970, is the payload.
"""

LEASE = timedelta(seconds=20)
"""How long a process has a reminder to itself before it has to say again that it is still at it.

Several fit into the few minutes for which Discord remembers a nonce, and into the shortest early warning: whoever takes
over from a process that died sends in time, and under a nonce that is still known.
"""

REQUEST_LIMIT = timedelta(seconds=15)
"""How long Discord may take to answer one request. What became of it is unknown after that."""

NONCE_TRUST = timedelta(seconds=90)
"""How long after a request of which nothing is known the same nonce may be relied on, within one try.

Discord's documentation says that it remembers one for "a few minutes".
"""

LEAST_AHEAD = timedelta(seconds=5)
"""An early warning that is not on its way so long before its time is left out."""

MAX_AT_ONCE = 200
"""Reminders that one process has leased at the same time. Bounds memory, and what a crash leaves to its lease."""

MAX_IN_LANE = 10
"""Of one channel, or of one person's direct messages, how many one process takes at a time.

Discord takes about five messages in five seconds there, and the library waits; what is due elsewhere must not wait with
them. Two of Discord's bursts, so that a channel that is quick always has something to send.
"""

MAX_DIRECT = 100
"""Of all direct messages together: Discord limits nothing as strictly as writing to somebody for the first time."""

MIN_PAUSE, MAX_PAUSE = timedelta(seconds=5), timedelta(minutes=10)


class StepKind(StrEnum):
    """What is due."""

    WARNING = "w"
    OCCURRENCE = "o"
    REPEAT = "r"


@record
class DeliveryStep:
    """One message that has to be sent: which reminder, what kind, and for which moment."""

    reminder_id: int
    kind: StepKind
    at: datetime
    """The occurrence; for a repetition, when it was due."""

    @property
    def nonce(self) -> str:
        """Return what tells Discord that two requests are the same message. At most 25 characters."""
        return f"{self.reminder_id}-{self.kind}-{base36(int(self.at.timestamp() * 1000))}"


class Result(StrEnum):
    """What became of a step."""

    SENT = "sent"
    TO_AUTHOR = "to the author"
    """The channel is closed to the bot, and the author has got it instead."""
    SKIPPED = "skipped"
    """Too late by the server's own limit."""
    OFF = "off"
    """Reminders are switched off in the server."""
    RETRY = "retry"
    FAILED = "failed"
    """Nobody could be reached, and trying again would not help."""


@record
class DeliveryOutcome:
    """What became of a step, for the row."""

    step: DeliveryStep
    result: Result
    through: datetime
    """Up to when occurrences are dealt with by this."""
    missed: int = 0
    """How many occurrences before the last one it stands for as well."""
    message_id: int | None = None
    channel_id: int | None = None
    problem: str | None = None
    row: Any = field(default=None, compare=False, repr=False)
    """The row as it was when sending began, for whoever settles it; None if that is not known."""
    version: str = field(default="", compare=False)
    """Which version of the row that was."""


def pause_after(trouble: timedelta, jitter: float) -> timedelta:
    """Return how long to wait if it has been failing for so long; `jitter` from 0 to 1 adds up to a fifth.

    As long as it has been failing, so that the waits double. By the time and not by the number of attempts, as those
    count too that others took over.
    """
    return min(max(trouble, MIN_PAUSE), MAX_PAUSE) * (1 + jitter / 5)
