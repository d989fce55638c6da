"""What the buttons, selects and forms say with which staff deal with what was searched for in vain."""

from datetime import datetime
from typing import Annotated

from app.services.faq.gaps import MAX_DAYS
from app.ui.kit.ids import ButtonId, FormId, Number, Page, RowId, SelectId

Days = Annotated[int, Number(1, MAX_DAYS)]


class GapsId(ButtonId, route="faq:v1:gaps"):
    """Turn to a page of what has no answer."""

    page: Page
    days: Days


class GapId(SelectId, route="faq:v1:gap", value=RowId):
    """Show what can be done about one of them."""

    days: Days


class WriteAnswerId(ButtonId, route="faq:v1:gap_write"):
    """Open the form of a new entry that answers it."""

    log_id: RowId


class AnsweredById(ButtonId, route="faq:v1:gap_entries"):
    """Show entries that may answer it."""

    log_id: RowId


class FindEntryId(ButtonId, route="faq:v1:gap_find"):
    """Ask for the title of the entry that answers it."""

    log_id: RowId


class FindEntryFormId(FormId, route="faq:v1:gap_find_form"):
    """Show the entries with such a title."""

    log_id: RowId


class AnswerWithEntryId(SelectId, route="faq:v1:gap_entry", value=RowId):
    """Take down that the entry that was chosen answers it."""

    log_id: RowId


class NeedsNoneId(ButtonId, route="faq:v1:gap_none"):
    """Take down that it needs no answer."""

    log_id: RowId


class UndoGapId(ButtonId, route="faq:v1:gap_undo"):
    """Take back what was done about it, with the words that an entry got by it in a version."""

    at: datetime
    entry_id: RowId | None = None
    version: RowId | None = None


class PairsId(ButtonId, route="faq:v1:pairs"):
    """Turn to a page of the words that entries lack."""

    page: Page


class ConfirmPairId(ButtonId, route="faq:v1:pair_confirm"):
    """Let an entry be found by the words of a search."""

    log_id: RowId
    entry_id: RowId


class DismissPairId(ButtonId, route="faq:v1:pair_dismiss"):
    """Say that the two have nothing to do with each other."""

    log_id: RowId
    entry_id: RowId


class UndoPairId(ButtonId, route="faq:v1:pair_undo"):
    """Take that back."""

    at: datetime
