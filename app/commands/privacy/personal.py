"""/privacy about, export and delete: what somebody does about their own data, here or in a direct message."""

import logging

import discord

from app.commands.privacy import groups
from app.commands.privacy.request import MAX_SERVER, PrivacyCog, suggest_servers
from app.effects.erasing import erase
from app.effects.sending import ERRORS, direct_channel, is_closed_door, send
from app.ui.kit import wire
from app.ui.kit.composing import composed
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.privacy import about, deleting, exporting
from app.ui.privacy.ids import DeleteMineId, KeepMineId

log = logging.getLogger(__name__)


class PersonalCommands(PrivacyCog):
    """For everybody, about themselves."""

    @groups.privacy.command(name="about", description="See what I store about people, and for how long")
    async def about(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            guild_id = ctx.interaction.guild_id
            snapshot = await self._bot.settings.get(guild_id) if guild_id is not None else None
            await about.about(snapshot).send(ctx.interaction)

    @groups.privacy.command(name="export", description="Get everything that I store about you, as a file")
    @discord.option(
        "server",
        str,
        description="Of which server; this one if you leave it out, all in a direct message",
        autocomplete=suggest_servers,
        max_length=MAX_SERVER,
        default=None,
    )
    async def export(self, ctx: discord.ApplicationContext, server: str | None = None) -> None:
        interaction = ctx.interaction
        async with answering(interaction):
            guild_id = await self._server_meant(interaction, server)
            found, _ = await self._found(present(interaction.user).id, guild_id)
            place = self._place(interaction, guild_id, is_theirs=bool(found))
            if not found:
                await exporting.nothing(place).send(interaction)
                return
            limit = min(interaction.attachment_size_limit or exporting.MAX_FILE, exporting.MAX_FILE)
            export = await composed(exporting.export_of, found, self._bot.clock(), self._name_of, limit)
            first, *rest = export.files
            replies = [exporting.handed_over(export, place, [first]), *(exporting.more([one]) for one in rest)]
            if interaction.guild_id is None:
                for reply in replies:
                    await reply.send(interaction)
            elif await self._sent_directly(interaction, replies):
                await exporting.sent_directly(export).send(interaction)
            else:
                for reply in (exporting.closed_door(replies[0]), *replies[1:]):
                    await reply.send(interaction)

    @groups.privacy.command(name="delete", description="Delete what I store about you, once you have confirmed it")
    @discord.option(
        "server",
        str,
        description="Of which server; this one if you leave it out, all in a direct message",
        autocomplete=suggest_servers,
        max_length=MAX_SERVER,
        default=None,
    )
    async def delete(self, ctx: discord.ApplicationContext, server: str | None = None) -> None:
        async with answering(ctx.interaction):
            guild_id = await self._server_meant(ctx.interaction, server)
            found, waiting = await self._found(present(ctx.interaction.user).id, guild_id)
            rows = deleting.counted(found)
            if not rows:
                place = self._place(ctx.interaction, guild_id, is_theirs=False)
                await deleting.nothing_left(place).send(ctx.interaction)
                return
            asked = deleting.really(rows, guild_id, self._name_of, waiting=waiting)
            await asked.send(ctx.interaction)

    async def _sent_directly(self, interaction: discord.Interaction, replies: list[Reply]) -> bool:
        """Send messages directly; tell whether that worked, and nothing has to be said here."""
        try:
            channel_id = await direct_channel(self._bot, present(interaction.user).id)
            for place, reply in enumerate(replies):
                body = wire.message(reply.content, None, None, private=False)
                once = f"{interaction.id}:{place}"[-25:]
                await send(self._bot, channel_id, body, once=once, files=reply.attachments)
        except ERRORS as error:
            if not is_closed_door(error):
                log.warning("an export could not be sent directly", exc_info=True)
            return False
        return True


class OwnDataButtons(PrivacyCog, discord.Cog):
    """What is pressed under the question."""

    @responds_to(DeleteMineId)
    async def confirm(self, interaction: discord.Interaction, pressed: DeleteMineId) -> None:
        async with answering(interaction, update=True):
            # Always about whoever presses it.
            erasure, is_remembered = await erase(self._bot, present(interaction.user).id, pressed.guild_id)
            is_theirs = erasure.found_something
            place = self._place(interaction, pressed.guild_id, is_theirs=is_theirs)
            await deleting.done(erasure, place, is_remembered=is_remembered).replace(interaction)

    @responds_to(KeepMineId)
    async def keep(self, interaction: discord.Interaction, _: KeepMineId) -> None:
        async with answering(interaction, update=True):
            await deleting.kept().replace(interaction)
