"""What the buttons say under what a file would do."""

from typing import Annotated

from app.ui.kit.ids import ButtonId, Text

Digest = Annotated[str, Text(8, "0123456789abcdef")]


class ImportId(ButtonId, route="faq:v1:import"):
    """Take what the file under the message says; `shown` stands for what was said about it."""

    update: bool
    shown: Digest


class NoImportId(ButtonId, route="faq:v1:no_import"):
    """Take nothing of it."""
