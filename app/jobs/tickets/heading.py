"""The header of a ticket: posted and pinned once, edited in place, posted again if somebody deleted it."""

import logging
from contextlib import suppress

from app.bot import Bot
from app.core.messages import t
from app.core.settings.snapshot import SettingsSnapshot
from app.jobs.tickets.posting import Unreachable, edit, nonce, pin, post
from app.models import SupportTicket
from app.ui.tickets.header import header

log = logging.getLogger(__name__)


async def show(bot: Bot, ticket: SupportTicket, snapshot: SettingsSnapshot) -> None:
    """Let the header say what is so now. Where it cannot be shown it is not: that keeps nothing else from going on."""
    if ticket.channel_id is None:
        return
    made = header(ticket, snapshot)
    with suppress(Unreachable):
        if ticket.header_message_id is not None and await edit(bot, ticket.channel_id, ticket.header_message_id, made):
            return
        once = nonce("header", ticket.id, ticket.channel_id, ticket.header_message_id)
        message_id = await post(bot, ticket.channel_id, made, once=once)
        async with bot.uow() as work:
            await work.tickets.opening.headed(ticket, message_id)
        await pin(bot, ticket.channel_id, message_id, t("The header of ticket #{number}", number=ticket.number))
