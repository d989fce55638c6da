"""The words for what a ticket is, which headers, lists and the board share: status, priority, whose turn it is."""

import discord

from app.core.messages import msg, t
from app.core.tickets.types import Priority
from app.models import SupportTicket
from app.models.support_ticket import TicketStatus, Turn
from app.ui.kit.text import plain

MARKS = {
    TicketStatus.OPENING: "⏳",
    TicketStatus.OPEN: "🟢",
    TicketStatus.CLAIMED: "🔵",
    TicketStatus.WAITING: "🟡",
    TicketStatus.ESCALATED: "🔴",
    TicketStatus.SNOOZED: "💤",
    TicketStatus.CLOSING: "🔒",
    TicketStatus.CLOSED: "🔒",
    TicketStatus.ARCHIVED: "📦",
}
STATUSES = {
    TicketStatus.OPENING: msg("being opened"),
    TicketStatus.OPEN: msg("open"),
    TicketStatus.CLAIMED: msg("claimed"),
    TicketStatus.WAITING: msg("waiting"),
    TicketStatus.ESCALATED: msg("escalated"),
    TicketStatus.SNOOZED: msg("put off"),
    TicketStatus.CLOSING: msg("being closed"),
    TicketStatus.CLOSED: msg("closed"),
    TicketStatus.ARCHIVED: msg("archived"),
}
PRIORITIES = {
    Priority.LOW: msg("low"),
    Priority.NORMAL: msg("normal"),
    Priority.HIGH: msg("high"),
    Priority.URGENT: msg("urgent"),
}


def title_of(ticket: SupportTicket) -> str:
    """Name a ticket: its number and its type."""
    if ticket.type_name is None:
        return t("Ticket #{number}", number=ticket.number)
    return t("Ticket #{number}: {kind}", number=ticket.number, kind=plain(ticket.type_name, 60))


def status_of(ticket: SupportTicket) -> str:
    """Say where it stands, with a mark, and until when it is put off."""
    word = f"{MARKS[ticket.status]} {STATUSES[ticket.status]}"
    if ticket.status is TicketStatus.SNOOZED and ticket.snoozed_until is not None:
        until = discord.utils.format_dt(ticket.snoozed_until, "f")
        return t("{status} until {moment}, or until the member writes", status=word, moment=until)
    if ticket.status is TicketStatus.ESCALATED and ticket.escalated_to is not None:
        return t("{status} to {role}", status=word, role=f"<@&{ticket.escalated_to}>")
    return word


def priority_of(ticket: SupportTicket) -> str:
    """Say how urgent it is."""
    return str(PRIORITIES[Priority(ticket.priority)])


def turn_of(ticket: SupportTicket) -> str | None:
    """Say who owes the next answer, and since when; None when nobody does."""
    if ticket.turn is None or ticket.turn_since is None:
        return None
    since = discord.utils.format_dt(ticket.turn_since, "R")
    if ticket.turn is Turn.STAFF:
        return t("the staff, since {moment}", moment=since)
    return t("the member, since {moment}", moment=since)
