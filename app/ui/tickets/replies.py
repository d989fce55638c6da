"""What people are told about what they did with a ticket."""

from app.core.messages import t
from app.models import SupportTicket
from app.ui.kit.reply import Reply


def claimed(ticket: SupportTicket) -> Reply:
    """Say whose it is now."""
    return Reply(t("Ticket #{number} is yours now.", number=ticket.number))


def unclaimed(ticket: SupportTicket) -> Reply:
    """Say that it is anybody's again."""
    return Reply(t("Ticket #{number} is free again.", number=ticket.number))
