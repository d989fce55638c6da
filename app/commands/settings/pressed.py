"""What is pressed under settings: another part, another page, and taking changes back."""

from datetime import timedelta

import discord

from app.commands.settings.request import SettingsCog
from app.core.settings import general
from app.services.settings import SettingsNotAllowed
from app.ui.kit.context import actor_of, chooser_of, present
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.undo import UndoAllId, UndoId
from app.ui.settings import replies as ui
from app.ui.settings import several
from app.ui.settings.ids import HistoryPageId, ScopeId, UndoOneId
from app.ui.settings.input import require_places_of, require_rank_of


class SettingsButtons(SettingsCog, discord.Cog):
    """Another part, another page, and taking changes back."""

    @responds_to(ScopeId)
    async def show_scope(self, interaction: discord.Interaction, pressed: ScopeId) -> None:
        if not actor_of(interaction).is_manager:
            raise SettingsNotAllowed
        async with answering(interaction, update=True):
            snapshot = await self._snapshot(interaction)
            await self._overview(snapshot, pressed.scope).replace(interaction)

    @responds_to(HistoryPageId)
    async def turn_page(self, interaction: discord.Interaction, pressed: HistoryPageId) -> None:
        async with answering(interaction, update=True):
            snapshot = await self._snapshot(interaction)
            reply = await self._history(interaction, snapshot, pressed.key or "", pressed.changed_by or 0, pressed.page)
            await reply.replace(interaction)

    @responds_to(UndoOneId)
    async def undo_one(self, interaction: discord.Interaction, _: UndoOneId, change_id: int) -> None:
        await self.undo(interaction, UndoId(change_id=change_id))

    @responds_to(UndoId)
    async def undo(self, interaction: discord.Interaction, pressed: UndoId) -> None:
        async with answering(interaction):
            snapshot = await self._snapshot(interaction)
            within = timedelta(seconds=snapshot[general.UNDO_WITHIN])
            async with self._bot.uow() as work:
                change = await work.settings.undo(actor_of(interaction, snapshot), pressed.change_id, within=within)
                require_rank_of([change], present(interaction.guild), chooser_of(interaction))
                require_places_of([change], present(interaction.guild))
                work.after_commit(lambda: self._bot.settings.invalidate(change.guild_id))
            await ui.changed(change, sees_members=self._bot.sees_members).send(interaction)
        self._bot.dispatch("setting_changed", change)

    @responds_to(UndoAllId)
    async def undo_all(self, interaction: discord.Interaction, pressed: UndoAllId) -> None:
        async with answering(interaction):
            snapshot = await self._snapshot(interaction)
            within = timedelta(seconds=snapshot[general.UNDO_WITHIN])
            actor = actor_of(interaction, snapshot)
            async with self._bot.uow() as work:
                done = await work.settings.several.undo(actor, pressed.change_id, within=within)
                require_rank_of(done.changes, present(interaction.guild), chooser_of(interaction))
                work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
            await several.undone(done, sees_members=self._bot.sees_members).send(interaction)
        self._bot.dispatch("settings_changed", done.changes)
