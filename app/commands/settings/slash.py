"""/settings view, set, reset and history."""

from typing import Any

import discord

from app.commands.settings import groups
from app.commands.settings.request import SettingsCog, language_of
from app.core.settings.kinds import Kind
from app.services.settings import SettingsNotAllowed, UnknownSetting
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of, chooser_of, present
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.zones import suggest_zones
from app.ui.settings import replies as ui
from app.ui.settings.input import key_choices, require_rank, setting_from, value_choices, value_from


@suggesting
async def suggest_keys(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest settings."""
    return key_choices(str(ctx.value or ""))


@suggesting
async def suggest_values(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest values for the setting that was chosen before."""
    try:
        setting = setting_from(str(ctx.options.get("key") or ""))
    except UnknownSetting:
        return []
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(present(ctx.interaction.guild_id))
    if setting.kind is Kind.TIMEZONE:
        return await suggest_zones(str(ctx.value or ""), bot.clock(), own=snapshot[setting])
    return value_choices(setting, str(ctx.value or ""), snapshot, ctx.interaction.guild)


class SettingsCommands(SettingsCog):
    """Seeing and changing single settings, and what was changed."""

    @groups.settings.command(name="view", description="See every setting of this server, or one")
    @discord.option(
        "key", str, description="Which setting", required=False, autocomplete=suggest_keys, max_length=MAX_CHOICE
    )
    async def view(self, ctx: discord.ApplicationContext, key: str | None = None) -> None:
        if not actor_of(ctx.interaction).is_manager:
            raise SettingsNotAllowed
        async with answering(ctx.interaction, private=self._is_private(ctx.interaction)):
            snapshot = await self._snapshot(ctx.interaction)
            with language_of(ctx.interaction, snapshot):
                reply = self._overview(snapshot) if key is None else self._one(snapshot, key)
            await reply.send(ctx.interaction)

    @groups.settings.command(name="set", description="Change a setting")
    @discord.option("key", str, description="Which setting", autocomplete=suggest_keys, max_length=MAX_CHOICE)
    @discord.option("value", str, description="Its new value", required=False, autocomplete=suggest_values)
    @discord.option(
        "channel", discord.abc.GuildChannel, description="The channel, if the setting takes one", required=False
    )
    @discord.option("role", discord.Role, description="The role, if the setting takes one", required=False)
    @discord.option("reason", str, description="Why, for the history", required=False, max_length=300)
    async def set(
        self,
        ctx: discord.ApplicationContext,
        key: str,
        value: str | None = None,
        channel: discord.abc.GuildChannel | None = None,
        role: discord.Role | None = None,
        reason: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            setting = setting_from(key)
            guild = present(ctx.guild)
            chosen = value_from(setting, guild, typed=value, channel=channel, role=role)
            require_rank(setting, chosen, guild, chooser_of(ctx.interaction))
            actor = actor_of(ctx.interaction)
            change = await self._at_once(lambda work: work.settings.change(actor, setting, chosen, reason=reason))
            await ui.changed(change, sees_members=self._bot.sees_members).send(ctx.interaction)
        self._bot.dispatch("setting_changed", change)

    @groups.settings.command(name="reset", description="Reset a setting to its default")
    @discord.option("key", str, description="Which setting", autocomplete=suggest_keys, max_length=MAX_CHOICE)
    @discord.option("reason", str, description="Why, for the history", required=False, max_length=300)
    async def reset(self, ctx: discord.ApplicationContext, key: str, reason: str | None = None) -> None:
        async with answering(ctx.interaction):
            setting = setting_from(key)
            actor = actor_of(ctx.interaction)
            change = await self._at_once(lambda work: work.settings.reset(actor, setting, reason=reason))
            await ui.changed(change, sees_members=self._bot.sees_members).send(ctx.interaction)
        self._bot.dispatch("setting_changed", change)

    @groups.settings.command(name="history", description="See who changed what, and undo a change")
    @discord.option("key", str, description="Only this setting", required=False, autocomplete=suggest_keys)
    @discord.option("member", discord.User, description="Only changes by this person", required=False)
    async def history(
        self, ctx: discord.ApplicationContext, key: str | None = None, member: discord.User | None = None
    ) -> None:
        async with answering(ctx.interaction, private=self._is_private(ctx.interaction)):
            snapshot = await self._snapshot(ctx.interaction)
            name = setting_from(key).name if key is not None else ""
            with language_of(ctx.interaction, snapshot):
                reply = await self._history(ctx.interaction, snapshot, name, member.id if member is not None else 0, 0)
            await reply.send(ctx.interaction)
