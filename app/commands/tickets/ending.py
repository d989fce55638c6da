"""Closing a ticket, asking whether it can be closed, and opening it again."""

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog, which
from app.core.messages import speaking
from app.core.tickets.limits import MAX_REASON
from app.effects.tickets.sending import say
from app.models import SupportTicket
from app.services.tickets.access import Which
from app.ui.kit.forms import FilledIn
from app.ui.kit.language import language_of_server
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.tickets import replies as ui
from app.ui.tickets.ids import AcceptCloseId, ClaimId, CloseFormId, CloseId, DeclineCloseId, UnclaimId


class ClosesTickets(TicketCog):
    """Closes a ticket."""

    async def _close(self, interaction: discord.Interaction, meant: Which, reason: str | None = None) -> None:
        context = await self._context(interaction)
        ticket = await self._bot.uow.at_once(
            lambda work: work.tickets.closing.close(context.actor, context.policy, meant, reason=reason)
        )
        await ui.closing(ticket).send(interaction)


class EndingCommands(ClosesTickets):
    """What ends a ticket."""

    @groups.ticket.command(name="close", description="Close this ticket")
    @discord.option("reason", str, description="Why; the member sees it", required=False, max_length=MAX_REASON)
    async def close(self, ctx: discord.ApplicationContext, reason: str | None = None) -> None:
        async with answering(ctx.interaction):
            await self._close(ctx.interaction, which(ctx.interaction), reason)

    @groups.ticket.command(name="resolve", description="Ask the member whether this ticket can be closed")
    async def request_close(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.closing.request(context.actor, context.policy, which(ctx.interaction))
            with speaking(language_of_server(self._bot, ticket.guild_id)):
                await self._post(ticket, ui.question(ticket), "ask", ping=ticket.user_id)
            await ui.asked(ticket).send(ctx.interaction)

    @groups.ticket.command(name="reason", description="Say anew why a ticket was closed (staff only)")
    @discord.option("number", str, description="The number of the ticket", max_length=10)
    @discord.option("reason", str, description="Why", max_length=MAX_REASON)
    async def reason(self, ctx: discord.ApplicationContext, number: str, reason: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.closing.change_reason(context.actor, which(ctx.interaction, number), reason)
            await ui.reason_changed(ticket).send(ctx.interaction)

    @groups.ticket.command(name="reopen", description="Open a closed ticket again")
    @discord.option("number", str, description="The number of the ticket", max_length=10)
    async def reopen(self, ctx: discord.ApplicationContext, number: str) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.closing.reopen(
                    context.actor, context.policy, which(ctx.interaction, number)
                )
            self._bot.jobs.wake("tickets")
            await ui.reopening(ticket).send(ctx.interaction)

    async def _post(self, ticket: SupportTicket, reply: Reply, mark: str, *, ping: int | None = None) -> None:
        if ticket.channel_id is None:
            return
        view = discord.ui.View(*reply.items, timeout=None, store=False)
        await say(
            self._bot,
            ticket.channel_id,
            reply.content or "",
            nonce=f"{mark}{ticket.id}.{int(self._bot.clock().timestamp())}",
            users=[ping] if ping is not None else [],
            components=view.to_components(),
        )


class TicketButtons(ClosesTickets, discord.Cog):
    """The buttons in a ticket's channel."""

    @responds_to(ClaimId)
    async def claim_pressed(self, interaction: discord.Interaction, pressed: ClaimId) -> None:
        async with answering(interaction):
            context, meant = await self._context(interaction), Which(row_id=pressed.ticket_id)
            ticket = await self._bot.uow.at_once(lambda work: work.tickets.work.claim(context.actor, meant))
            await ui.claimed(ticket).send(interaction)

    @responds_to(UnclaimId)
    async def unclaim_pressed(self, interaction: discord.Interaction, pressed: UnclaimId) -> None:
        async with answering(interaction):
            context, meant = await self._context(interaction), Which(row_id=pressed.ticket_id)
            ticket = await self._bot.uow.at_once(lambda work: work.tickets.work.unclaim(context.actor, meant))
            await ui.unclaimed(ticket).send(interaction)

    @responds_to(CloseId)
    async def close_pressed(self, interaction: discord.Interaction, pressed: CloseId) -> None:
        # The form has to be the first response: one query, so that nobody fills it in for nothing.
        context = await self._context(interaction)
        async with self._bot.uow.reading() as work:
            ticket = await work.tickets.closing.check(context.actor, context.policy, Which(row_id=pressed.ticket_id))
        await interaction.response.send_modal(ui.close_form(ticket.id))

    @responds_to(CloseFormId)
    async def close_sent(self, interaction: discord.Interaction, sent: CloseFormId) -> None:
        async with answering(interaction):
            reason = FilledIn.read(interaction).typed(ui.REASON)
            await self._close(interaction, Which(row_id=sent.ticket_id), reason)

    @responds_to(AcceptCloseId)
    async def accepted(self, interaction: discord.Interaction, pressed: AcceptCloseId) -> None:
        async with answering(interaction):
            await self._close(interaction, Which(row_id=pressed.ticket_id))

    @responds_to(DeclineCloseId)
    async def declined(self, interaction: discord.Interaction, pressed: DeclineCloseId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                ticket = await work.tickets.closing.decline(
                    context.actor, context.policy, Which(row_id=pressed.ticket_id)
                )
            await ui.declined(ticket).replace(interaction)
