"""What of somebody is erased later than the rest, because somebody else waits for it or writes it at this moment."""

from collections.abc import Sequence
from enum import StrEnum

from app.core.privacy.report import Erased
from app.core.records import record


class Waits(StrEnum):
    """What has to be over before somebody is erased from it. The words are stored."""

    TICKET = "ticket"
    """A ticket that is still open."""
    ONBOARDING = "onboarding"
    """What a member of a server still has to do there, until when, and what follows if they do not."""
    SEEN = "seen"
    """Sums of who was seen when, while others are being made from what was there before."""


@record
class Pending:
    """One thing from which somebody is to be erased: `id` is that of a ticket or of a server, 0 for all servers."""

    kind: Waits
    id: int
    person: int

    @property
    def key(self) -> str:
        """Tell it from others."""
        return f"{self.kind.value}:{self.id}:{self.person}"


@record
class Part:
    """What one feature has erased of somebody, and what of it is left for later."""

    tables: Sequence[Erased]
    waiting: Sequence[Pending] = ()
