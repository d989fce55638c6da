"""Which reminders a list shows."""

from dataclasses import replace
from typing import Annotated

from app.core.records import record
from app.models import ReminderState
from app.ui.kit.ids import MAX_PAGE, Page, Snowflake, Text

MAX_WORDS = 20
"""What the id of a button has room for beside everything else."""


@record
class ListFilter:
    """What a list is narrowed down to, and which of its pages is meant."""

    everybody: bool = False
    channel_id: Snowflake | None = None
    member_id: Snowflake | None = None
    state: ReminderState | None = None
    words: Annotated[str, Text(MAX_WORDS)] = ""
    page: Page = 0

    def at(self, page: int) -> "ListFilter":
        """Return the same list at another page."""
        return replace(self, page=min(max(page, 0), MAX_PAGE))

    @property
    def is_narrow(self) -> bool:
        """Tell whether it leaves something out."""
        return bool(self.channel_id or self.member_id or self.state or self.words)
