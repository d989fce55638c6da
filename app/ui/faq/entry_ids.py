"""What the buttons, selects and forms say with which entries are written."""

from datetime import datetime
from typing import Annotated

from app.core.faq.limits import MAX_CATEGORY
from app.core.faq.listing import Order, Shown
from app.core.faq.written_in import LANGUAGES
from app.core.records import record
from app.ui.kit.ids import ButtonId, FormId, OneOf, Page, RowId, SelectId, Snowflake, Text

Language = Annotated[str, OneOf(lambda: LANGUAGES, max(map(len, LANGUAGES)))]
CategoryText = Annotated[str, Text(MAX_CATEGORY)]


@record
class Target:
    """What becomes of what is in a form or a preview: a new entry, or the next version of the one with `entry_id`.

    `version` is the one that whoever writes began with. The rest was chosen beside the form.
    """

    entry_id: RowId | None = None
    version: RowId | None = None
    owner_user_id: Snowflake | None = None
    owner_role_id: Snowflake | None = None
    verify_by: datetime | None = None
    language: Language | None = None
    answers: RowId | None = None
    """The search in vain that the new entry answers."""


class WriteFormId(FormId, route="faq:v1:write_form"):
    """Show what was filled in as it will look."""

    target: Target


class WriteId(ButtonId, route="faq:v1:write"):
    """Write a new entry."""


class SaveId(ButtonId, route="faq:v1:save"):
    """Save what is shown above."""

    target: Target


class ChangeId(ButtonId, route="faq:v1:change"):
    """Open the form again, with what is shown above."""

    target: Target


class InsteadId(ButtonId, route="faq:v1:instead"):
    """Show what is above as the next version of the entry that has the same title."""

    target: Target


class DiscardId(ButtonId, route="faq:v1:discard"):
    """Save nothing."""


class EditId(ButtonId, route="faq:v1:edit"):
    """Open the form of an entry."""

    entry_id: RowId


class EntryId(ButtonId, route="faq:v1:entry"):
    """Show an entry, with what staff can do with it, in place of this message or in one of its own."""

    entry_id: RowId
    new: bool = False


class SwitchId(ButtonId, route="faq:v1:switch"):
    """Switch an entry on or off."""

    entry_id: RowId
    on: bool


class AskRemoveId(ButtonId, route="faq:v1:ask_remove"):
    """Ask whether an entry is to be removed."""

    entry_id: RowId


class RemoveId(ButtonId, route="faq:v1:remove"):
    """Remove it."""

    entry_id: RowId


class RestoreId(ButtonId, route="faq:v1:restore"):
    """Bring it back."""

    entry_id: RowId


class UndoEditId(ButtonId, route="faq:v1:undo_edit"):
    """Go back to the version before this one, if it is still the present one."""

    entry_id: RowId
    version: RowId


class HistoryId(ButtonId, route="faq:v1:history"):
    """Show a page of the versions of an entry."""

    entry_id: RowId
    page: Page = 0


class VersionId(SelectId, route="faq:v1:version", value=RowId):
    """Show the version that was chosen."""

    entry_id: RowId


class BackToId(ButtonId, route="faq:v1:back_to"):
    """Make an earlier version the present one; `version` is the present one as it was when that was offered."""

    entry_id: RowId
    number: RowId
    version: RowId


class ListId(ButtonId, route="faq:v1:list"):
    """Turn to a page of the list."""

    page: Page
    order: Order
    shown: Shown
    category: CategoryText | None


class ChosenId(SelectId, route="faq:v1:chosen", value=RowId):
    """Show the entry that was chosen from a list, in a message of its own."""
