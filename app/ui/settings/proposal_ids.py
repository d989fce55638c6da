"""What the buttons say under what a file, or a moment of the past, would change."""

from typing import Annotated

from app.ui.kit.ids import ButtonId, Page, Text

Digest = Annotated[str, Text(8, "0123456789abcdef")]


class ImportId(ButtonId, route="settings:v1:import"):
    """Take what the file under the message says; `shown` stands for what was said about it."""

    resets_others: bool
    shown: Digest


class ImportPageId(ButtonId, route="settings:v1:import_page"):
    """Turn to a page of what the file under the message would do."""

    resets_others: bool
    page: Page


class LeaveId(ButtonId, route="settings:v1:leave"):
    """Change nothing."""
