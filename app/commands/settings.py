"""The /settings commands and their buttons."""

import logging
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import discord

from app.bot import Bot
from app.core.messages import speaking
from app.core.settings import general
from app.core.settings.kinds import Kind
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory
from app.services.settings import SettingsNotAllowed, UnknownSetting
from app.ui.kit.autocomplete import suggesting
from app.ui.kit.context import actor_of, present
from app.ui.kit.language import language_of_answer, language_of_server
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.mentions import clickable
from app.ui.kit.patience import answering
from app.ui.kit.reply import SILENT, Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.undo import UndoId
from app.ui.kit.zones import suggest_zones
from app.ui.settings import replies as ui
from app.ui.settings.ids import HistoryPageId, ScopeId, UndoOneId
from app.ui.settings.input import key_choices, setting_from, value_choices, value_from

log = logging.getLogger(__name__)


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


class Settings(discord.Cog):
    """The settings of a server, who changed them, and undoing a change."""

    group = discord.SlashCommandGroup(
        "settings",
        "See and change the settings of this server",
        default_member_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @group.command(name="view", description="See every setting of this server, or one")
    @discord.option(
        "key", str, description="Which setting", required=False, autocomplete=suggest_keys, max_length=MAX_CHOICE
    )
    async def view(self, ctx: discord.ApplicationContext, key: str | None = None) -> None:
        if not actor_of(ctx.interaction).is_manager:
            raise SettingsNotAllowed
        async with answering(ctx.interaction, private=self._is_private(ctx.interaction)):
            snapshot = await self._snapshot(ctx.interaction)
            with _language_of(ctx.interaction, snapshot):
                reply = self._overview(snapshot) if key is None else self._one(snapshot, key)
            await reply.send(ctx.interaction)

    @group.command(name="set", description="Change a setting")
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
            chosen = value_from(setting, present(ctx.guild), typed=value, channel=channel, role=role)
            async with self._bot.uow() as work:
                change = await work.settings.change(actor_of(ctx.interaction), setting, chosen, reason=reason)
                work.after_commit(lambda: self._bot.settings.invalidate(change.guild_id))
            await ui.changed(change, sees_members=self._bot.sees_members).send(ctx.interaction)
        self._bot.dispatch("setting_changed", change)

    @group.command(name="reset", description="Reset a setting to its default")
    @discord.option("key", str, description="Which setting", autocomplete=suggest_keys, max_length=MAX_CHOICE)
    @discord.option("reason", str, description="Why, for the history", required=False, max_length=300)
    async def reset(self, ctx: discord.ApplicationContext, key: str, reason: str | None = None) -> None:
        async with answering(ctx.interaction):
            setting = setting_from(key)
            async with self._bot.uow() as work:
                change = await work.settings.reset(actor_of(ctx.interaction), setting, reason=reason)
                work.after_commit(lambda: self._bot.settings.invalidate(change.guild_id))
            await ui.changed(change, sees_members=self._bot.sees_members).send(ctx.interaction)
        self._bot.dispatch("setting_changed", change)

    @group.command(name="history", description="See who changed what, and undo a change")
    @discord.option("key", str, description="Only this setting", required=False, autocomplete=suggest_keys)
    @discord.option("member", discord.User, description="Only changes by this person", required=False)
    async def history(
        self, ctx: discord.ApplicationContext, key: str | None = None, member: discord.User | None = None
    ) -> None:
        async with answering(ctx.interaction, private=self._is_private(ctx.interaction)):
            snapshot = await self._snapshot(ctx.interaction)
            name = setting_from(key).name if key is not None else ""
            with _language_of(ctx.interaction, snapshot):
                reply = await self._history(ctx.interaction, snapshot, name, member.id if member is not None else 0, 0)
            await reply.send(ctx.interaction)

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
                work.after_commit(lambda: self._bot.settings.invalidate(change.guild_id))
            await ui.changed(change, sees_members=self._bot.sees_members).send(interaction)
        self._bot.dispatch("setting_changed", change)

    @discord.Cog.listener()
    async def on_setting_changed(self, change: SettingsHistory) -> None:
        """Announce what was changed or taken back, here or by another feature."""
        await self._announce(change)

    @discord.Cog.listener()
    async def on_setting_followed(self, change: SettingsHistory) -> None:
        """Announce what a feature has changed that needs nothing more to be done about it."""
        await self._announce(change)

    def _overview(self, snapshot: SettingsSnapshot, scope: str | None = None) -> Reply:
        mention = clickable(self._bot.pending_application_commands)
        return ui.overview(snapshot, self._bot.clock(), scope, mention=mention)

    def _one(self, snapshot: SettingsSnapshot, key: str) -> Reply:
        return ui.one(snapshot, setting_from(key), sees_members=self._bot.sees_members)

    async def _snapshot(self, interaction: discord.Interaction) -> SettingsSnapshot:
        return await self._bot.settings.get(actor_of(interaction).guild_id)

    def _is_private(self, interaction: discord.Interaction) -> bool:
        # A slow answer has to be announced as private or not before the choice can be read, if nobody remembers it.
        snapshot = self._bot.settings.peek(actor_of(interaction).guild_id)
        return snapshot is None or snapshot[general.PRIVATE_REPLIES]

    async def _history(
        self, interaction: discord.Interaction, snapshot: SettingsSnapshot, key: str, person: int, page: int
    ) -> Reply:
        async with self._bot.uow() as work:
            found = await work.settings.list_history(
                actor_of(interaction),
                setting=setting_from(key) if key else None,
                changed_by=person or None,
                page=page,
                page_size=snapshot[general.PAGE_SIZE],
            )
        return ui.history(found, snapshot, self._bot.clock(), key=key, person=person)

    async def _announce(self, change: SettingsHistory) -> None:
        """Tell the log channel; the change is saved and answered, so a failure here concerns nobody else."""
        try:
            snapshot = await self._bot.settings.get(change.guild_id)
            channel_id = snapshot[general.LOG_CHANNEL]
            if channel_id is None:
                return
            channel = self._bot.get_partial_messageable(channel_id, type=discord.ChannelType.text)
            with speaking(language_of_server(self._bot, change.guild_id)):
                embed = ui.announcement(change, snapshot)
            await channel.send(embed=embed, allowed_mentions=SILENT)
        except Exception as error:  # noqa: BLE001 -- see above
            log.warning("a change was not announced", extra={"guild": change.guild_id, "error": str(error)})


def _language_of(interaction: discord.Interaction, snapshot: SettingsSnapshot) -> AbstractContextManager[None]:
    # The choice may not have been known yet when the answer began.
    return speaking(language_of_answer(interaction, private=snapshot[general.PRIVATE_REPLIES]))


def setup(bot: Bot) -> None:
    """Add the commands and what their buttons do."""
    bot.add_feature(Settings(bot))
