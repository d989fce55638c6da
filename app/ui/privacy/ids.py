"""The ids of buttons about personal data."""

from typing import Annotated

from app.core.settings.kinds import MAX_ID
from app.ui.kit.ids import ButtonId, Number, Snowflake

Place = Annotated[int, Number(0, MAX_ID)]
"""A server; 0 for all."""


class DeleteMineId(ButtonId, route="privacy:v1:delete"):
    """Delete what is stored about whoever presses it."""

    guild_id: Place


class KeepMineId(ButtonId, route="privacy:v1:keep"):
    """Delete nothing."""


class EraseId(ButtonId, route="privacy:v1:erase"):
    """Erase somebody everywhere; for whoever runs the bot."""

    user_id: Snowflake
