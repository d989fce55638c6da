"""/settings export and import."""

import asyncio

import discord

from app.bot import Bot
from app.commands.settings import groups
from app.commands.settings.request import SettingsCog
from app.core import registry
from app.core.errors import InvalidInput
from app.core.messages import speaking
from app.core.settings import exchange
from app.core.settings.differences import Proposal, propose
from app.core.settings.exchange_reading import File, read
from app.core.settings.kinds import Kind
from app.core.settings.snapshot import SettingsSnapshot
from app.models import SettingsHistory
from app.services.settings import ChangedSince, require_manager
from app.ui.kit.context import actor_of, present
from app.ui.kit.files import content_of
from app.ui.kit.language import language_of_server
from app.ui.kit.mentions import clickable
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.settings import exchange as ui
from app.ui.settings import proposal, several
from app.ui.settings.file_places import name_in, wishes_of
from app.ui.settings.input import checking
from app.ui.settings.proposal_ids import ImportId, ImportPageId, LeaveId

KEEP, RESET = "keep", "reset"
OTHERS = [discord.OptionChoice(KEEP, KEEP), discord.OptionChoice(RESET, RESET)]


class ExchangeCommands(SettingsCog):
    """Settings as files."""

    @groups.settings.command(name="export", description="Get the settings of this server as a file")
    @discord.option(
        "defaults", bool, description="With what this server did not choose, to read about it", required=False
    )
    async def export(self, ctx: discord.ApplicationContext, defaults: bool = False) -> None:
        async with answering(ctx.interaction):
            require_manager(actor_of(ctx.interaction))
            snapshot = await self._snapshot(ctx.interaction)
            guild = present(ctx.guild)
            content = exchange.write(
                snapshot,
                registry.ALL,
                server_name=guild.name,
                made_at=self._bot.clock(),
                name_of=lambda setting, number: name_in(guild, setting, number),
                with_defaults=defaults,
            )
            gone = [
                one.name
                for one in registry.ALL
                if one.kind in {Kind.CHANNEL, Kind.ROLE}
                and snapshot[one] is not None
                and name_in(guild, one, snapshot[one]) is None
            ]
            mention = clickable(self._bot.pending_application_commands)
            await ui.exported(content, snapshot, gone, mention=mention).send(ctx.interaction)

    @groups.settings.command(name="import", description="Take settings from a file; you see it first")
    @discord.option("file", discord.Attachment, description="A file of /settings export")
    @discord.option(
        "others",
        str,
        description="What becomes of settings that the file does not name; they stay unless you say so",
        choices=OTHERS,
        required=False,
    )
    async def take(self, ctx: discord.ApplicationContext, file: discord.Attachment, others: str | None = None) -> None:
        async with answering(ctx.interaction):
            require_manager(actor_of(ctx.interaction))
            content = await content_of(file, exchange.MAX_BYTES)
            found = await _look_at(self._bot, ctx.interaction, content, resets_others=others == RESET)
            await found.reply(first=True).send(ctx.interaction)


class SettingsImportButtons(SettingsCog, discord.Cog):
    """Taking what was shown, another page of it, or leaving it."""

    @responds_to(ImportId)
    async def take(self, interaction: discord.Interaction, pressed: ImportId) -> None:
        changes: list[SettingsHistory] = []
        async with answering(interaction, update=True):
            require_manager(actor_of(interaction))
            found = await self._again(interaction, resets_others=pressed.resets_others)
            if found.proposal.digest != pressed.shown or not found.proposal.differences:
                await found.reply(is_anew=True).replace(interaction)
                return
            try:
                changes = await self._apply(interaction, found)
            except ChangedSince:
                found = await self._again(interaction, resets_others=pressed.resets_others)
                await found.reply(is_anew=True).replace(interaction)
                return
            await several.changed(changes, sees_members=self._bot.sees_members).replace(interaction)
        self._bot.dispatch("settings_changed", changes)

    @responds_to(ImportPageId)
    async def turn(self, interaction: discord.Interaction, pressed: ImportPageId) -> None:
        async with answering(interaction, update=True):
            require_manager(actor_of(interaction))
            found = await self._again(interaction, resets_others=pressed.resets_others)
            await found.reply(page=pressed.page).replace(interaction)

    @responds_to(LeaveId)
    async def leave(self, interaction: discord.Interaction, _: LeaveId) -> None:
        async with answering(interaction, update=True):
            require_manager(actor_of(interaction))
            await proposal.left().replace(interaction)

    async def _again(self, interaction: discord.Interaction, *, resets_others: bool) -> "_Import":
        files = interaction.message.attachments if interaction.message is not None else []
        if not files:
            raise InvalidInput("The file is gone. Give it to `/settings import` again.")
        content = await content_of(files[0], exchange.MAX_BYTES)
        return await _look_at(self._bot, interaction, content, resets_others=resets_others)

    async def _apply(self, interaction: discord.Interaction, found: "_Import") -> list[SettingsHistory]:
        actor = actor_of(interaction, found.snapshot)
        with speaking(language_of_server(self._bot, actor.guild_id)):
            reason = ui.reason(found.file, actor.guild_id)
        wanted, shown = found.proposal.wanted, found.proposal.shown
        async with self._bot.uow() as work:
            changes = await work.settings.several.change(actor, wanted, reason=reason, shown=shown)
            work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
        return changes


class _Import:
    """What a file would do in a server."""

    def __init__(
        self, file: File, found: Proposal, snapshot: SettingsSnapshot, content: bytes, *, resets_others: bool
    ) -> None:
        self.file = file
        self.proposal = found
        self.snapshot = snapshot
        self._content = content
        self._resets_others = resets_others

    def reply(self, *, page: int = 0, first: bool = False, is_anew: bool = False) -> Reply:
        """Show it."""
        frame = ui.frame(
            self.file, self.proposal, self._content, self.snapshot, resets_others=self._resets_others, first=first
        )
        return proposal.shown(self.proposal, frame, self.snapshot, page=page, is_anew=is_anew)


async def _look_at(bot: Bot, interaction: discord.Interaction, content: bytes, *, resets_others: bool) -> _Import:
    """Read a file, and compare it with what the server chose. Raises InvalidInput."""
    guild, guild_id = present(interaction.guild), actor_of(interaction).guild_id
    # In a thread: reading a large file takes a while.
    file = await asyncio.to_thread(read, content, registry.BY_NAME)
    wishes, refused = wishes_of(file.entries, guild)
    # As it is, and not as it is remembered: what is shown now is compared with it when it is confirmed.
    async with bot.uow.reading() as work:
        snapshot = await work.settings.get_snapshot(guild_id)
    if resets_others:
        wishes += ui.others(file, snapshot)
    found = propose(snapshot, wishes, checking(guild), refused=refused, remarks=file.remarks)
    return _Import(file, found, snapshot, content, resets_others=resets_others)
