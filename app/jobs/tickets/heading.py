"""Keeping the header of a ticket: edited in place, and posted again if somebody deleted it."""

import logging
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.errors import Unavailable, UserError
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.effects.tickets import header, opening
from app.models import SupportTicket

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)
"""How long whoever opened a ticket gets to post its header, with the files of the form."""


async def show(bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot) -> datetime | None:
    """Let the header say what is so now; return when to try again, if it has to be.

    Where it cannot be shown it is not: nothing else waits for it. Raises Unavailable.
    """
    if ticket.channel_id is None:
        return None
    if ticket.header_message_id is None and bot.clock() < ticket.created_at + PATIENCE:
        return ticket.created_at + PATIENCE
    try:
        async with bot.uow() as work:
            back_at = await work.tickets.places.back_at(ticket)
        if await header.renew(bot, ticket, snapshot, back_at=back_at):
            return None
        if ticket.header_message_id is None and ticket.reopened == 0:
            await opening.head(bot, ticket, snapshot, policy.types.get(ticket.type or ""))
            return None
        message_id = await header.post(bot, ticket, ticket.channel_id, snapshot, ping_team=False, back_at=back_at)
    except Unavailable:
        raise
    except UserError as error:
        log.info("a header is not shown", extra={"ticket": ticket.id, "error": str(error)})
        return None
    async with bot.uow() as work:
        await work.tickets.opening.headed(ticket, message_id)
    return None
