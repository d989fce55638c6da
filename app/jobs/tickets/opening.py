"""Tickets whose opening was broken off: their channel is found or made, or they are taken back."""

from datetime import datetime

from app.bot import Bot
from app.core.actor import Actor
from app.core.errors import Unavailable, UserError
from app.core.faq.policy import FaqPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.errors import ChangedMeanwhile
from app.core.tickets.policy import TicketPolicy
from app.effects.tickets import opening
from app.models import SupportTicket


async def handle(bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot) -> datetime | None:
    """Complete an opening that nobody is at any more, or take it back if Discord refuses it for good."""
    del policy
    is_new, by_member = ticket.reopened == 0, ticket.opened_by is None
    try:
        await opening.carry_out(bot, ticket, snapshot)
    except Unavailable:
        raise
    except (ChangedMeanwhile, UserError):
        # Somebody else was first, or it is gone. What was refused is in the log.
        return None
    if is_new and by_member:
        opener = Actor(ticket.guild_id, ticket.user_id)
        async with bot.uow() as work:
            await work.faq.log.ticket_followed(opener, FaqPolicy.of(snapshot), at=ticket.created_at)
    return bot.clock()
