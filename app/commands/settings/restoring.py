"""/settings restore: back to how the settings were at a moment."""

import asyncio
from datetime import datetime
from typing import Any

import discord

from app.bot import Bot
from app.commands.settings import groups
from app.commands.settings.proposing import Comparing, Proposed, ProposingCog
from app.commands.settings.structure_checks import checks_at
from app.core import when as phrases
from app.core.errors import InvalidInput
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.services.settings import require_manager
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of, chooser_of, present
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
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


class RestoringCog(ProposingCog):
    """What the command and its buttons share."""

    async def _look_back(self, interaction: discord.Interaction, moment: datetime, what: str | None) -> Proposed:
        """Compare a moment with what the server chose, as it is and not as it is remembered."""
        guild, actor = present(interaction.guild), actor_of(interaction)
        async with self._bot.uow.reading() as work:
            past = await work.settings.past.at(actor, moment)
            snapshot = await work.settings.get_snapshot(actor.guild_id)
        check = checking(guild, chooser_of(interaction), checks_at(self._bot.clock()))
        found = ui.go_back(past, what, snapshot, check)
        frame, zone = ui.frame(past, what, found), snapshot[general.TIMEZONE]
        return Proposed(found, frame, snapshot, lambda: ui.reason(moment, zone), restored=True)


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
        description="Only this part, this kind or this setting",
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
        await self._confirm(interaction, self._again(interaction, pressed), pressed.shown)

    @responds_to(RestorePageId)
    async def turn_past(self, interaction: discord.Interaction, pressed: RestorePageId) -> None:
        await self._turn_to(interaction, self._again(interaction, pressed), pressed.page)

    def _again(self, interaction: discord.Interaction, pressed: RestoreId | RestorePageId) -> Comparing:
        return lambda: self._look_back(interaction, pressed.moment, pressed.what)
