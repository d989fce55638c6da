"""What channels of tickets are called."""

import re
import unicodedata

from app.core.base36 import base36
from app.core.messages import t
from app.models import SupportTicket
from app.ui.kit.text import plain

MAX_CHANNEL_NAME = 100
MAX_WHO = 40


def channel_name(ticket: SupportTicket) -> str:
    """Name a ticket's channel by its number and member, written as Discord writes names of channels."""
    who = unicodedata.normalize("NFKC", ticket.username or "").lower()
    who = re.sub(r"[^\w]+", "-", who).strip("-")[:MAX_WHO].strip("-")
    return f"ticket-{ticket.number:04}-{who}" if who else f"ticket-{ticket.number:04}"


def neutral_name(ticket: SupportTicket) -> str:
    """Name it by nothing that a filter of words could take offence at: neither a number nor a person's name."""
    return "help-" + "".join("bcdfghjkmn"[int(digit)] for digit in str(ticket.id)) + base36(ticket.reopened)


def topic(ticket: SupportTicket) -> str:
    """Write a channel's topic, by which it is found again if it could not be written down."""
    about = t("Ticket #{number} · {type}", number=ticket.number, type=plain(ticket.type_name or "", 60))
    return f"{about} · {topic_mark(ticket)}"


def topic_mark(ticket: SupportTicket) -> str:
    """Return what no other channel's topic ends with."""
    return f"[{base36(ticket.id)}.{base36(ticket.reopened)}]"
