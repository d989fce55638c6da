"""Telling the log channel what was changed."""

import logging
from collections.abc import Callable, Sequence

import discord

from app.bot import Bot
from app.commands.settings.request import SettingsCog
from app.core.errors import UserError
from app.core.messages import speaking
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
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

    @discord.Cog.listener()
    async def on_setting_not_followed(self, change: SettingsHistory, why: UserError) -> None:
        """Announce that a message could not be brought in step with a change; nobody waits for that to be said."""
        await self._post(change.guild_id, lambda snapshot: ui.not_followed(change, why, snapshot))

    async def _announce(self, changes: Sequence[SettingsHistory]) -> None:
        if not changes:
            return

        def embed(snapshot: SettingsSnapshot) -> discord.Embed:
            return (
                ui.announcement(changes[0], snapshot) if len(changes) == 1 else several.announcement(changes, snapshot)
            )

        await self._post(changes[0].guild_id, embed)

    async def _post(self, guild_id: int, embed_of: Callable[[SettingsSnapshot], discord.Embed]) -> None:
        """Tell the log channel; the change is saved and answered, so a failure here concerns nobody else."""
        try:
            snapshot = await self._bot.settings.get(guild_id)
            channel_id = snapshot[general.LOG_CHANNEL]
            if channel_id is None:
                return
            channel = self._bot.get_partial_messageable(channel_id, type=discord.ChannelType.text)
            with speaking(language_of_server(self._bot, guild_id)):
                embed = embed_of(snapshot)
            await channel.send(embed=embed, allowed_mentions=SILENT)
        except Exception as error:  # noqa: BLE001 -- see above
            log.warning("a change was not announced", extra={"guild": guild_id, "error": str(error)})
