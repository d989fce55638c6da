"""What the commands and buttons of the settings share."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import discord

from app.bot import Bot
from app.core.messages import speaking
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory
from app.ui.kit.context import actor_of
from app.ui.kit.language import language_of_answer
from app.ui.kit.mentions import readable
from app.ui.kit.reply import Reply
from app.ui.settings import replies as ui
from app.ui.settings.input import setting_from
from app.uow import UnitOfWork


class SettingsCog:
    """What the commands and buttons of the settings share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def _overview(self, snapshot: SettingsSnapshot, scope: str | None = None) -> Reply:
        mention = readable(self._bot.pending_application_commands)
        return ui.overview(snapshot, self._bot.clock(), scope, mention=mention)

    def _one(self, snapshot: SettingsSnapshot, key: str) -> Reply:
        return ui.one(snapshot, setting_from(key), sees_members=self._bot.sees_members)

    async def _snapshot(self, interaction: discord.Interaction) -> SettingsSnapshot:
        return await self._bot.settings.get(actor_of(interaction).guild_id)

    async def _at_once(self, do: Callable[[UnitOfWork], Awaitable[SettingsHistory]]) -> SettingsHistory:
        """Change a setting, and know it then without asking for it."""
        known = self._bot.settings
        since = known.since
        change = await self._bot.uow.at_once(do)
        name = f"{change.scope}.{change.key}"
        known.take_over(change.guild_id, change.id, lambda one: one.with_choice(name, change.new_value), since=since)
        return change

    def _is_private(self, interaction: discord.Interaction) -> bool:
        # A slow answer has to be announced as private or not before the choice can be read, if nobody remembers it.
        snapshot = self._bot.settings.peek(actor_of(interaction).guild_id)
        return snapshot is None or snapshot[general.PRIVATE_REPLIES]

    async def _history(
        self, interaction: discord.Interaction, snapshot: SettingsSnapshot, key: str, person: int, page: int
    ) -> Reply:
        async with self._bot.uow.reading() as work:
            found = await work.settings.list_history(
                actor_of(interaction),
                setting=setting_from(key) if key else None,
                changed_by=person or None,
                page=page,
                page_size=snapshot[general.PAGE_SIZE],
            )
        return ui.history(found, snapshot, self._bot.clock(), key=key, person=person)


def language_of(interaction: discord.Interaction, snapshot: SettingsSnapshot) -> AbstractContextManager[None]:
    """Speak the language of an answer about settings."""
    # The choice may not have been known yet when the answer began.
    return speaking(language_of_answer(interaction, private=snapshot[general.PRIVATE_REPLIES]))
