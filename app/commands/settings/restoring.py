"""/settings restore: back to how the settings were at a moment."""

import asyncio
from datetime import datetime
from typing import Any

import discord

from app.bot import Bot
from app.commands.settings import groups
from app.commands.settings.request import SettingsCog
from app.core import when as phrases
from app.core.errors import InvalidInput
from app.core.messages import speaking
from app.core.settings import general
from app.core.settings.differences import Proposal
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory
from app.services.settings import ChangedSince, Past, require_manager
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.language import language_of_server
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.settings import proposal, several
from app.ui.settings import restoring as ui
from app.ui.settings.input import checking
from app.ui.settings.restore_ids import RestoreId, RestorePageId


async def _read(bot: Bot, interaction: discord.Interaction, typed: str, snapshot: SettingsSnapshot) -> datetime:
    """Read a moment of the past that somebody typed. Raises InvalidInput."""
    now, zone = bot.clock(), snapshot[general.TIMEZONE]
    # In a thread: for some languages the first phrase loads a library, which would hold up everybody.
    return await asyncio.to_thread(phrases.read_past, typed, now=now, zone=zone, locale=interaction.locale)


@suggesting
async def suggest_moments(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the moment that was typed, and the last changes."""
    bot: Any = ctx.bot
    typed, actor = str(ctx.value or ""), actor_of(ctx.interaction)
    require_manager(actor)
    snapshot = await bot.settings.get(actor.guild_id)
    try:
        read = await _read(bot, ctx.interaction, typed, snapshot) if typed.strip() else None
    except InvalidInput:
        read = None
    async with bot.uow.reading() as work:
        points = await work.settings.past.points(actor)
    return ui.moment_choices(typed, read, points, snapshot)


@suggesting
async def suggest_parts(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest parts and settings."""
    return ui.part_choices(str(ctx.value or ""))


class _GoingBack:
    """What going back to a moment would do in a server."""

    def __init__(self, past: Past, what: str | None, found: Proposal, snapshot: SettingsSnapshot) -> None:
        self.past = past
        self.proposal = found
        self.snapshot = snapshot
        self._what = what

    def reply(self, *, page: int = 0, is_anew: bool = False) -> Reply:
        """Show it."""
        frame = ui.frame(self.past, self._what, self.proposal)
        return proposal.shown(self.proposal, frame, self.snapshot, page=page, is_anew=is_anew)


class RestoringCog(SettingsCog):
    """What the command and its buttons share."""

    async def _look_back(self, interaction: discord.Interaction, moment: datetime, what: str | None) -> _GoingBack:
        """Compare a moment with what the server chose, as it is and not as it is remembered."""
        guild, actor = present(interaction.guild), actor_of(interaction)
        async with self._bot.uow.reading() as work:
            past = await work.settings.past.at(actor, moment)
            snapshot = await work.settings.get_snapshot(actor.guild_id)
        return _GoingBack(past, what, ui.go_back(past, what, snapshot, checking(guild)), snapshot)


class RestoreCommands(RestoringCog):
    """Going back to how the settings were."""

    @groups.settings.command(name="restore", description="Go back to how the settings were; you see it first")
    @discord.option(
        "when",
        str,
        description="A moment, such as yesterday 15:00 or 2 hours ago, or before which change",
        autocomplete=suggest_moments,
        max_length=phrases.MAX_PHRASE,
    )
    @discord.option(
        "what",
        str,
        description="Only this part or this setting",
        autocomplete=suggest_parts,
        max_length=MAX_CHOICE,
        required=False,
    )
    async def restore(self, ctx: discord.ApplicationContext, when: str, what: str | None = None) -> None:
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            require_manager(actor)
            snapshot = await self._snapshot(ctx.interaction)
            part = ui.part_from(what)
            named = ui.change_in(when)
            if named is None:
                moment = await _read(self._bot, ctx.interaction, when, snapshot)
            else:
                change_id, is_after = named
                async with self._bot.uow.reading() as work:
                    past = work.settings.past
                    moment = await (past.of_change if is_after else past.just_before)(actor, change_id)
            found = await self._look_back(ctx.interaction, moment, part)
            await found.reply().send(ctx.interaction)


class RestoreButtons(RestoringCog, discord.Cog):
    """Going back, or another page of what that would do."""

    @responds_to(RestoreId)
    async def go_back(self, interaction: discord.Interaction, pressed: RestoreId) -> None:
        changes: list[SettingsHistory] = []
        async with answering(interaction, update=True):
            require_manager(actor_of(interaction))
            found = await self._look_back(interaction, pressed.moment, pressed.what)
            if found.proposal.digest != pressed.shown or not found.proposal.differences:
                await found.reply(is_anew=True).replace(interaction)
                return
            try:
                changes = await self._apply(interaction, found)
            except ChangedSince:
                found = await self._look_back(interaction, pressed.moment, pressed.what)
                await found.reply(is_anew=True).replace(interaction)
                return
            await several.changed(changes, sees_members=self._bot.sees_members).replace(interaction)
        self._bot.dispatch("settings_changed", changes)

    @responds_to(RestorePageId)
    async def turn_past(self, interaction: discord.Interaction, pressed: RestorePageId) -> None:
        async with answering(interaction, update=True):
            found = await self._look_back(interaction, pressed.moment, pressed.what)
            await found.reply(page=pressed.page).replace(interaction)

    async def _apply(self, interaction: discord.Interaction, found: _GoingBack) -> list[SettingsHistory]:
        actor = actor_of(interaction, found.snapshot)
        with speaking(language_of_server(self._bot, actor.guild_id)):
            reason = ui.reason(found.past.moment, found.snapshot[general.TIMEZONE])
        wanted, shown = found.proposal.wanted, found.proposal.shown
        async with self._bot.uow() as work:
            changes = await work.settings.several.change(actor, wanted, reason=reason, shown=shown, restored=True)
            work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
        return changes
