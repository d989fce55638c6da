"""/tickets check: what is wrong with how tickets are set up."""

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog
from app.effects.looking import look
from app.services.tickets.managing import require_manager
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.staff import for_staff
from app.ui.tickets.check import places, report


class CheckCommands(TicketCog):
    """Looking for mistakes."""

    @for_staff
    @groups.tickets.command(name="check", description="See what is wrong with how tickets are set up")
    async def check(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            require_manager(context.actor)
            server = await look(present(ctx.guild), places(context.snapshot))
            reply = report(
                server, context.snapshot, reads_content=self._bot.reads_content, sees_members=self._bot.sees_members
            )
            await reply.send(ctx.interaction)
