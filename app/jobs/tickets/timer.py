"""What happens to tickets by itself: reminders, warnings, ends."""

from datetime import datetime

from app.bot import Bot
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.policy import TicketPolicy
from app.models import SupportTicket


async def handle(bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot) -> datetime | None:
    """Do what is due about an open ticket."""
    del bot, ticket, policy, snapshot
    return None


async def handle_closed(
    bot: Bot, ticket: SupportTicket, policy: TicketPolicy, snapshot: SettingsSnapshot
) -> datetime | None:
    """Put a closed ticket into the archive once it cannot be opened again."""
    del bot, ticket, policy, snapshot
    return None
