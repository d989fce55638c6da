"""What the button says under the question whether an entry is still true."""

from datetime import datetime

from app.ui.kit.ids import ButtonId, RowId


class StillTrueId(ButtonId, route="faq:v1:still_true"):
    """Say that an entry is still true; it is looked at again in half a year."""

    entry_id: RowId
    verify_by: datetime
