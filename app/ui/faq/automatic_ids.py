"""What the buttons of suggested answers say about themselves."""

from app.ui.kit.ids import ButtonId, RowId, Snowflake


class DismissId(ButtonId, route="faq:v1:dismiss"):
    """Take a suggestion away."""

    log_id: RowId
    asker_id: Snowflake


class ReadOnId(ButtonId, route="faq:v1:read_on"):
    """Read all of an answer of which a suggestion shows how it begins."""

    log_id: RowId
    entry_id: RowId


class QuietId(ButtonId, route="faq:v1:quiet"):
    """Suggest nothing to whoever presses it any more."""
