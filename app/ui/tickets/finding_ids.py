"""What the buttons of lists, searches and transcripts say about themselves."""

from typing import Annotated

from app.core.tickets.limits import MAX_LABEL_WORD, MAX_TYPED
from app.core.tickets.list_filter import Shown, TicketFilter
from app.models.support_ticket import Turn
from app.ui.kit.ids import ButtonId, Number, Page, RowId, Snowflake
from app.ui.kit.ids import Text as TextField

Key = Annotated[str, TextField(10, "abcdefghijklmnopqrstuvwxyz0123456789_")]
Priorities = Annotated[int, Number(0, 3)]


class OwnPageId(ButtonId, route="tickets:v1:own"):
    """Turn to a page of one's own tickets."""

    page: Page


class ListPageId(ButtonId, route="tickets:v1:list"):
    """Turn to a page of the tickets that staff work on."""

    page: Page
    shown: Shown
    type_key: Key | None
    member_id: Snowflake | None
    claimed_by: Snowflake | None
    priority: Priorities | None
    turn: Turn | None
    label: Annotated[str, TextField(MAX_LABEL_WORD)]

    @property
    def chosen(self) -> TicketFilter:
        """Return what the list is narrowed down to."""
        return TicketFilter(
            self.shown, self.type_key, self.member_id, self.claimed_by, self.priority, self.turn, self.label
        )


class SearchPageId(ButtonId, route="tickets:v1:search"):
    """Turn to a page of what was found."""

    page: Page
    own: bool
    member_id: Snowflake | None
    typed: Annotated[str, TextField(MAX_TYPED)]


class TranscriptId(ButtonId, route="tickets:v1:transcript"):
    """Read what was said in a closed ticket."""

    ticket_id: RowId


class CommentId(ButtonId, route="tickets:v1:comment"):
    """Say more about the stars that were given."""

    guild_id: Snowflake
    ticket_id: RowId
    stars: Annotated[int, Number(1, 5)]
