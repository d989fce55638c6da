"""/faq history: the versions of an entry."""

import discord

from app.commands.faq import groups
from app.commands.faq.choosing import entry_option
from app.commands.faq.request import FaqCog
from app.core.faq.errors import VersionNotFound
from app.services.faq.rows import draft_of
from app.ui.faq import cards
from app.ui.faq import history as ui
from app.ui.faq.entry_ids import BackToId, HistoryId, VersionId
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to


class HistoryCommands(FaqCog):
    """Versions."""

    @groups.faq.command(name="history", description="See the versions of an entry, and go back to one (staff only)")
    @entry_option("Which entry")
    async def history(self, ctx: discord.ApplicationContext, entry: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                found = await work.faq.reading.find_to_edit(context.actor, entry)
                found, versions = await work.faq.reading.history(context.actor, found.id)
            await ui.version_list(found, versions, context.snapshot).send(ctx.interaction)


class HistoryButtons(FaqCog, discord.Cog):
    """Turning pages, looking at versions, going back."""

    @responds_to(HistoryId)
    async def turn(self, interaction: discord.Interaction, pressed: HistoryId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                found, versions = await work.faq.reading.history(context.actor, pressed.entry_id)
            await ui.version_list(found, versions, context.snapshot, pressed.page).replace(interaction)

    @responds_to(VersionId)
    async def look(self, interaction: discord.Interaction, pressed: VersionId, number: int) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                found, versions = await work.faq.reading.history(context.actor, pressed.entry_id)
            version = next((one for one in versions if one.number == number), None)
            if version is None:
                raise VersionNotFound
            await ui.one_version(found, version, draft_of(found), context.snapshot).replace(interaction)

    @responds_to(BackToId)
    async def back(self, interaction: discord.Interaction, pressed: BackToId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                done = await work.faq.entries.back_to(
                    context.actor, pressed.entry_id, pressed.number, version=pressed.version
                )
            await cards.changed(done, context.snapshot, self._bot.clock()).replace(interaction)
