"""Claiming a ticket and giving it back."""

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog, which
from app.ui.kit.patience import answering
from app.ui.tickets import replies as ui


class HandlingCommands(TicketCog):
    """Who takes care of a ticket."""

    @groups.ticket.command(name="claim", description="Take care of this ticket (staff only)")
    async def claim(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context, meant = await self._context(ctx.interaction), which(ctx.interaction)
            ticket = await self._bot.uow.at_once(lambda work: work.tickets.work.claim(context.actor, meant))
            await ui.claimed(ticket).send(ctx.interaction)

    @groups.ticket.command(name="unclaim", description="Give this ticket back to everybody (staff only)")
    async def unclaim(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context, meant = await self._context(ctx.interaction), which(ctx.interaction)
            ticket = await self._bot.uow.at_once(lambda work: work.tickets.work.unclaim(context.actor, meant))
            await ui.unclaimed(ticket).send(ctx.interaction)
