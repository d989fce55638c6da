"""/faq show: one entry."""

import discord

from app.commands.faq import groups
from app.commands.faq.choosing import entry_option
from app.commands.faq.request import FaqCog
from app.services.faq.rows import require_staff
from app.ui.faq import cards
from app.ui.faq.entry import entry_reply
from app.ui.kit.patience import answering


class ShowCommands(FaqCog):
    """Reading."""

    @groups.faq.command(name="show", description="Read an entry of the FAQ")
    @entry_option("Which entry")
    @discord.option("public", bool, description="Show it to everybody in this channel (staff only)", required=False)
    async def show(self, ctx: discord.ApplicationContext, entry: str, public: bool = False) -> None:
        async with answering(ctx.interaction, private=not public):
            async with self._looking(ctx.interaction) as (context, work):
                if public:
                    require_staff(context.actor)
                found = await work.faq.reading.find(context.actor, entry)
            if context.actor.is_staff and not public:
                reply = cards.card(found, context.snapshot, self._bot.clock())
            else:
                reply = entry_reply(found, context.snapshot, private=not public)
            await reply.send(ctx.interaction)
