"""The button that takes a change of the settings back, under every answer that confirms one."""

from collections.abc import Sequence
from typing import Any

import discord

from app.core.messages import t
from app.models import SettingsHistory
from app.ui.kit.components import button
from app.ui.kit.ids import ButtonId, RowId


class UndoId(ButtonId, route="settings:v1:undo"):
    """Take a change back."""

    change_id: RowId


class UndoAllId(ButtonId, route="settings:v1:undo_all"):
    """Take back a change and those that were made together with it."""

    change_id: RowId


def undo_button(change: SettingsHistory) -> discord.ui.Button[Any]:
    """Make the button that takes a change back."""
    return button(t("Undo"), UndoId(change_id=change.id), emoji="↩️")


def undo_all_button(changes: Sequence[SettingsHistory]) -> discord.ui.Button[Any]:
    """Make the button that takes back what was changed together; it is one change at least."""
    if len(changes) == 1:
        return undo_button(changes[0])
    return button(t("Undo"), UndoAllId(change_id=changes[0].id), emoji="↩️")
