"""What the buttons and selects under settings are about."""

from typing import Annotated

from app.core import registry
from app.ui.kit.ids import ButtonId, OneOf, Page, RowId, SelectId, Snowflake

Key = Annotated[str, OneOf(lambda: registry.BY_NAME, 60)]
Scope = Annotated[str, OneOf(lambda: registry.PARTS, 60)]


class UndoOneId(SelectId, route="settings:v1:undo_one", value=RowId):
    """Take back the change that is chosen."""


class HistoryPageId(ButtonId, route="settings:v1:page"):
    """Turn to a page of the history, as it was narrowed down."""

    page: Page
    changed_by: Snowflake | None
    key: Key | None


class ScopeId(ButtonId, route="settings:v1:part"):
    """Show another part of the settings."""

    scope: Scope
