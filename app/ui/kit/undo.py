"""The button that takes a change of the settings back, under every answer that confirms one."""

from typing import Any

import discord

from app.core.messages import t
from app.models import SettingsHistory
from app.ui.kit.components import button
from app.ui.kit.ids import ButtonId, RowId


class UndoId(ButtonId, route="settings:v1:undo"):
    """Take a change back."""

    change_id: RowId


def undo_button(change: SettingsHistory) -> discord.ui.Button[Any]:
    """Make the button that takes a change back."""
    return button(t("Undo"), UndoId(change_id=change.id), emoji="↩️")
