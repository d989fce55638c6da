"""/settings export and import."""

import asyncio

import discord

from app.bot import Bot
from app.commands.settings import groups
from app.commands.settings.proposing import Comparing, Proposed, ProposingCog
from app.commands.settings.request import SettingsCog
from app.commands.settings.structure_checks import checks_at
from app.core import registry
from app.core.errors import InvalidInput
from app.core.settings import exchange
from app.core.settings.differences import propose
from app.core.settings.exchange_reading import read
from app.core.settings.kinds import Kind
from app.services.settings import require_manager
from app.ui.kit.context import actor_of, chooser_of, present
from app.ui.kit.files import content_of
from app.ui.kit.mentions import readable
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.settings import exchange as ui
from app.ui.settings import proposal
from app.ui.settings.file_places import Places, name_in, wishes_of
from app.ui.settings.file_structures import asked_for, numbered_in
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
                registry.STRUCTURES,
                server_name=guild.name,
                made_at=self._bot.clock(),
                name_of=lambda kind, number: name_in(guild, kind, number),
                with_defaults=defaults,
            )
            named = [
                (one.name, one.kind, snapshot[one])
                for one in registry.ALL
                if one.kind in {Kind.CHANNEL, Kind.ROLE} and snapshot[one] is not None
            ]
            named += exchange.named_in(registry.STRUCTURES, snapshot)
            gone = list(dict.fromkeys(name for name, kind, number in named if name_in(guild, kind, number) is None))
            mention = readable(self._bot.pending_application_commands)
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
            found = await _look_at(self._bot, ctx.interaction, content, resets_others=others == RESET, first=True)
            await found.reply().send(ctx.interaction)


class SettingsImportButtons(ProposingCog, discord.Cog):
    """Taking what was shown, another page of it, or leaving it."""

    @responds_to(ImportId)
    async def take(self, interaction: discord.Interaction, pressed: ImportId) -> None:
        await self._confirm(interaction, self._again(interaction, pressed.resets_others), pressed.shown)

    @responds_to(ImportPageId)
    async def turn(self, interaction: discord.Interaction, pressed: ImportPageId) -> None:
        await self._turn_to(interaction, self._again(interaction, pressed.resets_others), pressed.page)

    @responds_to(LeaveId)
    async def leave(self, interaction: discord.Interaction, _: LeaveId) -> None:
        async with answering(interaction, update=True):
            require_manager(actor_of(interaction))
            await proposal.left().replace(interaction)

    def _again(self, interaction: discord.Interaction, resets_others: bool) -> Comparing:
        async def compared() -> Proposed:
            files = interaction.message.attachments if interaction.message is not None else []
            if not files:
                raise InvalidInput("The file is gone. Give it to `/settings import` again.")
            content = await content_of(files[0], exchange.MAX_BYTES)
            return await _look_at(self._bot, interaction, content, resets_others=resets_others)

        return compared


async def _look_at(
    bot: Bot, interaction: discord.Interaction, content: bytes, *, resets_others: bool, first: bool = False
) -> Proposed:
    """Read a file, and compare it with what the server chose. Raises InvalidInput."""
    guild, guild_id = present(interaction.guild), actor_of(interaction).guild_id
    # In a thread: reading a large file takes a while.
    file = await asyncio.to_thread(read, content, registry.BY_NAME, registry.STRUCTURES)
    places = Places(guild)
    wishes, refused = wishes_of(file.entries, places)
    # As it is, and not as it is remembered: what is shown now is compared with it when it is confirmed.
    async with bot.uow.reading() as work:
        snapshot = await work.settings.get_snapshot(guild_id)
        last = await work.settings.past.last_numbers(actor_of(interaction), numbered_in(file.structures))
    is_own = file.server_id is None or file.server_id == guild_id
    made = asked_for(file.structures or (), snapshot, last, places, is_own=is_own)
    if resets_others:
        wishes += ui.others(file, snapshot, made.names)
    check = checking(guild, chooser_of(interaction), checks_at(bot.clock()))
    found = propose(
        snapshot,
        [*wishes, *made.wishes],
        check,
        refused=[*refused, *made.refused],
        remarks=file.remarks,
        together=registry.problems,
    )
    frame = ui.frame(file, found, content, snapshot, resets_others=resets_others, first=first)
    return Proposed(found, frame, snapshot, lambda: ui.reason(file, guild_id))
