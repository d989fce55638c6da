"""/faq list: pages of entries."""

import discord

from app.commands.faq import groups
from app.commands.faq.choosing import category_option
from app.commands.faq.request import FaqCog
from app.core.faq.listing import Listing, Order, Shown
from app.effects.faq.channel import is_heard
from app.ui.faq import cards
from app.ui.faq import listing as ui
from app.ui.faq.entry import entry_reply
from app.ui.faq.entry_ids import ChosenId, ListId
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to

ORDERS = {
    "By category": Order.CATEGORY,
    "By title": Order.TITLE,
    "Changed last": Order.NEWEST,
    "Opened most": Order.OPENED,
    "Most helpful": Order.HELPFUL,
    "Least helpful": Order.UNHELPFUL,
}
SHOWN = {
    "All": Shown.ALL,
    "Switched off": Shown.DISABLED,
    "Should have been checked": Shown.OVERDUE,
    "Without an owner": Shown.NOBODYS,
    "Removed": Shown.REMOVED,
}


class ListingCog(FaqCog):
    """What the command and the buttons share."""

    async def _page(self, interaction: discord.Interaction, listing: Listing, page: int) -> Reply:
        async with self._looking(interaction) as (context, work):
            found = await work.faq.reading.page(context.actor, listing, page)
        return ui.entry_list(
            found,
            listing,
            context.snapshot,
            self._bot.clock(),
            is_staff=context.actor.is_staff,
            unheard=not is_heard(self._bot, context.actor.guild_id, context.policy),
        )


class ListCommands(ListingCog):
    """Lists."""

    @groups.faq.command(name="list", description="See what is in the FAQ")
    @category_option("Only this category")
    @discord.option(
        "sort",
        str,
        description="In which order; by category unless you say so",
        required=False,
        choices=[discord.OptionChoice(name, order.value) for name, order in ORDERS.items()],
    )
    @discord.option(
        "which",
        str,
        description="Which entries (staff only; all unless you say so)",
        required=False,
        choices=[discord.OptionChoice(name, shown.value) for name, shown in SHOWN.items()],
    )
    async def list_entries(
        self,
        ctx: discord.ApplicationContext,
        category: str | None = None,
        sort: str | None = None,
        which: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            listing = Listing(
                Order(sort) if sort is not None else Order.CATEGORY,
                Shown(which) if which is not None else Shown.ALL,
                (category or "").strip() or None,
            )
            await (await self._page(ctx.interaction, listing, 0)).send(ctx.interaction)


class ListButtons(ListingCog, discord.Cog):
    """What is under a list."""

    @responds_to(ListId)
    async def turn(self, interaction: discord.Interaction, pressed: ListId) -> None:
        async with answering(interaction, update=True):
            listing = Listing(pressed.order, pressed.shown, pressed.category)
            await (await self._page(interaction, listing, pressed.page)).replace(interaction)

    @responds_to(ChosenId)
    async def read(self, interaction: discord.Interaction, _: ChosenId, entry_id: int) -> None:
        async with answering(interaction):
            async with self._looking(interaction) as (context, work):
                found = await work.faq.reading.get(context.actor, entry_id)
            if context.actor.is_staff:
                reply = cards.card(found, context.snapshot, self._bot.clock())
            else:
                reply = entry_reply(found, context.snapshot)
            await reply.send(interaction)
