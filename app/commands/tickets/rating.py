"""What a member can do when their ticket is closed, also in a direct message: give stars, and open it again."""

import logging

import discord

from app.commands.tickets.request import TicketCog
from app.core.errors import UserError
from app.effects.tickets.posting import renew_summary
from app.models import SupportTicket
from app.services.tickets.access import Which
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.tickets import finding as ui
from app.ui.tickets import replies
from app.ui.tickets.finding_ids import CommentId
from app.ui.tickets.ids import RateFormId, RateId, ReopenId

log = logging.getLogger(__name__)


class TicketRating(TicketCog, discord.Cog):
    """The buttons below a transcript."""

    @responds_to(RateId)
    async def rated(self, interaction: discord.Interaction, pressed: RateId) -> None:
        async with answering(interaction):
            ticket = await self._rate(interaction, pressed)
            await ui.rated(ticket, pressed.stars).send(interaction)
        await self._show(ticket)

    @responds_to(CommentId)
    async def comment_asked(self, interaction: discord.Interaction, pressed: CommentId) -> None:
        await interaction.response.send_modal(ui.comment_form(pressed))

    @responds_to(RateFormId)
    async def commented(self, interaction: discord.Interaction, sent: RateFormId) -> None:
        async with answering(interaction, update=True):
            ticket = await self._rate(interaction, sent, FilledIn.read(interaction).typed(ui.COMMENT))
            await ui.commented().replace(interaction)
        await self._show(ticket)

    @responds_to(ReopenId)
    async def reopened(self, interaction: discord.Interaction, pressed: ReopenId) -> None:
        async with answering(interaction):
            async with self._work(interaction, pressed.guild_id) as (context, work):
                ticket = await work.tickets.closing.reopen(
                    context.actor, context.policy, Which(row_id=pressed.ticket_id)
                )
            self._bot.jobs.wake("tickets")
            await replies.reopening(ticket).send(interaction)

    async def _rate(
        self, interaction: discord.Interaction, given: RateId | RateFormId, comment: str | None = None
    ) -> SupportTicket:
        async with self._work(interaction, given.guild_id) as (context, work):
            return await work.tickets.closing.rate(context.actor, Which(row_id=given.ticket_id), given.stars, comment)

    async def _show(self, ticket: SupportTicket) -> None:
        """Add the rating to what staff see. They have it in `/tickets stats` in any case."""
        try:
            await renew_summary(self._bot, ticket, await self._bot.settings.get(ticket.guild_id))
        except UserError as error:
            log.info("a rating is not shown", extra={"ticket": ticket.id, "error": error.message.english})
