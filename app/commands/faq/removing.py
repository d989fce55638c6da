"""/faq remove and restore."""

import discord

from app.commands.faq import groups
from app.commands.faq.choosing import entry_option
from app.commands.faq.request import FaqCog
from app.ui.faq import cards
from app.ui.faq.entry_ids import AskRemoveId, EntryId, RemoveId, RestoreId
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to


class RemovingCommands(FaqCog):
    """Removing entries, and bringing them back."""

    @groups.faq.command(name="remove", description="Remove an entry of the FAQ (staff only)")
    @entry_option("Which entry")
    async def remove(self, ctx: discord.ApplicationContext, entry: str) -> None:
        async with answering(ctx.interaction):
            context = await self._staff(ctx.interaction)
            async with self._bot.uow.reading() as work:
                found = await work.faq.reading.find(context.actor, entry)
            await cards.ask_removal(found, context.snapshot).send(ctx.interaction)

    @groups.faq.command(name="restore", description="Bring back an entry that was removed (staff only)")
    @entry_option("Which entry", removed=True)
    async def restore(self, ctx: discord.ApplicationContext, entry: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                found = await work.faq.reading.find_removed(context.actor, entry)
                back = await work.faq.entries.restore(context.actor, found.id)
            await cards.restored(back, context.snapshot, self._bot.clock()).send(ctx.interaction)


class RemovingButtons(FaqCog, discord.Cog):
    """The same, in messages."""

    @responds_to(EntryId)
    async def show(self, interaction: discord.Interaction, pressed: EntryId) -> None:
        async with answering(interaction, update=not pressed.new):
            async with self._looking(interaction) as (context, work):
                found = await work.faq.reading.get_to_edit(context.actor, pressed.entry_id)
            reply = cards.card(found, context.snapshot, self._bot.clock())
            await (reply.send if pressed.new else reply.replace)(interaction)

    @responds_to(AskRemoveId)
    async def ask_removal(self, interaction: discord.Interaction, pressed: AskRemoveId) -> None:
        async with answering(interaction, update=True):
            context = await self._staff(interaction)
            async with self._bot.uow.reading() as work:
                found = await work.faq.reading.get(context.actor, pressed.entry_id)
            await cards.ask_removal(found, context.snapshot).replace(interaction)

    @responds_to(RemoveId)
    async def remove_one(self, interaction: discord.Interaction, pressed: RemoveId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                gone = await work.faq.entries.remove(context.actor, pressed.entry_id)
            await cards.removed(gone).replace(interaction)

    @responds_to(RestoreId)
    async def restore_one(self, interaction: discord.Interaction, pressed: RestoreId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                back = await work.faq.entries.restore(context.actor, pressed.entry_id)
            await cards.restored(back, context.snapshot, self._bot.clock()).replace(interaction)
