"""Which tickets a list of the staff shows."""

from enum import StrEnum

from app.core.records import record


class Shown(StrEnum):
    """How far they are."""

    OPEN = "open"
    CLAIMED = "claimed"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    FINISHED = "finished"
    ALL = "all"


@record
class TicketFilter:
    """What a list is narrowed down to."""

    shown: Shown = Shown.OPEN
    type_key: str | None = None
    member_id: int | None = None
    claimed_by: int | None = None
    priority: int | None = None
    turn: str | None = None
    """Whose it is: `staff` or `member`."""
    label: str = ""
