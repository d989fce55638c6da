"""What is noted of an interaction while it is answered: how it ended, and how long that took.

The note is found by whatever runs on behalf of the interaction, in tasks of its own as well.
"""

import enum
import time
from contextvars import ContextVar
from dataclasses import dataclass, field


class Outcome(enum.StrEnum):
    """How an interaction ended."""

    OK = "ok"
    REFUSED = "refused"
    """What was asked for cannot be done, and the person was told what would work."""
    DENIED = "denied"
    """This person may not do that."""
    RATE_LIMITED = "rate_limited"
    """Too many, too often or too soon: by a limit of ours or of Discord's."""
    TIMED_OUT = "timed_out"
    """Discord had given up waiting."""
    UNAVAILABLE = "unavailable"
    """Something the bot depends on was away."""
    BUG = "bug"


FAILURES = frozenset({Outcome.TIMED_OUT, Outcome.UNAVAILABLE, Outcome.BUG})
"""Outcomes that are our fault, or that of what we depend on."""


class InteractionKind(enum.StrEnum):
    """What somebody did."""

    SLASH = "slash"
    USER_MENU = "user"
    MESSAGE_MENU = "message"
    BUTTON = "button"
    SELECT = "select"
    FORM = "form"
    AUTOCOMPLETE = "autocomplete"


@dataclass(slots=True)
class InteractionNote:
    """What is noted of one interaction."""

    began: float = field(default_factory=time.perf_counter)
    responded: float | None = None
    """When Discord had the first answer; by the same clock."""
    is_answered_elsewhere: bool = False
    """Whether Discord said, before it had an answer of ours, that it has one: another process heard of it as well."""
    outcome: Outcome = Outcome.OK
    error: str | None = None
    """What kind of error it was and where it came from."""
    fingerprint: str | None = None
    reference: str | None = None

    def note_response(self) -> None:
        """Note that Discord has an answer, if it is the first."""
        if self.responded is None:
            self.responded = time.perf_counter()

    def end(
        self,
        outcome: Outcome,
        *,
        error: str | None = None,
        fingerprint: str | None = None,
        reference: str | None = None,
    ) -> None:
        """Note how it ends, whatever was noted before."""
        self.outcome, self.error, self.fingerprint, self.reference = outcome, error, fingerprint, reference


interaction_note: ContextVar[InteractionNote | None] = ContextVar("interaction_note", default=None)
"""The note of the interaction that this task answers; None outside any."""
