"""Telling the log channel what was changed."""

import logging
from collections.abc import Sequence

import discord

from app.bot import Bot
from app.commands.settings.request import SettingsCog
from app.core.messages import speaking
from app.core.settings import general
from app.models import SettingsHistory
from app.ui.kit.language import language_of_server
from app.ui.kit.reply import SILENT
from app.ui.settings import replies as ui
from app.ui.settings import several

log = logging.getLogger(__name__)


class Announcing(SettingsCog, discord.Cog):
    """Posts changes in the log channel that a server chose."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._told = set[int]()
        """The ids of changes that are announced together, until each was heard of by itself."""

    @discord.Cog.listener()
    async def on_setting_changed(self, change: SettingsHistory) -> None:
        """Announce what was changed or taken back, here or by another feature."""
        if change.id in self._told:
            self._told.remove(change.id)
        else:
            await self._announce([change])

    @discord.Cog.listener()
    async def on_setting_followed(self, change: SettingsHistory) -> None:
        """Announce what a feature has changed that needs nothing more to be done about it."""
        await self._announce([change])

    @discord.Cog.listener()
    async def on_settings_changed(self, changes: Sequence[SettingsHistory]) -> None:
        """Announce in one message what was changed together, and let each feature know of each change."""
        self._told.update(one.id for one in changes)
        for one in changes:
            self._bot.dispatch("setting_changed", one)
        await self._announce(changes)

    async def _announce(self, changes: Sequence[SettingsHistory]) -> None:
        """Tell the log channel; the change is saved and answered, so a failure here concerns nobody else."""
        if not changes:
            return
        guild_id = changes[0].guild_id
        try:
            snapshot = await self._bot.settings.get(guild_id)
            channel_id = snapshot[general.LOG_CHANNEL]
            if channel_id is None:
                return
            channel = self._bot.get_partial_messageable(channel_id, type=discord.ChannelType.text)
            with speaking(language_of_server(self._bot, guild_id)):
                one = len(changes) == 1
                embed = ui.announcement(changes[0], snapshot) if one else several.announcement(changes, snapshot)
            await channel.send(embed=embed, allowed_mentions=SILENT)
        except Exception as error:  # noqa: BLE001 -- see above
            log.warning("a change was not announced", extra={"guild": guild_id, "error": str(error)})
