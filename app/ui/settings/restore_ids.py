"""What the buttons say under what going back to a moment would change."""

from datetime import datetime
from typing import Annotated

from app.core import registry
from app.ui.kit.ids import ButtonId, OneOf, Page
from app.ui.settings.proposal_ids import Digest

What = Annotated[str, OneOf(lambda: {*registry.PARTS, *registry.BY_NAME, *registry.STRUCTURES}, 40)]


class RestoreId(ButtonId, route="settings:v1:restore"):
    """Go back to a moment; `shown` stands for what was said about it."""

    moment: datetime
    what: What | None
    shown: Digest


class RestorePageId(ButtonId, route="settings:v1:restore_page"):
    """Turn to a page of what going back would do."""

    moment: datetime
    what: What | None
    page: Page
