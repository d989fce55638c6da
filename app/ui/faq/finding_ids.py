"""What the buttons, selects and forms about finding answers say about themselves."""

from app.ui.kit.ids import ButtonId, FormId, RowId, SelectId, Snowflake


class OpenResultId(SelectId, route="faq:v1:open", value=RowId):
    """Read one of the results of a search."""

    log_id: RowId


class BackId(ButtonId, route="faq:v1:back"):
    """Go back to the results, which are the options of the select in the same message."""

    log_id: RowId


class RateId(ButtonId, route="faq:v1:rate"):
    """Say whether an answer helped; also under a shared one, and in a direct message."""

    guild_id: Snowflake
    log_id: RowId
    entry_id: RowId
    helpful: bool


class ShareId(ButtonId, route="faq:v1:share"):
    """Show an answer to everybody in the channel."""

    log_id: RowId
    entry_id: RowId


class SendToId(ButtonId, route="faq:v1:send_to"):
    """Ask for which member an answer is."""

    log_id: RowId
    entry_id: RowId


class SendToFormId(FormId, route="faq:v1:send_to_form"):
    """Give an answer to the member who was chosen."""

    log_id: RowId
    entry_id: RowId


class TellMeId(ButtonId, route="faq:v1:tell_me"):
    """Hear of an answer to what was not found, once there is one."""

    log_id: RowId


class AskStaffId(ButtonId, route="faq:v1:ask_staff"):
    """Open a ticket about what the FAQ has no answer to. What becomes of it belongs to tickets."""

    log_id: RowId


class AnswerWithId(SelectId, route="faq:v1:answer_with", value=RowId):
    """Answer the message that a search is about with one of its results."""

    log_id: RowId


class SolvedId(ButtonId, route="faq:v1:solved"):
    """Say that an answer made a ticket needless."""

    log_id: RowId
    entry_id: RowId | None


class OpenAnywayId(ButtonId, route="faq:v1:open_anyway"):
    """Open the ticket with what was written before."""

    log_id: RowId


class ReadBeforeId(SelectId, route="faq:v1:read_before", value=RowId):
    """Read all of an answer before the ticket is opened."""

    log_id: RowId
