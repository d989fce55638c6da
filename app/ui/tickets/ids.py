"""What the buttons, selects and forms of tickets say about themselves."""

from typing import Annotated

from app.ui.kit.ids import ButtonId, FormId, Number, RowId, SelectId, Snowflake, Text

TypeKey = Annotated[str, Text(20, "abcdefghijklmnopqrstuvwxyz0123456789_")]
Stars = Annotated[int, Number(1, 5)]


class OpenId(ButtonId, route="tickets:v1:open"):
    """Begin to open a ticket of a type."""

    type_key: TypeKey


class OpenOneOfId(SelectId, route="tickets:v1:open_one_of", value=TypeKey):
    """Begin to open a ticket of the type that was chosen."""


class OpenAboutId(SelectId, route="tickets:v1:open_about", value=TypeKey):
    """Begin to open a ticket of the chosen type: about a message, or for a member."""

    for_user_id: Snowflake | None
    channel_id: Snowflake | None
    message_id: Snowflake | None


class OpenFormId(FormId, route="tickets:v1:open_form"):
    """Open a ticket with what was filled in."""

    type_key: TypeKey
    for_user_id: Snowflake | None
    channel_id: Snowflake | None
    message_id: Snowflake | None
    """The message that it is about."""


class AfterSearchId(SelectId, route="tickets:v1:after_search", value=TypeKey):
    """Begin to open a ticket of the chosen type, about what the FAQ has no answer to."""

    log_id: RowId


class AfterSearchFormId(FormId, route="tickets:v1:after_search_form"):
    """Open that ticket with what was filled in."""

    type_key: TypeKey
    log_id: RowId


class MakeEntryId(ButtonId, route="tickets:v1:make_entry"):
    """Make an entry of the FAQ of a ticket. What becomes of it belongs to the FAQ."""

    ticket_id: RowId


class ClaimId(ButtonId, route="tickets:v1:claim"):
    """Take a ticket."""

    ticket_id: RowId


class UnclaimId(ButtonId, route="tickets:v1:unclaim"):
    """Give it back."""

    ticket_id: RowId


class CloseId(ButtonId, route="tickets:v1:close"):
    """Ask why, and close it."""

    ticket_id: RowId


class CloseFormId(FormId, route="tickets:v1:close_form"):
    """Close it for the reason that was filled in."""

    ticket_id: RowId


class AcceptCloseId(ButtonId, route="tickets:v1:accept_close"):
    """Agree that it can be closed."""

    ticket_id: RowId


class DeclineCloseId(ButtonId, route="tickets:v1:decline_close"):
    """Say that it is not done."""

    ticket_id: RowId


class ReopenId(ButtonId, route="tickets:v1:reopen"):
    """Open it again; also pressed in a direct message."""

    guild_id: Snowflake
    ticket_id: RowId


class RateId(ButtonId, route="tickets:v1:rate"):
    """Say how it was, in stars; also pressed in a direct message."""

    guild_id: Snowflake
    ticket_id: RowId
    stars: Stars


class RateFormId(FormId, route="tickets:v1:rate_form"):
    """Add a comment to the stars."""

    guild_id: Snowflake
    ticket_id: RowId
    stars: Stars
