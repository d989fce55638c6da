"""What is said when the member of a ticket leaves the server, or its channel goes."""

from datetime import datetime

import discord

from app.core.messages import t
from app.models import SupportTicket


def left(ticket: SupportTicket, closes: datetime) -> str:
    """Tell the staff, in the channel, that its member has left."""
    return t(
        "{member} has left the server. This ticket closes {moment}, unless they come back.",
        member=f"<@{ticket.user_id}>",
        moment=discord.utils.format_dt(closes, "R"),
    )


def channel_gone() -> str:
    """Say why a ticket was closed whose channel somebody deleted."""
    return t("Its channel was deleted.")
